"""Booking a series. The main flow of the house runs through `book`, and from the form through `book_from_form`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from classes import company, emails, practice_consents
from classes.elsewhere import leave_other_lists
from classes.holding import said_of_hold, seen_after_offers, use
from classes.late import MAKE_UPS, PAGES, grant_for_missed
from classes.models import Charge, Enrolment, Hold, Place, Series, Session
from classes.obstacles import (
    CannotBook,
    Obstacle,
    closed_obstacles,
    date_obstacles,
    obstacles,
    obstacles_within,
    own_pace_obstacles,
    people_obstacles,
    said_by_database,
)
from classes.places import Occupancy, lock_series, take_places
from classes.prices import held_sessions, price_now, price_of_dates
from classes.terms import policy_of
from config.accounts.models import User
from config.audit.trail import record
from config.lib.money import Money
from config.lib.times import local
from families import consents, health, household, quiet
from families.access import caregiver_of, why_not_book
from families.models import Baby, Caregiver, Family

__all__ = [
    "MAKE_UPS",
    "PAGES",
    "BookingWish",
    "CannotBook",
    "Obstacle",
    "book",
    "book_dates",
    "book_from_form",
    "confirm",
    "obstacles",
]

# How long an own-pace series is open; its health answers are kept no longer than after any other.
OWN_PACE_DAYS = 90


@dataclass(frozen=True)
class BookingWish:
    """What a booking form asks for.

    `known_babies` and `who_comes` are keys of this family's rows; keys of another family's are not found and left out.
    `health` is {"born_early", "conditions", "notes"}, kept only with that consent. `consents` is {kind: given}.
    `dates` are single dates of the series; without any, all that are to come are booked. `missed` is what becomes of
    the dates that are over, where the family joins late. `agrees_to_companion` is a parent's written consent to a
    companion who is no parent; `in_turn` says that fewer adults than babies come. `may_be_counted` agrees to be a
    practice family of a candidate.
    """

    way: str
    name: str
    known_babies: tuple[int, ...] = ()
    new_babies: tuple[household.NewBaby, ...] = ()
    who_comes: tuple[int, ...] = ()
    companion: str = ""
    companion_is_parent: bool = False
    agrees_to_companion: bool = False
    in_turn: bool = False
    relation: str = Caregiver.Relation.PARENT
    phone: str = ""
    language: str = "en"
    time_zone: str = "UTC"
    health: Mapping[str, Any] = field(default_factory=dict)
    consents: Mapping[str, bool] = field(default_factory=dict)
    request_key: str | None = None
    dates: tuple[Session, ...] = ()
    missed: str = PAGES
    may_be_counted: bool = False


@dataclass(frozen=True)
class Party:
    """Who books: the family, its babies that come, and the adults who come with them."""

    family: Family
    babies: Sequence[Baby]
    who_comes: Sequence[Caregiver]
    way: str
    in_turn: bool = False


@dataclass(frozen=True)
class Deed:
    """How it is booked: by whom and when, with whose hold, and which dates where not all that are to come."""

    by: User
    now: datetime
    request_key: str | None = None
    hold: Hold | None = None
    missed: str = PAGES
    dates: tuple[Session, ...] = ()
    is_one_more: bool = False


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
    hold: Hold | None = None,
    missed: str = PAGES,
) -> Enrolment:
    """Book the series: one place for each baby and each session to come, in one transaction.

    The same `request_key` again returns the first booking, so a button pressed twice books once. The places of `hold`
    count for its owner. A family that joins late pays the exact worth of what is to come; `missed` says what becomes of
    the rest: PAGES to read, or MAKE_UPS, rights to places elsewhere within the terms.
    Raises CannotBook, and then nothing was written.
    """
    party = Party(family, babies, who_comes, way)
    deed = Deed(by, now, request_key, hold, missed)
    return _once(request_key, by, lambda: _book_locked(lock_series(series), party, deed))


def book_dates(
    sessions: Sequence[Session],
    *,
    family: Family,
    babies: Sequence[Baby],
    way: str,
    who_comes: Sequence[Caregiver],
    by: User,
    now: datetime,
    request_key: str | None = None,
    hold: Hold | None = None,
    is_one_more: bool = False,
    in_turn: bool = False,
) -> Enrolment:
    """Book single dates of one series: one place for each baby and date, in one transaction.

    Only places that no booking of the whole series could take are sold singly; `is_one_more`, for a family that stays
    until it feels sure, takes any that is free. None that is offered, or held by somebody else, is ever taken.
    Raises CannotBook, and then nothing was written; ValueError for dates of several series.
    """
    [series_id] = {session.series_id for session in sessions}
    party = Party(family, babies, who_comes, way, in_turn)
    deed = Deed(by, now, request_key, hold, dates=tuple(sessions), is_one_more=is_one_more)
    return _once(request_key, by, lambda: _book_locked(lock_series(Series(pk=series_id)), party, deed))


def book_from_form(
    series: Series, *, wish: BookingWish, by: User, now: datetime, hold: Hold | None = None
) -> Enrolment:
    """All that a booking form asks for in one transaction: the family, its babies, answers, consents and the places.

    Raises CannotBook, and then nothing was written, the family included.
    """

    # Whoever is known is looked up before the lock is taken, to hold it for as short as can be.
    me = caregiver_of(by)
    known = _known_babies(wish, me)
    deed = Deed(by, now, wish.request_key, hold, wish.missed, wish.dates)

    if me and (refusal := why_not_book(me)):
        raise CannotBook([Obstacle("role", refusal)])

    def write() -> Enrolment:
        locked = lock_series(series)
        caregiver = me or household.family_for(
            by, name=wish.name, relation=wish.relation, phone=wish.phone, time_zone=wish.time_zone, now=now
        )
        party = _party(wish, caregiver, known, by=by, now=now)
        # After the family, as where an adult is removed: so nobody waits crosswise.
        household.note_account(by, name=wish.name, language=wish.language, time_zone=wish.time_zone)
        if refusal := company.why_not_come(party.babies, party.who_comes, in_turn=party.in_turn):
            raise CannotBook([Obstacle("company", refusal)])
        enrolment = _book_locked(locked, party, deed)
        consents.answer(caregiver, answers=wish.consents, now=now)
        if wish.may_be_counted and locked.is_practice:
            practice_consents.say(enrolment, given=True, by=caregiver, now=now)
        if wish.consents.get("health"):
            facts, until = dict(wish.health), last_day(locked, now=now)
            health.write_for_babies(party.babies, facts=facts, by=caregiver, account=by, last_session_on=until, now=now)
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
        adults.append(_companion(wish, caregiver, by=by, now=now))
    return Party(family, babies, adults or [caregiver], wish.way, wish.in_turn)


def _companion(wish: BookingWish, me: Caregiver, *, by: User, now: datetime) -> Caregiver:
    """The adult that the form names besides; a parent's word on them is kept, where the form has one."""
    relation = Caregiver.Relation.PARENT if wish.companion_is_parent else Caregiver.Relation.OTHER
    try:
        if wish.companion_is_parent and not consents.may_agree(me):
            raise consents.CannotAgree
        adult = household.add_companion(me.family, name=wish.companion, relation=relation, by=by, now=now)
        if wish.agrees_to_companion and not adult.is_parent:
            consents.agree_to_carer(adult, given=True, by=me, now=now)
    except consents.CannotAgree as refusal:
        raise CannotBook([Obstacle("company", str(refusal))]) from refusal
    return adult


