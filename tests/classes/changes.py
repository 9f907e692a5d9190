"""One date of Gentle Thursdays, two days ahead, and what its instructor does to it."""

from __future__ import annotations

from datetime import UTC, datetime

from classes import changing
from classes.models import Charge, Enrolment, Session, SessionChange
from tests.cast import Cast

CHOOSE, MAKE_UP, REFUND, NONE = "choose", "make_up", "refund", "none"
FRIDAY = datetime(2026, 3, 27, 15, 0, tzinfo=UTC)


def third(cast: Cast) -> Session:
    """Gentle Thursdays, 26 March, in two days."""
    return cast.running.sessions.select_related("series").get(number=3)


def pay(enrolment: Enrolment, at: datetime) -> None:
    Charge.objects.create(
        enrolment=enrolment,
        amount_minor=enrolment.price_minor,
        currency=enrolment.currency,
        raised_at=at,
        settled_at=at,
    )


def owe(enrolment: Enrolment, at: datetime) -> None:
    Charge.objects.create(
        enrolment=enrolment, amount_minor=enrolment.price_minor, currency=enrolment.currency, raised_at=at
    )


def call_off(cast: Cast, now: datetime, compensation: str = MAKE_UP, key: str = "k1") -> SessionChange:
    date_ = third(cast)
    return changing.call_off(
        date_, compensation=compensation, words="Sorry.", seen=date_.sequence, key=key, by=cast.instructor, now=now
    )


def move(
    cast: Cast, now: datetime, to: datetime = FRIDAY, compensation: str = MAKE_UP, key: str = "k1"
) -> SessionChange:
    date_ = third(cast)
    return changing.move(
        date_,
        to=to,
        compensation=compensation,
        words="",
        seen=date_.sequence,
        key=key,
        by=cast.instructor,
        now=now,
    )
