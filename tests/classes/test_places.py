"""Places: the last line of the database, and counting what is left."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from classes.models import Enrolment, Place, Session
from classes.places import free_numbers, occupancy, places_left
from tests.cast import Cast
from tests.factories.accounts import make_user
from tests.factories.classes import make_enrolment
from tests.factories.families import add_baby, make_household


def place(cast: Cast, number: int, **changes: object) -> Place:
    """A place in the first session of the open series, straight into the database: no lock, no question asked."""
    enrolment, _made = Enrolment.objects.get_or_create(
        request_key="straight",
        defaults={
            "series": cast.open,
            "family": cast.family,
            "booked_by": cast.parent,
            "price_minor": 0,
            "currency": "GBP",
            "booked_at": cast.open.published_at,
        },
    )
    values = {"enrolment": enrolment, "session": cast.open.sessions.get(number=1), "baby": cast.baby, **changes}
    return Place.objects.create(number=number, **values)


def test_the_database_refuses_one_place_too_many(cast: Cast) -> None:
    assert cast.open.capacity == 8
    place(cast, 8)
    with pytest.raises(IntegrityError, match="place_within_capacity"), transaction.atomic():
        place(cast, 9, baby=cast.other_baby)


def test_the_database_refuses_a_number_twice(cast: Cast) -> None:
    place(cast, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        place(cast, 1, baby=cast.other_baby)


def test_the_database_refuses_one_baby_twice_in_a_session(cast: Cast) -> None:
    place(cast, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        place(cast, 2)


def test_the_database_refuses_number_nought(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        place(cast, 0)


def test_the_database_refuses_to_move_a_place_above_the_capacity(cast: Cast) -> None:
    taken = place(cast, 1)
    with pytest.raises(IntegrityError, match="place_within_capacity"), transaction.atomic():
        Place.objects.filter(pk=taken.pk).update(number=9)


def test_the_database_refuses_to_shrink_a_session_below_its_places(cast: Cast) -> None:
    taken = place(cast, 8)
    with pytest.raises(IntegrityError, match="session_capacity_holds_places"), transaction.atomic():
        Session.objects.filter(pk=taken.session_id).update(capacity=7)
    assert Session.objects.filter(pk=taken.session_id).update(capacity=9) == 1


def test_a_released_place_gives_its_number_back(cast: Cast, now: datetime) -> None:
    place(cast, 1, released_at=now)

    assert place(cast, 1).released_at is None


def test_room_and_stream_have_numbers_of_their_own(cast: Cast) -> None:
    session = cast.running.sessions.get(number=3)
    on_stream = place(cast, 4, way="stream", session=session, baby=add_baby(cast.family, "Theo"))

    assert on_stream.number == 4
    with pytest.raises(IntegrityError, match="place_within_capacity"), transaction.atomic():
        place(cast, 5, way="stream", session=session, baby=add_baby(cast.family, "Tara"))


def test_places_left_is_the_least_over_the_sessions_to_come(cast: Cast, now: datetime) -> None:
    _book_others(cast, 3)
    third = cast.open.sessions.get(number=3)
    released = Place.objects.filter(session=third, baby__first_name="Baby 0")
    released.update(released_at=now)

    assert places_left([cast.open, cast.running], now=now) == {
        cast.open.pk: {"room": 5, "stream": 0},
        cast.running.pk: {"room": 6, "stream": 4},
    }
    assert occupancy(cast.open, now=now).left("room") == 5


def test_a_past_session_does_not_count(cast: Cast, now: datetime) -> None:
    """Two sessions of the running series are over; full ones among them leave the later dates free."""
    later = now + timedelta(days=3)

    assert [session.number for session in occupancy(cast.running, now=later).sessions] == [4, 5]


def test_a_session_called_off_does_not_count(cast: Cast, now: datetime) -> None:
    cast.open.sessions.filter(number=2).update(state="cancelled")

    assert [session.number for session in occupancy(cast.open, now=now).sessions] == [1, 3, 4, 5]


@pytest.mark.parametrize("others", [1, 3])
def test_places_left_asks_once_for_any_number_of_series(cast: Cast, now: datetime, others: int) -> None:
    _book_others(cast, others)
    with CaptureQueriesContext(connection) as asked:
        places_left([cast.open, cast.running, cast.stream][:others], now=now)

    assert len(asked) == 1


def test_free_numbers_are_the_lowest_first(cast: Cast) -> None:
    session = cast.open.sessions.get(number=1)

    assert free_numbers(session, way="room", taken={1, 3, 9}) == [2, 4, 5, 6, 7, 8]


def _book_others(cast: Cast, count: int) -> None:
    user = make_user("crowd@example.org", "Crowd")
    family, babies = make_household(user, *(f"Baby {number}" for number in range(count)))
    make_enrolment(cast.open, family=family, babies=babies, by=user)
