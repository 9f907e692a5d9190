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
