"""Whoever is taken out of a family is out on their very next request, with every credential that they held."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.apps import apps
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import IntConverter

from classes import anything_changed, away, feeds
from classes.models import Notice, Offer
from classes.models.away import hash_of
from families import leaving
from families.models import Caregiver, PracticeLog
from tests.answers import said
from tests.cast import NOW, Cast, sign_in
from tests.classes.changes import move
from tests.factories.classes import make_enrolment, make_waiting_party
from tests.factories.families import an_invitation
from tests.factories.practice import tell_health

FAMILY_GUARDS = ("caregiver_only", "practiser_only", "booker_only")


def doors() -> list[tuple[str, URLPattern]]:
    """(name, pattern) of every address that only an adult of a family opens."""
    found = []
    for resolver in get_resolver().url_patterns:
        if not isinstance(resolver, URLResolver):
            continue
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLPattern) and getattr(pattern.callback, "guard_name", "") in FAMILY_GUARDS:
                found.append((f"{resolver.namespace}:{pattern.name}", pattern))
    return found


def address(name: str, pattern: URLPattern, things: dict[str, Any]) -> str:
    """With what is the family's own in it, wherever the part has that name."""
    parts = pattern.pattern.converters
    kwargs = {part: things.get(part, 1 if isinstance(kind, IntConverter) else "x") for part, kind in parts.items()}
    return reverse(name, kwargs=kwargs)


@pytest.fixture(autouse=True)
def _at_now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def joseph(cast: Cast) -> Caregiver:
    return Caregiver.objects.select_related("user", "family").get(user=cast.coparent)


@pytest.fixture
def things(cast: Cast, joseph: Caregiver) -> dict[str, Any]:
    tell_health(cast.baby, "hip", by=joseph)
    log = PracticeLog.objects.create(key="a-line-of-joseph", baby=cast.baby, caregiver=joseph, practised_at=NOW)
    return {
        "reference": cast.enrolment.reference,
        "session": cast.running.sessions.get(number=3).reference,
        "pk": cast.baby.pk,
        "number": 1,
        "key": log.key,
        "kind": "photos",
        "token": "x",
    }


def test_there_are_as_many_doors_as_one_would_think() -> None:
    assert len(doors()) > 30


@pytest.mark.parametrize(("name", "pattern"), doors(), ids=[name for name, _pattern in doors()])
def test_no_door_of_the_family_opens_any_more(
    cast: Cast, joseph: Caregiver, things: dict[str, Any], name: str, pattern: URLPattern
) -> None:
    here = address(name, pattern, things)
    phone = sign_in(Client(), cast.coparent)
    before = phone.get(here)
    assert "/accounts/login/" not in before.headers.get("Location", "")

    leaving.remove(joseph, by=cast.caregiver, now=NOW)
    for answer in (phone.get(here), phone.post(here), phone.head(here)):
        assert (answer.status_code, answer.headers["Location"].startswith("/accounts/login/")) == (302, True)

    back = sign_in(Client(), type(cast.coparent).objects.get(pk=cast.coparent.pk))
    for answer in (back.get(here), back.post(here)):
        # Without the forms' tokens: now and then one spells a name of three letters.
        status, _headers, _cookies, body = said(answer)
        assert (status, "Ada" in body) == (404, False)


def test_signed_in_anew_they_find_nothing_of_the_family_in_my_classes(cast: Cast, joseph: Caregiver) -> None:
    leaving.remove(joseph, by=cast.caregiver, now=NOW)
    page = sign_in(Client(), type(cast.coparent).objects.get(pk=cast.coparent.pk)).get("/me/")
    assert page.status_code == 200
    body = said(page)[3]
    assert [word for word in ("Ada", "Ines", "Gentle Thursdays") if word in body] == []


def test_the_others_stay_signed_in(cast: Cast, joseph: Caregiver) -> None:
    ines = sign_in(Client(), cast.parent)
    leaving.remove(joseph, by=cast.caregiver, now=NOW)
    assert ines.get("/me/family/").status_code == 200


Walk = Callable[[Cast, Caregiver], tuple[str, tuple[int, int], tuple[int, int]]]


