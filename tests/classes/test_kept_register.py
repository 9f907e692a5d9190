"""The register that a phone keeps: what is on it, how long, for whom, and what it weighs."""

from __future__ import annotations

import gzip
import json
import re
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles.finders import find
from django.test import Client, TestCase
from django.urls import reverse

from classes import register
from classes.models import Place, RegisterMark, Session
from classes.roll import BareCard, BareRow, names_and_marks
from config.device import owner_mark
from tests.cast import NOW, Cast, sign_in
from tests.factories.accounts import make_user
from tests.factories.classes import make_enrolment
from tests.factories.families import make_household
from tests.factories.teaching import answer_health

JSON = {"Accept": "application/json"}
FIRST_LOAD = 60 * 1000


@pytest.fixture
def ruth(cast: Cast, client: Client) -> Client:
    return sign_in(client, cast.instructor)


@pytest.fixture
def tonight(cast: Cast, ruth: Client) -> Session:
    """A session of the instructor's that began five minutes ago, with Ada and Noor."""
    session = cast.running.sessions.get(number=3)
    Session.objects.filter(pk=session.pk).update(starts_at=NOW - timedelta(minutes=5))
    return Session.objects.select_related("series__venue").get(pk=session.pk)


def address(name: str, session: Session) -> str:
    return reverse(f"classes:{name}", args=[session.reference])


def place(cast: Cast, session: Session) -> Place:
    return Place.objects.get(session=session, baby=cast.baby)


def test_what_a_phone_keeps_is_names_and_marks(cast: Cast, tonight: Session) -> None:
    ada, noor = place(cast, tonight).pk, Place.objects.get(session=tonight, baby=cast.other_baby).pk
    register.mark(place(cast, tonight), mark="late", by=cast.instructor, now=NOW, key="tap-one")
    assert names_and_marks(tonight) == [
        BareCard("Ada", "Ines Moreau", [BareRow(ada, "Ada", "late")]),
        BareCard("Noor", "Amal Haddad", [BareRow(noor, "Noor", "")]),
    ]


def test_nothing_else_of_anybody_is_on_the_page_that_a_phone_keeps(cast: Cast, ruth: Client, tonight: Session) -> None:
    answer_health(cast.baby, conditions=["skin"], notes="canary-health", born_early="yes")
    register.write_note(place(cast, tonight), note="canary-note", by=cast.instructor, now=NOW)
    register.write_session_note(tonight, note="canary-session", by=cast.instructor, now=NOW)
    type(cast.caregiver).objects.filter(pk=cast.caregiver.pk).update(phone="0113 canary")
    live = ruth.get(address("register", tonight)).content.decode()
    # The register itself shows them; only then does their absence say something.
    assert [word in live for word in ("canary-health", "canary-note", "canary-session", "csrfmiddlewaretoken")] == 4 * [
        True
    ]
    kept = ruth.get(address("keep_register", tonight)).content.decode()
    venue, reader = tonight.series.venue, cast.instructor
    assert venue
    unwanted = ("canary", "csrf", "@example.org", "eczema", "early", venue.name, venue.address, reader.name, "Adeyemi")
    assert ([word for word in unwanted if word in kept], "Ada" in kept) == ([], True)
    assert owner_mark(reader) in kept


def test_keeping_a_register_reads_no_health_answer(cast: Cast, ruth: Client, tonight: Session) -> None:
    answer_health(cast.baby, conditions=["skin"])
    with TestCase().assertNumQueries(9) as seen:
        ruth.get(address("keep_register", tonight))
    tables = " ".join(query["sql"] for query in seen.captured_queries)
    assert ("families_healthanswers" in tables, "readiness" in tables, "audit_auditentry" in tables) == 3 * (False,)
    for name in ("a", "b", "c"):
        user = make_user(f"{name}@example.org", name)
        family, babies = make_household(user, f"Baby {name}")
        make_enrolment(cast.running, family=family, babies=babies, by=user)
    with TestCase().assertNumQueries(9):
        ruth.get(address("keep_register", tonight))


