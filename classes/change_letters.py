"""The letters about a date that changed, with its calendar file, and about a series that was called off.

They say what happened, what the family gets for it, and where to answer; never why, but in the instructor's own words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from classes import calendars, emails
from classes.models import Amends, Enrolment, MakeUpRight, Place, Series, Session, SessionChange
from config.accounts.models import User
from config.letters.outbox import queue_letter
from config.lib.money import Money
from families.models import Caregiver
from instructors.models import Instructor


@dataclass(frozen=True)
class Given:
    """What one booking got for a change of a date: rights that are held, and money that comes back or is not due."""

    rights: list[MakeUpRight] = field(default_factory=list)
    back: Money | None = None
    not_due: Money | None = None

    def __bool__(self) -> bool:
        return bool(self.rights or self.back or self.not_due)

    @property
    def expires_at(self) -> datetime | None:
        """When the first of the rights runs out."""
        return min((right.expires_at for right in self.rights), default=None)


def given_for(change: SessionChange, enrolment: Enrolment) -> Given:
    """What this booking got for this change, as it stands now. One query."""
    rows = Amends.objects.standing().filter(change=change, enrolment=enrolment)
    given = list(rows.select_related("right__missed__series", "right__missed__lesson", "refund").order_by("pk"))
    refunds = {one.refund.pk: one.refund for one in given if one.refund}
    back = sum(refund.amount_minor for refund in refunds.values())
    not_due = sum(one.minor for one in given) - back
    return Given(
        rights=[one.right for one in given if one.right],
        back=Money(back, enrolment.currency) if back else None,
        not_due=Money(not_due, enrolment.currency) if not_due > 0 else None,
    )


def key_of(change: SessionChange, *, enrolment: Enrolment, to: User) -> str:
    """The key of that letter in the outbox."""
    return f"changed:{_key(change, enrolment, to)}"


def _key(change: SessionChange, enrolment: Enrolment, to: User) -> str:
    return f"{change.reference}:{enrolment.reference}:{to.pk}"


def queue_changed(
    change: SessionChange, *, enrolment: Enrolment, places: Sequence[Place], notice_url: str, to: User, now: datetime
) -> None:
    """Tell one adult what became of the date, with the calendar file. `notice_url` is where they say that they saw it.

    `telling.tell` calls this for each adult whom it writes to, in the transaction of the change.
    """
    context = {**_told(change, enrolment, places), "notice_url": notice_url}
    emails._queue(
        "changed",
        to,
        context,
        key=_key(change, enrolment, to),
        now=now,
        attachments=calendars.file_for(enrolment.family, sessions=[change.session], to=to, now=now),
        family=enrolment.family,
    )


def queue_amends(
    change: SessionChange, *, enrolment: Enrolment, places: Sequence[Place], by: User, now: datetime
) -> None:
    """What the family chose for a changed date: its make-up place, or the money. Once each."""
    told = _told(change, enrolment, places)
    given: Given = told["given"]
    for to in readers_in(enrolment, by=by):
        emails._queue(
            "amends",
            to,
            told,
            key=f"{_key(change, enrolment, to)}:{'money' if given.back or given.not_due else 'right'}:{places[0].pk}",
            now=now,
            attachments=calendars.file_for(enrolment.family, sessions=[change.session], to=to, now=now),
            family=enrolment.family,
        )


def readers_in(enrolment: Enrolment, *, by: User | None = None) -> list[User]:
    """Who of the family is written to: who booked, and whoever did it (`by`); else the first who books. One query."""
    mine = Caregiver.objects.current().of_family(enrolment.family).filter(user__isnull=False)
    adults = list(mine.select_related("user").order_by("joined_at", "pk"))
    wanted = {enrolment.booked_by_id, by.pk if by else None}
    chosen = [one for one in adults if one.user_id in wanted] or [one for one in adults if one.may_book][:1]
    return [one.user for one in chosen if one.user is not None]


def _told(change: SessionChange, enrolment: Enrolment, places: Sequence[Place]) -> dict[str, Any]:
    session = change.session
    return {
        "change": change,
        "session": session,
        "series": session.series,
        "enrolment": enrolment,
        "names": emails.names_of([place.baby for place in places]),
        "is_guest": places[0].kind == Place.Kind.MAKE_UP,
        "by_stream": any(place.way == Enrolment.Way.STREAM for place in places) or session.is_online,
        "given": given_for(change, enrolment),
        "place_url": emails.address("classes:my_place", enrolment.reference),
    }


def queue_to_substitute(change: SessionChange, *, to: Instructor, leads: bool, now: datetime) -> None:
    """To the instructor who leads the date from now on, or no longer does (`leads`), with their calendar file."""
    session = change.session
    queue_letter(
        "classes/emails/substitute",
        to=to.user.email,
        context={
            "change": change,
            "session": session,
            "series": session.series,
            "leads": leads,
            "register_url": emails.address("classes:register", session.reference),
            "reader": to.user,
            "email": to.user.email,
        },
        language=to.user.language,
        key=f"substitute:{change.reference}:{to.pk}",
        now=now,
        attachments=calendars.teaching_file_for(to, sessions=[session], now=now),
    )


def queue_series_cancelled(
    enrolment: Enrolment,
    *,
    words: str,
    back: Money,
    not_due: Money,
    kept: Money,
    sessions: Sequence[Session],
    to: User,
    now: datetime,
) -> None:
    """The series is called off: `back` comes back, `not_due` need not be paid, `kept` is what has been."""
    context = {
        "series": enrolment.series,
        "enrolment": enrolment,
        "words": words,
        "back": back,
        "not_due": not_due,
        "kept": kept,
        "find_url": emails.address("classes:find_series"),
    }
    emails._queue(
        "series_cancelled",
        to,
        context,
        key=f"{enrolment.reference}:{to.pk}",
        now=now,
        attachments=calendars.file_for(enrolment.family, sessions=sessions, to=to, now=now),
        family=enrolment.family,
    )


def queue_guest_freed(
    enrolment: Enrolment, *, series: Series, places: Sequence[Place], words: str, to: User, now: datetime
) -> None:
    """To a guest of a series that is called off: their make-up places are theirs again, with 30 days more."""
    rights = MakeUpRight.objects.open(now).filter(enrolment=enrolment, baby__in=[place.baby_id for place in places])
    context = {
        "series": series,
        "enrolment": enrolment,
        "words": words,
        "names": list(dict.fromkeys(emails.names_of([place.baby for place in places]))),
        "expires_at": min((right.expires_at for right in rights), default=None),
        "place_url": emails.address("classes:my_place", enrolment.reference),
    }
    emails._queue(
        "guest_freed",
        to,
        context,
        key=f"{series.pk}:{enrolment.reference}:{to.pk}",
        now=now,
        attachments=calendars.file_for(enrolment.family, sessions=[place.session for place in places], to=to, now=now),
        family=enrolment.family,
    )
