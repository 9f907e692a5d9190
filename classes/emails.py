"""The letters of booking. Each is queued in the transaction of its deed, keyed so that it is written once.

Nothing about health stands in a letter: a mailbox is read by more people than the one who wrote the answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse

from classes import calendars
from classes.models import Enrolment, Session
from config.accounts.models import User
from config.letters.outbox import USUAL, Attachment, Manner, queue_letter
from config.lib.money import Money
from families.emails import of_member
from families.models import Baby, Family
from families.quiet import is_quiet


def address(name: str, *args: Any) -> str:
    """The full address of a page, for a letter."""
    return str(settings.SITE_URL) + reverse(name, args=args)


def names_of(babies: Sequence[Baby]) -> list[str]:
    """Their first names, in the order in which they were given."""
    return [baby.first_name for baby in babies]


def queue_booked(
    enrolment: Enrolment, *, babies: Sequence[Baby], sessions: Sequence[Session], to: User, now: datetime
) -> None:
    series, in_order = enrolment.series, sorted(sessions, key=lambda session: session.starts_at)
    context = {
        "enrolment": enrolment,
        "series": series,
        "sessions": in_order,
        "first": in_order[0] if in_order else None,
        "is_single": enrolment.kind == Enrolment.Kind.SINGLE,
        "cancel_until": _full_refund_until(enrolment, in_order, now=now),
        "names": names_of(babies),
        "place_url": address("classes:my_place", enrolment.reference),
        **_joined_late(enrolment, now=now),
    }
    attached = calendars.file_for(enrolment.family, sessions=sessions, to=to, now=now)
    _queue("booked", to, context, key=enrolment.reference, now=now, attachments=attached, family=enrolment.family)


def _full_refund_until(enrolment: Enrolment, in_order: Sequence[Session], *, now: datetime) -> datetime | None:
    """Hours count back from the first date of the booking, which is not the first of the series for everybody."""
    if not in_order:
        return None
    until = in_order[0].starts_at - timedelta(hours=enrolment.series.refund_hours)
    return until if until > now else None


def _joined_late(enrolment: Enrolment, *, now: datetime) -> dict[str, Any]:
    """How many weeks a family that joined late missed, and how many of them it can make up for; no query otherwise."""
    if enrolment.kind == Enrolment.Kind.SINGLE or not enrolment.series.has_begun(now):
        return {"missed": 0}
    missed = Session.objects.held().filter(series=enrolment.series_id, starts_at__lte=now).count()
    return {"missed": missed, "to_make_up": enrolment.rights.values("missed").distinct().count()}


def queue_cancelled(
    enrolment: Enrolment, *, back: Money, waived: Money, to_pay: Money, kept: Money, to: User, now: datetime
) -> None:
    """`kept` is what stays due, by the terms, for dates that are given up."""
    context = {
        "enrolment": enrolment,
        "series": enrolment.series,
        "back": back,
        "waived": waived,
        "to_pay": to_pay,
        "kept": kept,
        "find_url": address("classes:find_series"),
    }
    dates = Session.objects.in_bookings(enrolment).filter(starts_at__gt=now)
    attached = calendars.file_for(enrolment.family, sessions=dates, to=to, now=now)
    _queue("cancelled", to, context, key=f"{enrolment.reference}:{to.pk}", now=now, attachments=attached)


def queue_moved(
    enrolment: Enrolment, *, due: Any, babies: Sequence[Baby], sessions: Sequence[Session], to: User, now: datetime
) -> None:
    """`due` is the transferring.MoveQuote that was agreed to; `enrolment` the new booking."""
    context = {
        "enrolment": enrolment,
        "series": enrolment.series,
        "old": enrolment.moved_from,
        "due": due,
        "sessions": sorted(sessions, key=lambda session: session.starts_at),
        "names": names_of(babies),
        "terms_hold": _gives_all_back(enrolment, now=now),
        "place_url": address("classes:my_place", enrolment.reference),
    }
    bookings = [one for one in (enrolment, enrolment.moved_from) if one]
    dates = Session.objects.in_bookings(*bookings).filter(starts_at__gt=now)
    attached = calendars.file_for(enrolment.family, sessions=dates, to=to, now=now)
    _queue("moved", to, context, key=f"{enrolment.reference}:{to.pk}", now=now, attachments=attached)


def _gives_all_back(enrolment: Enrolment, *, now: datetime) -> bool:
    until = enrolment.series.full_refund_until
    return until is not None and now < until and not enrolment.policy.get("stays_minor")


def _queue(
    name: str,
    to: User,
    context: dict[str, Any],
    *,
    key: str,
    now: datetime,
    attachments: Sequence[Attachment] = (),
    send_after: datetime | None = None,
    family: Family | None = None,
    manner: Manner = USUAL,
) -> None:
    """The one way out for letters of this room: a family that asked for quiet is sent nothing at all.

    Whoever has the family of `to` at hand spares the query for it.
    """
    if is_quiet(to) if family is None else family.quiet_at is not None:
        return
    queue_letter(
        f"classes/emails/{name}",
        to=to.email,
        context={**context, "reader": to, "email": to.email},
        language=to.language,
        key=f"{name}:{key}",
        now=now,
        attachments=attachments,
        send_after=send_after,
        about=of_member(to),
        manner=manner,
    )
