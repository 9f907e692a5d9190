"""Calendar files: one event a session, with the venue's zone and an identity that never changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from classes.models import Enrolment, Series, Session


def calendar_of_booking(enrolment: Enrolment, *, sessions: Sequence[Session], now: datetime) -> str:
    """The sessions of a booking as iCalendar text. Names no baby and no health: calendars are shared with offices."""
    return calendar_of(enrolment.series, sessions=sessions, now=now)


def calendar_of(series: Series, *, sessions: Sequence[Session], now: datetime) -> str:
    """These sessions of the series as iCalendar text (RFC 5545), with the zone's rules for the years concerned."""
    import icalendar  # used here only, and slow to import

    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Warm Hands//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", series.title)
    for session in sessions:
        calendar.add_component(_event(series, session, now=now))
    if sessions:
        first = min(session.starts_at for session in sessions).date()
        last = max(session.starts_at for session in sessions).date()
        calendar.add_missing_timezones(first_date=first - timedelta(days=366), last_date=last + timedelta(days=366))
    return str(calendar.to_ical().decode())


def _event(series: Series, session: Session, *, now: datetime) -> Any:
    import icalendar

    zone = ZoneInfo(series.time_zone)
    event = icalendar.Event()
    event.add("uid", f"session-{session.reference}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("sequence", session.sequence)
    event.add("dtstamp", now)
    event.add("dtstart", session.starts_at.astimezone(zone))
    event.add("dtend", session.ends_at.astimezone(zone))
    event.add("summary", _("%(series)s, session %(number)d") % {"series": series.title, "number": session.number})
    event.add("status", "CANCELLED" if session.state == Session.State.CANCELLED else "CONFIRMED")
    if series.venue_id:
        event.add("location", ", ".join(filter(None, [series.venue.name, series.venue.address, series.venue.town])))  # type: ignore[union-attr]
    return event
