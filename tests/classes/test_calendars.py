"""Calendar files, read back by an independent reader. Page: `booking_calendar`."""

from __future__ import annotations

from datetime import date, datetime, time

import icalendar
import pytest
import recurring_ical_events
from django.test import Client

from classes import calendars
from classes.models import Series
from tests.cast import Cast, sign_in
from tests.factories.classes import make_series


def read(text: str) -> list[tuple[str, str, str, int]]:
    """(local start, local end, status, sequence) of every event, as a calendar program expands them."""
    events = recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between(date(2026, 1, 1), date(2027, 12, 31))
    told = []
    for event in sorted(events, key=lambda one: one["DTSTART"].dt):
        start, end = event["DTSTART"].dt, event["DTEND"].dt
        told.append((f"{start:%a %d %b %H:%M %z}", f"{end:%H:%M}", str(event["STATUS"]), int(event["SEQUENCE"])))
    return told


def text_of(series: Series, now: datetime) -> str:
    return calendars.calendar_of(series, sessions=list(series.sessions.all()), now=now)


def test_a_class_at_ten_stays_at_ten_over_the_clock_change(cast: Cast, now: datetime) -> None:
    assert read(text_of(cast.running, now)) == [
        ("Thu 12 Mar 10:00 +0000", "10:40", "CONFIRMED", 0),
        ("Thu 19 Mar 10:00 +0000", "10:40", "CONFIRMED", 0),
        ("Thu 26 Mar 10:00 +0000", "10:40", "CONFIRMED", 0),
        ("Thu 02 Apr 10:00 +0100", "10:40", "CONFIRMED", 0),
        ("Thu 09 Apr 10:00 +0100", "10:40", "CONFIRMED", 0),
    ]


@pytest.mark.parametrize(
    ("zone", "offsets"),
    [
        ("Asia/Kathmandu", {"+0545"}),
        ("Australia/Sydney", {"+1100", "+1000"}),
        ("America/New_York", {"-0400"}),
        ("Pacific/Chatham", {"+1345", "+1245"}),
    ],
)
def test_every_zone_keeps_its_wall_clock(cast: Cast, now: datetime, zone: str, offsets: set[str]) -> None:
    series = make_series(
        cast.instructor_profile, slug="far", first=date(2026, 3, 12), time_zone=zone, clock=time(9, 30)
    )
    starts = [start for start, _end, _status, _sequence in read(text_of(series, now))]

    assert {start.split(" ")[3] for start in starts} == {"09:30"}
    assert {start.split(" ")[4] for start in starts} == offsets


def test_moved_twice_and_called_off_once_is_told_by_sequence_and_status(cast: Cast, now: datetime) -> None:
    cast.running.sessions.filter(number=3).update(
        starts_at=datetime.fromisoformat("2026-03-27T15:00+00:00"), sequence=2
    )
    cast.running.sessions.filter(number=4).update(state="cancelled", sequence=1)
    told = read(text_of(cast.running, now))

    assert told[2:4] == [
        ("Fri 27 Mar 15:00 +0000", "15:40", "CONFIRMED", 2),
        ("Thu 02 Apr 10:00 +0100", "10:40", "CANCELLED", 1),
    ]


def test_the_identity_of_a_session_never_changes(cast: Cast, now: datetime) -> None:
    session = cast.running.sessions.get(number=3)
    before = _identities(text_of(cast.running, now))
    cast.running.sessions.filter(pk=session.pk).update(starts_at=now)

    assert _identities(text_of(cast.running, now)) == before
    assert f"session-{session.reference}@localhost" in before


def _identities(text: str) -> set[str]:
    return {str(event["UID"]) for event in icalendar.Calendar.from_ical(text).walk("VEVENT")}


def test_it_names_no_baby_and_nobodys_health(cast: Cast, now: datetime) -> None:
    text = text_of(cast.running, now)

    assert [name for name in ("Ada", "Noor", "Ines") if name in text] == []
    assert "LOCATION:St Brannoc’s Hall" in text.replace("\\,", ",")


def test_booking_calendar_is_a_file_of_the_familys_dates(cast: Cast, client: Client) -> None:
    answer = sign_in(client, cast.parent).get(f"/me/places/{cast.enrolment.reference}/calendar.ics")

    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="warm-hands-gentle-thursdays.ics"'
    assert len(read(answer.content.decode())) == 5
