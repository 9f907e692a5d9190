"""Cancelling a booking before the series starts, with the sum said first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from classes import emails, offers
from classes.models import Charge, Enrolment, Place
from classes.places import lock_series, release_places
from config.accounts.models import User
from config.audit.trail import record
from config.lib.money import Money


class CannotCancel(Exception):
    """The booking stays as it is; the sentence says why and what to do instead."""


@dataclass(frozen=True)
class Quote:
    """What cancelling at this moment comes to: money `back` that was paid, money `waived` that was not, and `kept`."""

    back: Money
    waived: Money
    kept: Money
    is_full: bool


def quote(enrolment: Enrolment, *, now: datetime) -> Quote:
    """By the terms frozen at booking: everything until that many hours before the first session, then nothing."""
    begins = enrolment.series.first_session_at
    hours = int(enrolment.policy.get("refund_hours", 0))
    in_time = begins is None or now <= begins - timedelta(hours=hours)
    nothing, price = Money(0, enrolment.currency), enrolment.price
    if not in_time:
        return Quote(nothing, nothing, kept=price, is_full=False)
    if is_paid(enrolment):
        return Quote(back=price, waived=nothing, kept=nothing, is_full=True)
    return Quote(back=nothing, waived=price, kept=nothing, is_full=True)


def is_paid(enrolment: Enrolment) -> bool:
    return Charge.objects.filter(enrolment=enrolment, kind=Charge.Kind.SERIES, settled_at__isnull=False).exists()


def why_not_cancel(enrolment: Enrolment, *, now: datetime) -> str | None:
    """The sentence that refuses; None where `cancel` will do it."""
    if enrolment.state != Enrolment.State.BOOKED:
        return _("This booking has already ended.")
    if enrolment.series.has_begun(now):
        return _("The series has begun, so it can no longer be cancelled here. Please write to your instructor.")
    return None


def cancel(enrolment: Enrolment, *, by: User, now: datetime) -> Quote:
    """End the booking, free its places, note what is due, and offer the places to the first in line.

    Raises CannotCancel.
    """
    with transaction.atomic():
        series = lock_series(enrolment.series)
        enrolment = Enrolment.objects.select_related("family", "booked_by").get(pk=enrolment.pk)
        enrolment.series = series
        if refusal := why_not_cancel(enrolment, now=now):
            raise CannotCancel(refusal)
        due = quote(enrolment, now=now)
        release_places([enrolment], why=Place.Release.ENDED, now=now)
        enrolment.state, enrolment.ended_at = Enrolment.State.CANCELLED, now
        enrolment.save(update_fields=["state", "ended_at"])
        _settle(enrolment, due, now=now)
        record("cancelled a booking", by=by, about=enrolment, now=now, detail={"refund_minor": due.back.minor})
        for reader in {by.pk: by, enrolment.booked_by_id: enrolment.booked_by}.values():
            emails.queue_cancelled(enrolment, back=due.back, waived=due.waived, to=reader, now=now)
        offers.offer_places(series, now=now)
    return due


def _settle(enrolment: Enrolment, due: Quote, *, now: datetime) -> None:
    if due.waived.minor:
        Charge.objects.filter(enrolment=enrolment, kind=Charge.Kind.SERIES).update(waived_at=now)
    if due.back.minor:
        Charge.objects.create(
            enrolment=enrolment,
            kind=Charge.Kind.REFUND,
            amount_minor=due.back.minor,
            currency=due.back.currency,
            raised_at=now,
        )
