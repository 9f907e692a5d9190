"""The clock that stands still at night: 21:00 to 7:00 where the family lives, over both clock changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from config.lib.times import after_daytime, daytime_between, local, next_daytime

# Leeds and Santiago change their clocks, in opposite halves of the year; Kathmandu is 5 h 45 ahead; Lord Howe moves by
# half an hour; Apia once left out a whole day.
ZONES = ("Europe/London", "America/Santiago", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia", "UTC")
zones = st.sampled_from(ZONES)
EARLIEST = datetime(2011, 12, 20, tzinfo=UTC)
moments = st.timedeltas(timedelta(), timedelta(days=16 * 365)).map(lambda one: EARLIEST + one)
lengths = st.timedeltas(timedelta(minutes=1), timedelta(hours=168)).map(lambda one: one - one % timedelta(minutes=1))


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


def test_twenty_four_daytime_hours_are_a_day_and_most_of_the_next() -> None:
    """Tuesday 17:05 in Leeds: 3 h 55 are left of that day, 14 are the next, and the rest is on Thursday."""
    assert after_daytime(utc(2026, 3, 24, 17, 5), timedelta(hours=24), zone="Europe/London") == utc(2026, 3, 26, 13, 5)


@pytest.mark.parametrize(
    ("begun", "zone", "ends"),
    [
        (utc(2026, 3, 24, 23, 30), "Europe/London", utc(2026, 3, 25, 9, 0)),
        # The clocks go forward at 1:00 on the 29th, and back at 2:00 on 25 October: the day itself keeps its 14 hours.
        (utc(2026, 3, 28, 20, 0), "Europe/London", utc(2026, 3, 29, 7, 0)),
        (utc(2026, 10, 24, 19, 0), "Europe/London", utc(2026, 10, 25, 8, 0)),
        (utc(2026, 3, 24, 14, 45), "Asia/Kathmandu", utc(2026, 3, 25, 2, 45)),
        # Seven in the evening there, and the next day by UTC.
        (utc(2026, 3, 25, 2, 0), "America/Los_Angeles", utc(2026, 3, 25, 4, 0)),
    ],
)
def test_two_hours_over_the_night(begun: datetime, zone: str, ends: datetime) -> None:
    assert after_daytime(begun, timedelta(hours=2), zone=zone) == ends


@settings(max_examples=60, deadline=None)
@given(moments, lengths, zones)
@example(utc(2011, 12, 29, 20, 0), timedelta(hours=40), "Pacific/Apia")
def test_what_was_given_is_what_passes_and_it_never_ends_at_night(
    begun: datetime, length: timedelta, zone: str
) -> None:
    ends = after_daytime(begun, length, zone=zone)
    clock = local(ends, zone)

    assert daytime_between(begun, ends, zone=zone) == length
    assert (7, 0) < (clock.hour, clock.minute) <= (21, 0)
    assert ends >= begun + length


@settings(max_examples=60, deadline=None)
@given(moments, zones)
def test_a_letter_waits_for_the_morning_and_no_longer(moment: datetime, zone: str) -> None:
    sent = next_daytime(moment, zone=zone)
    clock = local(sent, zone)

    assert 7 <= clock.hour < 21
    assert sent == moment or not 7 <= local(moment, zone).hour < 21
    assert moment <= sent <= moment + timedelta(hours=11)
    assert daytime_between(moment, sent, zone=zone) == timedelta()


@settings(max_examples=60, deadline=None)
@given(moments, lengths, lengths, zones)
def test_more_time_never_ends_sooner(begun: datetime, some: timedelta, more: timedelta, zone: str) -> None:
    assert after_daytime(begun, some, zone=zone) < after_daytime(begun, some + more, zone=zone)


def test_no_time_lies_between_a_moment_and_an_earlier_one() -> None:
    assert daytime_between(utc(2026, 3, 24, 12), utc(2026, 3, 24, 11), zone="UTC") == timedelta()
