"""The whole grid of an event, candidates by days, kept at once; two trainers at it do not write over each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from instructors.attendance import note_attendance
from instructors.events import today_at, why_not_run
from instructors.models import DayAttendance, Traineeship, TrainingDay, TrainingEvent
from instructors.refusals import CannotHold, CannotTrain

Status = DayAttendance.Status
Square = tuple[int, int]  # the numbers of a traineeship and of a day


@dataclass(frozen=True)
class Mark:
    """What stands in a square; empty until somebody has noted it. Minutes are asked only of a day attended in part."""

    status: str = ""
    minutes: int | None = None
    made_up_on: date | None = None

    @property
    def key(self) -> str:
        """The mark in one word, which a form carries to say what its reader saw."""
        if self.status == Status.PARTIAL:
            return f"{self.status}.{self.minutes or 0}"
        return f"{self.status}.{self.made_up_on or ''}" if self.status == Status.MADE_UP else self.status


@dataclass(frozen=True)
class Wish:
    """What somebody wants in a square, and what they saw there when they began."""

    seen: str
    mark: Mark


@dataclass
class GridRefused(Exception):
    """Nothing was kept. What is wrong, square by square; `met` are marks that somebody else made meanwhile."""

    wrong: dict[Square, str] = field(default_factory=dict)
    met: dict[Square, DayAttendance] = field(default_factory=dict)


def keep(event: TrainingEvent, wishes: dict[Square, Wish], *, by: Any, now: datetime) -> int:
    """Write what was changed, all of it or nothing; returns how many squares were.

    Raises CannotHold where this person may not, and GridRefused for squares that do not go, or that somebody else
    changed after the page was opened. The same mark made by two people is no quarrel.
    """
    with transaction.atomic():
        held = _locked(event)
        if sentence := why_not_run(held, by, on=today_at(held, now)):
            raise CannotHold(sentence)
        if held.state in (TrainingEvent.State.DRAFT, TrainingEvent.State.CANCELLED):
            raise CannotHold(_("Attendance is noted while a training event is open, running or finished."))
        standing = marks_of(held)
        changed = {square: wish for square, wish in wishes.items() if wish.mark.key != wish.seen}
        changed = {square: wish for square, wish in changed.items() if wish.mark != _mark(standing.get(square))}
        met = {square: standing[square] for square, wish in changed.items() if _is_other(standing.get(square), wish)}
        if met:
            raise GridRefused(met=met)
        _write(held, changed, by=by, now=now)
    return len(changed)


def marks_of(event: TrainingEvent) -> dict[Square, DayAttendance]:
    """What is noted so far, square by square."""
    rows = DayAttendance.objects.of_event(event).select_related("recorded_by")
    return {(row.traineeship_id, row.day_id): row for row in rows}


def everyone_left(
    event: TrainingEvent, wishes: dict[Square, Wish], *, day: TrainingDay, rows: Iterable[Traineeship]
) -> dict[Square, Wish]:
    """The same wishes, and "present" in every square of that day which is still empty."""
    here = {
        (row.pk, day.pk): Wish(wishes[row.pk, day.pk].seen if (row.pk, day.pk) in wishes else "", Mark(Status.PRESENT))
        for row in rows
        if not (wishes.get((row.pk, day.pk)) or Wish("", Mark())).mark.status
    }
    return {**wishes, **here}


def shown(row: DayAttendance | None) -> Mark:
    """The mark as a form shows it."""
    return _mark(row)


def _write(event: TrainingEvent, changed: dict[Square, Wish], *, by: Any, now: datetime) -> None:
    days = {day.pk: day for day in event.days.all()}
    rows = {row.pk: row for row in event.traineeship_set.all()}
    wrong: dict[Square, str] = {}
    for (row_id, day_id), wish in sorted(changed.items()):
        try:
            if row_id not in rows or day_id not in days:
                raise CannotTrain(_("This square belongs to another training event."))
            if days[day_id].on > today_at(event, now):
                raise CannotTrain(_("This day is still to come."))
            note_attendance(
                rows[row_id],
                day=days[day_id],
                status=wish.mark.status,
                minutes=wish.mark.minutes if wish.mark.status == Status.PARTIAL else None,
                made_up_on=wish.mark.made_up_on if wish.mark.status == Status.MADE_UP else None,
                by=by,
                now=now,
            )
        except CannotTrain as refusal:
            wrong[row_id, day_id] = str(refusal)
    if wrong:
        raise GridRefused(wrong=wrong)


def _mark(row: DayAttendance | None) -> Mark:
    if row is None:
        return Mark()
    return Mark(
        row.status,
        row.minutes if row.status == Status.PARTIAL else None,
        row.made_up_on if row.status == Status.MADE_UP else None,
    )


def _is_other(row: DayAttendance | None, wish: Wish) -> bool:
    """Whether the square holds something else than its reader saw."""
    return _mark(row).key != wish.seen


def _locked(event: TrainingEvent) -> TrainingEvent:
    rows = TrainingEvent.objects.select_for_update(of=("self",)).select_related("programme__credential_type__body")
    return rows.get(pk=event.pk)
