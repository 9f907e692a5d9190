"""Single dates: sold where they cost no whole booking, never a place that is offered or held."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from classes import booking, holding, offers, practice
from classes.booking import CannotBook
from classes.catalogue import series_page
from classes.models import Enrolment, Place, Series, Session, WaitingParty
from classes.places import occupancy
from classes.ways_in import ways_in
from config.letters.models import Letter
from families.models import Baby
from tests.cast import Cast, sign_in
from tests.classes.booking_forms import new_family, newest_code, own_family
from tests.factories.accounts import make_user
from tests.factories.classes import make_enrolment, make_waiting_party
from tests.factories.families import add_baby, make_household


@pytest.fixture
def crowd(cast: Cast) -> Enrolment:
    """Another family has all eight places of the open series, but for the two of session 3 that it gave back."""
    user = make_user("crowd@example.org", "Crowd")
    family, babies = make_household(user, *(f"Baby {number}" for number in range(8)))
    enrolment = make_enrolment(cast.open, family=family, babies=babies, by=user)
    third = Place.objects.filter(enrolment=enrolment, session__number=3, baby__in=babies[:2])
    third.update(released_at=cast.open.first_session_at, release="told")
    return enrolment


def date(cast: Cast, number: int = 3) -> Session:
    return cast.open.sessions.get(number=number)


def book(cast: Cast, *babies: Baby, now: datetime, number: int = 3, **changes: Any) -> Enrolment:
    asked: dict[str, Any] = {"family": cast.family, "who_comes": [cast.caregiver], "by": cast.parent, "way": "room"}
    sessions = changes.pop("sessions", None) or [date(cast, number)]
    return booking.book_dates(sessions, babies=babies or [cast.baby], now=now, **{**asked, **changes})


def refusal(cast: Cast, *babies: Baby, now: datetime, **changes: Any) -> list[str]:
    with pytest.raises(CannotBook) as refused:
        book(cast, *babies, now=now, **changes)
    return [obstacle.code for obstacle in refused.value.obstacles]


def test_a_date_that_no_whole_booking_could_take_is_sold_singly(cast: Cast, crowd: Enrolment, now: datetime) -> None:
    enrolment = book(cast, now=now)

    [place] = enrolment.places.all()
    assert (enrolment.kind, enrolment.state, enrolment.price_minor) == ("single", "booked", 1200)
    assert (place.kind, place.session.number, place.price_minor) == ("single", 3, 1200)
    assert Letter.objects.get().key == f"booked:{enrolment.reference}"


def test_a_date_that_a_whole_booking_could_take_is_not(cast: Cast, now: datetime) -> None:
    assert refusal(cast, now=now) == ["date_full"]


def test_the_last_places_of_a_series_that_can_no_longer_be_joined_are(cast: Cast, now: datetime) -> None:
    theo = add_baby(cast.family, "Theo")
    fourth = cast.running.sessions.get(number=4)

    assert book(cast, theo, sessions=[fourth], now=now).kind == "single"


def test_no_more_are_sold_than_are_free(cast: Cast, crowd: Enrolment, now: datetime) -> None:
    three = [cast.baby, add_baby(cast.family, "Theo"), add_baby(cast.family, "Mia")]

    assert refusal(cast, *three, now=now) == ["date_full"]
    assert book(cast, *three[:2], now=now).places.count() == 2
    assert refusal(cast, three[2], now=now) == ["date_full"]


@pytest.mark.parametrize("session", [False, True])
def test_what_somebody_else_holds_is_not_sold(cast: Cast, crowd: Enrolment, now: datetime, session: bool) -> None:
    theirs = holding.hold(cast.open, places=2, way="room", session=date(cast), now=now)

    assert refusal(cast, now=now) == ["date_full"]
    assert refusal(cast, now=now, is_one_more=True) == ["date_full"]
    assert book(cast, now=now, hold=theirs).state == "booked"


def test_what_is_offered_is_not_sold(cast: Cast, crowd: Enrolment, now: datetime) -> None:
    """The crowd gives up a whole row of places, which is offered to who waits; one date more is free beside it."""
    twin = crowd.places.unreleased().filter(session__number=3)[0].baby
    crowd.places.filter(baby=twin).update(released_at=now, release="told")
    party = make_waiting_party(cast.open, family=cast.other_family, babies=[cast.other_baby])
    offers.offer_places(cast.open, now=now)
    party.refresh_from_db()
    assert party.state == WaitingParty.State.OFFERED

    third = [cast.baby, add_baby(cast.family, "Theo"), add_baby(cast.family, "Mia")]
    assert refusal(cast, *third, now=now, is_one_more=True) == ["date_full"]
    assert book(cast, *third[:2], now=now).places.count() == 2


def test_a_hold_of_a_date_leaves_the_series_as_it_is(cast: Cast, crowd: Enrolment, now: datetime) -> None:
    holding.hold(cast.open, places=1, way="room", session=date(cast), now=now)

    assert occupancy(cast.open, now=now).left_by_session("room") == {
        session.pk: (1 if session.number == 3 else 0) for session in cast.open.sessions.all()
    }


def test_one_more_class_takes_any_free_place(cast: Cast, now: datetime) -> None:
    assert book(cast, now=now, is_one_more=True).places.get().session.number == 3


def test_a_baby_with_a_place_on_that_date_has_no_second_one(cast: Cast, crowd: Enrolment, now: datetime) -> None:
    book(cast, now=now)

    assert refusal(cast, now=now) == ["already_booked"]


def test_a_date_that_is_over_cannot_be_booked(cast: Cast, now: datetime) -> None:
    gone = cast.running.sessions.get(number=2)

    assert refusal(cast, add_baby(cast.family, "Theo"), sessions=[gone], now=now) == ["gone"]


def test_dates_of_two_series_are_two_bookings(cast: Cast, now: datetime) -> None:
    with pytest.raises(ValueError, match="too many values"):
        book(cast, sessions=[date(cast), cast.running.sessions.get(number=4)], now=now)


@pytest.mark.parametrize(
    ("says", "babies", "price"),
    [
        ({"price_per": "family"}, 2, 1200),
        ({"price_per": "baby", "further_baby_percent": 50}, 2, 1800),
        ({"single_price_minor": 1500, "price_per": "baby"}, 2, 3000),
        ({"single_price_minor": 0}, 1, 0),
        ({"price_minor": 6001}, 1, 1201),
    ],
)
def test_the_price_of_a_date_is_said_or_is_its_part_rounded_up(
    cast: Cast, crowd: Enrolment, now: datetime, says: dict[str, Any], babies: int, price: int
) -> None:
    Series.objects.filter(pk=cast.open.pk).update(**says)
    party = [cast.baby, add_baby(cast.family, "Theo")][:babies]

    assert book(cast, *party, now=now).price_minor == price


def test_a_single_date_opens_the_practice_page_of_its_own_week(cast: Cast, now: datetime) -> None:
    theo = add_baby(cast.family, "Theo")
    fourth = cast.running.sessions.get(number=4)
    enrolment = book(cast, theo, sessions=[fourth], now=now)
    course = practice.course_of(practice.Practice(enrolment, theo), now=fourth.ends_at)

    assert [week.number for week in course.weeks if week.is_open] == [4]


def test_a_single_date_keeps_the_familys_turn_in_line(cast: Cast, crowd: Enrolment, now: datetime) -> None:
    party = make_waiting_party(cast.open, family=cast.family, babies=[cast.baby])
    book(cast, now=now)
    party.refresh_from_db()

    assert party.state == "waiting"


def test_the_page_of_the_series_counts_them_without_a_query(cast: Cast, crowd: Enrolment, now: datetime) -> None:
    page = series_page(cast.open.slug, now=now)
    assert page is not None
    with CaptureQueriesContext(connection) as asked:
        found = ways_in(page, now=now)

    assert len(asked.captured_queries) == 0
    assert [(free.session.number, free.way, free.places, free.price.minor) for free in found.dates] == [
        (3, "room", 2, 1200)
    ]
    assert found.late is None


def test_book_date_is_found_from_the_series_and_booked_with_six_digits(
    cast: Cast, crowd: Enrolment, client: Client
) -> None:
    address = f"/classes/busy-little-people/dates/{date(cast).reference}/book/"
    series = client.get("/classes/busy-little-people/").content.decode()
    form = client.get(address).content.decode()
    assert (address in series, "2 free mats" in series, "Book one date" in form, "£12" in form) == (True,) * 4

    sent = client.post(address, new_family())
    client.post(sent.headers["Location"], {"code": newest_code("priya@example.org"), "next": address})
    booked = client.post(address, new_family(email=None))
    enrolment = Enrolment.objects.get(kind="single")
    assert booked.headers["Location"] == f"/me/places/{enrolment.reference}/booked/"
    assert Letter.objects.get(key=f"booked:{enrolment.reference}").subject == "You are booked: Busy little people"


def test_book_date_refuses_what_is_gone_by_then(cast: Cast, crowd: Enrolment, client: Client, now: datetime) -> None:
    address = f"/classes/busy-little-people/dates/{date(cast).reference}/book/"
    sign_in(client, cast.parent)
    others = [cast.other_baby, add_baby(cast.other_family, "Sami")]
    asked: dict[str, Any] = {"family": cast.other_family, "who_comes": [cast.other_caregiver], "by": cast.other_parent}
    book(cast, *others, now=now, **asked)
    answer = client.post(address, own_family(cast.baby.pk))

    assert (answer.status_code, b"Nothing is free on this date any more." in answer.content) == (409, True)
    assert client.get(f"/classes/busy-little-people/dates/{cast.enrolment.reference}/book/").status_code == 404


def test_a_date_of_another_series_is_not_found(cast: Cast, client: Client) -> None:
    other = cast.running.sessions.get(number=4).reference

    assert client.get(f"/classes/busy-little-people/dates/{other}/book/").status_code == 404
