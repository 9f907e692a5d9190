"""The waiting list of a series: joining it, answering an offer, leaving it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from classes import booking, emails
from classes.models import Enrolment, Offer, Place, Series, WaitingParty
from classes.obstacles import closed_obstacles
from classes.offers import offer_places
from classes.places import lock_series, occupancy, release_places
from config.accounts.models import User
from config.audit.trail import record
from families import consents as agreed
from families import health as vault
from families import household
from families.models import Baby, Caregiver, Family

# How many families ahead are drawn on the page; of the others the number is enough.
MOST_DRAWN = 12


class CannotWait(Exception):
    """Waiting makes no sense here; the sentence says what to do instead."""


class OfferIsOver(Exception):
    """The offer was answered, or its time is over."""


def why_not_wait(
    series: Series, *, family: Family | None, babies: Sequence[Baby], way: str, now: datetime
) -> str | None:
    """The sentence that refuses; None where `join` will do it."""
    if closed := closed_obstacles(series, now=now):
        return closed[0].sentence
    if way not in series.ways:
        return _("This series cannot be joined that way. Please choose another way to join.")
    if series.first_session_at is None:
        return _("There is always a place in this series. Please book it.")
    return _why_not_these(series, family=family, babies=babies, way=way, now=now)


def _why_not_these(
    series: Series, *, family: Family | None, babies: Sequence[Baby], way: str, now: datetime
) -> str | None:
    if not babies:
        return _("Please say which baby is coming.")
    if family and WaitingParty.objects.in_line().for_family(family).filter(series=series).exists():
        return _("You are already on this waiting list. You find it under My classes.")
    if occupancy(series, now=now).states_of(babies):
        return _("Your baby has a place in this series already. You find it under My classes.")
    if len(babies) > series.capacity_of(way):
        return _("This series is smaller than your family. Please write to the instructor.")
    return None


def join(
    series: Series, *, family: Family, babies: Sequence[Baby], way: str, asked_by: Caregiver, by: User, now: datetime
) -> WaitingParty:
    """Put the family in line. Where its places are free already, they are offered to it at once.

    Raises CannotWait.
    """
    with transaction.atomic():
        series = lock_series(series)
        if refusal := why_not_wait(series, family=family, babies=babies, way=way, now=now):
            raise CannotWait(refusal)
        party = WaitingParty.objects.create(series=series, family=family, asked_by=asked_by, way=way, joined_at=now)
        party.babies.add(*babies)
        record("joined a waiting list", by=by, about=party, now=now, detail={"babies": len(babies)})
        offered = offer_places(series, now=now)
        if party.pk not in {offer.party_id for offer in offered}:
            emails.queue_waiting(party, rank=rank_of(party), to=by, now=now)
    party.refresh_from_db()
    return party


@dataclass(frozen=True)
class WaitingWish:
    """What the form of the waiting list asks for; keys of another family's babies are not found and left out."""

    way: str
    name: str
    known_babies: tuple[int, ...] = ()
    new_babies: tuple[household.NewBaby, ...] = ()
    time_zone: str = "UTC"


def join_from_form(series: Series, *, wish: WaitingWish, by: User, now: datetime) -> WaitingParty:
    """The family, its babies and its turn in line, in one transaction. Raises CannotWait; then nothing was written."""
    with transaction.atomic():
        locked = lock_series(series)
        me = household.family_for(by, name=wish.name, time_zone=wish.time_zone, now=now)
        household.note_account(by, name=wish.name, language=by.language, time_zone=wish.time_zone)
        known = list(Baby.objects.of_family(me.family).filter(pk__in=wish.known_babies))
        new = household.add_babies(me.family, wish.new_babies, by=by, now=now)
        babies = list({baby.pk: baby for baby in [*known, *new]}.values())
        return join(locked, family=me.family, babies=babies, way=wish.way, asked_by=me, by=by, now=now)


