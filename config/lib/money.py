"""Amounts of money: whole minor units and an ISO 4217 currency, never a float."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.numbers import format_currency, get_currency_precision


@dataclass(frozen=True, order=False)
class Money:
    """`minor` units of `currency`: Money(6000, "GBP") is sixty pounds, Money(6000, "JPY") six thousand yen."""

    minor: int
    currency: str

    def __add__(self, other: Money) -> Money:
        self._same_currency(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same_currency(other)
        return Money(self.minor - other.minor, self.currency)

    def __mul__(self, times: int) -> Money:
        return Money(self.minor * times, self.currency)

    def _same_currency(self, other: Money) -> None:
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} and {other.currency} cannot be put together")

    @property
    def decimal(self) -> Decimal:
        """The amount in major units, exact."""
        return Decimal(self.minor).scaleb(-get_currency_precision(self.currency))

    def format(self, language: str) -> str:
        """As people of that language write it; whole amounts without the zeros: £60, £7.50, ¥6,000, JOD 40."""
        locale = Locale.parse(language, sep="-")
        if self.decimal != self.decimal.to_integral_value():
            written = format_currency(self.decimal, self.currency, locale=locale)
        else:
            pattern = _whole(locale)
            written = format_currency(self.decimal, self.currency, pattern, locale=locale, currency_digits=False)
        return _held_together(_spaced(written)) if locale.text_direction == "rtl" else _spaced(written)


@lru_cache(maxsize=64)
def _whole(locale: Locale) -> str:
    """The language's pattern for amounts, without the part behind the point."""
    return str(locale.currency_formats["standard"].pattern).replace(".00", "")


def _spaced(amount: str) -> str:
    """With a no-break space between letters that stand for a currency and its figures (UTS 35, currency spacing)."""
    return re.sub(r"(?<=[^\W\d_])(?=-?\d)", "\N{NO-BREAK SPACE}", amount)


def _held_together(amount: str) -> str:
    """Read from the right, the sign of "UK£" would leave its letters; a mark that is not seen keeps it with them."""
    return re.sub(r"(?<=[A-Z])[^\w\s]$", "\\g<0>\N{LEFT-TO-RIGHT MARK}", amount)


def shares(total: int, parts: int) -> list[int]:
    """`total` minor units in that many parts that differ by one at most and sum up to it exactly."""
    return [total * number // parts - total * (number - 1) // parts for number in range(1, parts + 1)]
