"""Bookings with their charges, and moments of a series; for everything that ends one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from classes.models import Charge, Enrolment, MakeUpRight, Place, Series, Session
from config.lib.money import Money
from tests.cast import Cast
from tests.factories.classes import make_enrolment


def pounds(amount: int) -> Money:
    return Money(amount * 100, "GBP")


def book(cast: Cast, *, at: datetime, series: Series | None = None, **changes: Any) -> Enrolment:
    """The parent's Ada in that series, in "Busy little people" unless said otherwise, with the charge for it."""
    asked: dict[str, Any] = {"family": cast.family, "babies": [cast.baby], "by": cast.parent, "at": at}
    enrolment = make_enrolment(series or cast.open, **{**asked, **changes})
    Charge.objects.create(
        enrolment=enrolment, amount_minor=enrolment.price_minor, currency=enrolment.currency, raised_at=at
    )
    return enrolment


def pay(enrolment: Enrolment, *, now: datetime) -> None:
    """Settle whatever is owed for it."""
    owed = Charge.objects.filter(enrolment=enrolment, kind__in=Charge.OWED, settled_at=None, waived_at=None)
    owed.update(settled_at=now)


def charges_of(enrolment: Enrolment) -> list[tuple[str, int, str]]:
    """(kind, minor units, "settled", "waived" or "due"), in the order in which they were raised."""
    rows = Charge.objects.filter(enrolment=enrolment).order_by("pk")
    return [
        (one.kind, one.amount_minor, "settled" if one.settled_at else "waived" if one.waived_at else "due")
        for one in rows
    ]


def go_to(series: Series, *, session: int = 1, hours: float) -> datetime:
    """So many hours after that session begins; before it, below zero."""
    return series.sessions.get(number=session).starts_at + timedelta(hours=hours)


def make_up_place(
    enrolment: Enrolment, *, missed: int, session: Session, now: datetime, way: str = Enrolment.Way.ROOM
) -> Place:
    """The booking's baby gave back that date, and comes to this session instead."""
    given_back = Place.objects.select_related("session", "baby").get(enrolment=enrolment, session__number=missed)
    given_back.released_at, given_back.release = now, Place.Release.TOLD
    given_back.save(update_fields=["released_at", "release"])
    numbers = Place.objects.unreleased().filter(session=session, way=way).values_list("number", flat=True)
    place = Place.objects.create(
        enrolment=enrolment,
        session=session,
        baby=given_back.baby,
        way=way,
        number=max(numbers, default=0) + 1,
        kind=Place.Kind.MAKE_UP,
    )
    MakeUpRight.objects.create(
        enrolment=enrolment,
        baby=given_back.baby,
        missed=given_back.session,
        place=place,
        state=MakeUpRight.State.USED,
        number=1,
        at_most=2,
        granted_at=now,
        expires_at=given_back.session.starts_at + timedelta(days=60),
    )
    return place
