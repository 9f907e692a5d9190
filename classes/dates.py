"""The dates of a series before it is made: at one wall-clock time week by week, but for holidays and what was moved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from classes.clashing import LONGEST_SESSION, Clash, clashes
from classes.holidays_of import holidays_between
from classes.models.series import LONGEST_SERIES
from classes.outline import CannotSchedule, Layout, Move, Outline, PlannedSession, SkippedDay
from config.lib.times import (
    NoSuchLocalTime,
    after_the_skip,
    at_local_time,
    clock_change_between,
    comes_twice,
    local,
)

__all__ = [
    "LONGEST_SESSION",
    "MOST_WEEKS",
    "CannotSchedule",
    "Clash",
    "Layout",
    "Move",
    "Outline",
    "PlannedSession",
    "SkippedDay",
    "clashes",
    "clock_of",
    "lay_out",
    "planned_sessions",
    "skipped_hour",
]

MOST_WEEKS = 26
# Any day within these years has weeks to count on and a moment in every zone; the calendar's own ends have not.
YEARS = range(2000, 2100)
WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class _Rhythm:
    """The weekly days of an outline: those with a session, those without, and the one that would come next."""

    days: list[date]
    skipped: list[SkippedDay]
    next_day: date


def planned_sessions(outline: Outline) -> list[PlannedSession]:
    """The dates of an outline in their order, each with its lesson; weeks beyond the plan have none. One query.

    Raises CannotSchedule where the clocks skip the time on one of the days.
    """
    dates = lay_out(outline).dates
    for planned in dates:
        if planned.is_skipped_hour:
            raise CannotSchedule(skipped_hour(planned, outline), field="clock")
    return dates


def lay_out(outline: Outline) -> Layout:
    """The same with the days that are skipped, and with the hours that do not exist marked as such. One query.

    Raises CannotSchedule for a number of weeks, a year or a move that cannot be.
    """
    _check(outline)
    rhythm = _rhythm(outline)
    dates = sorted((_planned(outline, day) for day in rhythm.days), key=lambda planned: planned.starts_at)
    lessons = {lesson.week: lesson for lesson in outline.plan.lessons.all() if not lesson.is_retired}
    zone = outline.time_zone
    numbered = [
        replace(
            planned,
            number=number,
            lesson=lessons.get(number),
            clock_change=clock_change_between(before.starts_at, planned.starts_at, zone=zone),
            clocks_change_on=_day_of_clock_change(before.starts_at, planned.starts_at, zone=zone),
        )
        for number, (before, planned) in enumerate(zip([dates[0], *dates], dates, strict=False), start=1)
    ]
    return Layout(numbered, rhythm.skipped, rhythm.next_day)


def skipped_hour(planned: PlannedSession, outline: Outline) -> str:
    """The sentence for a date at an hour that the clocks skip."""
    here = clock_of(planned, outline)
    said = {"day": date_format(here, "DATE_FORMAT"), "clock": f"{here:%H:%M}"}
    return _("On %(day)s the clocks skip %(clock)s. Please choose another time, or another first date.") % said


def clock_of(planned: PlannedSession, outline: Outline) -> datetime:
    """Day and hour that were asked for, on the clock of the series, without a zone: they may not exist in it."""
    day = planned.day or local(planned.starts_at, outline.time_zone).date()
    move = outline.moves.get(day)
    return datetime.combine(move.day if move else day, (move and move.clock) or outline.clock)


def _check(outline: Outline) -> None:
    if not 1 <= outline.weeks <= MOST_WEEKS:
        sentence = _("A series has between 1 and %(most)d weeks.") % {"most": MOST_WEEKS}
        raise CannotSchedule(sentence, field="weeks")
    if outline.first_on.year not in YEARS:
        raise CannotSchedule(_("Please look at the year of this date again."), field="first_on")
    for day, move in outline.moves.items():
        if abs(move.day - outline.first_on) >= LONGEST_SERIES:
            sentence = _("%(day)s cannot go so far away: a series lasts a year at most.")
            raise CannotSchedule(sentence % {"day": date_format(day, "DATE_FORMAT")}, field="first_on")


def _rhythm(outline: Outline) -> _Rhythm:
    """Raises CannotSchedule where so much is skipped that the weeks do not fit into a year."""
    last = outline.first_on + LONGEST_SERIES
    holidays = holidays_between(outline.skips_holidays_of, outline.first_on, last)
    days: list[date] = []
    skipped: list[SkippedDay] = []
    day = outline.first_on
    while True:
        is_held = day not in outline.left_out and (day not in holidays or day in outline.held_anyway)
        if is_held and len(days) == outline.weeks:
            # What is skipped after the last date is nobody's business.
            return _Rhythm(days, [one for one in skipped if one.day < days[-1]], day)
        if is_held:
            days.append(day)
        else:
            skipped.append(SkippedDay(day, "" if day in outline.left_out else holidays[day]))
        day += WEEK
        if day > last + WEEK:
            raise CannotSchedule(_("So much is skipped that the weeks do not fit into a year."), field="weeks")


def _planned(outline: Outline, day: date) -> PlannedSession:
    move, zone = outline.moves.get(day), outline.time_zone
    held_on, clock = (move.day, move.clock or outline.clock) if move else (day, outline.clock)
    try:
        starts_at, is_skipped = at_local_time(held_on, clock, zone=zone), False
    except NoSuchLocalTime:
        starts_at, is_skipped = after_the_skip(held_on, clock, zone=zone), True
    return PlannedSession(
        number=0,
        starts_at=starts_at,
        minutes=outline.total_minutes,
        day=day,
        is_moved=(held_on, clock) != (day, outline.clock),
        is_skipped_hour=is_skipped,
        comes_twice=comes_twice(held_on, clock, zone=zone),
    )


def _day_of_clock_change(earlier: datetime, later: datetime, *, zone: str) -> date | None:
    if not clock_change_between(earlier, later, zone=zone):
        return None
    before = local(earlier, zone).utcoffset()
    moment = earlier
    while local(moment, zone).utcoffset() == before:
        moment += timedelta(hours=1)
    return local(moment, zone).date()
