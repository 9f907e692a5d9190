"""What else is on at a date: the instructor teaches, the room is taken, or the way between two rooms is too long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from classes.models import Series, Session, Venue
from classes.outline import PlannedSession
from config.lib.distance import kilometres
from config.lib.times import local
from instructors.models import Instructor

# No session is longer, so what began earlier than this before a moment is over by then.
LONGEST_SESSION = timedelta(hours=8)
# So far around a date its clashes are looked for, and an hour that is free instead.
AROUND = timedelta(days=1)
# Between two rooms: mats and dolls into the car and out again, and 30 km an hour as the crow flies. Nobody is asked
# for more than this, which is another country and another day.
PACKING = timedelta(minutes=15)
MINUTES_A_KM = 2
LONGEST_WAY = timedelta(hours=6)


@dataclass(frozen=True)
class Clash:
    """A date on which the instructor or the room is taken, or the way is too long. `free_from` is when that is over."""

    number: int
    sentence: str
    free_from: datetime | None = None


@dataclass(frozen=True)
class Diary:
    """Published sessions around some dates, with the same instructor or in the same room."""

    others: list[Session]
    instructor: Instructor
    venue: Venue | None
    zone: str

    def clashes_of(self, planned: PlannedSession) -> list[Clash]:
        """What stands against this date, earliest first. No query."""
        return [clash for other in self.others if (clash := self._clash(planned, other))]

    def _clash(self, planned: PlannedSession, other: Session) -> Clash | None:
        is_own = self.instructor.pk == (other.substitute_id or other.series.instructor_id)
        there = None if other.online_at else other.series.venue
        way = way_between(there, self.venue) if is_own else timedelta()
        if other.starts_at >= planned.ends_at + way or planned.starts_at >= other.ends_at + way:
            return None
        overlaps = other.starts_at < planned.ends_at and planned.starts_at < other.ends_at
        if not is_own and (not overlaps or there is None):
            return None
        sentence = self._taken(other, is_own) if overlaps else self._too_far(planned, other, way)
        return Clash(planned.number, sentence, other.ends_at + way)

    def _taken(self, other: Session, is_own: bool) -> str:
        if is_own:
            return _("On %(day)s you teach %(series)s from %(from)s until %(until)s.") % self._said(other)
        return _(
            "On %(day)s %(room)s is taken from %(from)s until %(until)s: %(instructor)s, %(series)s."
        ) % self._said(other)

    def _too_far(self, planned: PlannedSession, other: Session, way: timedelta) -> str:
        said = {**self._said(other), "minutes": way // timedelta(minutes=1)}
        if other.starts_at < planned.starts_at:
            sentence = _(
                "On %(day)s you teach %(series)s at %(room)s until %(until)s. The way takes about %(minutes)d min."
            )
        else:
            sentence = _(
                "On %(day)s you teach %(series)s at %(room)s from %(from)s. The way takes about %(minutes)d min."
            )
        return sentence % said

    def _said(self, other: Session) -> dict[str, object]:
        begins, ends = local(other.starts_at, self.zone), local(other.ends_at, self.zone)
        return {
            "day": date_format(begins, "DATE_FORMAT"),
            "from": f"{begins:%H:%M}",
            "until": f"{ends:%H:%M}",
            "series": other.series.title,
            "instructor": other.series.instructor.display_name,
            "room": other.series.venue.name if other.series.venue else "",
        }


def way_between(one: Venue | None, other: Venue | None) -> timedelta:
    """How long it takes from room to room, in whole minutes; nothing within one room, or where there is none.

    Where nobody knows how far apart they are, only the packing counts.
    """
    if one is None or other is None or one.pk == other.pk:
        return timedelta()
    if None in (one.latitude, one.longitude, other.latitude, other.longitude):
        return PACKING
    here = float(one.latitude or 0), float(one.longitude or 0)
    there = float(other.latitude or 0), float(other.longitude or 0)
    return min(PACKING + timedelta(minutes=ceil(kilometres(here, there) * MINUTES_A_KM)), LONGEST_WAY)


def diary_around(
    dates: Sequence[PlannedSession],
    *,
    instructor: Instructor,
    venue: Venue | None,
    zone: str,
    leaving_out: Series | Session | None = None,
) -> Diary:
    """What is published within a day of these dates, the instructor's and in the room. At most one query."""
    if not dates:
        return Diary([], instructor, venue, zone)
    near = Q()
    for planned in dates:
        near |= Q(starts_at__gt=planned.starts_at - AROUND, starts_at__lt=planned.ends_at + AROUND)
    busy = Q(series__instructor=instructor, substitute__isnull=True) | Q(substitute=instructor)
    if venue:
        busy |= Q(series__venue=venue, online_at__isnull=True)
    others = Session.objects.held().filter(near, busy, series__state=Series.State.PUBLISHED)
    if isinstance(leaving_out, Series):
        others = others.exclude(series=leaving_out)
    elif leaving_out is not None:
        others = others.exclude(pk=leaving_out.pk)
    found = others.select_related("series__instructor", "series__venue").defer("note", "stream_url")
    return Diary(list(found.order_by("starts_at", "pk")), instructor, venue, zone)


def clashes(
    dates: Sequence[PlannedSession],
    *,
    instructor: Instructor,
    venue: Venue | None,
    zone: str,
    leaving_out: Series | Session | None = None,
) -> list[Clash]:
    """What stands against these dates, by date, and dates of the list itself that run into each other. One query.

    A session counts for whoever takes it: a date given away is free, one taken as substitute is not. A date that went
    online needs no room. `leaving_out` is the series, or the one session, that the dates are to replace.
    """
    diary = diary_around(dates, instructor=instructor, venue=venue, zone=zone, leaving_out=leaving_out)
    return among(dates, diary)


def among(dates: Sequence[PlannedSession], diary: Diary) -> list[Clash]:
    """The clashes of these dates with the diary, and with each other. No query."""
    found = []
    for before, planned in zip([None, *dates], dates, strict=False):
        found += diary.clashes_of(planned)
        if before is not None and planned.starts_at < before.ends_at:
            begins, ends = local(planned.starts_at, diary.zone), local(before.ends_at, diary.zone)
            said = {"day": date_format(begins, "DATE_FORMAT"), "until": f"{ends:%H:%M}"}
            sentence = _("On %(day)s another date of this series goes on until %(until)s.") % said
            found.append(Clash(planned.number, sentence, before.ends_at))
    return found


# A way out begins on a round hour, and never in the night.
STEP = timedelta(minutes=5)
LATEST_END = 22


def free_start(planned: PlannedSession, found: Sequence[Clash], diary: Diary) -> datetime | None:
    """The next hour of the same day at which this date could be held, five minutes sharp; None where there is none."""
    starts_at = planned.starts_at
    while found:
        free_from = max((clash.free_from for clash in found if clash.free_from), default=None)
        if free_from is None:
            return None
        over = timedelta(minutes=free_from.minute, seconds=free_from.second)
        starts_at = free_from + -over % STEP
        begins, ends = local(starts_at, diary.zone), local(starts_at + timedelta(minutes=planned.minutes), diary.zone)
        if begins.date() != local(planned.starts_at, diary.zone).date() or ends.hour >= LATEST_END:
            return None
        found = diary.clashes_of(PlannedSession(planned.number, starts_at, planned.minutes))
    return starts_at
