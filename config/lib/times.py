"""Moments, days and zones. Stored in UTC; a weekly class keeps its wall-clock time over clock changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class NoSuchLocalTime(ValueError):
    """The clocks skip this time on this day, so no session can begin then."""


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def is_zone(name: str) -> bool:
    """Whether `name` is an IANA zone such as Asia/Kathmandu."""
    return name in _zones()


def validate_zone(name: str) -> None:
    """Raise ValidationError unless `name` is an IANA zone such as Asia/Kathmandu."""
    if not is_zone(name):
        raise ValidationError(_("Choose a time zone from the list, such as Europe/London."))


def at_local_time(day: date, clock: time, *, zone: str) -> datetime:
    """The UTC moment of that wall-clock time. A time that comes twice is its first one; a skipped one is refused."""
    local = datetime.combine(day, clock, tzinfo=ZoneInfo(zone))
    moment = local.astimezone(UTC)
    if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise NoSuchLocalTime(f"{clock:%H:%M} does not exist on {day} in {zone}")
    return moment


def after_the_skip(day: date, clock: time, *, zone: str) -> datetime:
    """The UTC moment of a skipped wall-clock time by the clock before the change: 01:30 that is skipped is 02:30."""
    return datetime.combine(day, clock, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def comes_twice(day: date, clock: time, *, zone: str) -> bool:
    """Whether the clocks of that zone show this time twice on that day."""
    first = datetime.combine(day, clock, tzinfo=ZoneInfo(zone))
    return (first.utcoffset() or timedelta()) > (first.replace(fold=1).utcoffset() or timedelta())


def weekly_moments(first: date, clock: time, *, zone: str, weeks: int) -> Iterator[datetime]:
    """UTC moments of that wall-clock time on `weeks` days, seven days apart.

    Raises NoSuchLocalTime where the clocks skip one of them.
    """
    for week in range(weeks):
        yield at_local_time(first + timedelta(weeks=week), clock, zone=zone)


def local(moment: datetime, zone: str) -> datetime:
    """The moment on the clock of that zone."""
    return moment.astimezone(ZoneInfo(zone))


def clock_change_between(earlier: datetime, later: datetime, *, zone: str) -> timedelta:
    """By how much the clocks of that zone moved between the two moments; zero where they did not."""
    before, after = local(earlier, zone).utcoffset(), local(later, zone).utcoffset()
    return (after or timedelta()) - (before or timedelta())


# Families with a newborn sleep when they can: at night no clock of ours runs and no letter comes.
DAY_BEGINS, DAY_ENDS = time(7), time(21)


def _daytimes(start: datetime, zone: str) -> Iterator[tuple[datetime, datetime]]:
    """The stretches from 7:00 to 21:00 by the clock of that zone, from `start` on, as UTC moments, without end."""
    here, cursor = ZoneInfo(zone), start.astimezone(UTC)
    day = cursor.astimezone(here).date() - timedelta(days=1)
    while True:
        begins = max(datetime.combine(day, DAY_BEGINS, tzinfo=here).astimezone(UTC), cursor)
        ends = datetime.combine(day, DAY_ENDS, tzinfo=here).astimezone(UTC)
        if begins < ends:
            yield begins, ends
            cursor = ends
        day += timedelta(days=1)


def next_daytime(moment: datetime, *, zone: str) -> datetime:
    """That moment where it is between 7:00 and 21:00 in the zone, else the next 7:00."""
    return next(_daytimes(moment, zone))[0]


def after_daytime(start: datetime, length: timedelta, *, zone: str) -> datetime:
    """The moment at which so much time between 7:00 and 21:00 by the clock of that zone has passed since `start`."""
    left = length
    for begins, ends in _daytimes(start, zone):
        if left <= ends - begins:
            return begins + left
        left -= ends - begins
    raise AssertionError("days do not end")


def daytime_between(start: datetime, end: datetime, *, zone: str) -> timedelta:
    """How much time between 7:00 and 21:00 by the clock of that zone lies between the two; zero where end is first."""
    total = timedelta()
    for begins, ends in _daytimes(start, zone):
        if begins >= end:
            return total
        total += min(ends, end) - begins
    raise AssertionError("days do not end")
