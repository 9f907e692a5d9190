"""Every address of ours, as everyone, for own, foreign and missing things, by every method."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import transaction
from django.urls import get_resolver, reverse

from tests.answers import said
from tests.house.test_guards import addresses
from tests.matrix.doors import ANSWERED, DOORS, Door, Thing
from tests.matrix.passive import findings
from tests.matrix.world import ROLES, VISITOR, Watch, World, watched

pytestmark = pytest.mark.django_db
MOST_QUERIES = 30
# It ends every booking of a household at once, and asks in each of their series who comes next.
OF_MANY_SERIES = {"classes:end_quietly": 43}
# Five of these are asked once in an edition of the curriculum, by whoever comes first: here the first reader of a door.
OF_A_WEEK = ("practice_week", "hands_free", "keep_week", "keep_hands_free", "log_practice")
ONCE_AN_EDITION = {f"classes:{name}": 35 for name in OF_A_WEEK}
GUARDS = {name: view.guard_name for name, view in addresses(get_resolver()) if hasattr(view, "guard_name")}
NEVER = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


def address_of(door: Door, thing: Thing, world: World) -> str:
    return reverse(door.name, kwargs={part: world.things.get(label, label) for part, label in thing.kwargs})


def ask(world: World, role: str, method: str, address: str, **more: Any) -> tuple[Any, Watch]:
    """The answer, and what it did to the database. Whatever it did is undone."""
    with transaction.atomic():
        with watched() as watch:
            answer = world.client(role, **more).generic(
                method, address, content_type="application/x-www-form-urlencoded"
            )
        transaction.set_rollback(True)
    return answer, watch


def expected(door: Door, thing: Thing, role: str, method: str) -> frozenset[int]:
    """The statuses that this reader may be answered with; 302 of a visitor is the way to sign in."""
    is_public = GUARDS[door.name] in ("public", "link_holder")
    if not is_public and role == VISITOR:
        return frozenset((302,))
    if role not in door.insiders:
        return frozenset((404,))
    if method not in door.takes:
        # A page that is only read may answer a form sent to it by showing itself, and does nothing.
        return frozenset((405,)) if method == "GET" else frozenset((405, 200, 302, 404))
    if role not in thing.found_by:
        return frozenset((404,))
    return door.shows if method == "GET" else ANSWERED


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_a_door_opens_to_whom_it_should_and_is_not_there_for_others(world: World, door: Door) -> None:
    wrong: list[str] = []
    for role in ROLES:
        for method in ("GET", "POST"):
            denied = set()
            for thing in door.things:
                address = address_of(door, thing, world)
                answer, watch = ask(world, role, method, address)
                case = f"{role} {method} {thing.label}"
                wrong += judged(door, thing, role, method, answer, watch, case)
                if answer.status_code == 404 and role not in thing.found_by:
                    denied.add(said(answer, address).__repr__())
            if len(denied) > 1:
                wrong.append(f"{role} {method}: foreign and missing are told apart")
    assert wrong == []


# What a phone keeps holds no token: the script of the page asks for a fresh one when there is a signal again.
KEPT = {"classes:keep_week", "classes:keep_hands_free"}
TOKENLESS = re.compile(r"^form to /me/practice/\d+/log/ has no token$")


def judged(door: Door, thing: Thing, role: str, method: str, answer: Any, watch: Watch, case: str) -> list[str]:
    wrong = []
    allowed = expected(door, thing, role, method)
    if answer.status_code not in allowed:
        wrong.append(f"{case}: {answer.status_code} instead of {sorted(allowed)}")
    is_open = role in thing.found_by and method in door.takes
    changes = watch.writes if not is_open or method == "GET" else []
    if is_open and method == "GET":
        changes = [sql for sql in changes if not sql.startswith('INSERT INTO "audit_auditentry"')]
    wrong += [f"{case}: {sql[:90]}" for sql in changes]
    if watch.queries > {**OF_MANY_SERIES, **ONCE_AN_EDITION}.get(door.name, MOST_QUERIES):
        wrong.append(f"{case}: {watch.queries} queries")
    if role == VISITOR and answer.status_code == 302 and not is_open and "/accounts/login/" not in answer["Location"]:
        wrong.append(f"{case}: leads to {answer['Location']}")
    found = findings(answer, signed_in=role != VISITOR)
    return wrong + [f"{case}: {one}" for one in found if not (door.name in KEPT and TOKENLESS.search(one))]


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_a_head_is_answered_like_a_get_without_a_body(world: World, door: Door) -> None:
    if "GET" not in door.takes:
        return
    thing = door.things[0]
    role = sorted(thing.found_by or door.insiders)[0]
    address = address_of(door, thing, world)
    (get, _get), (head, watch) = ask(world, role, "GET", address), ask(world, role, "HEAD", address)
    assert (head.status_code, head.content) == (get.status_code, b"")
    assert [sql for sql in watch.writes if "audit_auditentry" not in sql] == []


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_no_other_method_is_taken_or_does_anything(world: World, door: Door) -> None:
    wrong = []
    for role in (VISITOR, sorted(door.things[0].found_by or door.insiders)[-1]):
        for method in NEVER:
            answer, watch = ask(world, role, method, address_of(door, door.things[0], world))
            if answer.status_code != 405 or watch.writes:
                wrong.append(f"{role} {method}: {answer.status_code} {watch.writes[:1]}")
            wrong += [f"{role} {method}: {found}" for found in findings(answer, signed_in=role != VISITOR)]
    assert wrong == []


@pytest.mark.parametrize("door", [one for one in DOORS if "POST" in one.takes], ids=str)
def test_a_form_without_its_token_is_refused(world: World, door: Door) -> None:
    thing = door.things[0]
    for role in (VISITOR, sorted(thing.found_by)[0]):
        answer, watch = ask(world, role, "POST", address_of(door, thing, world), csrf=True)
        assert (answer.status_code, watch.writes) == (403, [])
        assert findings(answer, signed_in=role != VISITOR) == []


def test_every_address_of_ours_has_a_line_in_the_table() -> None:
    assert {door.name for door in DOORS} ^ set(GUARDS) - {"admin:login"} == set()
