"""Who could take one date: certified that day, with the language of the class, near the room, and free, way and all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from classes.clashing import AROUND, way_between
from classes.models import Series, Session, Venue
from classes.models.distance import Point, box_around
from config.lib.times import local
from instructors.models import Instructor
from instructors.models.instructor import InstructorQuerySet

# Nobody drives further for one evening.
FARTHEST_KM = 60
MOST_LOOKED_AT = 200
MOST = 8


@dataclass(frozen=True)
class Free:
    """Somebody who could take the date; `has_stood_in` if they took one of this lead's before."""

    instructor: Instructor
    letters: str
    is_in_town: bool
    has_stood_in: bool


def free_for(session: Session, *, now: datetime) -> list[Free]:
    """At most MOST, those who stood in before first, then those of the town. Three queries, however many there are.

    `session` comes with its series and venue. A date that is joined from home alone can be led from anywhere.
    """
    if session.starts_at <= now:
        return []
    candidates = _candidates(session)
    busy = _sessions_of(candidates, session)
    stood_in = _who_stood_in(session.series.instructor)
    venue = _room_of(session)
    town = venue.town.casefold() if venue else ""
    free = [
        Free(
            instructor=one,
            letters=getattr(one, "letters", "") or "",
            is_in_town=bool(town) and one.town.casefold() == town,
            has_stood_in=one.pk in stood_in,
        )
        for one in candidates
        if not any(_is_in_the_way(other, session, venue) for other in busy[one.pk])
    ]
    free.sort(key=lambda one: (not one.has_stood_in, not one.is_in_town, one.instructor.display_name.casefold()))
    return free[:MOST]


def is_free(instructor: Instructor, session: Session, *, now: datetime) -> bool:
    """Whether this one is among those who could take the date, however long the list."""
    if session.starts_at <= now or not _candidates(session, among=[instructor.pk]):
        return False
    others = _sessions_of([instructor], session)[instructor.pk]
    return not any(_is_in_the_way(other, session, _room_of(session)) for other in others)


def _room_of(session: Session) -> Venue | None:
    return None if session.online_at else session.series.venue


def _candidates(session: Session, *, among: Sequence[int] = ()) -> list[Instructor]:
    series = session.series
    day = local(session.starts_at, series.time_zone).date()
    leading = session.substitute_id or series.instructor_id
    found = Instructor.objects.certified(day).speaking(series.language).exclude(pk__in=[series.instructor_id, leading])
    found = found.filter(user__is_active=True)
    if among:
        found = found.filter(pk__in=among)
    if venue := _room_of(session):
        found = _near(found, venue)
    return list(found.with_letters(day).select_related("user").order_by("display_name", "pk")[:MOST_LOOKED_AT])


def _near(found: InstructorQuerySet, venue: Venue) -> InstructorQuerySet:
    """Those who live in the town, or teach in a room within FARTHEST_KM of this one."""
    theirs = Series.objects.filter(instructor=OuterRef("pk"), state=Series.State.PUBLISHED)
    if venue.latitude is None or venue.longitude is None:
        rooms = Q(venue__town__iexact=venue.town, venue__country=venue.country)
    else:
        here = Point(float(venue.latitude), float(venue.longitude))
        rooms = box_around(here, FARTHEST_KM, latitude="venue__latitude", longitude="venue__longitude")
    return found.filter(Q(town__iexact=venue.town) | Exists(theirs.filter(rooms)))


def _sessions_of(candidates: Iterable[Instructor], session: Session) -> dict[int, list[Session]]:
    """{instructor id: what they lead within a day of it}. One query."""
    keys = [one.pk for one in candidates]
    mine = Q(substitute__in=keys) | Q(substitute__isnull=True, series__instructor__in=keys)
    others = Session.objects.held().filter(
        mine,
        series__state=Series.State.PUBLISHED,
        starts_at__gt=session.starts_at - AROUND,
        starts_at__lt=session.ends_at + AROUND,
    )
    found: dict[int, list[Session]] = defaultdict(list)
    for other in others.select_related("series__venue").defer("note", "stream_url", "series__stream_url"):
        found[other.substitute_id or other.series.instructor_id].append(other)
    return found


def _is_in_the_way(other: Session, session: Session, venue: Venue | None) -> bool:
    way = way_between(_room_of(other), venue)
    return other.starts_at < session.ends_at + way and session.starts_at < other.ends_at + way


def _who_stood_in(lead: Instructor) -> set[int]:
    """One query."""
    taken = Session.objects.filter(series__instructor=lead, substitute__isnull=False).order_by()
    return set(taken.values_list("substitute", flat=True).distinct())
