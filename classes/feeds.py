"""Calendar addresses: making one, replacing it, and what stands at it.

The secret in the address is all that a reader shows, so it opens one calendar and nothing else, is never logged, and
ends at once with a newer address, or with the adult's place in the family.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version

from django.db import transaction
from django.utils import translation

from classes import calendars
from classes.models import CalendarFeed
from classes.models.calendar_feed import hash_of
from config.accounts.models import User
from config.audit.trail import record
from config.lib.ical import Event, calendar_text
from config.lib.refs import new_token
from families.models import Caregiver
from instructors.models import Instructor

KEPT = timedelta(days=366)
# What a program kept is no longer good where another release writes the same dates in other words.
WRITTEN_BY = f"1 {version('icalendar')} {version('tzdata')}"


@dataclass(frozen=True)
class Feed:
    """What stands at an address: a calendar, and by what to tell whether a reader has it already."""

    events: tuple[Event, ...]
    name: str
    zone: str
    language: str
    changed_at: datetime

    @property
    def etag(self) -> str:
        """The same for the same words, quoted as HTTP wants it. Told without writing the calendar."""
        told = repr((WRITTEN_BY, self.language, self.name, self.zone, self.events))
        return f'"{hashlib.sha256(told.encode()).hexdigest()[:32]}"'

    @property
    def text(self) -> str:
        return calendar_text(self.events, name=self.name, zone=self.zone)


def token_of(owner: Caregiver | Instructor) -> str | None:
    """The secret of the owner's address; None where none was made yet. One query."""
    feed = CalendarFeed.objects.current().of(owner).first()
    return feed.token if feed else None


def make_address(owner: Caregiver | Instructor, *, by: User, now: datetime) -> str:
    """A new secret for the owner; the one before it, if any, is dead from this moment. Returns the secret."""
    token = new_token()
    with transaction.atomic():
        # Of two presses at once the second waits here, and replaces what the first one made.
        locked = type(owner).objects.select_for_update().get(pk=owner.pk)
        old = CalendarFeed.objects.current().of(owner).update(replaced_at=now, token="")
        feed = CalendarFeed(token=token, token_hash=hash_of(token), made_at=now)
        if isinstance(locked, Instructor):
            feed.instructor = locked
        else:
            feed.caregiver = locked
        feed.save(force_insert=True)
        record("replaced a calendar address" if old else "made a calendar address", by=by, about=feed, now=now)
    return token


def feed_at(token: str, *, now: datetime) -> Feed | None:
    """What stands at this address: a year back and everything ahead. None where nothing answers. Two queries."""
    feed = CalendarFeed.objects.at(token).first()
    if feed is None:
        return None
    if feed.instructor is not None:
        with translation.override(feed.instructor.user.language):
            events = calendars.teaching_dates_of(feed.instructor, since=now - KEPT)
        return _feed(events, feed, zone=feed.instructor.time_zone, language=feed.instructor.user.language)
    adult = feed.caregiver
    assert adult is not None
    assert adult.user is not None
    with translation.override(adult.user.language):
        # A family that asked for quiet finds an empty calendar: no date of a class is called off before its eyes.
        events = [] if adult.family.quiet_at else calendars.dates_of(adult.family, since=now - KEPT)
    return _feed(events, feed, zone=adult.family.time_zone, language=adult.user.language)


def _feed(events: list[Event], feed: CalendarFeed, *, zone: str, language: str) -> Feed:
    changed_at = max([feed.made_at, *(event.changed_at for event in events)])
    return Feed(tuple(events), calendars.calendar_name(), zone, language, changed_at)
