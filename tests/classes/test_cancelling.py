"""Ending a booking, with the sum said first. Page: `cancel_place`."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client

from classes import cancelling
from classes.cancelling import CannotCancel, Quote
from classes.models import Charge, Enrolment, Place
from config.letters.models import Letter
from config.lib.money import Money
from tests.cast import Cast, sign_in
from tests.factories.classes import BOOKED_AT, make_enrolment

SIXTY, NOTHING = Money(6000, "GBP"), Money(0, "GBP")


@pytest.fixture
def enrolment(cast: Cast) -> Enrolment:
    booked = make_enrolment(cast.open, family=cast.family, babies=[cast.baby], by=cast.parent)
    Charge.objects.create(enrolment=booked, amount_minor=6000, currency="GBP", raised_at=BOOKED_AT)
    return booked


def pay(enrolment: Enrolment, now: datetime) -> None:
    Charge.objects.filter(enrolment=enrolment).update(settled_at=now)


@pytest.mark.parametrize(
    ("hours", "paid", "quote"),
    [
        (48, True, Quote(back=SIXTY, waived=NOTHING, kept=NOTHING, is_full=True)),
        (48, False, Quote(back=NOTHING, waived=SIXTY, kept=NOTHING, is_full=True)),
        (47, True, Quote(back=NOTHING, waived=NOTHING, kept=SIXTY, is_full=False)),
        (47, False, Quote(back=NOTHING, waived=NOTHING, kept=SIXTY, is_full=False)),
    ],
)
def test_the_quote_follows_the_terms_of_the_booking(
    cast: Cast, enrolment: Enrolment, now: datetime, hours: int, paid: bool, quote: Quote
) -> None:
    first = cast.open.first_session_at
    assert first is not None
    if paid:
        pay(enrolment, now)

    assert cancelling.quote(enrolment, now=first - timedelta(hours=hours)) == quote


def test_terms_that_change_later_do_not_reach_back(cast: Cast, enrolment: Enrolment) -> None:
    cast.open.refund_hours = 400
    cast.open.save(update_fields=["refund_hours"])
    first = cast.open.first_session_at
    assert first is not None

    assert cancelling.quote(enrolment, now=first - timedelta(hours=50)).is_full


def test_cancelling_frees_the_places_and_notes_what_is_due(cast: Cast, enrolment: Enrolment, now: datetime) -> None:
    pay(enrolment, now)
    cancelling.cancel(enrolment, by=cast.coparent, now=now)
    enrolment.refresh_from_db()

    assert (enrolment.state, enrolment.ended_at) == ("cancelled", now)
    assert Place.objects.taken(now).filter(enrolment=enrolment).count() == 0
    assert Charge.objects.get(enrolment=enrolment, kind="refund").amount == SIXTY
    assert sorted(Letter.objects.values_list("to", flat=True)) == ["coparent@example.org", "parent@example.org"]


def test_what_was_not_paid_is_no_longer_due(cast: Cast, enrolment: Enrolment, now: datetime) -> None:
    cancelling.cancel(enrolment, by=cast.parent, now=now)

    assert Charge.objects.get(enrolment=enrolment).waived_at == now


def test_a_booking_ends_once(cast: Cast, enrolment: Enrolment, now: datetime) -> None:
    cancelling.cancel(enrolment, by=cast.parent, now=now)
    with pytest.raises(CannotCancel):
        cancelling.cancel(enrolment, by=cast.parent, now=now)
    assert Letter.objects.count() == 1


def test_a_series_that_has_begun_is_not_cancelled_here(cast: Cast, now: datetime) -> None:
    with pytest.raises(CannotCancel, match="has begun"):
        cancelling.cancel(cast.enrolment, by=cast.parent, now=now)


def test_cancel_place_says_the_sum_first_and_does_it_by_post(
    cast: Cast, enrolment: Enrolment, client: Client, now: datetime
) -> None:
    pay(enrolment, now)
    sign_in(client, cast.parent)
    address = f"/me/places/{enrolment.reference}/cancel/"
    assert "Cancel, and get £60 back" in client.get(address).content.decode()
    assert Enrolment.objects.get(pk=enrolment.pk).state == "booked"

    done = client.post(address, follow=True)
    assert "its places are free for other families" in done.content.decode()
    assert Enrolment.objects.get(pk=enrolment.pk).state == "cancelled"
    assert "This booking has already ended" in client.post(address, follow=True).content.decode()