@pytest.mark.parametrize(
    ("starts", "closed", "status"),
    [
        (timedelta(hours=23), None, 200),
        (timedelta(hours=25), None, 204),
        (timedelta(hours=-24), None, 200),
        (timedelta(hours=-26), None, 204),
        (timedelta(minutes=-30), NOW, 204),
    ],
)
def test_a_register_is_kept_only_while_it_is_taken(
    cast: Cast, ruth: Client, tonight: Session, starts: timedelta, closed: datetime | None, status: int
) -> None:
    Session.objects.filter(pk=tonight.pk).update(starts_at=NOW + starts, register_closed_at=closed)
    answer = ruth.get(address("keep_register", tonight))
    assert (answer.status_code, bool(answer.content)) == (status, status == 200)
    offered = "data-keep=" in ruth.get(address("register", tonight)).content.decode()
    assert offered == (status == 200)


def test_a_session_called_off_is_not_kept(ruth: Client, tonight: Session) -> None:
    Session.objects.filter(pk=tonight.pk).update(state=Session.State.CANCELLED)
    assert ruth.get(address("keep_register", tonight)).status_code == 204


def test_sending_says_whose_deeds_are_taken_and_what_time_it_is(cast: Cast, ruth: Client) -> None:
    told = ruth.get(reverse("classes:sending"), headers=JSON).json()
    assert told == {
        "owner": owner_mark(cast.instructor),
        "token": told["token"],
        "now": round(NOW.timestamp() * 1000),
        "forget": "",
    }
    assert len(told["token"]) == 64


def test_a_tap_of_a_phone_is_written_down_with_its_time_and_what_was_seen(
    cast: Cast, ruth: Client, tonight: Session
) -> None:
    ada, tapped = place(cast, tonight).pk, NOW - timedelta(minutes=3)
    tap = {"do": "tap", "place": ada, "mark": "late", "seen": "present", "key": "0123456789ab"}
    ruth.post(address("register", tonight), tap | {"at": tapped.isoformat()}, headers=JSON)
    row = RegisterMark.objects.get()
    assert (row.mark, row.seen, row.tapped_at, row.arrived_at) == ("late", "present", tapped, NOW)


def test_everyone_left_on_a_phone_is_who_was_left_there(cast: Cast, ruth: Client, tonight: Session) -> None:
    ada = place(cast, tonight).pk
    rest = {"do": "rest", "key": "0123456789ab", "left": f"{ada}", "at": NOW.isoformat()}
    told = ruth.post(address("register", tonight), rest, headers=JSON).json()
    assert told["counts"] == {"here": 1, "late": 0, "away": 0, "left": 1}
    assert ruth.post(address("register", tonight), rest | {"left": "1,x"}, headers=JSON).status_code == 400


def test_a_mark_for_a_place_given_back_meanwhile_is_refused_in_words(
    cast: Cast, ruth: Client, tonight: Session
) -> None:
    ada = place(cast, tonight)
    Place.objects.filter(pk=ada.pk).update(released_at=NOW)
    tap = {"do": "tap", "place": ada.pk, "mark": "late", "key": "0123456789ab"}
    refused = ruth.post(address("register", tonight), tap, headers=JSON)
    assert (refused.status_code, refused.json()["sentence"]) == (
        409,
        "That place was given back meanwhile, so it has no mark.",
    )


def test_two_phones_that_differ_are_told_so_and_one_press_settles_it(
    cast: Cast, ruth: Client, tonight: Session
) -> None:
    ada = place(cast, tonight)
    for key, chosen, minute in (("first-phone", "absent", 4), ("second-phone", "present", 2)):
        at = NOW - timedelta(minutes=minute)
        register.mark(ada, mark=chosen, by=cast.instructor, now=NOW, key=key, tapped_at=at, seen="")
    words = "Two phones differ: Away, no word at 17:01, Here at 17:03. “Here” stands until you tap."
    told = ruth.get(address("register_standing", tonight)).json()
    assert told["conflicts"] == {str(ada.pk): words}
    page = ruth.get(address("register", tonight))
    assert words in page.content.decode()
    sent = {"key": page.context["form"]["key"].value(), "settle": ada.pk, f"mark-{ada.pk}": "present"}
    ruth.post(address("register", tonight), sent | {f"initial-mark-{ada.pk}": "present"})
    told = ruth.get(address("register_standing", tonight)).json()
    assert (told["conflicts"], told["marks"][str(ada.pk)]) == ({}, "present")


def test_the_sign_on_the_home_screen_leads_to_the_next_register(cast: Cast, ruth: Client, tonight: Session) -> None:
    assert ruth.get(reverse("classes:open_register"))["Location"] == address("register", tonight)
    own = Session.objects.filter(series__instructor=cast.instructor_profile)
    own.update(register_closed_at=NOW)
    assert ruth.get(reverse("classes:open_register"))["Location"] == reverse("classes:teaching")


