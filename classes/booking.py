"""Booking a series. The main flow of the house runs through `book`, and from the form through `book_from_form`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from classes import emails
from classes.models import Charge, Enrolment, Offer, Series, Session, WaitingParty
from classes.obstacles import (
    CannotBook,
    Obstacle,
    closed_obstacles,
    obstacles,
    obstacles_within,
    own_pace_obstacles,
    said_by_database,
)
from classes.offers import offer_places
from classes.places import Occupancy, lock_series, occupancy, take_places
from classes.terms import policy_of
from config.accounts.models import User
from config.audit.trail import record
from config.lib.times import local
from families import consents, health, household
from families.access import caregiver_of
from families.models import Baby, Caregiver, Family

__all__ = ["BookingWish", "CannotBook", "Obstacle", "book", "book_from_form", "confirm", "obstacles"]

# How long an own-pace series is open; its health answers are kept no longer than after any other.
OWN_PACE_DAYS = 90


@dataclass(frozen=True)
class BookingWish:
    """What a booking form asks for.

    `known_babies` and `who_comes` are keys of this family's rows; keys of another family's are not found and left out.
    `health` is {"born_early", "conditions", "notes"}, kept only with that consent. `consents` is {kind: given}.
    """

    way: str
    name: str
    known_babies: tuple[int, ...] = ()
    new_babies: tuple[household.NewBaby, ...] = ()
    who_comes: tuple[int, ...] = ()
    companion: str = ""
    relation: str = Caregiver.Relation.PARENT
    phone: str = ""
    language: str = "en"
    time_zone: str = "UTC"
    health: Mapping[str, Any] = field(default_factory=dict)
    consents: Mapping[str, bool] = field(default_factory=dict)
    request_key: str | None = None


@dataclass(frozen=True)
class Party:
    """Who books: the family, its babies that come, and the adults who come with them."""

    family: Family
    babies: Sequence[Baby]
    who_comes: Sequence[Caregiver]
    way: str


def book(
    series: Series,
    *,
    family: Family,
    babies: Sequence[Baby],
    way: str,
    who_comes: Sequence[Caregiver],
    by: User,
    now: datetime,
    request_key: str | None = None,
) -> Enrolment:
    """Book the whole series: one place for each baby and session, in one transaction.

    The same `request_key` again returns the first booking, so a button pressed twice books once.
    Raises CannotBook, and then nothing was written.
    """
    party = Party(family, babies, who_comes, way)
    return _once(request_key, by, lambda: _book_locked(lock_series(series), party, by, now, request_key))


def book_from_form(series: Series, *, wish: BookingWish, by: User, now: datetime) -> Enrolment:
    """All that a booking form asks for in one transaction: the family, its babies, answers, consents and the places.

    Raises CannotBook, and then nothing was written, the family included.
    """

    # Whoever is known is looked up before the lock is taken, to hold it for as short as can be.
    me = caregiver_of(by)
    known = _known_babies(wish, me)

    def write() -> Enrolment:
        locked = lock_series(series)
        caregiver = me or household.family_for(
            by, name=wish.name, relation=wish.relation, phone=wish.phone, time_zone=wish.time_zone, now=now
        )
        household.note_account(by, name=wish.name, language=wish.language, time_zone=wish.time_zone)
        party = _party(wish, caregiver, known, by=by, now=now)
        enrolment = _book_locked(locked, party, by, now, wish.request_key)
        consents.answer(caregiver, answers=wish.consents, now=now)
        if wish.consents.get("health"):
            health.write_for_babies(
                party.babies,
                facts=dict(wish.health),
                by=caregiver,
                account=by,
                last_session_on=last_day(locked, now=now),
                now=now,
            )
        return enrolment

    return _once(wish.request_key, by, write)


def _once(request_key: str | None, by: User, write: Callable[[], Enrolment]) -> Enrolment:
    """Run `write` in a transaction, unless this account's same request was booked before, or just while it waited."""
    if standing := _standing(request_key, by):
        return standing
    try:
        with transaction.atomic():
            return write()
    except (CannotBook, IntegrityError) as refusal:
        if standing := _standing(request_key, by):
            return standing
        if isinstance(refusal, CannotBook):
            raise
        raise CannotBook([said_by_database(refusal)]) from refusal


