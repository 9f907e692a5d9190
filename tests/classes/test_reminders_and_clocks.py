"""Clocks that jump, and a scheduler that stops: each reminder is written once, by day, and in time.

The job runs as the scheduler runs it, over the whole stretch; sessions keep their hour on the wall.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import transaction

from classes import reminding
from classes.models import AwayLink, Series, Session
from config.letters import post
from config.letters.models import Letter
from config.lib.times import DAY_BEGINS, DAY_ENDS, local
from families.models import Family
from tests.cast import Cast
from tests.factories.accounts import make_user
from tests.factories.classes import make_enrolment, make_series, make_venue
from tests.factories.families import make_household

HOUR = timedelta(hours=1)


def book(cast: Cast, *, first: date, clock: time = time(10), zone: str = "Europe/London", home: str = "") -> Series:
    """A series of two weeks from that day, with one family that lives in `home`."""
    hall = make_venue("A hall", time_zone=zone)
    series = make_series(
        cast.instructor_profile, slug="two-weeks", first=first, clock=clock, weeks=2, venue=hall, time_zone=zone
    )
    user = make_user("bo@example.org", "Bo Marsh")
    family, babies = make_household(user, "Bo", time_zone=home or zone)
    make_enrolment(series, family=family, babies=babies, by=user)
    return series


def hours(start: datetime, count: int) -> Iterator[datetime]:
    return (start + HOUR * number for number in range(count))


def around(series: Series) -> Iterator[datetime]:
    """Each hour about when a reminder is due, and now and then until the date has begun."""
    for session in series.sessions.order_by("number"):
        due = session.starts_at - reminding.AHEAD
        yield from (due + HOUR * number for number in (*range(-5, 4), 10, 16, 22, 28, 34, 40, 45, 49))


def run(moments: Iterable[datetime], *, letters: int = 1) -> dict[str, datetime]:
    """{session reference: when its reminder was written} for the family of `book`; more `letters` are an error."""
    found: dict[str, datetime] = {}
    for moment in moments:
        reminding.remind(moment)
        for key in Letter.objects.filter(to="bo@example.org").values_list("key", flat=True):
            found.setdefault(key.split(":")[2], moment)
    keys = Letter.objects.filter(to="bo@example.org").values_list("key", flat=True)
    assert set(Counter(key.split(":", 3)[2] for key in keys).values()) <= {letters}
    return found


DAYS = {
    "the clocks go forward": (date(2026, 3, 29), "Europe/London"),
    "the clocks go back": (date(2026, 10, 25), "Europe/London"),
    "forward in the south": (date(2026, 10, 4), "Australia/Melbourne"),
    "back in the south": (date(2026, 4, 5), "Australia/Melbourne"),
    "half an hour, at Lord Howe": (date(2026, 4, 5), "Australia/Lord_Howe"),
    "a zone of three quarters": (date(2026, 3, 29), "Asia/Kathmandu"),
    "the leap day": (date(2028, 2, 29), "Europe/London"),
    "the year end": (date(2026, 12, 31), "Europe/London"),
    "new year's day": (date(2027, 1, 1), "America/New_York"),
}
every_day = pytest.mark.parametrize(("day", "zone"), DAYS.values(), ids=DAYS)


@every_day
@pytest.mark.parametrize("start", [0, 10], ids=["on the hour", "ten seconds before it"])
def test_each_date_is_told_of_once_by_day_and_two_days_ahead(cast: Cast, day: date, zone: str, start: int) -> None:
    series = book(cast, first=day, zone=zone)
    told = run(moment - timedelta(seconds=start) for moment in around(series))
    for session in series.sessions.all():
        at = told.pop(session.reference)
        clock = local(at, zone)
        assert local(session.starts_at, zone).time() == time(10)
        assert DAY_BEGINS <= clock.time() < DAY_ENDS
        assert session.starts_at - reminding.AHEAD <= at < session.starts_at - reminding.AHEAD + 2 * HOUR
        # Two nights lie in between, whatever the clocks did.
        assert (local(session.starts_at, zone).date() - clock.date()).days == 2
    assert told == {}


@pytest.mark.slow
@every_day
def test_a_clock_of_the_server_that_is_set_forth_and_back_an_hour_tells_nobody_twice(
    cast: Cast, day: date, zone: str
) -> None:
    series = book(cast, first=day, zone=zone)
    shaken = (moment - timedelta(seconds=10) for moment in around(series))
    jumping = (moment + jump for moment in shaken for jump in (timedelta(), HOUR, -HOUR))
    assert len(run(jumping)) == series.sessions.count() == 2


@every_day
@pytest.mark.parametrize("stop", [5, 20, 40])
def test_after_a_stop_of_hours_nothing_is_lost_and_nothing_doubled(cast: Cast, day: date, zone: str, stop: int) -> None:
    """The scheduler stands still from the moment at which the reminder was due."""
    series = book(cast, first=day, zone=zone)
    first = series.sessions.get(number=1)
    due = first.starts_at - reminding.AHEAD
    again = due + stop * HOUR
    told = run([due - HOUR, *hours(again, 16)])
    at = told[first.reference]
    assert again <= at < first.starts_at - reminding.AT_LEAST
    assert DAY_BEGINS <= local(at, zone).time() < DAY_ENDS


def test_the_night_is_the_familys_own_on_the_day_its_clocks_change(cast: Cast) -> None:
    """A class in New York, a family in Leeds, in the weeks when one of them has changed and the other has not."""
    series = book(cast, first=date(2026, 3, 24), clock=time(20), zone="America/New_York", home="Europe/London")
    told = run([*hours(datetime(2026, 3, 22, 22, tzinfo=UTC), 14), *hours(datetime(2026, 3, 29, 22, tzinfo=UTC), 14)])
    # 20:00 there is midnight here: the reminder waits for the morning here.
    first, second = series.sessions.order_by("number")
    assert local(told[first.reference], "Europe/London") == datetime(2026, 3, 23, 7, tzinfo=ZoneInfo("Europe/London"))
    assert local(told[second.reference], "Europe/London") == datetime(2026, 3, 30, 7, tzinfo=ZoneInfo("Europe/London"))


def test_a_mail_server_that_was_away_for_hours_sends_by_day_and_nothing_after_the_date(
    cast: Cast, now: datetime
) -> None:
    series = book(cast, first=date(2026, 3, 27))
    first = series.sessions.get(number=1)
    evening = datetime(2026, 3, 25, 20, 55, tzinfo=UTC)
    assert reminding.remind(evening) >= 1
    letter = Letter.objects.get(to="bo@example.org")
    while post.send_next(evening + HOUR):
        pass
    assert [one.to for one in mail.outbox] == []
    letter.refresh_from_db()
    assert letter.send_after == datetime(2026, 3, 26, 7, tzinfo=UTC)
    with transaction.atomic():
        while post.send_next(letter.send_after):
            pass
        assert ["bo@example.org"] in [one.to for one in mail.outbox]
        transaction.set_rollback(True)
    assert not any(post.send_next(first.starts_at) for _once in range(1))
    letter.refresh_from_db()
    assert letter.state == Letter.State.LATE


def test_a_date_that_moves_is_told_of_anew(cast: Cast) -> None:
    """Whoever moves a date drops the link to it; the letter that tells the new hour is another letter."""
    series = book(cast, first=date(2026, 3, 27))
    first = series.sessions.get(number=1)
    due = first.starts_at - reminding.AHEAD
    reminding.remind(due)
    moved = first.starts_at + timedelta(days=3)
    Session.objects.filter(pk=first.pk).tell_anew(now=due, starts_at=moved)
    AwayLink.objects.filter(session=first).delete()
    Session.objects.exclude(pk=first.pk).update(state="cancelled")
    told = run(around(series), letters=2)
    assert set(told) == {first.reference}
    subjects = list(Letter.objects.filter(to="bo@example.org").order_by("pk").values_list("subject", flat=True))
    assert [subject.split(":")[0] for subject in subjects] == ["Friday at 10", "Monday at 11"]


def test_a_zone_that_is_changed_in_between_tells_nobody_twice(cast: Cast) -> None:
    series = book(cast, first=date(2026, 3, 27))
    start = series.sessions.get(number=1).starts_at - reminding.AHEAD
    run([start])
    Family.objects.update(time_zone="Asia/Kathmandu")
    assert len(run(hours(start, 47))) == 1
