"""Cancelling a booking, or what is left of it, with the sum said first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from classes import dues, emails, ending
from classes.dues import Account, Worth
from classes.models import Charge, Enrolment, Place
from classes.terms import terms_at_booking
from config.accounts.models import User
from config.audit.trail import record
from config.lib.money import Money


class CannotCancel(Exception):
    """The booking stays as it is; the sentence says why and what to do instead."""


class QuoteChanged(CannotCancel):
    """The sum is no longer the one that was agreed to. `quote` is how it stands now."""

    def __init__(self, sentence: str, quote: Quote) -> None:
        super().__init__(sentence)
        self.quote = quote


@dataclass(frozen=True)
class Quote:
    """What cancelling at this moment comes to.

    Of the worth of all dates, `kept` stays due: what has been, and by the terms some of what is to come. `back` is paid
    back, `waived` was not paid and is no longer due, and `to_pay` is left to be paid.
    """

    worth: Worth
    kept: Money
    back: Money
    waived: Money
    to_pay: Money
    account: Account

    @property
    def is_full(self) -> bool:
        """Whether nothing at all stays due."""
        return not self.kept.minor

    @property
    def kept_to_come(self) -> Money:
        """What stays due for dates that are given up."""
        return self.kept - self.worth.been_worth

    @property
    def agreed(self) -> Money:
        """The one sum that is agreed to: what is left to pay; below zero, what comes back."""
        return self.to_pay - self.back


def quote(enrolment: Enrolment, *, now: datetime) -> Quote:
    """By the terms frozen at booking, on the exact worth of the places to come. Three queries."""
    worth = dues.worth_of(enrolment, now=now)
    account = dues.account_of(enrolment)
    kept = worth.been_worth + stays_due(enrolment, worth, now=now)
    paid = account.in_hand
    back = Money(max(paid.minor - kept.minor, 0), kept.currency)
    to_pay = Money(max(kept.minor - paid.minor, 0), kept.currency)
    return Quote(worth, kept, back, waived=worth.in_all - paid - to_pay, to_pay=to_pay, account=account)


def stays_due(enrolment: Enrolment, worth: Worth, *, now: datetime) -> Money:
    """How much of the worth of the places to come stays due by the terms; a broken penny is the family's."""
    terms = terms_at_booking(enrolment)
    percent = 100 - terms.refund_percent(begins=worth.begins, now=now)
    held = worth.to_come_worth.minor - worth.owed_minor
    minor = max(held * percent // 100, min(terms.stays_minor, held))
    return Money(minor, enrolment.currency)


def is_paid(enrolment: Enrolment) -> bool:
    return Charge.objects.filter(enrolment=enrolment, kind=Charge.Kind.SERIES, settled_at__isnull=False).exists()


def why_not_cancel(enrolment: Enrolment, *, now: datetime) -> str | None:
    """The sentence that refuses; None where `cancel` will do it."""
    if enrolment.state != Enrolment.State.BOOKED:
        return _("This booking has already ended.")
    if enrolment.series.is_over(now) or _is_single_and_over(enrolment, now=now):
        return _("All its dates have been, so there is nothing left to cancel.")
    return None


def _is_single_and_over(enrolment: Enrolment, *, now: datetime) -> bool:
    """A series may go on long after the single date that was booked of it. No query for a whole series."""
    if enrolment.kind != Enrolment.Kind.SINGLE:
        return False
    return not Place.objects.filter(enrolment=enrolment, session__starts_at__gt=now).exists()


def cancel(enrolment: Enrolment, *, by: User, now: datetime, agreed: Money | None = None) -> Quote:
    """End the booking: free its places and make-up places, note what is due, pass everything on to those in line.

    What has been stays in the registers. `agreed` is `Quote.agreed` as the family saw it; without it, whatever the
    terms say. Raises CannotCancel, and then nothing was written; QuoteChanged where the sum is another by now.
    """
    with transaction.atomic():
        locked = ending.lock_touched([enrolment], now=now)
        enrolment = locked.again(enrolment)
        if refusal := why_not_cancel(enrolment, now=now):
            raise CannotCancel(refusal)
        due = quote(enrolment, now=now)
        if agreed is not None and agreed != due.agreed:
            raise QuoteChanged(_("The sum has changed since you saw it. Here is how it stands now."), due)
        ending.end([enrolment], state=Enrolment.State.CANCELLED, why=Place.Release.ENDED, now=now)
        surplus = dues.close(enrolment, kept=due.kept, now=now)
        dues.raise_charge(enrolment, Charge.Kind.REFUND, surplus, now=now)
        detail = {"refund_minor": due.back.minor, "kept_minor": due.kept.minor, "dates": due.worth.to_come}
        record("cancelled a booking", by=by, about=enrolment, now=now, detail=detail)
        for reader in ending.readers(enrolment, by=by):
            emails.queue_cancelled(
                enrolment,
                back=due.back,
                waived=due.waived,
                to_pay=due.to_pay,
                kept=due.kept_to_come,
                to=reader,
                now=now,
            )
        locked.pass_on(now=now)
    return due