def _standing(request_key: str | None, by: User) -> Enrolment | None:
    if not request_key:
        return None
    return Enrolment.objects.select_related("series").filter(request_key=request_key, booked_by=by).first()


def _known_babies(wish: BookingWish, me: Caregiver | None) -> list[Baby]:
    if me is None or not wish.known_babies:
        return []
    return list(Baby.objects.of_family(me.family).filter(pk__in=wish.known_babies))


def _party(wish: BookingWish, caregiver: Caregiver, known: Sequence[Baby], *, by: User, now: datetime) -> Party:
    family = caregiver.family
    new = household.add_babies(family, wish.new_babies, by=by, now=now)
    babies = list({baby.pk: baby for baby in [*known, *new]}.values())
    adults = [caregiver]
    if set(wish.who_comes) - {caregiver.pk}:
        adults = list(Caregiver.objects.current().of_family(family).filter(pk__in=wish.who_comes))
    if wish.companion:
        adults.append(household.add_companion(family, name=wish.companion, relation="other", by=by, now=now))
    return Party(family, babies, adults or [caregiver], wish.way)


def _book_locked(series: Series, party: Party, by: User, now: datetime, request_key: str | None) -> Enrolment:
    seen = occupancy(series, now=now)
    if seen.lapsed:
        # Those in line come before someone who happens to look at the right moment.
        offer_places(series, now=now)
        seen = occupancy(series, now=now)
    found = closed_obstacles(series, now=now) or own_pace_obstacles(series, family=party.family)
    found = found or obstacles_within(series, seen, babies=party.babies, places=len(party.babies), way=party.way)
    if found:
        raise CannotBook(found)
    return _write(series, seen, party, by=by, now=now, request_key=request_key)


def _write(
    series: Series, seen: Occupancy, party: Party, *, by: User, now: datetime, request_key: str | None
) -> Enrolment:
    enrolment = Enrolment.objects.create(
        series=series,
        family=party.family,
        booked_by=by,
        way=party.way,
        price_minor=series.price_for(len(party.babies)).minor,
        currency=series.currency,
        policy=policy_of(series),
        request_key=request_key,
        booked_at=now,
    )
    enrolment.who_comes.add(*party.who_comes)
    take_places(enrolment, sessions=seen.sessions, babies=party.babies, taken=seen.numbers(party.way))
    confirm(enrolment, babies=party.babies, sessions=seen.sessions, by=by, now=now)
    return enrolment


def confirm(
    enrolment: Enrolment, *, babies: Sequence[Baby], sessions: Sequence[Session], by: User, now: datetime
) -> None:
    """What follows when places become a booking: the charge, the end of waiting, the audit entry, the letter."""
    if enrolment.price_minor:
        Charge.objects.create(
            enrolment=enrolment, amount_minor=enrolment.price_minor, currency=enrolment.currency, raised_at=now
        )
    _leave_waiting_list(enrolment, now=now)
    record("booked", by=by, about=enrolment, now=now, detail={"babies": len(babies), "sessions": len(sessions)})
    emails.queue_booked(enrolment, babies=babies, sessions=sessions, to=by, now=now)


def _leave_waiting_list(enrolment: Enrolment, *, now: datetime) -> None:
    mine = WaitingParty.objects.for_family(enrolment.family).filter(
        series=enrolment.series, state__in=WaitingParty.IN_LINE
    )
    if mine.update(state=WaitingParty.State.JOINED, left_at=now):
        Offer.objects.filter(
            party__series=enrolment.series, party__family=enrolment.family, answered_at__isnull=True
        ).update(state=Offer.State.ACCEPTED, answered_at=now)


def last_day(series: Series, *, now: datetime) -> date:
    """The day of the last session by the series' own clock; for an own-pace series the last day that it is open."""
    return local(series.last_session_at or now + timedelta(days=OWN_PACE_DAYS), series.time_zone).date()
