"""The letters of the waiting list. Those that nobody asked for at this moment wait for the morning of the family."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from classes.emails import _queue, address, names_of
from classes.models import Enrolment, Offer, Series, WaitingParty
from config.accounts.models import User
from config.lib.times import next_daytime
from families.models import Baby


def queue_waiting(party: WaitingParty, *, ahead: Sequence[int], to: User, now: datetime) -> None:
    """The family is in line. `ahead` is how many places each family before it waits for."""
    context = {"series": party.series, "ahead": ahead, "wait_url": _wait_url(party.series)}
    _queue("waiting", to, context, key=str(party.pk), now=now)


def queue_offer(offer: Offer, *, babies: Sequence[Baby], to: User, now: datetime, send_after: datetime) -> None:
    series = offer.enrolment.series
    context = {
        "offer": offer,
        "series": series,
        "names": names_of(babies),
        "expires_at": offer.enrolment.expires_at,
        "zone": offer.party.family.time_zone,
        "price": offer.enrolment.price,
        "offer_url": _wait_url(series),
        "leave_url": _wait_url(offer.party.series),
    }
    _queue("offer", to, context, key=str(offer.pk), now=now, send_after=send_after)


def queue_offer_lapsed(offer: Offer, *, is_off: bool, to: User, now: datetime) -> None:
    """The time ran out and the places went on. `is_off`: it was the second time, and the party is off the list."""
    context = {
        "series": offer.enrolment.series,
        "is_off": is_off,
        "wait_url": _wait_url(offer.party.series),
        "find_url": address("classes:find_series"),
    }
    morning = next_daytime(now, zone=offer.party.family.time_zone)
    _queue("offer_lapsed", to, context, key=str(offer.pk), now=now, send_after=morning)


def queue_list_closed(party: WaitingParty, *, to: User, now: datetime) -> None:
    """The series can no longer be joined, and no place had opened."""
    context = {"series": party.series, "wait_url": _wait_url(None)}
    morning = next_daytime(now, zone=party.family.time_zone)
    _queue("list_closed", to, context, key=str(party.pk), now=now, send_after=morning)


def queue_off_lists(enrolment: Enrolment, *, parties: Sequence[WaitingParty], to: User, now: datetime) -> None:
    """The family joined a class, so that it no longer waits for these."""
    context = {
        "series": enrolment.series,
        "titles": [party.series.title for party in parties if party.series],
        "any_class": any(party.series is None for party in parties),
        "my_url": address("classes:my_classes"),
    }
    _queue("off_lists", to, context, key=enrolment.reference, now=now)


def _wait_url(series: Series | None) -> str:
    """Where a family stands in line for that series, or for any that fits."""
    return address("classes:join_waiting_list", series.slug) if series else address("classes:wait_anywhere")
