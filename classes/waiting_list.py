"""The waiting list of a series: joining it, and offering freed places to the first in line that fits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from classes import booking, emails
from classes.models import BookingDraft, Enrolment, Offer, Series, WaitingParty
from classes.places import (
    lock_series,
    places_left,
    release_places,
    sessions_to_book,
    take_places,
    taken_numbers,
    tidy_lapsed,
)
from config.accounts.models import User
from config.audit.trail import record
from families.models import Baby, Caregiver, Family


class CannotWait(Exception):
    """Waiting makes no sense here; the sentence says what to do instead."""


class OfferIsOver(Exception):
    """The offer was answered, or its time is over."""


def why_not_wait(series: Series, *, family: Family | None, babies: Sequence[Baby], now: datetime) -> str | None:
    """The sentence that refuses; None where `join` will do it."""
    if closed := booking.closed_obstacle(series, now=now):
        return closed.sentence
    if not babies:
        return _("Please say which baby is coming.")
    if family and WaitingParty.objects.in_line().for_family(family).filter(series=series).exists():
        return _("You are already on this waiting list. You find it under My classes.")
    return None


def join(
    series: Series, *, family: Family, babies: Sequence[Baby], way: str, asked_by: Caregiver, by: User, now: datetime
) -> WaitingParty:
    """Put the family in line. Where its places are free already, they are offered to it at once.

    Raises CannotWait.
    """
    with transaction.atomic():
        series = lock_series(series)
        if refusal := why_not_wait(series, family=family, babies=babies, now=now):
            raise CannotWait(refusal)
        party = WaitingParty.objects.create(series=series, family=family, asked_by=asked_by, way=way, joined_at=now)
        party.babies.add(*babies)
        record("joined a waiting list", by=by, about=party, now=now, detail={"babies": len(babies)})
        emails.queue_waiting(party, rank=rank_of(party), to=by, now=now)
        offer_places(series, now=now)
    party.refresh_from_db()
    return party


def rank_of(party: WaitingParty) -> int:
    """How many parties of this series are in line up to and with this one: the first in line is 1."""
    line = WaitingParty.objects.in_line().filter(series_id=party.series_id).values_list("pk", flat=True)
    return list(line).index(party.pk) + 1


def offer_places(series: Series, *, now: datetime) -> list[Offer]:
    """Offer what is free, in order of rank, to each party that fits. One that does not fit keeps its rank.

    Call it in a transaction that holds the series' lock.
    """
    if booking.closed_obstacle(series, now=now):
        return []
    tidy(series, now=now)
    parties = WaitingParty.objects.in_line().filter(series=series, state=WaitingParty.State.WAITING)
    offers = []
    for party in parties.select_related("asked_by__user", "family").prefetch_related("babies"):
        if offer := _offer_to(party, series, now=now):
            offers.append(offer)
    return offers


def _offer_to(party: WaitingParty, series: Series, *, now: datetime) -> Offer | None:
    babies = list(party.babies.all())
    asked_by = party.asked_by.user
    if asked_by is None or places_left([series], now=now)[series.pk][party.way] < len(babies):
        return None
    sessions = sessions_to_book(series, now=now)
    assert series.first_session_at is not None  # an open series has its dates
    expires_at = min(now + timedelta(hours=series.offer_hours), series.first_session_at)
    enrolment = Enrolment.objects.create(
        series=series,
        family=party.family,
        booked_by=asked_by,
        state=Enrolment.State.OFFERED,
        way=party.way,
        price_minor=series.price_for(len(babies)).minor,
        currency=series.currency,
        policy=booking.policy_of(series),
        expires_at=expires_at,
    )
    enrolment.who_comes.add(party.asked_by)
    take_places(enrolment, sessions=sessions, babies=babies, taken=taken_numbers(sessions, way=party.way))
    offer = Offer.objects.create(party=party, enrolment=enrolment, made_at=now)
    WaitingParty.objects.filter(pk=party.pk).update(state=WaitingParty.State.OFFERED)
    record("offered places", by=None, about=party, now=now, detail={"babies": len(babies)})
    emails.queue_offer(offer, babies=babies, to=asked_by, now=now)
    return offer


def accept(offer: Offer, *, by: User, now: datetime) -> Enrolment:
    """Turn the held places into a booking. Raises OfferIsOver."""
    with transaction.atomic():
        series = lock_series(offer.party.series)
        enrolment = _open_offer(offer, now=now)
        places = list(enrolment.places.unreleased().select_related("baby", "session"))
        Enrolment.objects.filter(pk=enrolment.pk).update(
            state=Enrolment.State.BOOKED, booked_at=now, booked_by=by, expires_at=None
        )
        enrolment.refresh_from_db()
        babies = list({place.baby_id: place.baby for place in places}.values())
        sessions = list({place.session_id: place.session for place in places}.values())
        enrolment.series = series
        booking.confirm(enrolment, babies=babies, sessions=sessions, by=by, now=now)
    return enrolment


def decline(offer: Offer, *, by: User, now: datetime) -> None:
    """Give the places back and pass them on. The party leaves the line. Raises OfferIsOver."""
    with transaction.atomic():
        series = lock_series(offer.party.series)
        enrolment = _open_offer(offer, now=now)
        release_places([enrolment], now=now)
        Enrolment.objects.filter(pk=enrolment.pk).update(state=Enrolment.State.LAPSED, ended_at=now)
        Offer.objects.filter(pk=offer.pk).update(answered_at=now)
        WaitingParty.objects.filter(pk=offer.party_id).update(state=WaitingParty.State.DECLINED, left_at=now)
        record("declined an offer", by=by, about=offer.party, now=now)
        offer_places(series, now=now)


def _open_offer(offer: Offer, *, now: datetime) -> Enrolment:
    standing = Offer.objects.open(now).filter(pk=offer.pk).select_related("enrolment__family").first()
    if standing is None:
        raise OfferIsOver(_("This offer is over. The place has been passed on to the next family."))
    return standing.enrolment


def withdraw(party: WaitingParty, *, by: User, now: datetime) -> None:
    """Leave the line. An offer in hand is given back first."""
    with transaction.atomic():
        series = lock_series(party.series)
        offers = Offer.objects.filter(party=party, answered_at__isnull=True).select_related("enrolment")
        release_places([offer.enrolment for offer in offers], now=now)
        Enrolment.objects.filter(offer__in=offers).update(state=Enrolment.State.LAPSED, ended_at=now)
        offers.update(answered_at=now)
        WaitingParty.objects.in_line().filter(pk=party.pk).update(state=WaitingParty.State.WITHDRAWN, left_at=now)
        record("left a waiting list", by=by, about=party, now=now)
        offer_places(series, now=now)


def tidy(series: Series, *, now: datetime) -> int:
    """End lapsed offers and holds of the series: places free again, parties out of the line. Call it under the lock."""
    lapsed = Offer.objects.filter(
        party__series=series, answered_at__isnull=True, enrolment__expires_at__lte=now
    )
    parties = list(lapsed.values_list("party_id", flat=True))
    lapsed.update(answered_at=now)
    WaitingParty.objects.filter(pk__in=parties).update(state=WaitingParty.State.LAPSED, left_at=now)
    return tidy_lapsed(series, now=now)


def sweep(now: datetime) -> int:
    """The job: end what has lapsed, pass places on, forget old booking drafts; returns how many series it touched."""
    touched = Series.objects.filter(enrolments__in=Enrolment.objects.lapsed(now)).distinct()
    count = 0
    for series in touched[:200]:
        with transaction.atomic():
            offer_places(lock_series(series), now=now) or tidy(series, now=now)
        count += 1
    BookingDraft.objects.filter(forget_at__lte=now).delete()
    return count
