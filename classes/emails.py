"""The letters of booking. Each is queued in the transaction of its deed, keyed so that it is written once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from classes import calendars
from classes.models import Enrolment, Offer, Series, Session, WaitingParty
from config.accounts.models import User
from config.lib.money import Money
from config.letters.outbox import Attachment, queue_letter
from families.models import Baby


def address(name: str, *args: Any) -> str:
    """The full address of a page, for a letter."""
    return settings.SITE_URL + reverse(name, args=args)


def queue_booked(
    enrolment: Enrolment, *, babies: Sequence[Baby], sessions: Sequence[Session], to: User, now: datetime
) -> None:
    series = enrolment.series
    calendar = calendars.calendar_of_booking(enrolment, sessions=sessions, now=now)
    _queue(
        "classes/emails/booked",
        to,
        {
            "enrolment": enrolment,
            "series": series,
            "sessions": list(sessions),
            "names": [baby.first_name for baby in babies],
            "place_url": address("classes:my_place", enrolment.reference),
        },
        key=f"booked:{enrolment.reference}",
        now=now,
        attachments=[Attachment("warm-hands.ics", calendar, "text/calendar; method=PUBLISH; charset=utf-8")],
    )


def queue_cancelled(enrolment: Enrolment, *, refund: Money, to: User, now: datetime) -> None:
    _queue(
        "classes/emails/cancelled",
        to,
        {"enrolment": enrolment, "series": enrolment.series, "refund": refund, "find_url": address("classes:find_series")},
        key=f"cancelled:{enrolment.reference}",
        now=now,
    )


def queue_waiting(party: WaitingParty, *, rank: int, to: User, now: datetime) -> None:
    context = {"party": party, "series": party.series, "rank": rank, "wait_url": _wait_url(party.series)}
    _queue("classes/emails/waiting", to, context, key=f"waiting:{party.pk}", now=now)


def queue_offer(offer: Offer, *, babies: Sequence[Baby], to: User, now: datetime) -> None:
    series = offer.party.series
    context = {
        "offer": offer,
        "series": series,
        "names": [baby.first_name for baby in babies],
        "expires_at": offer.enrolment.expires_at,
        "zone": offer.party.family.time_zone,
        "offer_url": _wait_url(series),
    }
    _queue("classes/emails/offer", to, context, key=f"offer:{offer.pk}", now=now)


def _wait_url(series: Series) -> str:
    return address("classes:join_waiting_list", series.slug)


def _queue(
    template: str,
    to: User,
    context: dict[str, Any],
    *,
    key: str,
    now: datetime,
    attachments: Sequence[Attachment] = (),
) -> None:
    queue_letter(
        template,
        to=to.email,
        context={**context, "reader": to},
        language=to.language,
        key=key,
        now=now,
        attachments=attachments,
    )
