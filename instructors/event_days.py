"""The days of a training event: laid out at once, changed one by one while nobody's attendance hangs on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from config.audit.trail import record
from config.lib.times import local
from instructors.models import TrainingDay, TrainingEvent
from instructors.refusals import CannotHold
from instructors.traineeship import follow_the_days

MOST_DAYS = 14
FURTHEST = timedelta(days=3 * 365)
"""No training is planned further ahead; a later day is a slip of the year."""


@dataclass(frozen=True)
class Days:
    """Days in a row, each with the same hours. `families_from` numbers the first day with parents and babies."""

    first_on: date | None
    last_on: date | None
    starts: time = time(9)
    ends: time = time(17)
    break_minutes: int = 0
    families_from: int | None = None


def lay_days(event: TrainingEvent, days: Days) -> list[TrainingDay]:
    """One row a day. Raises CannotHold where they are not whole."""
    if days.first_on is None:
        return []
    last_on = days.last_on or days.first_on
    number = (last_on - days.first_on).days + 1
    if number < 1:
        raise CannotHold(_("The last day cannot come before the first."))
    if number > MOST_DAYS:
        raise CannotHold(_("A training has at most %d days in a row. Add further days afterwards.") % MOST_DAYS)
    _must_be_whole(days.starts, days.ends, days.break_minutes)
    rows = [
        TrainingDay(
            event=event,
            on=days.first_on + timedelta(days=place),
            starts=days.starts,
            ends=days.ends,
            break_minutes=days.break_minutes,
            is_practicum=bool(days.families_from and place + 1 >= days.families_from),
        )
        for place in range(number)
    ]
    return TrainingDay.objects.bulk_create(rows)


def set_day(
    event: TrainingEvent,
    day: TrainingDay | None,
    *,
    on: date,
    starts: time,
    ends: time,
    by: Any,
    now: datetime,
    break_minutes: int = 0,
    is_practicum: bool = False,
) -> TrainingDay:
    """Add a day, or change one. Deadlines that count from the days move along, only ever forward.

    Raises CannotHold for a day on which attendance is noted, or for an event that is over.
    """
    with transaction.atomic():
        row = _locked(event)
        _must_be_whole(starts, ends, break_minutes)
        if on > local(now, row.time_zone).date() + FURTHEST:
            raise CannotHold(_("Please look at the year of these days again."))
        changed = TrainingDay(event=row) if day is None else _untouched(row, day)
        if row.days.filter(on=on).exclude(pk=changed.pk).exists():
            raise CannotHold(_("This training has this day already."))
        if changed.pk is None and row.days.count() >= MOST_DAYS:
            raise CannotHold(_("A training has at most %d days.") % MOST_DAYS)
        changed.on, changed.starts, changed.ends = on, starts, ends
        changed.break_minutes, changed.is_practicum = break_minutes, is_practicum
        changed.save()
        what = "added a training day" if day is None else "changed a training day"
        record(what, by=by, about=row, now=now, detail={"day": str(on)})
        _let_deadlines_follow(row, by=by, now=now)
    return changed


def take_out_day(event: TrainingEvent, day: TrainingDay, *, by: Any, now: datetime) -> None:
    """Take a planned day out again. Raises CannotHold where attendance is noted on it."""
    with transaction.atomic():
        row = _locked(event)
        gone = _untouched(row, day)
        record("took a training day out", by=by, about=row, now=now, detail={"day": str(gone.on)})
        gone.delete()


def _locked(event: TrainingEvent) -> TrainingEvent:
    row = TrainingEvent.objects.select_for_update().get(pk=event.pk)
    if row.state in (TrainingEvent.State.FINISHED, TrainingEvent.State.CANCELLED):
        raise CannotHold(_("This training event is over, so its days stay as they are."))
    return row


def _untouched(event: TrainingEvent, day: TrainingDay) -> TrainingDay:
    found = event.days.filter(pk=day.pk).first()
    if found is None:
        raise CannotHold(_("This day belongs to another training event."))
    if found.attendance.exists():
        raise CannotHold(_("Attendance is noted on this day, so it stays as it is."))
    return found


def _must_be_whole(starts: time, ends: time, break_minutes: int) -> None:
    if ends <= starts:
        raise CannotHold(_("A day ends after it begins."))
    if timedelta(hours=ends.hour - starts.hour, minutes=ends.minute - starts.minute) <= timedelta(
        minutes=break_minutes
    ):
        raise CannotHold(_("The breaks are as long as the whole day."))


def _let_deadlines_follow(event: TrainingEvent, *, by: Any, now: datetime) -> None:
    for row in event.traineeship_set.in_training().order_by("pk"):
        follow_the_days(row, by=by, now=now)