def line_of(series: Series, *, until: WaitingParty | None = None) -> list[int]:
    """How many places each family in line needs, first come first, up to MOST_DRAWN; only those before `until`."""
    parties = WaitingParty.objects.in_line().filter(series=series)
    if until is not None:
        parties = parties.filter(_before(until)).exclude(pk=until.pk)
    return list(parties.annotate(places=Count("babies")).values_list("places", flat=True)[:MOST_DRAWN])


def _before(party: WaitingParty) -> Q:
    return Q(joined_at__lt=party.joined_at) | Q(joined_at=party.joined_at, pk__lte=party.pk)


def rank_of(party: WaitingParty) -> int:
    """How many parties of this series are in line up to and with this one: the first in line is 1."""
    return WaitingParty.objects.in_line().filter(_before(party), series_id=party.series_id).count()


def accept(offer: Offer, *, by: User, now: datetime) -> Enrolment:
    """Turn the held places into a booking. Raises OfferIsOver."""
    with transaction.atomic():
        series = lock_series(offer.party.series)
        enrolment = _open_offer(offer, series, now=now)
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


def accept_from_form(
    offer: Offer,
    *,
    caregiver: Caregiver,
    consents: Mapping[str, bool],
    health: Mapping[str, Any],
    by: User,
    now: datetime,
) -> Enrolment:
    """Accept, with the answers that booking asks for. `health` is kept only with the consent to keep it.

    Raises OfferIsOver; then nothing was written.
    """
    with transaction.atomic():
        enrolment = accept(offer, by=by, now=now)
        agreed.answer(caregiver, answers=consents, now=now)
        if consents.get("health"):
            babies = [place.baby for place in enrolment.places.unreleased().select_related("baby")]
            vault.write_for_babies(
                list({baby.pk: baby for baby in babies}.values()),
                facts=dict(health),
                by=caregiver,
                account=by,
                last_session_on=booking.last_day(enrolment.series, now=now),
                now=now,
            )
    return enrolment


def decline(offer: Offer, *, by: User, now: datetime) -> None:
    """Give the places back and pass them on. The party leaves the line. Raises OfferIsOver."""
    with transaction.atomic():
        series = lock_series(offer.party.series)
        enrolment = _open_offer(offer, series, now=now)
        release_places([enrolment], why=Place.Release.LAPSED, now=now)
        Enrolment.objects.filter(pk=enrolment.pk).update(state=Enrolment.State.LAPSED, ended_at=now)
        Offer.objects.filter(pk=offer.pk).update(state=Offer.State.DECLINED, answered_at=now)
        WaitingParty.objects.filter(pk=offer.party_id).update(state=WaitingParty.State.DECLINED, left_at=now)
        record("declined an offer", by=by, about=offer.party, now=now)
        offer_places(series, now=now)


def _open_offer(offer: Offer, series: Series, *, now: datetime) -> Enrolment:
    standing = Offer.objects.open(now).filter(pk=offer.pk).select_related("enrolment__family").first()
    if standing is None or series.state != Series.State.PUBLISHED:
        raise OfferIsOver(_("This offer is over. The place has been passed on to the next family."))
    return standing.enrolment


def withdraw(party: WaitingParty, *, by: User, now: datetime) -> None:
    """Leave the line. An offer in hand is given back first. One who has left already stays as they are."""
    with transaction.atomic():
        series = lock_series(party.series)
        if not WaitingParty.objects.in_line().filter(pk=party.pk).exists():
            return
        offers = Offer.objects.filter(party=party, answered_at__isnull=True)
        held = list(Enrolment.objects.filter(offer__in=offers, state=Enrolment.State.OFFERED))
        release_places(held, why=Place.Release.LAPSED, now=now)
        Enrolment.objects.filter(pk__in=[one.pk for one in held]).update(state=Enrolment.State.LAPSED, ended_at=now)
        offers.update(state=Offer.State.WITHDRAWN, answered_at=now)
        WaitingParty.objects.filter(pk=party.pk).update(state=WaitingParty.State.WITHDRAWN, left_at=now)
        record("left a waiting list", by=by, about=party, now=now)
        offer_places(series, now=now)
