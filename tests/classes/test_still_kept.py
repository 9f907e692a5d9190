"""What a family's phone keeps goes at its next contact, once it may not lie there any more."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from http.cookies import SimpleCookie

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from classes.models import Enrolment, ReadinessAnswer, RestingPart
from config.device import cookie_name
from curriculum.models import Region
from families import leaving, reasons
from families.models import Baby, Caregiver
from tests.cast import NOW, Cast, sign_in
from tests.factories.families import add_baby
from tests.factories.practice import account_of, taught_cast, tell_health

LATER = NOW + timedelta(minutes=1)
WEEK = "/me/practice/2/kept/"
PAGES = ("/", "/me/", "/me/practice/", "/accounts/email/")
Deed = Callable[[Cast], object]


@pytest.fixture
def cast(db: None, now: datetime) -> Cast:
    return taught_cast()


@pytest.fixture
def other(cast: Cast) -> Caregiver:
    """Another adult of the family, who books."""
    return Caregiver.objects.get(user=cast.coparent)


@pytest.fixture
def phone(cast: Cast, client: Client) -> Client:
    """A phone that keeps a week."""
    sign_in(client, cast.parent)
    assert client.get(WEEK).status_code == 200
    return client


def says(client: Client, path: str = "/") -> str:
    """What the page tells its browser to forget."""
    found = re.search(r'<html[^>]* data-forget="([a-z]+)"', client.get(path).content.decode())
    return found.group(1) if found else ""


def told_before_class(cast: Cast) -> None:
    session = cast.running.sessions.get(number=3)
    row = ReadinessAnswer(session=session, baby=cast.baby, written_by=cast.caregiver, written_at=LATER)
    row.forget_at = LATER + timedelta(days=9)
    row.save()


def rests(cast: Cast) -> None:
    RestingPart.objects.create(
        enrolment=cast.enrolment, baby=cast.baby, region=Region.ABDOMEN, asked_by="family", since=LATER, by=cast.parent
    )


CHANGES: dict[str, Deed] = {
    "of health": lambda cast: tell_health(cast.baby, "hip", by=cast.caregiver, now=LATER),
    "of these days": lambda cast: reasons.tell(cast.baby, keys=["skin"], by=cast.caregiver, now=LATER),
    "before a class": told_before_class,
    "a part rests": rests,
    "the baby is gone": lambda cast: Baby.objects.filter(pk=cast.baby.pk).update(removed_at=LATER),
    "the booking is over": lambda cast: Enrolment.objects.filter(pk=cast.enrolment.pk).update(state="cancelled"),
}


def test_a_phone_whose_weeks_are_as_they_were_forgets_nothing(phone: Client) -> None:
    assert [says(phone, page) for page in PAGES] == [""] * len(PAGES)
    assert phone.get(reverse("classes:sending_home")).json()["forget"] == ""


@pytest.mark.parametrize("what", CHANGES)
def test_every_page_has_the_weeks_forgotten_once_what_they_stand_on_changed(
    cast: Cast, phone: Client, what: str
) -> None:
    CHANGES[what](cast)
    assert [says(phone, page) for page in PAGES] == ["weeks"] * len(PAGES)


def test_a_week_kept_after_something_was_told_stays(cast: Cast, client: Client) -> None:
    tell_health(cast.baby, "hip", by=cast.caregiver, now=NOW - timedelta(days=1))
    sign_in(client, cast.parent).get(WEEK)
    assert says(client) == ""


def test_a_baby_that_came_into_the_family_takes_nothing_away(cast: Cast, phone: Client) -> None:
    add_baby(cast.family, "Bo")
    assert says(phone) == ""


def test_a_page_that_comes_to_lie_on_a_phone_never_tells_to_forget_it(cast: Cast, phone: Client) -> None:
    tell_health(cast.baby, "hip", by=cast.caregiver, now=LATER)
    kept = (WEEK, "/me/practice/2/hands-free/kept/", "/me/no-signal/", "/teach/no-signal/")
    assert says(phone, "/me/practice/2/") == "weeks"
    assert [says(phone, page) for page in kept] == [""] * len(kept)


def test_the_door_that_waiting_lines_knock_at_says_it_too(cast: Cast, phone: Client) -> None:
    tell_health(cast.baby, "hip", by=cast.caregiver, now=LATER)
    assert phone.get(reverse("classes:sending_home")).json()["forget"] == "weeks"


def test_an_adult_who_was_removed_keeps_nothing_of_home_whatever_page_their_phone_opens(
    cast: Cast, phone: Client, other: Caregiver
) -> None:
    leaving.remove(cast.caregiver, by=other, now=LATER)
    # Their sign-in has ended with it.
    assert phone.get("/me/").status_code == 302
    assert [says(phone, page) for page in ("/", "/strokes/", "/accounts/login/", "/no-such-page/")] == ["home"] * 4


@pytest.mark.parametrize("how", ["may only see the dates", "may not sign in"])
def test_an_adult_who_may_not_practise_any_more_keeps_nothing(cast: Cast, phone: Client, how: str) -> None:
    if how == "may only see the dates":
        Caregiver.objects.filter(pk=cast.caregiver.pk).update(role=Caregiver.Role.DATES)
    else:
        type(cast.parent).objects.filter(pk=account_of(cast.caregiver).pk).update(is_active=False)
    assert says(phone) == "home"


def test_what_a_phone_carries_is_sealed_and_forged_it_keeps_nothing(cast: Cast, phone: Client) -> None:
    carried = phone.cookies[cookie_name("weeks")]
    assert (carried["httponly"], carried["samesite"], carried["max-age"]) == (True, "Lax", 31 * 24 * 3600)
    assert [word for word in ("Ada", "adult", "since", str(NOW.year)) if word in carried.value] == []
    phone.cookies = SimpleCookie({cookie_name("weeks"): "A" + carried.value[1:]})
    assert says(phone) == "home"


def test_three_more_questions_go_to_the_database_where_a_phone_keeps_weeks(cast: Cast, client: Client) -> None:
    sign_in(client, cast.parent).get("/strokes/")
    asked = []
    for _kept in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get("/strokes/")
        asked.append(len(queries))
        client.get(WEEK)
    assert asked[1] - asked[0] == 3


def test_no_more_is_asked_for_more_babies(cast: Cast, phone: Client) -> None:
    asked = []
    phone.get("/strokes/")
    for name in ("", "Bo", "Cleo"):
        if name:
            tell_health(add_baby(cast.family, name), "skin", by=cast.caregiver, now=NOW - timedelta(days=1))
        phone.get(WEEK)
        with CaptureQueriesContext(connection) as queries:
            phone.get("/strokes/")
        asked.append(len(queries))
    assert asked[0] == asked[1] == asked[2]
