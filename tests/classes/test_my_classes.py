"""A family's own pages: `my_classes`, `my_place`, `booked`."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from classes import my_classes, offers
from classes.models import Charge, Place
from tests.cast import Cast, sign_in
from tests.classes.booking_forms import new_family
from tests.factories.classes import make_enrolment, make_series, make_waiting_party


def test_my_classes_shows_the_offer_the_next_session_and_the_family(cast: Cast, client: Client, now: datetime) -> None:
    make_waiting_party(cast.open, family=cast.family, babies=[cast.baby])
    offers.offer_places(cast.open, now=now)
    page = sign_in(client, cast.parent).get("/me/").content.decode()

    told = [
        "A place has opened for you",
        "Next session, in 2 days",
        "Chest, arms and hands",
        "3 sessions still to come",
    ]
    assert [words for words in told if words not in page] == []
    assert "Good afternoon, Ines" in page
    assert "Ada is 13 weeks old." in page
    assert page.index("A place has opened") < page.index("Next session")


def test_a_coparent_sees_the_same_dates(cast: Cast, client: Client) -> None:
    page = sign_in(client, cast.coparent).get("/me/").content.decode()

    assert ("Gentle Thursdays" in page, "After the bath" in page) == (True, False)


def test_a_waiting_family_sees_its_rank(cast: Cast, client: Client) -> None:
    make_waiting_party(cast.open, family=cast.other_family, babies=[cast.other_baby])
    make_waiting_party(cast.open, family=cast.family, babies=[cast.baby])
    page = sign_in(client, cast.parent).get("/me/").content.decode()

    assert "You are number 2 on the waiting list." in page


@pytest.mark.parametrize("bookings", [1, 3])
def test_the_familys_page_asks_seven_times(cast: Cast, now: datetime, bookings: int) -> None:
    """Bookings, their dates, waiting parties, offers, make-up rights, babies, adults."""
    _book_more(cast, bookings - 1)
    with CaptureQueriesContext(connection) as asked:
        page = my_classes.family_page(cast.family, now=now)

    assert (len(page.bookings), len(asked)) == (bookings, 7)


def test_my_classes_asks_the_same_for_one_booking_and_for_three(cast: Cast, client: Client) -> None:
    sign_in(client, cast.parent)
    counts = []
    for more in (0, 2):
        _book_more(cast, more)
        with CaptureQueriesContext(connection) as asked:
            client.get("/me/")
        counts.append(len(asked))

    assert counts[0] == counts[1]


def _book_more(cast: Cast, count: int) -> None:
    for number in range(count):
        series = make_series(cast.instructor_profile, slug=f"more-{number}")
        make_enrolment(series, family=cast.family, babies=[cast.baby], by=cast.parent)


def test_a_released_date_is_not_among_the_dates(cast: Cast, client: Client, now: datetime) -> None:
    Place.objects.filter(enrolment=cast.enrolment, session__number=4).update(released_at=now)
    page = sign_in(client, cast.parent).get(f"/me/places/{cast.enrolment.reference}/")

    assert [session.number for session in page.context["booking"].sessions] == [1, 2, 3, 5]


def test_my_place_says_what_is_to_pay_and_who_comes(cast: Cast, client: Client, now: datetime) -> None:
    Charge.objects.create(enrolment=cast.enrolment, amount_minor=6000, currency="GBP", raised_at=now)
    page = sign_in(client, cast.parent).get(f"/me/places/{cast.enrolment.reference}/").content.decode()

    assert ("£60" in page, "Ines Moreau" in page, "Ruth Adeyemi tells you how" in page) == (True, True, True)


def test_an_offer_has_no_page_as_a_booking(cast: Cast, client: Client, now: datetime) -> None:
    offered = make_enrolment(
        cast.open,
        family=cast.family,
        babies=[cast.baby],
        by=cast.parent,
        state="offered",
        booked_at=None,
        expires_at=now + timedelta(hours=3),
    )

    assert sign_in(client, cast.parent).get(f"/me/places/{offered.reference}/").status_code == 404


@pytest.mark.parametrize(("minutes_before", "open_"), [(61, False), (60, True), (-20, True), (-41, False)])
def test_the_door_to_the_stream_shows_an_hour_before_and_until_the_end(
    cast: Cast, client: Client, minutes_before: int, open_: bool
) -> None:
    first = cast.stream.first_session_at
    assert first is not None
    with time_machine.travel(first - timedelta(minutes=minutes_before), tick=False):
        sign_in(client, cast.other_parent)
        page = client.get(f"/me/places/{cast.stream_enrolment.reference}/").content.decode()

    assert ("The door" in page) is open_


def test_an_unfinished_form_is_found_again(cast: Cast, client: Client) -> None:
    client.post("/classes/busy-little-people/book/", new_family())
    sign_in(client, cast.instructor)

    assert "Your form for Busy little people is waiting" in client.get("/me/").content.decode()
