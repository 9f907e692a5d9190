"""Offering freed places to the first in line that fits, and ending offers whose time is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from classes import emails
from classes.models import BookingDraft, Enrolment, Offer, Place, Series, WaitingParty
from classes.obstacles import closed_obstacles
from classes.places import Occupancy, lock_series, occupancy, release_places, take_places
from classes.terms import policy_of
from config.audit.trail import record

MOST_SERIES_A_SWEEP = 200


def offer_places(series: Series, *, now: datetime) -> list[Offer]:
    """End what has lapsed, then offer what is free, in order of rank, to each party that fits.

    A party that does not fit keeps its rank. Call it in a transaction that holds the series' lock.
    """
    seen = tidy(series, occupancy(series, now=now), now=now)
    if closed_obstacles(series, now=now) or not any(seen.left(way) for way in series.ways):
        return []
    parties = WaitingParty.objects.in_line().filter(series=series, state=WaitingParty.State.WAITING)
    offers = []
    for party in parties.select_related("asked_by__user", "family").prefetch_related("babies"):
        if offer := _offer_to(party, series, seen, now=now):
            offers.append(offer)
            seen = occupancy(series, now=now)
    return offers


def _offer_to(party: WaitingParty, series: Series, seen: Occupancy, *, now: datetime) -> Offer | None:
    babies = list(party.babies.all())
    asked_by = party.asked_by.user
    if asked_by is None or seen.left(party.way) < len(babies) or seen.states_of(babies):
        return None
    assert series.first_session_at is not None  # a series with places to come has its dates
    enrolment = Enrolment.objects.create(
        series=series,
        family=party.family,
        booked_by=asked_by,
        state=Enrolment.State.OFFERED,
        way=party.way,
        price_minor=series.price_for(len(babies)).minor,
        currency=series.currency,
        policy=policy_of(series),
        expires_at=min(now + timedelta(hours=series.offer_hours), series.first_session_at),
    )
    enrolment.who_comes.add(party.asked_by)
    take_places(enrolment, sessions=seen.sessions, babies=babies, taken=seen.numbers(party.way))
    offer = Offer.objects.create(party=party, enrolment=enrolment, made_at=now)
    WaitingParty.objects.filter(pk=party.pk).update(state=WaitingParty.State.OFFERED)
    record("offered places", by=None, about=party, now=now, detail={"babies": len(babies)})
    emails.queue_offer(offer, babies=babies, to=asked_by, now=now)
    return offer


def tidy(series: Series, seen: Occupancy, *, now: datetime) -> Occupancy:
    """End the lapsed offers and holds in `seen`: places free again, parties out of the line; returns what is then seen.

    Call it under the lock.
    """
    if not seen.lapsed:
        return seen
    release_places(Enrolment.objects.filter(pk__in=seen.lapsed), why=Place.Release.LAPSED, now=now)
    Enrolment.objects.filter(pk__in=seen.lapsed).update(state=Enrolment.State.LAPSED, ended_at=now)
    offers = Offer.objects.filter(enrolment__in=seen.lapsed, answered_at__isnull=True)
    parties = list(offers.values_list("party_id", flat=True))
    offers.update(state=Offer.State.LAPSED, answered_at=now)
    WaitingParty.objects.filter(pk__in=parties).update(state=WaitingParty.State.LAPSED, left_at=now)
    return seen.tidied()


def sweep(now: datetime) -> int:
    """The job: end what has lapsed, pass places on, forget old booking drafts; returns how many series it touched."""
    touched = Series.objects.filter(enrolments__in=Enrolment.objects.lapsed(now)).distinct()
    count = 0
    for series in touched[:MOST_SERIES_A_SWEEP]:
        with transaction.atomic():
            _sweep_series(lock_series(series), now=now)
        count += 1
    BookingDraft.objects.filter(forget_at__lte=now).delete()
    return count


def _sweep_series(series: Series, *, now: datetime) -> None:
    offer_places(series, now=now)
    # What lapsed in sessions that are over was not seen above, and nobody waits for it.
    Enrolment.objects.lapsed(now).filter(series=series).update(state=Enrolment.State.LAPSED, ended_at=now)
