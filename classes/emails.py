"""The letters of booking. Each is queued in the transaction of its deed, keyed so that it is written once.

Nothing about health stands in a letter: a mailbox is read by more people than the one who wrote the answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from classes import calendars
from classes.models import Enrolment, Offer, Series, Session, WaitingParty
from config.accounts.models import User
from config.letters.outbox import Attachment, queue_letter
from config.lib.money import Money
from families.models import Baby


def address(name: str, *args: Any) -> str:
    """The full address of a page, for a letter."""
    return str(settings.SITE_URL) + reverse(name, args=args)


def names_of(babies: Sequence[Baby]) -> list[str]:
    """Their first names, in the order in which they were given."""
    return [baby.first_name for baby in babies]


def queue_booked(
    enrolment: Enrolment, *, babies: Sequence[Baby], sessions: Sequence[Session], to: User, now: datetime
) -> None:
    series = enrolment.series
    context = {
        "enrolment": enrolment,
        "series": series,
        "sessions": sorted(sessions, key=lambda session: session.starts_at),
        "names": names_of(babies),
        "place_url": address("classes:my_place", enrolment.reference),
    }
    attached = calendars.file_for(enrolment.family, sessions=sessions, to=to, now=now)
    _queue("booked", to, context, key=enrolment.reference, now=now, attachments=attached)


def queue_cancelled(enrolment: Enrolment, *, back: Money, waived: Money, to: User, now: datetime) -> None:
    context = {
        "enrolment": enrolment,
        "series": enrolment.series,
        "back": back,
        "waived": waived,
        "find_url": address("classes:find_series"),
    }
    _queue("cancelled", to, context, key=f"{enrolment.reference}:{to.pk}", now=now)


def queue_waiting(party: WaitingParty, *, rank: int, to: User, now: datetime) -> None:
    context = {"series": party.series, "rank": rank, "wait_url": _wait_url(party.series)}
    _queue("waiting", to, context, key=str(party.pk), now=now)


def queue_offer(offer: Offer, *, babies: Sequence[Baby], to: User, now: datetime) -> None:
    series = offer.party.series
    context = {
        "offer": offer,
        "series": series,
        "names": names_of(babies),
        "expires_at": offer.enrolment.expires_at,
        "zone": offer.party.family.time_zone,
        "price": offer.enrolment.price,
        "offer_url": _wait_url(series),
    }
    _queue("offer", to, context, key=str(offer.pk), now=now)


def _wait_url(series: Series) -> str:
    return address("classes:join_waiting_list", series.slug)


def _queue(
    name: str, to: User, context: dict[str, Any], *, key: str, now: datetime, attachments: Sequence[Attachment] = ()
) -> None:
    queue_letter(
        f"classes/emails/{name}",
        to=to.email,
        context={**context, "reader": to, "email": to.email},
        language=to.language,
        key=f"{name}:{key}",
        now=now,
        attachments=attachments,
    )
