"""The second letter about a changed date, and the message to whoever keeps the room."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from classes import emails
from classes.models import Notice, SessionChange
from config.letters.outbox import queue_letter

Kind = SessionChange.Kind
# Of these the room is free at the old time, and needed at the new one.
FREES = (Kind.MOVED, Kind.CANCELLED, Kind.ONLINE)
NEEDS = (Kind.MOVED, Kind.ADDED)


def queue_again(notice: Notice, *, notice_url: str, now: datetime) -> None:
    """To an adult who has not opened the first letter. It says what changed, and nothing else."""
    change, reader = notice.change, notice.caregiver.user
    assert reader is not None  # a letter is written to someone with an account
    context = {
        "change": change,
        "session": change.session,
        "series": change.session.series,
        "hello": notice.caregiver.first_name,
        "notice_url": notice_url,
    }
    key = f"{notice.change.reference}:{notice.enrolment.reference}:{reader.pk}"
    emails._queue("changed_again", reader, context, key=key, now=now, family=notice.enrolment.family)


def room_key(change: SessionChange) -> str:
    """The key of the letter to the room's keeper."""
    return f"room:{change.reference}"


def keeper_is_told(change: SessionChange) -> bool:
    """Whether there is a room whose keeper has an address, and something for them to know."""
    venue = change.session.series.venue
    return venue is not None and bool(venue.contact_email) and change.kind in (*FREES, *NEEDS)


def queue_to_keeper(change: SessionChange, *, now: datetime) -> None:
    """When the room is free, and when it is needed instead. No name of a family stands in it, and no reason."""
    if not keeper_is_told(change):
        return
    session, series = change.session, change.session.series
    venue, length = series.venue, timedelta(minutes=change.session.minutes)
    assert venue is not None
    free, needed = change.was_starts_at if change.kind in FREES else None, change.starts_at
    context = {
        "venue": venue,
        "series": series,
        "session": session,
        "zone": venue.time_zone,
        "hello": venue.contact_name,
        "free_from": free,
        "free_until": free + length if free else None,
        "needed_from": needed if change.kind in NEEDS else None,
        "needed_until": needed + length,
        "email": venue.contact_email,
    }
    offered = {code for code, _name in settings.LANGUAGES}
    queue_letter(
        "classes/emails/room",
        to=venue.contact_email,
        context=context,
        language=series.language if series.language in offered else settings.LANGUAGE_CODE,
        key=room_key(change),
        now=now,
    )
