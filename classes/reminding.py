"""Reminding a family of each date, two days ahead and by day: once, whatever stops in between."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from classes import anything_changed, away, company, correspondents, date_letters
from classes.models import AwayLink, Coming, Enrolment, Place, Series, Session
from classes.my_dates import tell_until
from config.lib.times import next_daytime
from families.messages import choice_for
from families.models import Caregiver, MessageChoice

AHEAD = timedelta(hours=48)
# Nobody reads it in time after that.
AT_LEAST = timedelta(hours=2)
MOST_A_RUN = 100
KIND = MessageChoice.Kind.REMINDERS

Pair = tuple[int, int]  # keys of an enrolment and a session


@dataclass(frozen=True)
class Reminder:
    """One date of one booking to write about: the places that stand, who comes along, and to whom."""

    places: list[Place]
    adults: list[Caregiver]
    to: Caregiver

    @property
    def enrolment(self) -> Enrolment:
        return self.places[0].enrolment

    @property
    def session(self) -> Session:
        return self.places[0].session


def remind(now: datetime) -> int:
    """The job: write the reminders that are due; returns how many. What was not written in time is left out.

    Each is a transaction of its own, and the link in it, of which a date has one, says that it was written.
    """
    return sum(_write(one, now=now) for one in due(now))


def due(now: datetime) -> list[Reminder]:
    """The reminders to write now, soonest date first, at most MOST_A_RUN. Six queries at most."""
    pairs = _pairs(now)
    if not pairs:
        return []
    places = _places(pairs)
    adults = correspondents.of_families((group[0].enrolment.family_id for group in places.values()), kind=KIND)
    comings = _comings(pairs)
    found = []
    for pair, group in places.items():
        enrolment = group[0].enrolment
        to = correspondents.reader_of(enrolment, adults.get(enrolment.family_id, []))
        if to:
            usual = enrolment.who_comes.all()
            who, _own = company.who_come(group[0].session, own=comings.get(pair, []), usual=usual)
            found.append(Reminder(group, who, to))
    return found


def _candidates(now: datetime) -> Any:
    """Places that stand in dates of the next two days, of families who may be written to and were not."""
    # A letter to somebody who was removed may never have left, and its link is dead: the next adult is told.
    written = AwayLink.objects.filter(
        enrolment=OuterRef("enrolment"), session=OuterRef("session"), caregiver__removed_at__isnull=True
    )
    places = Place.objects.unreleased().filter(
        session__starts_at__gt=now + AT_LEAST,
        session__starts_at__lte=now + AHEAD,
        session__state=Session.State.PLANNED,
        session__series__state=Series.State.PUBLISHED,
        enrolment__state=Enrolment.State.BOOKED,
        enrolment__family__quiet_at__isnull=True,
        enrolment__family__closed_at__isnull=True,
    )
    return places.filter(correspondents.has_reader(KIND), ~Exists(written))


def _pairs(now: datetime) -> list[Pair]:
    """Whose day has begun, by the clock of the family. Two queries."""
    places = _candidates(now).order_by()
    zones = places.values_list("enrolment__family__time_zone", flat=True).distinct()
    by_day = [zone for zone in zones if next_daytime(now, zone=zone) == now]
    rows = places.filter(enrolment__family__time_zone__in=by_day).values_list("enrolment_id", "session_id")
    return list(rows.order_by("session__starts_at", "enrolment_id", "session_id").distinct()[:MOST_A_RUN])


def _places(pairs: Iterable[Pair]) -> dict[Pair, list[Place]]:
    """Two queries."""
    enrolments, sessions = {pair[0] for pair in pairs}, {pair[1] for pair in pairs}
    rows = Place.objects.unreleased().filter(enrolment__in=enrolments, session__in=sessions)
    series = ("session__series__venue", "session__series__instructor")
    related = (*series, "session__substitute", "session__lesson", "enrolment__family")
    found: dict[Pair, list[Place]] = {pair: [] for pair in pairs}
    for place in rows.select_related(*related, "baby").prefetch_related("enrolment__who_comes").order_by("baby_id"):
        if (place.enrolment_id, place.session_id) in found:
            found[place.enrolment_id, place.session_id].append(place)
    return {pair: group for pair, group in found.items() if group}


def _comings(pairs: Iterable[Pair]) -> dict[Pair, list[Caregiver]]:
    """One query."""
    rows: dict[Pair, list[Caregiver]] = defaultdict(list)
    for coming in Coming.objects.of_dates(pair[1] for pair in pairs):
        rows[coming.enrolment_id, coming.session_id].append(coming.caregiver)
    return rows


def _tell_until(one: Reminder, *, now: datetime) -> datetime | None:
    until = tell_until(one.enrolment, one.session)
    return until if until and now < until else None


def _queue(one: Reminder, *, now: datetime) -> None:
    session, to = one.session, one.to
    date_letters.queue_reminder(
        one.enrolment,
        places=one.places,
        adults=one.adults,
        to=to,
        token=away.make_link(one.enrolment, session=session, caregiver=to, now=now),
        check_url=anything_changed.check_link(one.enrolment, session, to, now),
        stop=choice_for(to, kind=KIND).token,
        is_first=_is_first(one),
        tell_until=_tell_until(one, now=now),
        now=now,
    )


def _is_first(one: Reminder) -> bool:
    """Whether this is the first date of the booking to which somebody comes."""
    before = Place.objects.unreleased().filter(enrolment=one.enrolment, session__starts_at__lt=one.session.starts_at)
    return not before.exclude(session__state=Session.State.CANCELLED).exists()


def _write(one: Reminder, *, now: datetime) -> int:
    try:
        with transaction.atomic():
            keys = [place.pk for place in one.places]
            if Place.objects.unreleased().filter(pk__in=keys).count() < len(keys):
                return 0  # told a moment ago; the next run looks again
            _queue(one, now=now)
    except IntegrityError:
        return 0  # another run wrote it
    return 1