def _book_locked(series: Series, party: Party, deed: Deed) -> Enrolment:
    seen = seen_after_offers(series, now=deed.now, besides=deed.hold)
    # At one's own pace the sessions are check-ins, of which a family takes one when it likes.
    whole = [] if series.is_own_pace else seen.sessions
    sessions = [one for one in seen.sessions if one in deed.dates] if deed.dates else whole
    if found := _obstacles(series, seen, party, deed) or _too_many_people(series, seen, sessions, party):
        raise CannotBook(said_of_hold(found, deed.hold, zone=party.family.time_zone, now=deed.now))
    return _write(series, seen, sessions, party, deed)


def _obstacles(series: Series, seen: Occupancy, party: Party, deed: Deed) -> list[Obstacle]:
    babies, way, now = party.babies, party.way, deed.now
    if deed.dates:
        return date_obstacles(
            series,
            seen,
            dates=deed.dates,
            babies=babies,
            places=len(babies),
            way=way,
            now=now,
            is_one_more=deed.is_one_more,
        )
    found = closed_obstacles(series, now=now) or own_pace_obstacles(series, family=party.family)
    return found or obstacles_within(series, seen, babies=babies, places=len(babies), way=way)


def _too_many_people(series: Series, seen: Occupancy, dates: Sequence[Session], party: Party) -> list[Obstacle]:
    babies, adults = len(party.babies), len(party.who_comes)
    return people_obstacles(series, seen, dates=dates, babies=babies, adults=adults, way=party.way)