def test_a_phone_can_put_the_register_on_its_home_screen(client: Client) -> None:
    response = client.get(reverse("classes:register_manifest"))
    told = json.loads(response.content)
    assert response["Content-Type"] == "application/manifest+json"
    assert (told["start_url"], told["scope"], told["display"]) == ("/teach/register/", "/", "standalone")
    assert [find(icon["src"].removeprefix("/static/")) is not None for icon in told["icons"]] == [True, True, True]


def parts_of(page: str) -> set[str]:
    """Every sheet, script and sign that a page is made of, and what its scripts bring in."""
    found = set(re.findall(r'<(?:link|script)\b[^>]*?(?:href|src)="(/static/[^"]+)"', page))
    found |= {urlsplit(use).path for use in re.findall(r'<use href="(/static/[^"]+)"', page)}
    for script in [one for one in found if one.endswith(".js")]:
        found |= imported(script)
    return found


def imported(script: str) -> set[str]:
    text = source(script).decode()
    near = re.findall(r'(?:from |import\()"\./([a-z_]+\.js)"', text)
    brought = {str(PurePosixPath(script).parent / name) for name in near}
    return brought.union(*(imported(one) for one in brought)) if brought else brought


def source(path: str) -> bytes:
    found: Any = find(path.removeprefix("/static/"))
    with open(found, "rb") as file:
        return file.read()


def test_the_worker_puts_aside_all_that_a_kept_page_is_made_of(cast: Cast, ruth: Client, tonight: Session) -> None:
    response = ruth.get(reverse("classes:register_worker"))
    script = response.content.decode()
    told = json.loads(re.findall(r"self\.warmHands = (.*);", script)[0])
    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert [find(part.removeprefix("/static/")) is not None for part in told["madeOf"]] == [True] * len(told["madeOf"])
    pages = [address("keep_register", tonight), reverse("classes:no_signal")]
    wanted = set().union(*(parts_of(ruth.get(page).content.decode()) for page in pages))
    # A phone asks for the sign of its home screen itself, while it has a network.
    assert wanted - set(told["madeOf"]) - {"/static/img/icon-180.png"} == set()


def test_what_the_worker_puts_aside_is_the_same_for_every_reader(cast: Cast, client: Client) -> None:
    addresses = [reverse(f"classes:{name}") for name in ("register_worker", "register_manifest", "no_signal")]
    as_visitor = [client.get(one).content for one in addresses]
    sign_in(client, cast.instructor)
    as_ruth = [client.get(one).content.replace(owner_mark(cast.instructor).encode(), b"") for one in addresses]
    assert as_ruth == as_visitor


@pytest.mark.parametrize("name", ["register", "keep_register"])
def test_the_first_load_of_a_register_is_under_sixty_kilobytes(
    cast: Cast, ruth: Client, tonight: Session, name: str
) -> None:
    for number in range(tonight.capacity - 2):
        user = make_user(f"f{number}@example.org", f"Carer {number}")
        family, babies = make_household(user, f"Baby {number}")
        make_enrolment(cast.running, family=family, babies=babies, by=user)
    page = ruth.get(address(name, tonight), headers={"Accept-Encoding": "gzip"})
    assert page.headers["Content-Encoding"] == "gzip"
    weights = {"page": len(page.content)}
    for part in parts_of(gzip.decompress(page.content).decode()):
        if part.endswith((".css", ".js")):
            weights[part] = len(gzip.compress(source(part), 9))
    assert sum(weights.values()) < FIRST_LOAD, f"{sum(weights.values())}: {weights}"


@pytest.mark.parametrize("name", ["keep_register", "no_signal"])
def test_a_message_for_its_reader_never_comes_to_lie_on_a_phone(cast: Cast, ruth: Client, name: str) -> None:
    session = cast.running.sessions.get(number=3)
    Session.objects.filter(pk=session.pk).update(starts_at=NOW - timedelta(minutes=5))
    ruth.post(f"/teach/series/{cast.running.slug}/after/", {"words": "You all listened."})
    lies_there = ruth.get(address(name, session) if name == "keep_register" else reverse("classes:no_signal"))
    told = "It stands on the keepsake of every family."
    assert lies_there.status_code == 200
    assert [told in one.content.decode() for one in (lies_there, ruth.get("/teach/"))] == [False, True]
