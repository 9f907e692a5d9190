"""The letters about one date: given back, taken back, joined another way, made up for.

They go to whoever did it, and to the one who booked, as long as they belong to the family.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.utils import translation

from classes import calendars, emails
from classes.models import Enrolment, MakeUpRight, Place, Session
from config.accounts.models import User
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


def _queue(
    name: str,
    enrolment: Enrolment,
    places: Sequence[Place],
    *,
    to: User,
    now: datetime,
    context: dict[str, Any] | None = None,
) -> None:
    session = places[0].session
    told = {
        "enrolment": enrolment,
        "session": session,
        "series": session.series,
        "names": emails.names_of([place.baby for place in places]),
        "way": places[0].way,
        "place_url": emails.address("classes:my_place", enrolment.reference),
    }
    emails._queue(
        name,
        to,
        {**told, **(context or {})},
        # A date can be given back again once it was taken back; then it is another place.
        key=f"{places[0].pk}:{to.pk}",
        now=now,
        attachments=calendars.file_for(enrolment.family, sessions=[session], to=to, now=now),
    )
