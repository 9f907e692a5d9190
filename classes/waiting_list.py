"""The waiting list: joining it, answering an offer, leaving it, and asking a family out of turn.

A family waits for one series, or for any that fits its wish, or for both. Declining or letting an offer run out costs
that place alone; `line` says who is asked when.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from classes import booking, clearing, company, waiting_emails
from classes.elsewhere import end_entries, lock_entries
from classes.line import Candidate, ahead_of, line_for
from classes.models import Enrolment, Offer, Place, Series, WaitingParty
from classes.obstacles import closed_obstacles
from classes.offers import first_that_fits, offer_anywhere, offer_places, offer_to, tidy
from classes.people import within_the_limit
from classes.places import Occupancy, lock_series, occupancy, release_places
from classes.wishes import Wish, like
from config.accounts.models import User
from config.audit.trail import record
from config.lib.times import local
from families import consents as agreed
from families import health as vault
from families import household, quiet
from families.models import Baby, Caregiver, Family

# How many families ahead are drawn on the page; of the others the number is enough.
MOST_DRAWN = 12


class CannotWait(Exception):
    """Waiting makes no sense here; the sentence says what to do instead."""


class OfferIsOver(Exception):
    """The offer was answered, or its time is over."""


class CannotPromote(Exception):
    """Nothing can be offered to this family now; the sentence says why and what to do instead."""


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
        quiet.come_back(family, by=by, now=now)
        record("joined a waiting list", by=by, about=party, now=now, detail={"babies": len(babies)})
        offered = offer_places(series, now=now)
        if party.pk not in {offer.party_id for offer in offered}:
            waiting_emails.queue_waiting(party, ahead=ahead_of(party, series), to=by, now=now)
    party.refresh_from_db()
    return party


def join_anywhere(
    wish: Wish,
    *,
    family: Family,
    babies: Sequence[Baby],
    asked_by: Caregiver,
    by: User,
    now: datetime,
    since: datetime | None = None,
) -> WaitingParty:
    """Put the family in line for any series that fits; asked again, it changes what fits and keeps its rank.

    Where one that fits has places already, the soonest is offered at once. `since` is the rank of a family that waited
    elsewhere before. Call it outside of any other series' lock. Raises CannotWait.
    """
    if not babies:
        raise CannotWait(_("Please say which baby is coming."))
    with transaction.atomic():
        party = _write_anywhere(wish, family=family, babies=babies, asked_by=asked_by, by=by, now=now, since=since)
    offer_anywhere(party, now=now)
    party.refresh_from_db()
    return party


def _write_anywhere(
    wish: Wish,
    *,
    family: Family,
    babies: Sequence[Baby],
    asked_by: Caregiver,
    by: User,
    now: datetime,
    since: datetime | None,
) -> WaitingParty:
    Family.objects.select_for_update(no_key=True).get(pk=family.pk)
    quiet.come_back(family, by=by, now=now)
    entries = lock_entries(family)
    standing = next((party for party in entries if party.series_id is None), None)
    if standing:
        WaitingParty.objects.filter(pk=standing.pk).update(**wish.columns)
        standing.babies.set(babies)
        record("changed what would fit", by=by, about=standing, now=now)
        return standing
    party = WaitingParty.objects.create(family=family, asked_by=asked_by, joined_at=since or now, **wish.columns)
    party.babies.add(*babies)
    record("joined a waiting list", by=by, about=party, now=now, detail={"babies": len(babies), "anywhere": True})
    if not any(party.joined_at == now for party in entries):
        # Who joined a series' line at this very moment was written to about that, and the page tells the rest.
        waiting_emails.queue_waiting(party, ahead=(), to=by, now=now)
    return party


@dataclass(frozen=True)
class WaitingWish:
    """What the form of the waiting list asks for; keys of another family's babies are not found and left out.

    `anywhere` says what else would fit, where more than the one series would.
    """

    way: str
    name: str
    known_babies: tuple[int, ...] = ()
    new_babies: tuple[household.NewBaby, ...] = ()
    time_zone: str = "UTC"
    anywhere: Wish | None = None


def join_from_form(series: Series, *, wish: WaitingWish, by: User, now: datetime) -> WaitingParty:
    """The family, its babies and its turn in line, in one transaction. Raises CannotWait; then nothing was written.

    Its turn in the line for any that fits comes right after, so that no second series is asked under the first's lock.
    """
    with transaction.atomic():
        locked = lock_series(series)
        me = household.family_for(by, name=wish.name, time_zone=wish.time_zone, now=now)
        known = list(Baby.objects.of_family(me.family).filter(pk__in=wish.known_babies))
        new = household.add_babies(me.family, wish.new_babies, by=by, now=now)
        household.note_account(by, name=wish.name, language=by.language, time_zone=wish.time_zone)
        babies = list({baby.pk: baby for baby in [*known, *new]}.values())
        party = join(locked, family=me.family, babies=babies, way=wish.way, asked_by=me, by=by, now=now)
    if wish.anywhere:
        join_anywhere(wish.anywhere, family=me.family, babies=babies, asked_by=me, by=by, now=now)
    return party


def join_anywhere_from_form(
    wish: Wish,
    *,
    caregiver: Caregiver,
    known_babies: Sequence[int],
    new_babies: Sequence[household.NewBaby],
    by: User,
    now: datetime,
) -> WaitingParty:
    """The same by keys of this family's babies, and with new ones. Raises CannotWait; then no entry was written."""
    family = caregiver.family
    known = list(Baby.objects.of_family(family).filter(pk__in=known_babies))
    new = household.add_babies(family, new_babies, by=by, now=now)
    babies = list({baby.pk: baby for baby in [*known, *new]}.values())
    return join_anywhere(wish, family=family, babies=babies, asked_by=caregiver, by=by, now=now)


