"""Traineeships whose time ran out. What lies with the trainer never runs out on the candidate."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from django.db import transaction

from instructors.deadlines import steps_of
from instructors.models import Traineeship
from instructors.progress import OPEN, progress_of
from instructors.traineeship import lapse, locked, today_of

READ_AT_ONCE = 200


def sweep(now: datetime) -> int:
    """End what ran past its deadline; returns how many. A day ends where the training is held."""
    lapsed = 0
    for found in _in_question(now.date()):
        with transaction.atomic():
            locked(found)
            row = Traineeship.objects.with_work().get(pk=found.pk)
            if ran_out(row, today=today_of(row, now)):
                lapse(row, now=now)
                lapsed += 1
    return lapsed


def ran_out(traineeship: Traineeship, *, today: date) -> bool:
    """Whether something that the candidate has still to do was due before that day, of the whole or of one step.

    Pass a traineeship loaded `with_work()`.
    """
    if traineeship.state not in (Traineeship.State.ACCEPTED, Traineeship.State.ACTIVE):
        return False
    still_to_do = {need.key for need in progress_of(traineeship).needs if need.state == OPEN}
    if traineeship.deadline_on and traineeship.deadline_on < today:
        return bool(still_to_do)
    return any(
        step.due_on is not None and step.due_on < today and step.requirement.key in still_to_do
        for step in steps_of(traineeship)
    )


def _in_question(on: date) -> Iterator[Traineeship]:
    """Those past their deadline, and those whose programme has steps with a deadline of their own."""
    last = 0
    while True:
        rows = list(Traineeship.objects.may_have_run_out(on).after(last)[:READ_AT_ONCE])
        yield from rows
        if len(rows) < READ_AT_ONCE:
            return
        last = rows[-1].pk
