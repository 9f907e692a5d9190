"""Telling candidates, 30 days and 7 days before something is due, that it is still missing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db import transaction

from instructors import training_letters
from instructors.deadlines import steps_of
from instructors.models import Traineeship
from instructors.progress import OPEN, progress_of
from instructors.traineeship import today_of

MARKS = (7, 30)
READ_AT_ONCE = 200


def remind(now: datetime) -> int:
    """Queue the letters of today, each once; returns for how many candidates. Who waits for the trainer gets none."""
    told = 0
    for row in _in_question(now.date()):
        due = next_due(row)
        days = (due - today_of(row, now)).days if due else -1
        mark = next((mark for mark in MARKS if 0 <= days <= mark), None)
        if due is None or mark is None:
            continue
        with transaction.atomic():
            training_letters.tell_deadline(row, on=due, days=days, mark=mark, now=now)
        told += 1
    return told


def next_due(traineeship: Traineeship) -> date | None:
    """The next day by which something that the candidate has still to do is due: of a step, or of the whole.

    Pass a traineeship loaded `with_work()`.
    """
    still_to_do = {need.key for need in progress_of(traineeship).needs if need.state == OPEN}
    if not still_to_do:
        return None
    steps = [step.due_on for step in steps_of(traineeship) if step.requirement.key in still_to_do]
    return min((day for day in (*steps, traineeship.deadline_on) if day), default=None)


def _in_question(today: date) -> Iterator[Traineeship]:
    """Those whose time ends soon, and those whose programme has steps with a deadline of their own."""
    last, soon = 0, today + timedelta(days=max(MARKS) + 2)
    while True:
        rows = list(Traineeship.objects.may_have_run_out(soon).with_work().after(last)[:READ_AT_ONCE])
        yield from rows
        if len(rows) < READ_AT_ONCE:
            return
        last = rows[-1].pk
