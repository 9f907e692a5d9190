"""What a family may do with the rest of a booking: move it, cancel it; gathered for the page that offers it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from classes import cancelling, dues, transferring
from classes.cancelling import Quote
from classes.dues import Account
from classes.models import Enrolment, Series
from classes.terms import Terms, terms_at_booking
from classes.transferring import Fit


@dataclass(frozen=True)
class Choice:
    """One series to move to, and how it would be joined there."""

    series: Series
    way: str

    @property
    def value(self) -> str:
        """How a form names it."""
        return f"{self.series.slug}:{self.way}"


@dataclass(frozen=True)
class PlaceEnd:
    """The ways out of a booking at a moment; a sentence stands where there is none."""

    terms: Terms
    choices: list[Choice]
    no_move: str | None
    cancel: Quote | None
    no_cancel: str | None
    account: Account

    @property
    def is_open(self) -> bool:
        return self.no_move is None or self.no_cancel is None

    @property
    def moves_once(self) -> bool:
        return self.terms.moves_at_most == 1


def place_end(enrolment: Enrolment, *, now: datetime) -> PlaceEnd:
    """Everything that the page needs to know, in ten queries at most. `enrolment` comes with its series."""
    no_move = transferring.why_not_move(enrolment, now=now)
    no_cancel = cancelling.why_not_cancel(enrolment, now=now)
    quote = None if no_cancel else cancelling.quote(enrolment, now=now)
    return PlaceEnd(
        terms=terms_at_booking(enrolment),
        choices=[] if no_move else choices_of(transferring.fitting(enrolment, now=now), own_way=enrolment.way),
        no_move=no_move,
        cancel=quote,
        no_cancel=no_cancel,
        account=quote.account if quote else dues.account_of(enrolment),
    )


def choices_of(fits: Sequence[Fit], *, own_way: str) -> list[Choice]:
    """One choice for each way in, the way that the family joins now first."""
    found = [Choice(fit.series, way) for fit in fits for way in fit.ways]
    return sorted(found, key=lambda choice: choice.way != own_way)
