"""Walking a candidate through a training, for the demo world and for tests. Everything goes through the verbs."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from instructors.assessing import COUNTED, assess
from instructors.attendance import note_attendance
from instructors.issuing import issue
from instructors.models import (
    Assessment,
    Certificate,
    DayAttendance,
    Programme,
    Traineeship,
    TrainingDay,
    TrainingEvent,
)
from instructors.practicum import note_family, note_session
from instructors.progress import progress_of
from instructors.signing import hash_of, sign_off, snapshot
from instructors.traineeship import accept, apply

TREES = ("Birch", "Hazel", "Alder", "Willow", "Rowan", "Maple", "Linden", "Aspen")
AGES = ("0-3m", "3-6m", "3-6m", "0-3m", "6-9m", "3-6m", "9m+", "0-3m")


def hold_event(
    programme: Programme, *, trainer: Any, first_on: date, name: str, place: str, zone: str, days: int = 4
) -> TrainingEvent:
    """A training event of consecutive days, nine to five; every day but the first is with parents and babies."""
    event = TrainingEvent.objects.create(
        programme=programme,
        name=name,
        lead_trainer=trainer,
        place=place,
        time_zone=zone,
        state=TrainingEvent.State.OPEN,
    )
    for number in range(days):
        TrainingDay.objects.create(
            event=event,
            on=first_on + timedelta(days=number),
            starts=time(9),
            ends=time(17),
            is_practicum=number > 0,
        )
    return event


def take_on(event: TrainingEvent, *, trainee: Any, trainer: Any, now: datetime) -> Traineeship:
    """Applied and accepted."""
    applied = apply(event.programme, trainee=trainee, event=event, now=now)
    return accept(applied, trainer=trainer, by=trainer, now=now)


def attend(traineeship: Traineeship, *, trainer: Any, now: datetime, away: tuple[int, ...] = ()) -> None:
    """Present on every day, but for the numbered ones."""
    for number, day in enumerate(traineeship.event.days.all() if traineeship.event else [], start=1):
        status = DayAttendance.Status.ABSENT if number in away else DayAttendance.Status.PRESENT
        note_attendance(traineeship, day=day, status=status, by=trainer, now=now)


def practise(
    traineeship: Traineeship, *, by: Any, now: datetime, first_on: date, held: tuple[int, ...] = (5, 5, 5, 5, 5)
) -> None:
    """Practice families, so many sessions held with each, a week apart; who has had all has said something."""
    for tree, age, count in zip(TREES, AGES, held, strict=False):
        family = note_family(traineeship, alias=tree, age_band=age, consented_on=first_on, by=by, now=now)
        for number in range(1, count + 1):
            feedback = "We felt welcome, and nobody hurried us." if number == max(held) else ""
            on = first_on + timedelta(weeks=number - 1)
            note_session(family, no=number, held_on=on, feedback=feedback, by=by, now=now)


def pass_everything(traineeship: Traineeship, *, trainer: Any, now: datetime, but: tuple[str, ...] = ()) -> None:
    """Passed in every requirement that somebody judges, but for the keys named."""
    for requirement in traineeship.programme.requirements.exclude(kind__in=COUNTED).exclude(key__in=but):
        score = 88 if requirement.kind == "exam" else None
        outcome = Assessment.Outcome.PASSED
        assess(traineeship, requirement, outcome=outcome, score=score, comment="Warm and sound.", by=trainer, now=now)


def certify(traineeship: Traineeship, *, trainer: Any, now: datetime) -> Certificate:
    """Signed off as shown now, and issued."""
    row = Traineeship.objects.with_work().get(pk=traineeship.pk)
    seen = hash_of(snapshot(progress_of(row)))
    sign_off(row, seen=seen, statement="Every requirement is met.", by=trainer, now=now)
    return issue(row, by=trainer, now=now)
