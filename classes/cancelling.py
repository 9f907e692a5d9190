"""Cancelling a booking before the series starts, with the sum said first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from classes import emails, waiting_list
from classes.models import Charge, Enrolment
from classes.places import lock_series, release_places
from config.accounts.models import User
from config.audit.trail import record
from config.lib.money import Money


class CannotCancel(Exception):
    """The booking stays as it is; the sentence says why and what to do instead."""


@dataclass(frozen=True)
class Quote:
    """What cancelling at this moment gives back. `refund` of nothing that was asked is zero."""

    refund: Money
    is_full: bool


def quote(enrolment: Enrolment, *, now: datetime) -> Quote:
    """By the terms frozen at booking: everything back until that many hours before the first session, then nothing."""
    begins = enrolment.series.first_session_at
    hours = int(enrolment.policy.get("refund_hours", 0))
    in_time = begins is None or now <= begins - timedelta(hours=hours)
    return Quote(enrolment.price if in_time else Money(0, enrolment.currency), is_full=in_time)


def why_not_cancel(enrolment: Enrolment, *, now: datetime) -> str | None:
    """The sentence that refuses; None where `cancel` will do it."""
    if enrolment.state != Enrolment.State.BOOKED:
        return _("This booking has already ended.")
    if enrolment.series.has_begun(now):
        return _("The series has begun, so it can no longer be cancelled here. Please write to your instructor.")
    return None


def cancel(enrolment: Enrolment, *, by: User, now: datetime) -> Quote:
    """End the booking, free its places, note the refund due, and offer the places to the first in line.

    Raises CannotCancel.
    """
    with transaction.atomic():
        series = lock_series(enrolment.series)
        enrolment = Enrolment.objects.select_related("series", "family").get(pk=enrolment.pk)
        if refusal := why_not_cancel(enrolment, now=now):
            raise CannotCancel(refusal)
        due = quote(enrolment, now=now)
        release_places([enrolment], now=now)
        enrolment.state, enrolment.ended_at = Enrolment.State.CANCELLED, now
        enrolment.save(update_fields=["state", "ended_at"])
        if due.refund.minor:
            Charge.objects.create(
                enrolment=enrolment,
                kind=Charge.Kind.REFUND,
                amount_minor=due.refund.minor,
                currency=due.refund.currency,
                raised_at=now,
            )
        record("cancelled a booking", by=by, about=enrolment, now=now, detail={"refund_minor": due.refund.minor})
        emails.queue_cancelled(enrolment, refund=due.refund, to=by, now=now)
        waiting_list.offer_places(series, now=now)
    return due
