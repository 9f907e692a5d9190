"""Practice that counts itself in the demo: who agreed, what the candidate wrote, and a trainer who looked in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from classes import practice_consents, practicum
from classes.models import Enrolment
from config.demo.timetable import Laid
from instructors import counting
from instructors.models import PracticeDate

REFLECTIONS = (
    "I asked for permission and then did not wait for the answer. Next week I count to five in my head.",
    "The doll went slowly enough today. I still talk while they are looking at their babies.",
    "Two were hungry at once and I let the plan go. It was the best half hour so far.",
)
SEEN = "She shows every stroke twice and then is quiet. Good. Sit lower, so that nobody has to look up."


def let_practice_count(laid: Iterable[Laid], *, now: datetime) -> None:
    """Every family of a practice series but the last agrees; the candidate's practicum follows from the registers."""
    practised = [one.series for one in laid if one.series.is_practice]
    for series in practised:
        booked = list(Enrolment.objects.booked().filter(series=series).order_by("pk").prefetch_related("who_comes"))
        for enrolment in booked[: max(len(booked) - 1, 1)]:
            by = enrolment.who_comes.all()[0]
            said_at = enrolment.booked_at or now - timedelta(days=20)
            practice_consents.say(enrolment, given=True, by=by, now=said_at)
    for candidate in {series.instructor.user for series in practised}:
        practicum.count_for(candidate, now=now)
        _look_back(PracticeDate.objects.of_candidate(candidate), now=now)


def _look_back(dates: Iterable[PracticeDate], *, now: datetime) -> None:
    held = [one for one in dates if one.is_held]
    for one, words in zip(held[:-1], REFLECTIONS, strict=False):
        row = one.traineeship
        counting.reflect(one, words=words, by=row.trainee, now=min(one.starts_at + timedelta(hours=9), now))
    if held and held[0].traineeship.trainer_of_record:
        trainer = held[0].traineeship.trainer_of_record
        counting.observe(held[0], words=SEEN, by=trainer, now=min(held[0].starts_at + timedelta(hours=5), now))
