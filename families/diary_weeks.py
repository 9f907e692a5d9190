"""The weeks of a diary as a gentle picture: only those in which something was written down, so that nothing is missing.

There is no sum in it and no row of days to keep unbroken: a week without a line is not drawn at all.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from config.lib.times import local
from families.models import Baby, PracticeLog

LOOKED_BACK = timedelta(days=182)
MOST_WEEKS = 8
MOST_READ = 600
# The size of a pebble grows with the minutes, in three steps; without minutes it is the middle one.
SIZES = ((5, "s"), (15, "m"))
MIDDLE, LARGE = "m", "l"


@dataclass(frozen=True)
class Pebble:
    """One moment: its answer, a value of PracticeLog.Answer or empty, and its minutes."""

    answer: str
    minutes: int | None

    @property
    def size(self) -> str:
        """ "s", "m" or "l"."""
        if self.minutes is None:
            return MIDDLE
        return next((size for most, size in SIZES if self.minutes <= most), LARGE)

    @property
    def said(self) -> str:
        return str(PracticeLog.Answer(self.answer).label) if self.answer else ""


@dataclass(frozen=True)
class DrawnDay:
    """One day of the family's calendar, its moments in order of time."""

    on: date
    pebbles: list[Pebble]


@dataclass(frozen=True)
class DrawnWeek:
    """Monday to Sunday, of which at least one day has a moment."""

    days: list[DrawnDay]

    @property
    def begins(self) -> date:
        return self.days[0].on

    @property
    def ends(self) -> date:
        return self.days[-1].on

    @property
    def told(self) -> list[DrawnDay]:
        """The days with a moment: the same as in the picture, for the table."""
        return [day for day in self.days if day.pebbles]


def weeks_of(baby: Baby, *, now: datetime) -> list[DrawnWeek]:
    """The last weeks with a moment in them, the newest first, on the family's calendar. One query."""
    zone = baby.family.time_zone
    rows = PracticeLog.objects.of_baby(baby).since(now - LOOKED_BACK)
    by_day: dict[date, list[Pebble]] = defaultdict(list)
    newest_first = list(rows.values_list("practised_at", "answer", "minutes")[:MOST_READ])
    for at, answer, minutes in reversed(newest_first):
        by_day[local(at, zone).date()].append(Pebble(answer, minutes))
    mondays = sorted({day - timedelta(days=day.weekday()) for day in by_day}, reverse=True)
    return [_week(monday, by_day) for monday in mondays[:MOST_WEEKS]]


def _week(monday: date, by_day: dict[date, list[Pebble]]) -> DrawnWeek:
    days = [monday + timedelta(days=number) for number in range(7)]
    return DrawnWeek([DrawnDay(day, by_day.get(day, [])) for day in days])
