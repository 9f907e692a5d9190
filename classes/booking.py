"""Booking a series: what stands in the way, and doing it. The main flow of the house runs through `book`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from classes import emails
from classes.models import Charge, Enrolment, Offer, Place, Series, Session, WaitingParty
from classes.places import lock_series, places_left, sessions_to_book, take_places, taken_numbers, tidy_lapsed
from config.accounts.models import User
from config.audit.trail import record
from families.models import Baby, Caregiver, Family


@dataclass(frozen=True)
class Obstacle:
    """One reason why a booking cannot be made, as a sentence for the carer that says what to do instead."""

    code: str
    sentence: str


class CannotBook(Exception):
    """The booking was refused; nothing was written. `obstacles` says why."""

    def __init__(self, obstacles: Sequence[Obstacle]) -> None:
        super().__init__(" ".join(obstacle.sentence for obstacle in obstacles))
        self.obstacles = list(obstacles)

    @property
    def is_full(self) -> bool:
        return any(obstacle.code == "full" for obstacle in self.obstacles)


def obstacles(series: Series, *, babies: Sequence[Baby], way: str, now: datetime) -> list[Obstacle]:
    """What stands in the way of booking these babies into the series; empty means that `book` will do it.

    The page shows these sentences, and `book` asks the same question again under its lock.
    """
    closed = closed_obstacle(series, now=now)
    if closed:
        return [closed]
    return [*_way_obstacles(series, way), *_baby_obstacles(series, babies, now), *_place_obstacles(series, babies, way, now)]


def closed_obstacle(series: Series, *, now: datetime) -> Obstacle | None:
    """Why nobody can book this series any more, or yet; None while it is open."""
    if series.state == Series.State.CANCELLED:
        return Obstacle("cancelled", _("This series was called off. Another one may suit you."))
    if series.state == Series.State.DRAFT:
        return Obstacle("draft", _("This series is not open for booking yet. Please look again in a few days."))
    if series.has_begun(now):
        return Obstacle("begun", _("This series has begun. The next one is in the list of classes."))
    return None


def _way_obstacles(series: Series, way: str) -> list[Obstacle]:
    capacity = series.stream_capacity if way == Enrolment.Way.STREAM else series.capacity
    if capacity:
        return []
    return [Obstacle("way", _("This series cannot be joined that way. Please choose another way to join."))]


def _baby_obstacles(series: Series, babies: Sequence[Baby], now: datetime) -> list[Obstacle]:
    if not babies:
        return [Obstacle("no_baby", _("Please say which baby is coming."))]
    booked = Place.objects.taken(now).filter(session__series=series, baby__in=babies).values_list("baby_id", flat=True)
    names = sorted({baby.first_name for baby in babies if baby.pk in set(booked)})
    if not names:
        return []
    sentence = _("%(names)s already has a place in this series. You find it under My classes.")
    return [Obstacle("already_booked", sentence % {"names": _(" and ").join(names)})]


def _place_obstacles(series: Series, babies: Sequence[Baby], way: str, now: datetime) -> list[Obstacle]:
    left = places_left([series], now=now)[series.pk][way]
    if left >= max(len(babies), 1):
        return []
    if left == 0:
        return [Obstacle("full", _("This series is full. You can join the waiting list, and we write when a place opens."))]
    sentence = ngettext(
        "Only %(left)d place is left, and your babies need one each. You can join the waiting list together.",
        "Only %(left)d places are left, and your babies need one each. You can join the waiting list together.",
        left,
    )
    return [Obstacle("full", sentence % {"left": left})]


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
    try:
        with transaction.atomic():
            series = lock_series(series)
            if request_key and (standing := Enrolment.objects.filter(request_key=request_key, family=family).first()):
                return standing
            tidy_lapsed(series, now=now)
            if found := obstacles(series, babies=babies, way=way, now=now):
                raise CannotBook(found)
            sessions = sessions_to_book(series, now=now)
            return _write(series, sessions, family, babies, way, who_comes, by, now, request_key)
    except IntegrityError as refusal:
        raise CannotBook([_said_by_database(refusal)]) from refusal


def _write(
    series: Series,
    sessions: Sequence[Session],
    family: Family,
    babies: Sequence[Baby],
    way: str,
    who_comes: Sequence[Caregiver],
    by: User,
    now: datetime,
    request_key: str | None,
) -> Enrolment:
    enrolment = Enrolment.objects.create(
        series=series,
        family=family,
        booked_by=by,
        way=way,
        price_minor=series.price_for(len(babies)).minor,
        currency=series.currency,
        policy=policy_of(series),
        request_key=request_key,
        booked_at=now,
    )
    enrolment.who_comes.add(*who_comes)
    take_places(enrolment, sessions=sessions, babies=babies, taken=taken_numbers(sessions, way=way))
    confirm(enrolment, babies=babies, sessions=sessions, by=by, now=now)
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
    parties = WaitingParty.objects.in_line().for_family(enrolment.family).filter(series=enrolment.series)
    for party in parties:
        Offer.objects.filter(party=party, answered_at__isnull=True).update(answered_at=now)
        WaitingParty.objects.filter(pk=party.pk).update(state=WaitingParty.State.JOINED, left_at=now)


def policy_of(series: Series) -> dict[str, int]:
    """The terms that hold for a booking made today, frozen on it."""
    return {"refund_hours": series.refund_hours, "version": 1}


def _said_by_database(refusal: IntegrityError) -> Obstacle:
    """The database's refusal in words. It speaks only where the lock failed to."""
    if "place_baby_once" in str(refusal) or "classes_place.session_id, classes_place.baby_id" in str(refusal):
        return Obstacle("already_booked", _("This baby already has a place in this series. You find it under My classes."))
    if "request_key" in str(refusal):
        return Obstacle("twice", _("This booking is already on its way. You find it under My classes."))
    return Obstacle("full", _("The last place has just gone. You can join the waiting list, and we write when one opens."))
