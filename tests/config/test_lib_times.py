from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from config.lib.times import (
    NoSuchLocalTime,
    at_local_time,
    clock_change_between,
    local,
    validate_zone,
    weekly_moments,
)

ZONES = [
    *("Europe/London", "America/New_York", "America/Sao_Paulo", "Pacific/Auckland", "Australia/Lord_Howe"),
    *("Asia/Kathmandu", "Asia/Kolkata", "Africa/Casablanca", "Pacific/Kiritimati", "UTC"),
]
days = st.dates(min_value=date(2020, 1, 1), max_value=date(2035, 12, 31))


@pytest.mark.parametrize(
    ("zone", "first", "clock", "utc_hours"),
    [
        ("Europe/London", date(2026, 3, 19), time(10), ["10:00", "10:00", "09:00"]),
        ("America/New_York", date(2026, 10, 22), time(18, 30), ["22:30", "22:30", "23:30"]),
        ("Pacific/Auckland", date(2026, 3, 26), time(10), ["21:00", "21:00", "22:00"]),
        ("Pacific/Auckland", date(2026, 9, 17), time(10), ["22:00", "22:00", "21:00"]),
        ("Australia/Lord_Howe", date(2026, 3, 26), time(10), ["23:00", "23:00", "23:30"]),
        ("Asia/Kathmandu", date(2026, 3, 19), time(10), ["04:15", "04:15", "04:15"]),
    ],
    ids=["spring, north", "autumn, north", "autumn, south", "spring, south", "half an hour", "quarter-hour zone"],
)
def test_a_weekly_class_keeps_its_wall_clock_time(zone: str, first: date, clock: time, utc_hours: list[str]) -> None:
    moments = list(weekly_moments(first, clock, zone=zone, weeks=3))
    assert [f"{moment:%H:%M}" for moment in moments] == utc_hours
    assert [local(moment, zone).time() for moment in moments] == [clock] * 3
    assert [local(moment, zone).date() for moment in moments] == [first + timedelta(weeks=week) for week in range(3)]


@pytest.mark.parametrize(
    ("zone", "day", "clock"),
    [
        ("Europe/London", date(2026, 3, 29), time(1, 0)),
        ("Europe/London", date(2026, 3, 29), time(1, 59)),
        ("America/New_York", date(2026, 3, 8), time(2, 30)),
        ("Pacific/Auckland", date(2026, 9, 27), time(2, 15)),
        ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 15)),
        ("Pacific/Apia", date(2011, 12, 30), time(12)),
    ],
)
def test_a_time_that_the_clocks_skip_is_refused(zone: str, day: date, clock: time) -> None:
    with pytest.raises(NoSuchLocalTime):
        at_local_time(day, clock, zone=zone)


def test_a_series_over_a_skipped_time_is_refused_as_a_whole() -> None:
    with pytest.raises(NoSuchLocalTime):
        list(weekly_moments(date(2026, 3, 22), time(1, 30), zone="Europe/London", weeks=2))


@pytest.mark.parametrize(
    ("zone", "day", "clock", "first"),
    [
        ("Europe/London", date(2026, 10, 25), time(1, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("America/New_York", date(2026, 11, 1), time(1, 30), datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
        ("Pacific/Auckland", date(2026, 4, 5), time(2, 30), datetime(2026, 4, 4, 13, 30, tzinfo=UTC)),
        ("Australia/Lord_Howe", date(2026, 4, 5), time(1, 45), datetime(2026, 4, 4, 14, 45, tzinfo=UTC)),
    ],
)
def test_a_time_that_comes_twice_is_its_first_one(zone: str, day: date, clock: time, first: datetime) -> None:
    assert at_local_time(day, clock, zone=zone) == first


@given(day=days, minute=st.integers(0, 24 * 60 - 1), zone=st.sampled_from(ZONES))
def test_a_local_time_is_kept_or_refused_and_never_moved(day: date, minute: int, zone: str) -> None:
    clock = time(minute // 60, minute % 60)
    try:
        moment = at_local_time(day, clock, zone=zone)
    except NoSuchLocalTime:
        return
    assert local(moment, zone).replace(tzinfo=None, fold=0) == datetime.combine(day, clock)
    assert moment.tzinfo is UTC


@given(day=days, weeks=st.integers(1, 12), zone=st.sampled_from(ZONES))
def test_noon_is_on_every_clock_every_week(day: date, weeks: int, zone: str) -> None:
    moments = list(weekly_moments(day, time(12), zone=zone, weeks=weeks))
    assert {local(moment, zone).hour for moment in moments} == {12}
    assert len(moments) == weeks


@pytest.mark.parametrize(
    ("earlier", "later", "zone", "change"),
    [
        (datetime(2026, 3, 26, tzinfo=UTC), datetime(2026, 4, 2, tzinfo=UTC), "Europe/London", timedelta(hours=1)),
        (datetime(2026, 10, 22, tzinfo=UTC), datetime(2026, 10, 29, tzinfo=UTC), "Europe/London", timedelta(hours=-1)),
        (
            datetime(2026, 4, 1, tzinfo=UTC),
            datetime(2026, 4, 8, tzinfo=UTC),
            "Australia/Lord_Howe",
            timedelta(minutes=-30),
        ),
        (datetime(2026, 3, 26, tzinfo=UTC), datetime(2026, 4, 2, tzinfo=UTC), "Asia/Kathmandu", timedelta()),
    ],
)
def test_a_change_of_the_clocks_is_told(earlier: datetime, later: datetime, zone: str, change: timedelta) -> None:
    assert clock_change_between(earlier, later, zone=zone) == change


@pytest.mark.parametrize(
    "name", ["Europe/Londn", "", "GMT+1", "../etc/passwd", "Europe/London ", "\0", "europe/london"]
)
def test_a_zone_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        validate_zone(name)


@pytest.mark.parametrize("name", ZONES)
def test_a_zone_of_the_list_is_taken(name: str) -> None:
    validate_zone(name)
    assert ZoneInfo(name)
