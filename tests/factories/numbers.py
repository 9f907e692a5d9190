"""A series that too few families booked, and another one that it can be merged with."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from classes import deciding
from classes.models import Enrolment, MergeAsk, Series, SeriesDecision
from tests.cast import Cast
from tests.factories.classes import BOOKED_AT, make_series
from tests.factories.ending import book, pay

# "Busy little people" begins on Tuesday 21 April; it is to be decided by Saturday evening.
DECIDE_BY = datetime(2026, 4, 18, 17, 0, tzinfo=UTC)
THURSDAY = datetime(2026, 4, 16, 9, 0, tzinfo=UTC)
FRIDAY = datetime(2026, 4, 17, 9, 0, tzinfo=UTC)


def make_short(cast: Cast, *, fewest: int = 3) -> tuple[Enrolment, Enrolment]:
    """Two families booked "Busy little people" for £60 each, and one of them paid; it is to run from `fewest`."""
    Series.objects.filter(pk=cast.open.pk).update(fewest_families=fewest, decide_by=DECIDE_BY)
    cast.open.refresh_from_db()
    mine = book(cast, at=BOOKED_AT)
    pay(mine, now=BOOKED_AT)
    other = book(cast, at=BOOKED_AT, family=cast.other_family, babies=[cast.other_baby], by=cast.other_parent)
    return mine, other


def make_evenings(cast: Cast, **fields: Any) -> Series:
    """Thursday evenings in the same hall, from 23 April, with four mats: £60 too."""
    values = {"capacity": 4, "first": date(2026, 4, 23), "clock": time(18, 30), **fields}
    return make_series(
        cast.instructor_profile, title="Thursday evenings", slug="thursday-evenings", venue=cast.venue, **values
    )


def decide(cast: Cast, choice: str, *, now: datetime = THURSDAY, **fields: Any) -> SeriesDecision:
    values: dict[str, Any] = {"seen": 2, "key": f"press-{choice}", "by": cast.instructor, **fields}
    return deciding.decide(cast.open, choice=choice, now=now, **values)


def ask_of(enrolment: Enrolment) -> MergeAsk:
    return MergeAsk.objects.for_page().get(enrolment=enrolment)
