"""Joining one class ends waiting for others: which entries, which stay, and what becomes of an offer in hand."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from classes import booking, elsewhere, offers, waiting_list
from classes.models import Enrolment, Offer, Series, Venue, WaitingParty
from classes.wishes import Wish
from config.letters.models import Letter
from families.models import Baby
from tests.cast import Cast
from tests.classes.queues import LEEDS, fill, free, offer_of, states, wait
from tests.factories.classes import make_series
from tests.factories.families import add_baby

NEAR = Wish(near="Leeds", here=LEEDS, km=5)


@pytest.fixture
def full(cast: Cast) -> Enrolment:
    Venue.objects.filter(pk=cast.venue.pk).update(latitude=LEEDS[0], longitude=LEEDS[1])
    Series.objects.filter(pk=cast.practice.pk).update(state=Series.State.CANCELLED)
    cast.open.refresh_from_db()
    return fill(cast.open)


def another(cast: Cast, slug: str, *, clock: time, first: date = date(2026, 4, 21)) -> Series:
    """A series of the other instructor, by default on the same Tuesdays as the open one."""
    teacher = cast.other_instructor_profile
    return make_series(teacher, title=slug.title(), slug=slug, first=first, clock=clock, venue=cast.venue)


def own_entry(cast: Cast, series: Series | None, *babies: Baby, now: datetime) -> WaitingParty:
    party = WaitingParty.objects.create(
        series=series,
        family=cast.family,
        asked_by=cast.caregiver,
        joined_at=now,
        **({} if series else NEAR.columns),
    )
    party.babies.add(*(babies or [cast.baby]))
    return party


def book(cast: Cast, series: Series, *babies: Baby, now: datetime) -> Enrolment:
    return booking.book(
        series,
        family=cast.family,
        babies=list(babies) or [cast.baby],
        way="room",
        who_comes=[cast.caregiver],
        by=cast.parent,
        now=now,
    )


def test_a_booking_ends_the_wait_for_the_same_class_any_class_and_those_at_the_same_time(
    cast: Cast, full: Enrolment, now: datetime
) -> None:
    """The sessions last 40 minutes: 14:30 overlaps with 14:00, and 14:40 does not."""
    overlapping = another(cast, "overlapping", clock=time(14, 30))
    after = another(cast, "after", clock=time(14, 40))
    same = own_entry(cast, cast.open, now=now)
    at_once = own_entry(cast, overlapping, now=now)
    later = own_entry(cast, after, now=now)
    anywhere = own_entry(cast, None, now=now)
    Series.objects.filter(pk=cast.open.pk).update(capacity=3)
    cast.open.sessions.update(capacity=3)
    book(cast, Series.objects.get(pk=cast.open.pk), now=now)

    assert states(same, at_once, later, anywhere) == ["joined", "withdrawn", "waiting", "withdrawn"]
    letter = Letter.objects.get(key__startswith="off_lists:")
    assert ("- Overlapping" in letter.text, "- Any class near you" in letter.text) == (True, True)
    assert "- After" not in letter.text


def test_what_another_baby_of_the_family_waits_for_stays(cast: Cast, full: Enrolment, now: datetime) -> None:
    theo = add_baby(cast.family, "Theo")
    free_one = another(cast, "free", clock=time(14))
    entries = own_entry(cast, cast.open, theo, now=now), own_entry(cast, None, theo, now=now)
    book(cast, free_one, cast.baby, now=now)

    assert states(*entries) == ["waiting", "waiting"]


def test_an_offer_in_hand_elsewhere_ends_at_once_and_the_sweep_passes_it_on(
    cast: Cast, full: Enrolment, now: datetime
) -> None:
    mine = own_entry(cast, cast.open, now=now)
    next_one = wait(cast, "bea", "Ida", "Ivo", now=now)
    free(full, now=now)
    offer = offer_of(mine)
    book(cast, another(cast, "same-time", clock=time(14)), now=now)
    assert (states(mine, next_one), Offer.objects.get(pk=offer.pk).state) == (["withdrawn", "waiting"], "withdrawn")
    with pytest.raises(waiting_list.OfferIsOver):
        waiting_list.accept(offer, by=cast.parent, now=now)

    offers.sweep(now)
    assert states(mine, next_one) == ["withdrawn", "offered"]


def test_accepting_an_offer_ends_the_wait_for_any_class(cast: Cast, full: Enrolment, now: datetime) -> None:
    mine, anywhere = own_entry(cast, cast.open, now=now), own_entry(cast, None, now=now)
    free(full, now=now)
    waiting_list.accept(offer_of(mine), by=cast.parent, now=now)

    assert states(mine, anywhere) == ["joined", "withdrawn"]


def test_accepting_what_any_class_brought_ends_the_wait_for_that_class(
    cast: Cast, full: Enrolment, now: datetime
) -> None:
    anywhere = own_entry(cast, None, now=now)
    free(full, now=now)
    same = own_entry(cast, cast.open, now=now)
    waiting_list.accept(offer_of(anywhere), by=cast.parent, now=now)

    assert states(anywhere, same) == ["joined", "joined"]
    assert not Letter.objects.filter(key__startswith="off_lists:").exists()


def test_single_dates_end_no_wait(cast: Cast, full: Enrolment, now: datetime) -> None:
    entry = own_entry(cast, None, now=now)
    third = cast.running.sessions.get(number=4)
    Enrolment.objects.filter(pk=cast.enrolment.pk).update(kind=Enrolment.Kind.SINGLE)
    cast.enrolment.refresh_from_db()
    left = elsewhere.leave_other_lists(cast.enrolment, babies=[cast.baby], sessions=[third], by=cast.parent, now=now)

    assert (left, states(entry)) == ([], ["waiting"])


def test_a_family_that_waits_for_nothing_costs_one_statement(cast: Cast, now: datetime) -> None:
    with CaptureQueriesContext(connection) as asked:
        elsewhere.leave_other_lists(cast.enrolment, babies=[cast.baby], sessions=[], by=cast.parent, now=now)

    assert len(asked) == 1
