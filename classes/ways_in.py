"""What a family can still book of a series that is on its way: what is left of it, or one date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from classes import prices
from classes.catalogue import SeriesPage
from classes.models import Session
from classes.obstacles import closed_obstacles
from classes.places import left_in
from config.lib.money import Money

MOST_DATES = 6


@dataclass(frozen=True)
class Late:
    """Joining after the beginning: from which session, how many are to come, and their exact price for one baby."""

    session: Session
    to_come: int
    price: Money


@dataclass(frozen=True)
class FreeDate:
    """A date with places that are sold singly: by way, how many; and the price for one baby."""

    session: Session
    left: dict[str, int]
    price: Money

    @property
    def way(self) -> str:
        return next(way for way, left in self.left.items() if left)

    @property
    def places(self) -> int:
        return self.left[self.way]


@dataclass(frozen=True)
class WaysIn:
    late: Late | None
    dates: list[FreeDate]


def ways_in(page: SeriesPage, *, now: datetime) -> WaysIn:
    """No query: everything stands on the page of the series already."""
    to_come = sessions_to_come(page, now=now)
    closed = closed_obstacles(page.series, now=now, sessions=page.sessions)
    late = None
    if to_come and not closed and page.series.has_begun(now):
        price = prices.price_to_come(page.series, babies=1, held=held(page), now=now)
        late = Late(to_come[0], len(to_come), price)
    return WaysIn(late, dates_sold_singly(page, now=now)[:MOST_DATES])


def held(page: SeriesPage) -> list[Session]:
    return [session for session in page.sessions if session.state != Session.State.CANCELLED]


def sessions_to_come(page: SeriesPage, *, now: datetime) -> list[Session]:
    return [session for session in held(page) if session.starts_at > now]


def dates_sold_singly(page: SeriesPage, *, now: datetime) -> list[FreeDate]:
    """Dates with more places left than a whole booking finds; `obstacles.free_singly` asks the same when it is booked.

    All that is left, where the series can no longer be joined as a whole.
    """
    to_come = sessions_to_come(page, now=now)
    is_closed = bool(closed_obstacles(page.series, now=now, sessions=page.sessions))
    price = prices.single_price(page.series, held=len(held(page)))
    found = []
    for session in to_come if page.series.state == page.series.State.PUBLISHED else []:
        room, stream = left_in(session)
        left = {
            way: max(places - (0 if is_closed else page.card.left[way]), 0)
            for way, places in (("room", room), ("stream", stream))
            if way in page.series.ways
        }
        if any(left.values()):
            found.append(FreeDate(session, left, price))
    return found


def is_sold_singly(page: SeriesPage, date: Session, *, now: datetime) -> bool:
    return any(free.session.pk == date.pk for free in dates_sold_singly(page, now=now))
