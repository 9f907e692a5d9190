"""What was taught in the demo's classes, who came to the door, and one thing that happened."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from classes import guests, incidents, taught
from classes.incidents import Words
from classes.models import Session
from config.demo.timetable import Laid
from curriculum.models import LessonStroke

LEFT_OUT = 2
"""So many strokes of the newest session there was no time for."""
INSTRUCTOR = "instructor@example.org"


def tell_of_classes(timetable: Iterable[Laid], *, now: datetime) -> None:
    """Ticks in the two newest sessions of each running series of the cast's instructor, and what else happens there."""
    for laid in timetable:
        series = laid.series
        is_theirs = series.instructor.user.email == INSTRUCTOR
        if not is_theirs or not series.has_begun(now) or series.is_over(now):
            continue
        over = Session.objects.held().filter(series=series, register_closed_at__isnull=False)
        newest = list(over.select_related("series__instructor__user", "lesson").order_by("-starts_at")[:2])
        for session, left_out in zip(newest, (LEFT_OUT, 0), strict=False):
            _tick(session, left_out)
        for session in newest[:1]:
            _welcome(session)
            _let_something_happen(session)
            _open_for_who_was_away(session, now=now)


def _tick(session: Session, left_out: int) -> None:
    rows = LessonStroke.objects.current().filter(lesson=session.lesson).order_by("position")
    strokes = list(rows.values_list("stroke_id", flat=True))
    ticks = dict.fromkeys(strokes[: len(strokes) - left_out], True)
    at = session.starts_at + timedelta(minutes=25)
    taught.tick(session, ticks=ticks, tapped_at=at, by=session.series.instructor.user, now=at)


def _welcome(session: Session) -> None:
    """Somebody new at the door, where there is a place for them."""
    at = session.starts_at + timedelta(minutes=3)
    if session.capacity and guests.room_left(session, now=at) > 0:
        by = session.series.instructor.user
        guests.add_walk_in(session, name="Juno", places=1, key="demo-door", by=by, now=at)


def _let_something_happen(session: Session) -> None:
    words = Words(
        summary="A carer slipped on the wet floor by the door",
        what="At the end, on the way out, a carer slipped on the wet floor. No baby was in her arms.",
        done="She sat down for a while and said that nothing hurt. I dried the floor and put a mat there.",
        told="The caretaker of the hall, the same evening.",
    )
    by = session.series.instructor.user
    at = session.ends_at
    incidents.write(session, baby=None, happened_at=at, words=words, by=by, now=at, key="demo-floor")


def _open_for_who_was_away(session: Session, *, now: datetime) -> None:
    for family in taught.families_away(session)[:1]:
        at = min(session.ends_at + timedelta(hours=2), now)
        taught.give_week(family.enrolment, session=session, by=session.series.instructor.user, now=at)
