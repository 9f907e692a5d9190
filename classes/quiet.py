"""The quieter way out, for a loss, a baby in hospital, an illness: one press, and everything stops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from classes import dues, ending
from classes.elsewhere import end_entries, lock_entries
from classes.models import Charge, Enrolment, Place, WaitingParty
from config.accounts.models import User
from config.audit.trail import record_each
from config.letters.outbox import withdraw_unsent
from config.lib.money import Money
from families.models import Caregiver, Family
from families.quiet import go_quiet, open_again

__all__ = ["Stopped", "open_again", "page_of", "stop_everything", "to_be_paid_back", "what_comes_back"]

# Bookings, and those that were cancelled while their dates are not over: they cost too.
UNDER_WAY = (Enrolment.State.BOOKED, Enrolment.State.CANCELLED)


@dataclass(frozen=True)
class Stopped:
    """What stopping everything came to: how many bookings ended, and the sums that go back, one a currency."""

    bookings: int
    back: list[Money]


@dataclass(frozen=True)
class QuietPage:
    """What stopping everything would mean: `back` is one sum a currency; all others are names and titles."""

    back: list[Money]
    has_been: bool
    ends: list[str]
    waits: bool
    others: list[str]
    instructors: list[str]


def page_of(reader: Caregiver, *, now: datetime) -> QuietPage:
    """What the page says before the press. Six queries, and one for each move of a booking."""
    family = reader.family
    under_way = [one for one in _standing(family, now=now) if one.state == Enrolment.State.BOOKED]
    others = Caregiver.objects.current().of_family(family).filter(user__isnull=False).exclude(pk=reader.pk)
    return QuietPage(
        back=what_comes_back(family, now=now),
        has_been=any(one.series.has_begun(now) for one in under_way),
        ends=[one.series.title for one in under_way],
        waits=WaitingParty.objects.in_line().for_family(family).exists(),
        others=[one.first_name for one in others.order_by("joined_at", "pk")],
        instructors=list(dict.fromkeys(one.series.instructor.display_name for one in under_way)),
    )


def what_comes_back(family: Family, *, now: datetime) -> list[Money]:
    """Everything that was paid for bookings under way, what has been too; one sum a currency. Bounded queries."""
    under_way = [one for one in _standing(family, now=now) if one.state in UNDER_WAY]
    accounts = dues.accounts_of(_with_origins(under_way))
    return _by_currency([account.in_hand for account in accounts.values()])


def to_be_paid_back(family: Family) -> list[Money]:
    """What the office has still to pay back to the family; one sum a currency. One query."""
    refunds = Charge.objects.refunds_to_pay().filter(enrolment__family=family)
    return _by_currency([refund.amount for refund in refunds])


def stop_everything(family: Family, *, by: User, now: datetime, reason: str = "") -> Stopped:
    """End all that is under way, pay everything back, withdraw what waits, and send nothing more to the family.

    Places go to those in line; what has been stays in the registers. `reason` is a value of families.quiet.Reason, or
    empty. Pressed twice is once. Raises ending.ChangedMeanwhile, and then nothing was written.
    """
    with transaction.atomic():
        locked = ending.lock_touched(_standing(family, now=now), now=now)
        # Before anything else, so that no letter of what follows is written.
        go_quiet(family, reason=reason, by=by, now=now)
        _leave_all_lists(family, by=by, now=now)
        under_way = [one for one in locked.all() if one.state in UNDER_WAY]
        back = _pay_back(_with_origins(under_way), now=now)
        ending.end(under_way, state=Enrolment.State.ENDED, why=Place.Release.ENDED, now=now)
        record_each("ended a booking", by=by, about=under_way, now=now)
        withdraw_unsent(_addresses(family))
        locked.pass_on(now=now)
    return Stopped(len(under_way), _by_currency(back))


def _leave_all_lists(family: Family, *, by: User, now: datetime) -> None:
    entries = lock_entries(family)
    end_entries(entries, WaitingParty.State.WITHDRAWN, now=now)
    record_each("left a waiting list", by=by, about=entries, now=now)


def _addresses(family: Family) -> QuerySet[Caregiver, str]:
    adults = Caregiver.objects.current().of_family(family).filter(user__isnull=False)
    return adults.values_list("user__email", flat=True)


def _standing(family: Family, *, now: datetime) -> list[Enrolment]:
    """What is under way or offered: each has a date that is not over, given back or not. One query."""
    mine = Enrolment.objects.for_family(family).filter(state__in=[*UNDER_WAY, Enrolment.State.OFFERED])
    to_come = Place.objects.filter(enrolment=OuterRef("pk"), session__starts_at__gt=now)
    running = Q(series__last_session_at__isnull=True) | Exists(to_come)
    return list(mine.filter(running).select_related("series__instructor").order_by("pk"))


def _with_origins(enrolments: Sequence[Enrolment]) -> list[Enrolment]:
    """These, and the bookings that they were moved from. One query for each move in the longest row of them."""
    found, fresh = list(enrolments), list(enrolments)
    while keys := [one.moved_from_id for one in fresh if one.moved_from_id]:
        fresh = list(Enrolment.objects.filter(pk__in=keys))
        found += fresh
    return found


def _pay_back(enrolments: Sequence[Enrolment], *, now: datetime) -> list[Money]:
    """Everything that is in hand for these bookings becomes a refund; what was not paid is no longer due."""
    Charge.objects.unpaid().filter(enrolment__in=enrolments).update(waived_at=now)
    accounts = dues.accounts_of(enrolments)
    for enrolment in enrolments:
        dues.raise_charge(enrolment, Charge.Kind.REFUND, accounts[enrolment.pk].in_hand, now=now)
    return [account.in_hand for account in accounts.values()]


def _by_currency(sums: Sequence[Money]) -> list[Money]:
    totals: dict[str, Money] = {}
    for one in sums:
        totals[one.currency] = totals.get(one.currency, Money(0, one.currency)) + one
    return [total for total in totals.values() if total.minor]
