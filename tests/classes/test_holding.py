"""`holding`: places kept while a form is filled in, from others and not from their own holder."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from classes import booking, holding, offers
from classes.booking import CannotBook
from classes.models import Enrolment, Hold, Offer, Place, Series
from classes.places import occupancy, places_left
from config.audit.models import AuditEntry
from families.models import Baby
from tests.cast import Cast
from tests.factories.accounts import make_user
from tests.factories.classes import make_enrolment, make_waiting_party
from tests.factories.families import add_baby, make_household

MINUTE = timedelta(minutes=1)


def hold(cast: Cast, places: int = 1, *, now: datetime, **changes: Any) -> Hold:
    return holding.hold(cast.open, **{"places": places, "way": "room", "now": now, **changes})


def left(series: Series, now: datetime) -> int:
    return occupancy(series, now=now).left("room")


def fill(series: Series, but: int = 0) -> Enrolment:
    user = make_user("crowd@example.org", "Crowd")
    family, babies = make_household(user, *(f"Baby {number}" for number in range(series.capacity - but)))
    return make_enrolment(series, family=family, babies=babies, by=user)


def book(cast: Cast, *babies: Baby, now: datetime, **changes: Any) -> Enrolment:
    asked: dict[str, Any] = {"family": cast.family, "who_comes": [cast.caregiver], "by": cast.parent}
    return booking.book(cast.open, babies=babies or [cast.baby], way="room", now=now, **{**asked, **changes})


def codes(refused: pytest.ExceptionInfo[CannotBook]) -> list[str]:
    return [obstacle.code for obstacle in refused.value.obstacles]


def test_a_hold_keeps_its_places_from_others_for_fifteen_minutes(cast: Cast, now: datetime) -> None:
    made = hold(cast, 3, now=now)

    assert (made.expires_at - now, made.state, len(made.token) >= 22) == (15 * MINUTE, "open", True)
    assert [left(cast.open, now + minutes * MINUTE) for minutes in (0, 14, 15)] == [5, 5, 8]
    assert places_left([cast.open], now=now)[cast.open.pk] == {"room": 5, "stream": 0}


def test_where_there_is_no_room_nothing_is_held(cast: Cast, now: datetime) -> None:
    fill(cast.open, but=1)
    with pytest.raises(CannotBook) as refused:
        hold(cast, 2, now=now)

    assert (codes(refused), Hold.objects.count()) == (["full"], 0)


def test_two_holds_never_keep_the_same_place(cast: Cast, now: datetime) -> None:
    fill(cast.open, but=1)
    hold(cast, now=now)
    with pytest.raises(CannotBook):
        hold(cast, now=now)
    assert hold(cast, now=now + 15 * MINUTE).state == "open"


@pytest.mark.parametrize(("places", "way", "code"), [(0, "room", "no_baby"), (1, "stream", "way"), (7, "room", "many")])
def test_what_makes_no_sense_is_not_held(cast: Cast, now: datetime, places: int, way: str, code: str) -> None:
    with pytest.raises(CannotBook) as refused:
        hold(cast, places, way=way, now=now)
    assert codes(refused) == [code]


def test_the_same_token_changes_the_hold_and_does_not_prolong_it(cast: Cast, now: datetime) -> None:
    first = hold(cast, now=now)
    again = hold(cast, 2, token=first.token, now=now + 5 * MINUTE)

    assert (again.pk, again.places, again.expires_at) == (first.pk, 2, first.expires_at)
    assert left(cast.open, now + 5 * MINUTE) == 6


def test_a_hold_that_cannot_grow_stays_as_it_was(cast: Cast, now: datetime) -> None:
    fill(cast.open, but=1)
    first = hold(cast, now=now)
    with pytest.raises(CannotBook):
        hold(cast, 2, token=first.token, now=now)

    first.refresh_from_db()
    assert (first.places, first.state) == (1, "open")


def test_the_token_of_a_hold_that_ran_out_makes_a_new_one(cast: Cast, now: datetime) -> None:
    first = hold(cast, now=now)
    second = hold(cast, token=first.token, now=now + 15 * MINUTE)

    assert (second.pk != first.pk, second.token != first.token) == (True, True)


def test_a_hold_is_kept_ten_minutes_longer_once(cast: Cast, now: datetime) -> None:
    made = holding.extend(hold(cast, now=now), now=now + 14 * MINUTE)
    assert made.expires_at == now + 25 * MINUTE
    with pytest.raises(holding.HoldIsOver) as refused:
        holding.extend(made, now=now + 15 * MINUTE)

    assert str(refused.value) == "We kept your place longer once already. Please book before the time is over."
    assert Hold.objects.get().expires_at == now + 25 * MINUTE


def test_a_hold_that_is_over_is_not_kept_longer(cast: Cast, now: datetime) -> None:
    made = hold(cast, now=now)
    with pytest.raises(holding.HoldIsOver):
        holding.extend(made, now=now + 15 * MINUTE)


def test_what_is_given_back_is_free_at_once_and_twice_is_once(cast: Cast, now: datetime) -> None:
    made = hold(cast, now=now)
    for _twice in range(2):
        holding.give_back(made, now=now + MINUTE)

    made.refresh_from_db()
    assert (made.state, made.ended_at, left(cast.open, now + MINUTE)) == ("given_back", now + MINUTE, 8)


def test_given_back_goes_to_who_waits(cast: Cast, now: datetime) -> None:
    fill(cast.open, but=1)
    made = hold(cast, now=now)
    party = make_waiting_party(cast.open, family=cast.other_family, babies=[cast.other_baby])
    holding.give_back(made, now=now)

    assert [offer.party_id for offer in Offer.objects.all()] == [party.pk]


def test_run_out_goes_to_who_waits_with_the_next_sweep(cast: Cast, now: datetime) -> None:
    fill(cast.open, but=1)
    made = hold(cast, now=now)
    make_waiting_party(cast.open, family=cast.other_family, babies=[cast.other_baby])
    offers.sweep(now + 14 * MINUTE)
    assert Offer.objects.count() == 0
    offers.sweep(now + 15 * MINUTE)

    made.refresh_from_db()
    assert (made.state, made.ended_at, Offer.objects.count()) == ("lapsed", now + 15 * MINUTE, 1)


def test_an_offer_never_takes_what_is_held(cast: Cast, now: datetime) -> None:
    fill(cast.open, but=2)
    hold(cast, 1, now=now)
    twins = make_waiting_party(
        cast.open, family=cast.other_family, babies=[cast.other_baby, add_baby(cast.other_family, "Sami")]
    )
    offers.sweep(now)
    twins.refresh_from_db()

    assert (twins.state, Offer.objects.count()) == ("waiting", 0)


def test_the_own_hold_counts_for_its_holder_alone(cast: Cast, now: datetime) -> None:
    fill(cast.open, but=1)
    mine = hold(cast, now=now)
    with pytest.raises(CannotBook) as refused:
        book(cast, now=now)

    enrolment = book(cast, now=now, hold=mine)
    mine.refresh_from_db()
    assert (codes(refused), enrolment.state, mine.state, mine.ended_at) == (["full"], "booked", "used", now)
    assert AuditEntry.objects.get(what="booked").detail == {"babies": 1, "sessions": 5, "hold": mine.pk}


def test_a_hold_of_one_does_not_book_twins_where_one_place_is_left(cast: Cast, now: datetime) -> None:
    fill(cast.open, but=1)
    mine = hold(cast, now=now)
    with pytest.raises(CannotBook):
        book(cast, cast.baby, add_baby(cast.family, "Theo"), now=now, hold=mine)

    mine.refresh_from_db()
    assert (mine.state, Place.objects.filter(baby=cast.baby, session__series=cast.open).count()) == ("open", 0)


def test_a_hold_that_ran_out_is_no_reason_to_refuse_while_there_is_room(cast: Cast, now: datetime) -> None:
    mine = hold(cast, now=now)

    assert book(cast, now=now + 20 * MINUTE, hold=mine).state == "booked"
    mine.refresh_from_db()
    assert mine.state == "open"
    holding.tidy(now + 20 * MINUTE)
    mine.refresh_from_db()
    assert mine.state == "lapsed"


def test_a_hold_that_ran_out_and_whose_place_went_says_until_when_it_was_kept(cast: Cast, now: datetime) -> None:
    fill(cast.open, but=1)
    mine = hold(cast, now=now)
    book(
        cast,
        cast.other_baby,
        now=now + 16 * MINUTE,
        family=cast.other_family,
        who_comes=[cast.other_caregiver],
        by=cast.other_parent,
    )
    with pytest.raises(CannotBook) as refused:
        book(cast, now=now + 20 * MINUTE, hold=mine)

    assert str(refused.value) == (
        "Your place was kept until 17:20, and has gone since. "
        "This series is full. You can join the waiting list, and we write when a place opens."
    )


def test_every_change_of_a_hold_stands_in_the_trail(cast: Cast, now: datetime) -> None:
    made = hold(cast, now=now)
    hold(cast, 2, token=made.token, now=now)
    holding.extend(made, now=now)
    holding.give_back(made, now=now)
    ran_out = hold(cast, now=now)
    holding.tidy(now + 15 * MINUTE)

    told = AuditEntry.objects.order_by("pk").values_list("what", "about", "by_id")
    assert list(told) == [
        ("held places", f"classes.Hold:{made.pk}", None),
        ("changed held places", f"classes.Hold:{made.pk}", None),
        ("held places longer", f"classes.Hold:{made.pk}", None),
        ("gave held places back", f"classes.Hold:{made.pk}", None),
        ("held places", f"classes.Hold:{ran_out.pk}", None),
        ("held places ran out", f"classes.Hold:{ran_out.pk}", None),
    ]
