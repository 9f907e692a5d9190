"""The letters about one date: given back, taken back, joined another way, made up for.

They go to whoever did it, and to the one who booked, as long as they belong to the family.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.utils import translation

from classes import calendars, emails
from classes.models import AwayLink, Enrolment, MakeUpRight, Place, Session
from config.accounts.models import User
from config.letters.outbox import Manner, take_back
from families.emails import stop_address
from families.models import Caregiver


def readers(enrolment: Enrolment, *, by: User) -> list[User]:
    """Whoever did it first, then the one who booked. One query at most."""
    if by.pk == enrolment.booked_by_id:
        return [by]
    mine = Caregiver.objects.current().of_family(enrolment.family)
    return [by, enrolment.booked_by] if mine.of_account(enrolment.booked_by).exists() else [by]


def queue_released(
    enrolment: Enrolment,
    *,
    places: Sequence[Place],
    rights: Sequence[MakeUpRight],
    says: Callable[[], str],
    by: User,
    now: datetime,
) -> None:
    """`says` tells what it means, in the language that is active then."""
    until = min((right.expires_at for right in rights), default=None)
    context: dict[str, Any] = {"rights": len(rights), "expires_at": until}
    for to in readers(enrolment, by=by):
        with translation.override(to.language):
            context["says"] = says()
        _queue("date_released", enrolment, places, to=to, now=now, context=context)


def queue_taken_back(enrolment: Enrolment, *, places: Sequence[Place], by: User, now: datetime) -> None:
    for to in readers(enrolment, by=by):
        _queue("date_taken_back", enrolment, places, to=to, now=now)


def queue_switched(enrolment: Enrolment, *, places: Sequence[Place], by: User, now: datetime) -> None:
    for to in readers(enrolment, by=by):
        _queue("date_switched", enrolment, places, to=to, now=now)


def queue_made_up(enrolment: Enrolment, *, places: Sequence[Place], missed: Session, by: User, now: datetime) -> None:
    for to in readers(enrolment, by=by):
        _queue("make_up_booked", enrolment, places, to=to, now=now, context={"missed": missed})


def queue_reminder(
    enrolment: Enrolment,
    *,
    places: Sequence[Place],
    adults: Sequence[Caregiver],
    to: Caregiver,
    token: str,
    check_url: str,
    stop: str,
    is_first: bool,
    tell_until: datetime | None,
    now: datetime,
) -> None:
    """What to know about a date two days ahead, with the links to say that they cannot come, and what has changed.

    Those who tell us before `tell_until` get a make-up place; None where it is too late for one, or there is none.
    `token` is the secret of the one link, `stop` of that which stops reminders. Before the first date of a booking it
    says more. It is of no use once the date begins, and a date that is told of anew gets another one.
    """
    session = places[0].session
    context = {
        "hello": to.first_name,
        "teacher": (session.substitute or session.series.instructor).display_name,
        "adults": [one.first_name for one in adults],
        "tell_until": tell_until,
        "can_stream": places[0].joins_by == Enrolment.Way.ROOM and session.stream_capacity > 0,
        "away_url": emails.address("classes:cant_come", token),
        "check_url": check_url,
        "stop_url": stop_address(stop),
        "is_first": is_first,
    }
    assert to.user is not None  # a reminder is written to someone with an account
    key = _reminder_key(enrolment, session, to, sequence=session.sequence)
    manner = Manner(stop_url=stop_address(stop), by_day_in=enrolment.family.time_zone, send_until=session.starts_at)
    told = {**_told(enrolment, places), **context}
    emails._queue("reminder", to.user, told, key=key, now=now, family=enrolment.family, manner=manner)


def withdraw_reminders(session: Session) -> None:
    """Take back the reminders of this date that have not left: they say what is no more. Call it in the deed."""
    links = AwayLink.objects.filter(session=session).select_related("enrolment", "caregiver")
    told = range(session.sequence + 1)
    names = [_reminder_key(one.enrolment, session, one.caregiver, sequence=each) for one in links for each in told]
    take_back(f"reminder:{name}" for name in names)


def _reminder_key(enrolment: Enrolment, session: Session, to: Caregiver, *, sequence: int) -> str:
    """A date that is told of anew has a reminder of its own."""
    key = f"{enrolment.reference}:{session.reference}:{to.pk}"
    return f"{key}:{sequence}" if sequence else key


def _told(enrolment: Enrolment, places: Sequence[Place]) -> dict[str, Any]:
    session = places[0].session
    return {
        "enrolment": enrolment,
        "session": session,
        "series": session.series,
        "names": emails.names_of([place.baby for place in places]),
        "way": places[0].joins_by,
        "place_url": emails.address("classes:my_place", enrolment.reference),
    }


def _queue(
    name: str,
    enrolment: Enrolment,
    places: Sequence[Place],
    *,
    to: User,
    now: datetime,
    context: dict[str, Any] | None = None,
) -> None:
    emails._queue(
        name,
        to,
        {**_told(enrolment, places), **(context or {})},
        # A date can be given back again once it was taken back; then it is another place.
        key=f"{places[0].pk}:{to.pk}",
        now=now,
        attachments=calendars.file_for(enrolment.family, sessions=[places[0].session], to=to, now=now),
    )
