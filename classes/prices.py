"""What a booking costs: the whole series, what is left of it for a family that joins late, or single dates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from classes.models import Series, Session
from config.lib.money import Money, shares


@dataclass(frozen=True)
class Line:
    """What one party of the sum costs: a baby and those before it, or the family as one. `names` may be empty."""

    names: tuple[str, ...]
    amount: Money
    is_further: bool = False


@dataclass(frozen=True)
class Sum:
    """A price with its lines, for so many dates out of `of`. The lines add up to it exactly."""

    lines: tuple[Line, ...]
    total: Money
    dates: int
    of: int

    @property
    def first_name(self) -> str:
        return self.lines[0].names[0] if self.lines and self.lines[0].names else ""

    @property
    def is_late(self) -> bool:
        """Some of the series is over, and is not paid for."""
        return self.dates < self.of


def price_now(series: Series, *, babies: int, now: datetime) -> Money:
    """What a booking of the series costs at this moment. One query where it has begun, none otherwise."""
    if not series.has_begun(now):
        return series.price_for(babies)
    return price_to_come(series, babies=babies, held=held_sessions(series), now=now)


def held_sessions(series: Series) -> list[Session]:
    """All sessions that were not called off, in order of time; none at one's own pace, where they are check-ins."""
    if series.is_own_pace:
        return []
    return list(Session.objects.held().filter(series=series).defer("note").order_by("starts_at", "pk"))


def price_to_come(series: Series, *, babies: int, held: Sequence[Session], now: datetime) -> Money:
    """The exact worth of the dates to come: the full price is shared over all that are held, to the penny.

    The parts are those of a family that booked in time, so what was over before and what is left make the full price.
    """
    full = series.price_for(babies)
    in_order = sorted(held, key=lambda one: (one.starts_at, one.pk))
    parts = zip(in_order, shares(full.minor, max(len(in_order), 1)), strict=False)
    return Money(sum(part for session, part in parts if session.starts_at > now), full.currency)


def price_of_dates(series: Series, *, babies: int, dates: int, held: int) -> Money:
    """What single dates cost; a further baby pays its percentage, where the price is for a baby."""
    one = single_price(series, held=held).minor
    return Money(series.price_for(babies, base=one).minor * dates, series.currency)


def single_price(series: Series, *, held: int) -> Money:
    """The price of one date: what the series says, else its part of the whole, rounded up."""
    if series.single_price_minor is not None:
        return Money(series.single_price_minor, series.currency)
    return Money(-(-series.price_minor // max(held, 1)), series.currency)


def sum_of_series(series: Series, *, names: Sequence[str], held: Sequence[Session], now: datetime) -> Sum:
    """The price of booking now, baby by baby. An empty name stands for a baby that is not named yet."""
    dates = [session for session in held if session.starts_at > now]

    def costs(babies: int) -> Money:
        if not held:
            return series.price_for(babies)
        return price_to_come(series, babies=babies, held=held, now=now)

    return Sum(_lines(series, names, costs), costs(len(names)), len(dates), len(held))


def sum_of_dates(series: Series, *, names: Sequence[str], dates: int, held: int) -> Sum:
    """The price of so many single dates, baby by baby."""

    def costs(babies: int) -> Money:
        return price_of_dates(series, babies=babies, dates=dates, held=held)

    return Sum(_lines(series, names, costs), costs(len(names)), dates, dates)


def _lines(series: Series, names: Sequence[str], costs: Callable[[int], Money]) -> tuple[Line, ...]:
    if series.price_per == Series.PricePer.FAMILY:
        return (Line(tuple(names), costs(len(names))),)
    return tuple(
        Line((name,), costs(number) - costs(number - 1), is_further=number > 1)
        for number, name in enumerate(names, start=1)
    )
