"""Who was there on a training day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from config.audit.trail import record
from instructors.models import DayAttendance, Traineeship, TrainingDay
from instructors.refusals import CannotTrain
from instructors.traineeship import locked, start, today_of

COUNTS = (DayAttendance.Status.PRESENT, DayAttendance.Status.MADE_UP)


def length(day: TrainingDay) -> int:
    """Minutes of a training day, without its breaks."""
    whole = datetime.combine(day.on, day.ends) - datetime.combine(day.on, day.starts)
    return int(whole / timedelta(minutes=1)) - day.break_minutes


def note_attendance(
    traineeship: Traineeship,
    *,
    day: TrainingDay,
    status: str,
    by: Any,
    now: datetime,
    minutes: int | None = None,
    made_up_on: date | None = None,
) -> DayAttendance:
    """Write, or write over, how a candidate attended a day; the first note begins the training.

    Raises CannotTrain for a day of another event, one's own attendance, or a traineeship that has ended.
    """
    with transaction.atomic():
        row = locked(traineeship)
        if by.pk == row.trainee_id:
            raise CannotTrain(_("Nobody notes their own attendance."))
        if day.event_id != row.event_id:
            raise CannotTrain(_("This day belongs to another training event."))
        _must_be_whole(day, status, minutes=minutes, made_up_on=made_up_on, today=today_of(row, now))
        if row.state == Traineeship.State.ACCEPTED:
            start(row, by=by, now=now)
        elif row.state != Traineeship.State.ACTIVE:
            raise CannotTrain(_("Attendance is noted while somebody is in training."))
        full = length(day) if status in COUNTS else 0
        noted, _made = DayAttendance.objects.update_or_create(
            traineeship=row,
            day=day,
            defaults={
                "status": status,
                "minutes": full if minutes is None else minutes,
                "made_up_on": made_up_on,
                "recorded_by": by,
                "recorded_at": now,
            },
        )
        record("noted attendance", by=by, about=row, now=now, detail={"day": str(day.on), "status": status})
    return noted


def _must_be_whole(day: TrainingDay, status: str, *, minutes: int | None, made_up_on: date | None, today: date) -> None:
    """A day made up has its date, and one attended in part its time."""
    if status not in DayAttendance.Status:
        raise CannotTrain(_("Choose one of the words for how somebody attended."))
    if status == DayAttendance.Status.MADE_UP and made_up_on is None:
        raise CannotTrain(_("Please say on which day it was made up."))
    if status == DayAttendance.Status.MADE_UP and made_up_on and made_up_on > today:
        raise CannotTrain(_("A day counts as made up once it has been: choose today or an earlier day."))
    if status == DayAttendance.Status.PARTIAL and minutes is not None and not 0 < minutes < length(day):
        raise CannotTrain(_("Please say how long, less than the whole day."))