def line_of(series: Series) -> list[int]:
    """How many places each family in line needs, first come first."""
    return [one.places for one in line_for(series)]


def rank_of(party: WaitingParty) -> int:
    """Where this party stands in the line of its series: the first is 1. 0 where it waits for any series."""
    return len(ahead_of(party, party.series)) + 1 if party.series else 0


def accept(offer: Offer, *, by: User, now: datetime) -> Enrolment:
    """Turn the held places into a booking. Raises OfferIsOver."""
    with transaction.atomic():
        series, enrolment = _open_offer(offer, now=now)
        places = list(enrolment.places.unreleased().select_related("baby", "session"))
        Offer.objects.filter(pk=offer.pk).update(state=Offer.State.ACCEPTED, answered_at=now)
        WaitingParty.objects.filter(pk=offer.party_id).update(state=WaitingParty.State.JOINED, left_at=now)
        Enrolment.objects.filter(pk=enrolment.pk).update(
            state=Enrolment.State.BOOKED, booked_at=now, booked_by=by, expires_at=None
        )
        enrolment.refresh_from_db()
        babies = list({place.baby_id: place.baby for place in places}.values())
        sessions = list({place.session_id: place.session for place in places}.values())
        enrolment.series = series
        booking.confirm(enrolment, babies=babies, sessions=sessions, by=by, now=now)
    return enrolment


@dataclass(frozen=True)
class Acceptance:
    """What the form of an offer asks for: who comes (keys of this family's adults), consents, and health answers.

    `health` is kept only with the consent to keep it.
    """

    consents: Mapping[str, bool]
    health: Mapping[str, Any]
    who_comes: tuple[int, ...] = ()
    in_turn: bool = False


def accept_from_form(offer: Offer, *, caregiver: Caregiver, answers: Acceptance, by: User, now: datetime) -> Enrolment:
    """Accept, with the answers that booking asks for. Raises OfferIsOver or CannotCome; then nothing was written."""
    with transaction.atomic():
        enrolment = accept(offer, by=by, now=now)
        babies = list(offer.party.babies.all())
        adults = list(Caregiver.objects.current().of_family(caregiver.family).filter(pk__in=answers.who_comes))
        adults = adults or [caregiver]
        first = local(enrolment.series.first_session_at or now, enrolment.series.time_zone).date()
        if refusal := clearing.why_not_book(enrolment.series, babies, on=first):
            raise company.CannotCome(refusal)
        if refusal := company.why_not_come(babies, adults, in_turn=answers.in_turn):
            raise company.CannotCome(refusal)
        with within_the_limit(enrolment.series, now=now, refusal=company.CannotCome):
            enrolment.who_comes.set(adults)
        enrolment.in_turn_at = now if answers.in_turn else None
        enrolment.save(update_fields=["in_turn_at"])
        agreed.answer(caregiver, answers=answers.consents, now=now)
        if answers.consents.get("health"):
            vault.write_for_babies(
                babies,
                facts=dict(answers.health),
                by=caregiver,
                account=by,
                last_session_on=booking.last_day(enrolment.series, now=now),
                now=now,
            )
    return enrolment


