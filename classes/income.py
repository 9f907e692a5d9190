"""The money of an instructor's series, by the day on which it came or went.

`movements` is the one account of it: the table of the report sums it up, and the export lists it line by line.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import OuterRef, Q, QuerySet, Subquery, TextChoices
from django.utils.translation import gettext_lazy as _

from classes.models import Charge, Enrolment, Series
from classes.reports import Asked
from config.lib.money import Money

# More lines than an instructor's year has; nothing is summed or written beyond them.
MOST_LINES = 20_000


class What(TextChoices):
    PAID = "paid", _("paid")
    MOVED_IN = "moved_in", _("moved here")
    MOVED_AWAY = "moved_away", _("moved away")
    GIVEN_BACK = "given_back", _("given back")


@dataclass(frozen=True)
class Movement:
    """Money that came (above zero) or went (below zero), for one booking of a series."""

    at: datetime
    what: What
    series_id: int
    series: str
    booking: str
    amount: Money


@dataclass
class Row:
    """One series in one currency, or all of a currency together. What went stands above zero here."""

    title: str
    currency: str
    families: int = 0
    sums: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def paid(self) -> Money:
        return Money(self.sums[What.PAID], self.currency)

    @property
    def moved(self) -> Money:
        """What came with families from other series, less what went with them."""
        return Money(self.sums[What.MOVED_IN] + self.sums[What.MOVED_AWAY], self.currency)

    @property
    def back(self) -> Money:
        return Money(-self.sums[What.GIVEN_BACK], self.currency)

    @property
    def in_all(self) -> Money:
        return self.paid + self.moved - self.back


@dataclass(frozen=True)
class Income:
    """`together` has a row for each currency; `to_come` and `to_pay_back` are open today, whatever the span."""

    rows: list[Row]
    together: list[Row]
    to_come: list[Money]
    to_pay_back: list[Money]
    sponsors: list[tuple[str, str]]

    @property
    def has_moves(self) -> bool:
        return any(row.moved.minor for row in self.rows)


def _own(asked: Asked) -> QuerySet[Series]:
    return Series.objects.filter(asked.own_series).order_by()


def movements(asked: Asked) -> list[Movement]:
    """All that came and went in the span, oldest first, at most MOST_LINES. Two queries."""
    own = _own(asked).values("pk")
    settled = Charge.objects.filter(settled_at__gte=asked.span.since, settled_at__lt=asked.span.until)
    rows = settled.filter(enrolment__series__in=own).select_related("enrolment__series").order_by("settled_at", "pk")
    carried = Charge.objects.filter(enrolment=OuterRef("enrolment"), kind=Charge.Kind.CARRIED).values("amount_minor")
    found = [_movement(charge) for charge in rows.annotate(carried_minor=Subquery(carried))[:MOST_LINES]]
    came = settled.filter(kind=Charge.Kind.CREDIT, enrolment__moved_to__series__in=own)
    came = came.select_related("enrolment__moved_to__series").order_by("settled_at", "pk")
    found += [
        _written(charge, What.MOVED_IN, charge.amount_minor, charge.enrolment.moved_to) for charge in came[:MOST_LINES]
    ]
    return sorted((one for one in found if one is not None and one.amount.minor), key=lambda one: one.at)[:MOST_LINES]


def _movement(charge: Charge) -> Movement | None:
    """What a settled charge says of money. What was carried is no money that came: it was paid for another series."""
    if charge.kind in Charge.OWED:
        carried: int = charge.carried_minor or 0  # type: ignore[attr-defined]  # annotated by `movements`
        return _written(charge, What.PAID, max(charge.amount_minor - carried, 0), charge.enrolment)
    if charge.kind == Charge.Kind.REFUND:
        return _written(charge, What.GIVEN_BACK, -charge.amount_minor, charge.enrolment)
    if charge.kind == Charge.Kind.CREDIT:
        return _written(charge, What.MOVED_AWAY, -charge.amount_minor, charge.enrolment)
    return None


def _written(charge: Charge, what: What, minor: int, enrolment: Enrolment) -> Movement:
    at = charge.settled_at
    assert at is not None  # only settled charges are asked for
    series = enrolment.series
    return Movement(at, what, series.pk, series.title, enrolment.reference, Money(minor, charge.currency))


def income_of(asked: Asked) -> Income:
    """The table of the report. Six queries, however many charges."""
    rows: dict[tuple[int, str], Row] = {}
    together: dict[str, Row] = {}
    bookings: dict[tuple[int, str], set[str]] = defaultdict(set)
    for one in movements(asked):
        key = (one.series_id, one.amount.currency)
        for row in (
            rows.setdefault(key, Row(one.series, one.amount.currency)),
            together.setdefault(one.amount.currency, Row("", one.amount.currency)),
        ):
            row.sums[one.what] += one.amount.minor
        bookings[key].add(one.booking)
    for key, row in rows.items():
        row.families = len(bookings[key])
    open_ones = Charge.objects.open().filter(enrolment__series__in=_own(asked).values("pk"))
    return Income(
        rows=sorted(rows.values(), key=lambda row: (row.title.casefold(), row.currency)),
        together=sorted(together.values(), key=lambda row: row.currency),
        to_come=_sums(open_ones.filter(kind__in=Charge.OWED)),
        to_pay_back=_sums(open_ones.filter(kind=Charge.Kind.REFUND)),
        sponsors=_sponsors(asked),
    )


def _sums(charges: QuerySet[Charge]) -> list[Money]:
    """A sum for each currency. One query."""
    totals: dict[str, int] = defaultdict(int)
    for currency, minor in charges.order_by("currency").values_list("currency", "amount_minor")[:MOST_LINES]:
        totals[currency] += minor
    return [Money(minor, currency) for currency, minor in totals.items()]


def _sponsors(asked: Asked) -> list[tuple[str, str]]:
    """(who pays, series) of those that somebody else pays for, in the span."""
    span = Q(first_session_at__lt=asked.span.until, last_session_at__gte=asked.span.since)
    paid_for = _own(asked).filter(span).exclude(sponsor_name="").order_by("sponsor_name", "title")
    return list(paid_for.values_list("sponsor_name", "title")[:20])
