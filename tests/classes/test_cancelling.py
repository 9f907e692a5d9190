"""Ending a booking, or what is left of it, with the sum said first."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from classes import booking, cancelling
from classes.cancelling import CannotCancel, QuoteChanged
from classes.models import Charge, Enrolment, MakeUpRight, Place, WaitingParty
from config.audit.models import AuditEntry
from config.letters.models import Letter
from config.lib.money import Money
from tests.cast import Cast
from tests.factories.classes import BOOKED_AT, make_waiting_party
from tests.factories.ending import book, charges_of, go_to, make_up_place, pay, pounds
from tests.factories.families import add_baby


def sums(quote: cancelling.Quote) -> tuple[int, int, int, int]:
    """(stays due, comes back, no longer due, left to pay)"""
    return (quote.kept.minor, quote.back.minor, quote.waived.minor, quote.to_pay.minor)


@pytest.fixture
def enrolment(cast: Cast) -> Enrolment:
    """Ada in "Busy little people": five dates for £60, everything back until 48 hours before the first."""
    return book(cast, at=BOOKED_AT)


@pytest.mark.parametrize(
    ("hours", "paid", "expected"),
    [
        (48, True, (0, 6000, 0, 0)),
        (48, False, (0, 0, 6000, 0)),
        (47, True, (6000, 0, 0, 0)),
        (47, False, (6000, 0, 0, 6000)),
    ],
)
def test_the_quote_follows_the_terms_of_the_booking(
    cast: Cast, enrolment: Enrolment, now: datetime, hours: int, paid: bool, expected: tuple[int, ...]
) -> None:
    if paid:
        pay(enrolment, now=now)

    assert sums(cancelling.quote(enrolment, now=go_to(cast.open, hours=-hours))) == expected


def test_a_step_of_the_terms_gives_part_of_the_worth_back(cast: Cast) -> None:
    cast.open.part_refund_hours, cast.open.part_refund_percent = 24, 33
    cast.open.price_minor = 6001
    cast.open.save()
    enrolment = book(cast, at=BOOKED_AT)
    pay(enrolment, now=BOOKED_AT)

    quote = cancelling.quote(enrolment, now=go_to(cast.open, hours=-30))
    assert sums(quote) == (4020, 1981, 0, 0)  # 67 % of 6001 is 4020.67: the broken penny is the family's


def test_after_the_beginning_what_has_been_is_told_apart(cast: Cast, enrolment: Enrolment, now: datetime) -> None:
    pay(enrolment, now=now)
    quote = cancelling.quote(enrolment, now=go_to(cast.open, session=2, hours=1))

    assert (quote.worth.been, quote.worth.been_worth, quote.worth.to_come, quote.worth.to_come_worth) == (
        2,
        pounds(24),
        3,
        pounds(36),
    )
    assert sums(quote) == (6000, 0, 0, 0)


def test_terms_that_change_later_do_not_reach_back(cast: Cast, enrolment: Enrolment) -> None:
    cast.open.refund_hours = 400
    cast.open.save(update_fields=["refund_hours"])

    assert cancelling.quote(enrolment, now=go_to(cast.open, hours=-50)).is_full


def test_a_date_that_was_given_back_is_still_paid_for(cast: Cast, enrolment: Enrolment, now: datetime) -> None:
    pay(enrolment, now=now)
    told = Place.objects.filter(enrolment=enrolment, session__number=3)
    told.update(released_at=now, release=Place.Release.TOLD)

    assert sums(cancelling.quote(enrolment, now=now)) == (0, 6000, 0, 0)


def test_a_date_that_was_made_up_for_has_been(cast: Cast, now: datetime) -> None:
    enrolment = book(cast, at=BOOKED_AT, babies=[add_baby(cast.family, "Theo")])
    pay(enrolment, now=now)
    make_up_place(enrolment, missed=3, session=cast.running.sessions.get(number=2), now=now)

    assert sums(cancelling.quote(enrolment, now=now)) == (1200, 4800, 0, 0)


def test_cancelling_frees_the_places_and_notes_what_is_due(cast: Cast, enrolment: Enrolment, now: datetime) -> None:
    pay(enrolment, now=now)
    cancelling.cancel(enrolment, by=cast.coparent, now=now)
    enrolment.refresh_from_db()

    assert (enrolment.state, enrolment.ended_at) == ("cancelled", now)
    assert Place.objects.taken(now).filter(enrolment=enrolment).count() == 0
    assert charges_of(enrolment) == [("series", 6000, "settled"), ("refund", 6000, "due")]
    letters = Letter.objects.filter(key__startswith="cancelled:").order_by("to")
    assert [letter.to for letter in letters] == ["coparent@example.org", "parent@example.org"]
    assert AuditEntry.objects.filter(what="cancelled a booking").count() == 1


def test_what_was_not_paid_is_no_longer_due(cast: Cast, enrolment: Enrolment, now: datetime) -> None:
    cancelling.cancel(enrolment, by=cast.parent, now=now)

    assert charges_of(enrolment) == [("series", 6000, "waived")]


def test_what_stays_due_of_an_unpaid_booking_is_a_charge_of_its_own(cast: Cast, enrolment: Enrolment) -> None:
    late = go_to(cast.open, session=2, hours=1)
    cancelling.cancel(enrolment, by=cast.parent, now=late)

    assert charges_of(enrolment) == [("series", 6000, "waived"), ("kept", 6000, "due")]
    assert Place.objects.booked().filter(enrolment=enrolment).count() == 2, "what has been stays in the registers"


def test_a_booking_ends_once(cast: Cast, enrolment: Enrolment, now: datetime) -> None:
    pay(enrolment, now=now)
    cancelling.cancel(enrolment, by=cast.parent, now=now)
    with pytest.raises(CannotCancel, match="already ended"):
        cancelling.cancel(enrolment, by=cast.parent, now=now)

    assert Charge.objects.filter(enrolment=enrolment, kind="refund").count() == 1


def test_a_booking_whose_dates_have_all_been_is_not_cancelled(cast: Cast, enrolment: Enrolment) -> None:
    with pytest.raises(CannotCancel, match="nothing left to cancel"):
        cancelling.cancel(enrolment, by=cast.parent, now=go_to(cast.open, session=5, hours=1))


def test_a_sum_that_changed_is_shown_again_before_anything_happens(cast: Cast, enrolment: Enrolment) -> None:
    pay(enrolment, now=BOOKED_AT)
    seen = cancelling.quote(enrolment, now=go_to(cast.open, hours=-48)).agreed
    assert seen == Money(-6000, "GBP")

    with pytest.raises(QuoteChanged) as refusal:
        cancelling.cancel(enrolment, agreed=seen, by=cast.parent, now=go_to(cast.open, hours=-47))
    assert refusal.value.quote.agreed == pounds(0)
    assert Enrolment.objects.get(pk=enrolment.pk).state == "booked"
    assert charges_of(enrolment) == [("series", 6000, "settled")]


def test_make_up_places_go_too_and_their_series_passes_them_on(cast: Cast, enrolment: Enrolment, now: datetime) -> None:
    cast.stream.stream_capacity = 2
    cast.stream.save(update_fields=["stream_capacity"])
    cast.stream.sessions.update(stream_capacity=2)
    made_up = make_up_place(enrolment, missed=3, session=cast.stream.sessions.get(number=1), now=now, way="stream")
    party = make_waiting_party(cast.stream, family=cast.family, babies=[cast.baby], way="stream")

    cancelling.cancel(enrolment, by=cast.parent, now=now)

    made_up.refresh_from_db()
    assert (made_up.released_at, made_up.release) == (now, "ended")
    assert [(right.state, right.place) for right in MakeUpRight.objects.all()] == [("withdrawn", None)]
    assert WaitingParty.objects.get(pk=party.pk).state == "offered"


def test_rights_that_are_open_end_with_their_booking(cast: Cast, enrolment: Enrolment, now: datetime) -> None:
    MakeUpRight.objects.create(
        enrolment=enrolment,
        baby=cast.baby,
        missed=cast.open.sessions.get(number=1),
        number=1,
        at_most=2,
        granted_at=now,
        expires_at=now + timedelta(days=90),
    )
    cancelling.cancel(enrolment, by=cast.parent, now=now)

    assert list(MakeUpRight.objects.values_list("state", "ended_at")) == [("withdrawn", now)]


def test_the_freed_place_is_offered_to_who_waits(cast: Cast, now: datetime) -> None:
    cast.open.capacity = 1
    cast.open.save(update_fields=["capacity"])
    cast.open.sessions.update(capacity=1)
    enrolment = booking.book(
        cast.open, family=cast.family, babies=[cast.baby], way="room", who_comes=[], by=cast.parent, now=now
    )
    party = make_waiting_party(cast.open, family=cast.other_family, babies=[cast.other_baby])

    cancelling.cancel(enrolment, by=cast.parent, now=now)

    assert WaitingParty.objects.get(pk=party.pk).state == "offered"


@pytest.mark.parametrize(
    ("paid", "late", "sentence"),
    [
        (True, False, "You get £60 back."),
        (False, False, "You have nothing to pay: £60 is no longer due."),
        (True, True, "By the terms of your booking nothing is paid back."),
        (False, True, "By the terms of your booking £60 remains to be paid."),
    ],
)
def test_the_letter_says_what_it_comes_to(
    cast: Cast, enrolment: Enrolment, now: datetime, paid: bool, late: bool, sentence: str
) -> None:
    if paid:
        pay(enrolment, now=now)
    cancelling.cancel(enrolment, by=cast.parent, now=go_to(cast.open, session=2, hours=1) if late else now)
    letter = Letter.objects.get()

    assert letter.subject == "Cancelled: Busy little people"
    assert sentence in letter.text
    assert sentence in letter.html


def test_a_single_date_that_has_been_is_not_cancelled_though_its_series_goes_on(cast: Cast, now: datetime) -> None:
    single = book(cast, at=BOOKED_AT)
    Enrolment.objects.filter(pk=single.pk).update(kind="single")
    single.places.exclude(session__number=1).delete()
    single.refresh_from_db()

    assert cancelling.why_not_cancel(single, now=now) is None
    refusal = cancelling.why_not_cancel(single, now=go_to(cast.open, hours=1))
    assert refusal == "All its dates have been, so there is nothing left to cancel."
