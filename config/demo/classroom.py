"""What happened in the rooms of the demo and at home: registers, notes, and diaries of those who keep one."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from classes import register
from classes.models import Place, Session
from config.demo.files import read
from config.demo.households import Home
from config.demo.timetable import Laid
from curriculum.models import LessonStroke, Stroke
from families import diary
from families.diary import Moment, StrokeAnswer
from families.models import Baby

# How often each mark is given, of a hundred.
MARKS = {"present": 78, "late": 8, "observed_with_doll": 6, "absent_told": 6, "absent": 2}
ANSWERS = {"loved": 4, "calm": 5, "unsure": 2, "stop": 2}
CONFIDENCE = ("learning", "growing", "at_ease")
SEED = 54  # as many as there are strokes; every demo falls out alike


def take_registers(timetable: Iterable[Laid], *, now: datetime) -> None:
    """A mark for every baby in every session that is over, and the register finished."""
    chance = random.Random(SEED)  # noqa: S311  (no secret)
    notes = read("notes")
    series = [laid.series for laid in timetable]
    over = Session.objects.held().filter(series__in=series, starts_at__lt=now - timedelta(hours=2))
    for number, session in enumerate(over.select_related("series__instructor__user").order_by("starts_at")):
        teacher = session.series.instructor.user
        places = list(Place.objects.booked().filter(session=session).order_by("pk"))
        marks = {place.pk: chance.choices(list(MARKS), list(MARKS.values()))[0] for place in places}
        begun = session.starts_at + timedelta(minutes=6)
        register.mark_all(session, marks=marks, by=teacher, now=begun, key=f"demo-{session.pk}")
        if places:
            register.write_note(places[number % len(places)], note=_pick(notes["baby"], number), by=teacher, now=begun)
        register.write_session_note(session, note=_pick(notes["session"], number), by=teacher, now=session.ends_at)
        register.finish(session, by=teacher, now=session.ends_at)


def keep_diaries(timetable: Iterable[Laid], homes: dict[str, list[Home]], *, now: datetime) -> None:
    """Two or three moments a week, for the fixed cast and most other families of series that run."""
    chance = random.Random(SEED)  # noqa: S311  (no secret)
    lines = read("notes")["diary"]
    taught = _strokes_of_lessons()
    by_family = {home.family.pk: home for town in homes.values() for home in town}
    for session, baby in _who_was_there(timetable, now=now):
        home = by_family[baby.family_id]
        if not home.is_cast and baby.pk % 3 == 0:
            continue
        for number in range(chance.choice((2, 2, 3))):
            at = session.ends_at + timedelta(days=1 + 2 * number, hours=chance.randint(-3, 2))
            if at < now:
                moment = _moment(chance, taught[session.lesson_id or 0], lines)
                diary.write(
                    baby,
                    moment=moment,
                    lesson=session.lesson,
                    key=f"demo-{session.pk}-{number}",
                    by=home.caregiver,
                    now=at,
                )


def _who_was_there(timetable: Iterable[Laid], *, now: datetime) -> list[tuple[Session, Baby]]:
    """Each baby of each session that is over, of series that still run."""
    running = [laid.series for laid in timetable if laid.series.has_begun(now) and not laid.series.is_over(now)]
    places = Place.objects.booked().filter(session__series__in=running, session__starts_at__lt=now - timedelta(hours=2))
    return [(place.session, place.baby) for place in places.select_related("session__lesson", "baby").order_by("pk")]


def _strokes_of_lessons() -> dict[int, list[Stroke]]:
    taught: dict[int, list[Stroke]] = defaultdict(list)
    for row in LessonStroke.objects.current().select_related("stroke").order_by("position"):
        taught[row.lesson_id].append(row.stroke)
    return taught


def _moment(chance: random.Random, taught: list[Stroke], lines: list[str]) -> Moment:
    answer = chance.choices(list(ANSWERS), list(ANSWERS.values()))[0]
    strokes = [
        StrokeAnswer(stroke, answer=answer if answer != "stop" else "unsure", confidence=chance.choice(CONFIDENCE))
        for stroke in taught[1:4]
    ]
    return Moment(
        minutes=chance.choice((3, 5, 8, 10, 12)),
        answer=answer,
        note=chance.choice(lines) if chance.random() < 0.5 else "",
        strokes=[] if answer == "stop" else strokes,
    )


def _pick(lines: list[str], number: int) -> str:
    return lines[number % len(lines)]