def _calendar(cast: Cast, joseph: Caregiver) -> tuple[str, tuple[int, int], tuple[int, int]]:
    token = feeds.make_address(joseph, by=cast.coparent, now=NOW)
    return f"/calendar/{token}.ics", (200, 200), (404, 404)


def _away(cast: Cast, joseph: Caregiver) -> tuple[str, tuple[int, int], tuple[int, int]]:
    session = cast.running.sessions.get(number=3)
    token = away.make_link(cast.enrolment, session=session, caregiver=joseph, now=NOW)
    return f"/away/{token}/", (200, 422), (404, 404)


def _invitation(cast: Cast, joseph: Caregiver) -> tuple[str, tuple[int, int], tuple[int, int]]:
    return f"/join/{an_invitation(joseph).token}/", (200, 422), (410, 410)


def _offer(cast: Cast, joseph: Caregiver) -> tuple[str, tuple[int, int], tuple[int, int]]:
    party = make_waiting_party(cast.open, family=cast.family, babies=[cast.baby])
    type(party).objects.filter(pk=party.pk).update(asked_by=joseph, state="offered")
    timed: dict[str, Any] = {"state": "offered", "booked_at": None, "expires_at": NOW.replace(hour=23)}
    enrolment = make_enrolment(cast.open, family=cast.family, babies=[cast.baby], by=cast.coparent, **timed)
    token = Offer.objects.create(party=party, enrolment=enrolment, made_at=NOW).token
    return f"/me/offers/{token}/", (302, 302), (302, 302)  # without a session there is only the way to sign in


def _check(cast: Cast, joseph: Caregiver) -> tuple[str, tuple[int, int], tuple[int, int]]:
    session = cast.running.sessions.get(number=3)
    url = anything_changed.check_link(cast.enrolment, session, joseph, NOW)
    return urlsplit(url).path, (200, 422), (404, 404)


def _notice(cast: Cast, joseph: Caregiver) -> tuple[str, tuple[int, int], tuple[int, int]]:
    move(cast, NOW)
    own = Notice.objects.filter(enrolment=cast.enrolment)
    assert own.update(caregiver=joseph, token_hash=hash_of("joseph")) == 1
    return "/told/joseph/", (200, 422), (404, 404)


# Every table with a secret in it, and whose secret it is. One that is new needs a line here, and a walk where it lets an
# adult of a family in.
SECRETS: dict[str, Walk | str] = {
    "families.Invitation": _invitation,
    "classes.CalendarFeed": _calendar,
    "classes.AwayLink": _away,
    "classes.CheckLink": _check,
    "classes.Notice": _notice,
    "classes.Offer": _offer,
    "families.MessageChoice": "an adult's own; its link only stops a kind of letters",
    "classes.SeriesAlert": "an account's own, whatever family it is in; its link only stops the letters",
    "classes.BookingDraft": "a browser's own: what it typed itself, found by its session alone",
    "classes.Hold": "a browser's own, found by its session alone",
}


def test_every_table_with_a_secret_has_a_line() -> None:
    ours = ("families", "classes", "instructors", "curriculum")
    found = {
        model._meta.label
        for model in apps.get_models()
        if model._meta.app_label in ours
        and {"token", "token_hash"} & {field.name for field in model._meta.get_fields()}
    }
    assert found == set(SECRETS)


@pytest.mark.parametrize("walk", [walk for walk in SECRETS.values() if callable(walk)])
def test_no_link_of_theirs_answers_any_more(cast: Cast, joseph: Caregiver, walk: Walk) -> None:
    here, before, after = walk(cast, joseph)
    anyone = Client()
    assert (anyone.get(here).status_code, anyone.post(here).status_code) == before
    leaving.remove(joseph, by=cast.caregiver, now=NOW)
    assert (anyone.get(here).status_code, anyone.post(here).status_code) == after


def test_an_offer_that_they_asked_for_stays_the_family_s(cast: Cast, joseph: Caregiver) -> None:
    here, _before, _after = _offer(cast, joseph)
    leaving.remove(joseph, by=cast.caregiver, now=NOW)
    gone = sign_in(Client(), type(cast.coparent).objects.get(pk=cast.coparent.pk))
    assert gone.post(here, {"answer": "accept"}).status_code == 404
    ines = sign_in(Client(), cast.parent)
    assert ines.post(here, {"answer": "accept"}).status_code != 404