def _write(series: Series, seen: Occupancy, sessions: Sequence[Session], party: Party, deed: Deed) -> Enrolment:
    babies, now = party.babies, deed.now
    enrolment = Enrolment.objects.create(
        series=series,
        family=party.family,
        booked_by=deed.by,
        kind=Enrolment.Kind.SINGLE if deed.dates else Enrolment.Kind.SERIES,
        way=party.way,
        price_minor=_price(series, sessions, party, deed).minor,
        currency=series.currency,
        policy=policy_of(series),
        request_key=deed.request_key,
        booked_at=now,
        in_turn_at=now if party.in_turn else None,
    )
    enrolment.who_comes.add(*party.who_comes)
    kind = Place.Kind.SINGLE if deed.dates else Place.Kind.SERIES
    take_places(enrolment, sessions=sessions, babies=babies, taken=seen.numbers(party.way), kind=kind, at=deed.now)
    if deed.missed == MAKE_UPS and not deed.dates and series.has_begun(now):
        grant_for_missed(enrolment, babies=babies, now=now)
    used = use(deed.hold, series=series, now=now) if deed.hold else None
    confirm(enrolment, babies=babies, sessions=sessions, by=deed.by, now=now, hold=used)
    return enrolment


def _price(series: Series, sessions: Sequence[Session], party: Party, deed: Deed) -> Money:
    if series.is_own_pace and deed.dates:
        return Money(0, series.currency)
    if not deed.dates:
        return price_now(series, babies=len(party.babies), now=deed.now)
    held = len(held_sessions(series)) if series.single_price_minor is None else 1
    return price_of_dates(series, babies=len(party.babies), dates=len(sessions), held=held)


def confirm(
    enrolment: Enrolment,
    *,
    babies: Sequence[Baby],
    sessions: Sequence[Session],
    by: User,
    now: datetime,
    hold: Hold | None = None,
) -> None:
    """What follows when places become a booking: the charge, the end of waiting, the audit entry, the letter.

    A hold that was used is named in the audit entry, which so tells of both.
    """
    if enrolment.price_minor:
        Charge.objects.create(
            enrolment=enrolment, amount_minor=enrolment.price_minor, currency=enrolment.currency, raised_at=now
        )
    quiet.come_back(enrolment.family, by=by, now=now)
    leave_other_lists(enrolment, babies=babies, sessions=sessions, by=by, now=now)
    detail: dict[str, Any] = {"babies": len(babies), "sessions": len(sessions)}
    if hold is not None:
        detail["hold"] = hold.pk
    record("booked", by=by, about=enrolment, now=now, detail=detail)
    emails.queue_booked(enrolment, babies=babies, sessions=sessions, to=by, now=now)


def last_day(series: Series, *, now: datetime) -> date:
    """The day of the last session by the series' own clock; for an own-pace series the last day that it is open."""
    return local(series.last_session_at or now + timedelta(days=OWN_PACE_DAYS), series.time_zone).date()
