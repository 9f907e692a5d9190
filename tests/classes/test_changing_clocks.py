"""Dates with bookings that move over clock changes, at hours that are missing or come twice, at home and far away."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from classes.models import Notice, Series, Session
from config.letters.models import Letter
from tests.cast import Cast, sign_in
from tests.factories.classes import make_enrolment, make_series, make_venue


def press(client: Client, session: Session, *, on: str, at: str) -> Any:
    address = reverse("classes:change_session", args=[session.reference])
    said = {"do": "move", "on": on, "at": at, "compensation": "none", "words": "", "seen": session.sequence}
    return client.post(address, {**said, "key": f"{on} {at}"})


def read_back() -> Any:
    """The event of the calendar file in the newest letter about a change."""
    letter = Letter.objects.filter(key__startswith="changed:").latest("pk")
    [event] = Calendar.from_ical(letter.attachments[0]["content"]).walk("VEVENT")
    return event


def booked(cast: Cast, zone: str, first: date) -> Series:
    venue = make_venue("Elsewhere", time_zone=zone)
    series = make_series(cast.instructor_profile, slug="elsewhere", first=first, clock=time(10), venue=venue, weeks=3)
    make_enrolment(series, family=cast.family, babies=[cast.baby], by=cast.parent)
    return series


@pytest.mark.parametrize(
    ("zone", "first", "on", "before", "after"),
    [
        ("Europe/London", date(2026, 3, 26), "2026-03-30", (26, 10), datetime(2026, 3, 30, 9, 0, tzinfo=UTC)),
        ("Europe/London", date(2026, 10, 22), "2026-10-26", (22, 9), datetime(2026, 10, 26, 10, 0, tzinfo=UTC)),
        ("Australia/Lord_Howe", date(2026, 4, 2), "2026-04-06", (1, 23), datetime(2026, 4, 5, 23, 30, tzinfo=UTC)),
        ("Asia/Kathmandu", date(2026, 4, 2), "2026-04-06", (2, 4), datetime(2026, 4, 6, 4, 15, tzinfo=UTC)),
    ],
)
def test_ten_o_clock_stays_ten_o_clock_wherever_the_date_goes(
    client: Client, cast: Cast, zone: str, first: date, on: str, before: tuple[int, int], after: datetime
) -> None:
    session = booked(cast, zone, first).sessions.get(number=1)
    assert (session.starts_at.day, session.starts_at.hour) == before
    answer = press(sign_in(client, cast.instructor), session, on=on, at="10:00")
    assert answer.status_code == 302, answer.content.decode()
    session.refresh_from_db()
    assert session.starts_at == after
    event = read_back()
    begins = event["DTSTART"].dt
    assert (begins.strftime("%Y-%m-%d %H:%M"), begins.astimezone(UTC)) == (f"{on} 10:00", after)
    assert (event["SEQUENCE"], event["STATUS"]) == (1, "CONFIRMED")


def test_there_and_back_over_both_changes_rises_each_time_and_tells_each_time(client: Client, cast: Cast) -> None:
    session = booked(cast, "Europe/London", date(2026, 3, 26)).sessions.get(number=3)
    sign_in(client, cast.instructor)
    for sequence, on in enumerate(("2026-03-25", "2026-10-28", "2026-10-21"), start=1):
        assert press(client, session, on=on, at="10:00").status_code == 302
        session.refresh_from_db()
        event = read_back()
        assert (event["SEQUENCE"], event["DTSTART"].dt.strftime("%Y-%m-%d %H:%M")) == (sequence, f"{on} 10:00")
    assert Notice.objects.count() == 3


def test_an_hour_that_is_missing_is_refused_and_one_that_comes_twice_is_its_first(client: Client, cast: Cast) -> None:
    session = booked(cast, "Europe/London", date(2026, 3, 26)).sessions.get(number=1)
    sign_in(client, cast.instructor)
    refused = press(client, session, on="2026-03-29", at="01:30")
    assert (refused.status_code, "The clocks skip this time" in refused.content.decode()) == (422, True)
    assert press(client, session, on="2026-10-25", at="01:30").status_code == 302
    session.refresh_from_db()
    assert session.starts_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