def decline(offer: Offer, *, by: User, now: datetime, keep: bool = False) -> None:
    """Give the places back and pass them on; this series is not offered to the family again. Raises OfferIsOver.

    With `keep` it waits on for other classes that fit, with the rank that it has. Without, it is off the list.
    """
    with transaction.atomic():
        series, enrolment = _open_offer(offer, now=now, with_family=keep)
        party = WaitingParty.objects.select_related("family", "asked_by").get(pk=offer.party_id)
        _give_back([enrolment], now=now)
        Offer.objects.filter(pk=offer.pk).update(state=Offer.State.DECLINED, answered_at=now)
        if keep and party.series_id is None:
            WaitingParty.objects.filter(pk=party.pk).update(state=WaitingParty.State.WAITING)
        else:
            WaitingParty.objects.filter(pk=party.pk).update(state=WaitingParty.State.DECLINED, left_at=now)
        record("declined an offer", by=by, about=party, now=now, detail={"kept": keep})
        if keep and party.series_id is not None:
            _wait_on(party, series, by=by, now=now)
        offer_places(series, now=now)


def _wait_on(party: WaitingParty, series: Series, *, by: User, now: datetime) -> None:
    """From the line of one series to the line of any like it, with the rank kept; an entry that stands stays."""
    if any(one.series_id is None for one in lock_entries(party.family)):
        return
    babies = list(party.babies.all())
    wish = like(series, way=party.way)
    _write_anywhere(
        wish, family=party.family, babies=babies, asked_by=party.asked_by, by=by, now=now, since=party.joined_at
    )


def _open_offer(offer: Offer, *, now: datetime, with_family: bool = False) -> tuple[Series, Enrolment]:
    """The series, locked, and what holds the places; the family's entries are locked as well. Raises OfferIsOver.

    `with_family` locks the family first, as whoever changes what would fit does before the entries.
    """
    series = lock_series(offer.enrolment.series)
    if with_family:
        Family.objects.select_for_update(no_key=True).get(pk=offer.party.family_id)
    lock_entries(offer.party.family)
    standing = Offer.objects.open(now).filter(pk=offer.pk).select_related("enrolment__family").first()
    if standing is None or series.state != Series.State.PUBLISHED:
        raise OfferIsOver(_("This offer is over. The place has been passed on to the next family."))
    return series, standing.enrolment


def _give_back(held: Sequence[Enrolment], *, now: datetime) -> None:
    release_places(held, why=Place.Release.LAPSED, now=now)
    keys = [one.pk for one in held]
    Enrolment.objects.filter(pk__in=keys).update(state=Enrolment.State.LAPSED, ended_at=now)


def withdraw(party: WaitingParty, *, by: User, now: datetime) -> None:
    """Leave the line. An offer in hand is given back. One who has left already stays as they are."""
    with transaction.atomic():
        in_hand = Offer.objects.filter(party=party, answered_at__isnull=True).select_related("enrolment__series")
        offer = in_hand.first()
        series = lock_series(offer.enrolment.series) if offer else None
        if party.pk not in {one.pk for one in lock_entries(party.family)}:
            return
        end_entries([party], WaitingParty.State.WITHDRAWN, now=now)
        record("left a waiting list", by=by, about=party, now=now)
        if series:
            offer_places(series, now=now)


def promote(party: WaitingParty, *, series: Series, by: User, reason: str, now: datetime) -> Offer:
    """Offer places of the series to this party, in turn or not; the others keep their ranks.

    `by` is the account of the series' instructor. `reason` is kept on the offer and in the trail; it may be empty only
    where the party is the first that fits. Raises CannotPromote.
    """
    reason = " ".join(reason.split())
    with transaction.atomic():
        series = lock_series(series)
        seen = tidy(series, occupancy(series, now=now), now=now)
        candidate = next((one for one in line_for(series) if one.party.pk == party.pk), None)
        if refusal := _why_not_promote(series, candidate, seen, by=by, now=now):
            raise CannotPromote(refusal)
        assert candidate is not None  # else there is a refusal
        first = first_that_fits(series, seen)
        if not reason and first is not None and first.party.pk != party.pk:
            raise CannotPromote(_("Please say in a few words why this family comes before those ahead of it."))
        way = candidate.way_with_room(seen)
        offer = offer_to(candidate, series, seen, way=way, now=now, by=by, reason=reason)
        if offer is None:
            raise CannotPromote(_("This family cannot be asked in time, or has just been asked elsewhere."))
    return offer


def _why_not_promote(
    series: Series, candidate: Candidate | None, seen: Occupancy, *, by: User, now: datetime
) -> str | None:
    if series.instructor.user_id != by.pk:
        return _("Only the instructor of this series offers its places.")
    if closed := closed_obstacles(series, now=now):
        return closed[0].sentence
    if candidate is None or not candidate.is_waiting or candidate.has_offer_elsewhere:
        return _("This family is not waiting any more, or has an offer in hand.")
    if seen.states_of(candidate.babies):
        return _("This family has a place in this series already.")
    if not candidate.way_with_room(seen):
        return _("There are not enough places free for this family. Make room first, under Places.")
    return None
