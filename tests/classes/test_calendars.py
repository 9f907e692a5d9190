"""Calendar files, read back by readers that are not ours. Page: `booking_calendar`."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
from dateutil.tz import tzical
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from classes import calendars
from classes.models import Enrolment, Place, Series, Session
from config.lib.ical import Event, calendar_text
from families.models import Family
from tests.cast import NOW, Cast, sign_in
from tests.factories.classes import make_enrolment, make_series
from tests.factories.families import add_baby

Told = tuple[str, str, str, int]


def read(text: str) -> list[Told]:
    """(local start, local end, status, sequence) of every event, as a calendar program expands them."""
    events = recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between(date(2026, 1, 1), date(2027, 12, 31))
    told = []
    for event in sorted(events, key=lambda one: one["DTSTART"].dt):
        start, end = event["DTSTART"].dt, event["DTEND"].dt
        told.append((f"{start:%a %d %b %H:%M %z}", f"{end:%H:%M}", str(event["STATUS"]), int(event["SEQUENCE"])))
    return told


def text_of(cast: Cast, series: Series | None = None) -> str:
    sessions = (series or cast.running).sessions.all()
    return calendars.text_for(cast.family, sessions=sessions, now=NOW)


def events_of(text: str) -> dict[str, Any]:
    """{UID: event}"""
    return {str(event["UID"]): event for event in icalendar.Calendar.from_ical(text).walk("VEVENT")}


def test_a_class_at_ten_stays_at_ten_over_the_clock_change(cast: Cast) -> None:
    assert read(text_of(cast)) == [
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
def test_every_zone_keeps_its_wall_clock(cast: Cast, zone: str, offsets: set[str]) -> None:
    series = make_series(
        cast.instructor_profile, slug="far", first=date(2026, 3, 12), time_zone=zone, clock=time(9, 30)
    )
    make_enrolment(series, family=cast.family, babies=[cast.baby], by=cast.parent)
    starts = [start for start, _end, _status, _sequence in read(text_of(cast, series))]

    assert {start.split(" ")[3] for start in starts} == {"09:30"}
    assert {start.split(" ")[4] for start in starts} == offsets


@pytest.mark.parametrize(
    "zone",
    [
        *("Europe/London", "America/New_York", "America/St_Johns", "America/Santiago", "Australia/Sydney"),
        *("Australia/Lord_Howe", "Pacific/Chatham", "Asia/Kolkata", "Africa/Casablanca", "Europe/Dublin", "UTC"),
    ],
)
def test_the_rules_of_a_zone_are_right_in_every_half_hour_of_three_years(zone: str) -> None:
    """Read by dateutil, from the VTIMEZONE alone: it does not look at the name of the zone."""
    text = calendar_text([_event(zone)], name="Warm Hands", zone=zone)
    rules = tzical(io.StringIO(text.replace("\r\n", "\n"))).get()
    half_hours = (datetime(2025, 1, 1, 12, tzinfo=UTC) + timedelta(minutes=30 * step) for step in range(3 * 365 * 48))
    wrong = []
    for moment in half_hours:
        here = moment.astimezone(ZoneInfo(zone))
        if rules.utcoffset(here.replace(tzinfo=None)) != here.utcoffset():
            wrong.append(here)

    assert wrong == []


def _event(zone: str) -> Event:
    begins = datetime(2026, 6, 1, 9, tzinfo=UTC)
    return Event("one@localhost", 0, begins, begins + timedelta(minutes=40), zone, "Gentle Thursdays", changed_at=NOW)


def test_dates_of_several_zones_go_into_one_file_each_with_its_rules(cast: Cast) -> None:
    sessions = [*cast.running.sessions.all()[:1], *cast.stream.sessions.all()[:1]]
    make_enrolment(cast.stream, family=cast.family, babies=[cast.baby], by=cast.parent, way="stream")
    text = calendars.text_for(cast.family, sessions=sessions, now=NOW)
    found = icalendar.Calendar.from_ical(text)

    assert [str(zone["TZID"]) for zone in found.walk("VTIMEZONE")] == ["Europe/London", "Europe/Warsaw"]
    assert read(text) == [
        ("Thu 12 Mar 10:00 +0000", "10:40", "CONFIRMED", 0),
        ("Mon 06 Apr 19:30 +0200", "20:10", "CONFIRMED", 0),
    ]


def test_moved_twice_and_called_off_once_is_told_by_sequence_and_status(cast: Cast) -> None:
    third, fourth = (cast.running.sessions.filter(number=number) for number in (3, 4))
    third.tell_anew(now=NOW, starts_at=datetime(2026, 3, 27, 9, tzinfo=UTC))
    third.tell_anew(now=NOW, starts_at=datetime(2026, 3, 27, 15, tzinfo=UTC))
    fourth.tell_anew(now=NOW, state=Session.State.CANCELLED)

    assert read(text_of(cast))[2:4] == [
        ("Fri 27 Mar 15:00 +0000", "15:40", "CONFIRMED", 2),
        ("Thu 02 Apr 10:00 +0100", "10:40", "CANCELLED", 1),
    ]


@pytest.mark.parametrize(
    "change",
    [{"starts_at": NOW}, {"minutes": 50}, {"state": Session.State.CANCELLED}, {"substitute": "other_instructor"}],
)
def test_the_database_raises_the_sequence_for_a_writer_who_forgot(cast: Cast, change: dict[str, Any]) -> None:
    if "substitute" in change:
        change = {"substitute": cast.other_instructor_profile}
    third = cast.running.sessions.filter(number=3)
    third.update(**change)
    session = third.get()

    assert (session.sequence, session.changed_at is not None) == (1, True)


def test_what_no_calendar_shows_raises_nothing(cast: Cast) -> None:
    session = cast.running.sessions.get(number=3)
    session.note, session.capacity, session.register_closed_at = "Bring the big doll.", 9, NOW
    session.save()
    session.refresh_from_db()

    assert (session.sequence, session.changed_at) == (0, None)


def test_a_series_called_off_calls_off_its_dates(cast: Cast) -> None:
    Series.objects.filter(pk=cast.running.pk).update(state=Series.State.CANCELLED)

    assert {(status, sequence) for _start, _end, status, sequence in read(text_of(cast))} == {("CANCELLED", 1)}


def release(cast: Cast, *, number: int) -> None:
    standing = Place.objects.unreleased().filter(enrolment__family=cast.family, session__number=number)
    standing.update(released_at=NOW, release=Place.Release.TOLD)


def take_back(cast: Cast, *, number: int) -> None:
    old = Place.objects.filter(enrolment=cast.enrolment, session__number=number).last()
    assert old is not None
    old.pk, old.released_at, old.release, old.taken_at = None, None, "", NOW
    old.save(force_insert=True)


def told_of(cast: Cast, *, number: int) -> tuple[str, str, int]:
    session = cast.running.sessions.get(number=number)
    event = events_of(text_of(cast))[f"session-{session.reference}@localhost"]
    return str(event["SUMMARY"]), str(event["STATUS"]), int(event["SEQUENCE"])


def test_a_date_given_back_and_taken_again_is_told_each_time(cast: Cast) -> None:
    assert told_of(cast, number=3) == ("Gentle Thursdays, session 3: Chest, arms and hands", "CONFIRMED", 0)
    release(cast, number=3)
    assert told_of(cast, number=3) == ("Given back: Gentle Thursdays, session 3: Chest, arms and hands", "CANCELLED", 1)
    take_back(cast, number=3)
    assert told_of(cast, number=3) == ("Gentle Thursdays, session 3: Chest, arms and hands", "CONFIRMED", 2)


def test_one_of_twins_who_stays_at_home_leaves_the_date_standing(cast: Cast) -> None:
    place = Place.objects.get(enrolment=cast.enrolment, session__number=3)
    twin = add_baby(cast.family, "Theo", born_on=cast.baby.born_on)
    Place.objects.create(enrolment=cast.enrolment, session=place.session, baby=twin, number=7, taken_at=NOW)
    Place.objects.filter(pk=place.pk).update(released_at=NOW, release=Place.Release.TOLD)

    assert told_of(cast, number=3)[1:] == ("CONFIRMED", 2)


def test_an_ended_booking_is_told_as_given_back(cast: Cast) -> None:
    Place.objects.filter(enrolment=cast.enrolment, session__number__gte=3).update(released_at=NOW, release="ended")
    Enrolment.objects.filter(pk=cast.enrolment.pk).update(state=Enrolment.State.CANCELLED, ended_at=NOW)

    statuses = [status for _start, _end, status, _sequence in read(text_of(cast))]
    assert statuses == ["CONFIRMED", "CONFIRMED", "CANCELLED", "CANCELLED", "CANCELLED"]


def test_what_ended_with_a_family_that_asked_for_quiet_is_not_shown_again(cast: Cast) -> None:
    Place.objects.filter(enrolment=cast.enrolment, session__number__gte=3).update(released_at=NOW, release="ended")
    Enrolment.objects.filter(pk=cast.enrolment.pk).update(state=Enrolment.State.ENDED, ended_at=NOW)

    assert [start for start, *_rest in read(text_of(cast))] == ["Thu 12 Mar 10:00 +0000", "Thu 19 Mar 10:00 +0000"]


def test_an_offer_stands_in_no_calendar(cast: Cast) -> None:
    make_enrolment(
        cast.open,
        family=cast.family,
        babies=[cast.baby],
        by=cast.parent,
        state=Enrolment.State.OFFERED,
        booked_at=None,
        expires_at=NOW + timedelta(hours=3),
    )
    assert calendars.file_for(cast.family, sessions=cast.open.sessions.all(), to=cast.parent, now=NOW) == []


def test_the_identity_of_a_session_never_changes(cast: Cast) -> None:
    session = cast.running.sessions.get(number=3)
    before = set(events_of(text_of(cast)))
    cast.running.sessions.filter(pk=session.pk).update(starts_at=NOW)

    assert set(events_of(text_of(cast))) == before
    assert f"session-{session.reference}@localhost" in before


def test_it_names_no_baby_and_nobodys_health(cast: Cast) -> None:
    text = text_of(cast)

    assert [name for name in ("Ada", "Noor", "Ines", "Joseph") if name in text] == []
    assert {str(event["LOCATION"]) for event in events_of(text).values()} == {
        "St Brannoc’s Hall, Otley Road, Leeds, LS6"
    }
    assert {str(event["CLASS"]) for event in events_of(text).values()} == {"PRIVATE"}


def test_a_date_by_live_stream_says_so_and_keeps_its_link_back(cast: Cast) -> None:
    cast.stream.stream_url = "https://stream.example.net/after-the-bath"
    cast.stream.save(update_fields=["stream_url"])
    text = calendars.text_for(cast.other_family, sessions=cast.stream.sessions.all()[:1], now=NOW)
    [event] = events_of(text).values()

    assert (str(event["LOCATION"]), "stream.example.net" in text) == ("By live-stream", False)
    assert str(event["DESCRIPTION"]) == "The link is on the page of your booking, 15 minutes before."


def test_words_of_an_instructor_cannot_break_out_of_their_line(cast: Cast) -> None:
    Series.objects.filter(pk=cast.running.pk).update(
        title="Hello; a, b\\\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:Mine", about="x"
    )
    events = events_of(text_of(cast))

    assert len(events) == 5
    assert str(next(iter(events.values()))["SUMMARY"]).startswith("Hello; a, b\\\nEND:VEVENT\nBEGIN:VEVENT")


@pytest.mark.parametrize("dates", [1, 3])
def test_the_file_of_a_letter_takes_one_statement(cast: Cast, dates: int) -> None:
    sessions = list(cast.running.sessions.all()[:dates])
    with CaptureQueriesContext(connection) as asked:
        [attached] = calendars.file_for(cast.family, sessions=sessions, to=cast.parent, now=NOW)

    assert len(asked.captured_queries) == 1
    assert (attached.name, attached.kind) == ("warm-hands.ics", "text/calendar; method=PUBLISH; charset=utf-8")
    assert len(events_of(attached.content)) == dates


def test_a_letters_file_is_a_message_as_the_rules_want_it(cast: Cast) -> None:
    """RFC 5546, 3.2.1: METHOD:PUBLISH, and in each event an organizer, a stamp and no attendee."""
    found = icalendar.Calendar.from_ical(text_of(cast))
    events: Any = found.walk("VEVENT")

    assert str(found["METHOD"]) == "PUBLISH"
    assert {str(event["ORGANIZER"]) for event in events} == {"mailto:hello@warmhands.example"}
    assert {(event["DTSTAMP"].dt, "ATTENDEE" in event) for event in events} == {(NOW, False)}


def test_a_letters_file_speaks_the_language_of_its_reader(cast: Cast) -> None:
    cast.other_parent.language = "es"
    sessions = cast.stream.sessions.filter(number=3)
    [attached] = calendars.file_for(cast.other_family, sessions=sessions, to=cast.other_parent, now=NOW)
    [event] = events_of(attached.content).values()

    assert str(event["LOCATION"]) == "En directo por internet"


def test_booking_calendar_is_a_file_of_the_familys_dates(cast: Cast, client: Client) -> None:
    answer = sign_in(client, cast.parent).get(f"/me/places/{cast.enrolment.reference}/calendar.ics")

    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="warm-hands-gentle-thursdays.ics"'
    assert len(read(answer.content.decode())) == 5


def test_another_familys_dates_are_not_in_it(cast: Cast) -> None:
    assert calendars.dates_of(cast.family, sessions=list(cast.stream.sessions.all())) == []
    assert len(calendars.dates_of(cast.other_family, since=NOW - timedelta(days=366))) == 10
    assert isinstance(cast.other_family, Family)
