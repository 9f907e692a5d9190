"""What needs an instructor today, before everything that can wait: the top of the teaching page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from classes import deciding
from classes.models import Clearance, Enrolment, MergeAsk, Notice, Place, Series, SeriesDecision, Session, SessionChange
from classes.told import NO_PATIENCE, PATIENCE
from instructors.models import Instructor

MOST = 3
# A change that nobody has heard of is on the page while it helps to phone: from now until the date, or what it was.
PHONED_ABOUT = timedelta(days=2)
LINK_NEEDED = timedelta(hours=24)


@dataclass(frozen=True)
class Needs:
    """Short lists, each soonest first. Rows carry their counts: `families`, `unheard`, `waiting`, `unanswered`."""

    decisions: list[Series]
    unheard: list[Any]
    links: list[Session]
    clearances: list[Any]
    merges: list[Any]

    def __bool__(self) -> bool:
        return bool(self.decisions or self.unheard or self.links or self.clearances or self.merges)


def needs_of(instructor: Instructor, *, now: datetime) -> Needs:
    """Five queries, however much there is."""
    return Needs(
        decisions=deciding.due_for(instructor, now=now)[:MOST],
        unheard=list(_unheard(instructor, now=now)[:MOST]),
        links=list(_without_link(instructor, now=now)[:MOST]),
        clearances=list(_clearances(instructor)[:MOST]),
        merges=list(_merges(instructor, now=now)[:MOST]),
    )


def _unheard(instructor: Instructor, *, now: datetime) -> Any:
    """Changes of dates that are near, with `unheard`: bookings of which nobody has opened, answered or been spoken to.

    Of a date that was changed again, only the last change. A letter has its while to be opened, as on the page of who
    was told.
    """
    soon = _within(PHONED_ABOUT, "session__starts_at", now=now) | _within(PHONED_ABOUT, "was_starts_at", now=now)
    later = SessionChange.objects.filter(session=OuterRef("session"), pk__gt=OuterRef("pk"))
    near = SessionChange.objects.led_by(instructor).filter(soon).exclude(Exists(later))
    at_once = _within(NO_PATIENCE, "session__starts_at", now=now) | _within(NO_PATIENCE, "was_starts_at", now=now)
    due = near.filter(at_once | Q(at__lte=now - PATIENCE))
    heard = Q(opened_at__isnull=False) | ~Q(chosen="") | Q(spoken_at__isnull=False)
    reached = Notice.objects.filter(heard, change=OuterRef("change"), enrolment=OuterRef("enrolment"))
    silent = Notice.objects.filter(~Exists(reached), change=OuterRef("pk")).order_by().values("change")
    counted: Any = silent.annotate(families=Count("enrolment", distinct=True)).values("families")
    rows: Any = due.annotate(unheard=counted).filter(unheard__gt=0)
    return rows.select_related("session__series").order_by("starts_at", "pk")


def _within(span: timedelta, moment: str, *, now: datetime) -> Q:
    return Q(**{f"{moment}__gt": now, f"{moment}__lt": now + span})


def _without_link(instructor: Instructor, *, now: datetime) -> Any:
    """Sessions of the next day that families join by stream, with no link of their own or of their series."""
    streaming = Place.objects.booked().filter(session=OuterRef("pk"), way=Enrolment.Way.STREAM)
    own = Session.objects.for_instructor(instructor).to_come(now).filter(starts_at__lt=now + LINK_NEEDED)
    without = own.filter(series__state=Series.State.PUBLISHED, stream_url="", series__stream_url="")
    return without.filter(Exists(streaming)).select_related("series").order_by("starts_at", "pk")


def _clearances(instructor: Instructor) -> Any:
    """Series with notes of clinicians that wait to be confirmed, with `waiting`: how many."""
    waiting = Clearance.objects.waiting().filter(series=OuterRef("pk")).order_by().values("series")
    counted: Any = waiting.annotate(notes=Count("pk")).values("notes")
    rows: Any = Series.objects.led_by(instructor).published().annotate(waiting=counted)
    return rows.filter(waiting__gt=0).order_by("first_session_at", "pk")


def _merges(instructor: Instructor, *, now: datetime) -> Any:
    """Merges under way, with `unanswered`: how many families have not answered yet."""
    under_way = SeriesDecision.objects.filter(series__instructor=instructor, closed_at__isnull=True)
    asked = MergeAsk.objects.open(now).filter(decision=OuterRef("pk")).order_by().values("decision")
    counted: Any = asked.annotate(families=Count("pk")).values("families")
    rows: Any = under_way.filter(choice=Series.Decision.MERGE, answer_by__gt=now).annotate(unanswered=counted)
    return rows.filter(unanswered__gt=0).select_related("series", "to").order_by("answer_by", "pk")
