from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.lib.money import Money

PLACES = {"GBP": 2, "EUR": 2, "USD": 2, "JPY": 0, "KWD": 3, "NPR": 2}
LANGUAGES = ["en", "es", "ar", "de", "en-gb", "pt-br"]
minors = st.integers(min_value=-(10**12), max_value=10**12)
currencies = st.sampled_from(sorted(PLACES))


@given(minor=minors, currency=currencies)
def test_the_amount_in_major_units_is_exact(minor: int, currency: str) -> None:
    assert Money(minor, currency).decimal * 10 ** PLACES[currency] == minor


@given(one=minors, other=minors, currency=currencies)
def test_what_is_added_can_be_taken_away(one: int, other: int, currency: str) -> None:
    a, b = Money(one, currency), Money(other, currency)
    assert a + b - b == a
    assert a + b == b + a


@given(minor=minors, times=st.integers(min_value=0, max_value=50), currency=currencies)
def test_a_price_for_many_is_that_many_prices(minor: int, times: int, currency: str) -> None:
    total = Money(0, currency)
    for _one in range(times):
        total += Money(minor, currency)
    assert Money(minor, currency) * times == total


@given(minor=st.integers(min_value=0, max_value=10**9), currency=currencies, language=st.sampled_from(LANGUAGES))
def test_every_digit_is_shown_in_every_language(minor: int, currency: str, language: str) -> None:
    shown = Money(minor, currency).format(language).translate(str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789"))
    digits = re.sub(r"\D", "", shown)
    exact = Money(minor, currency).decimal
    assert digits in {
        str(minor),
        str(int(exact)) if exact == int(exact) else "",
        str(minor).zfill(PLACES[currency] + 1),
    }


@pytest.mark.parametrize(
    ("money", "language", "words"),
    [
        (Money(6000, "GBP"), "en", "£60"),
        (Money(750, "GBP"), "en", "£7.50"),
        (Money(0, "GBP"), "en", "£0"),
        (Money(123456700, "GBP"), "en", "£1,234,567"),
        (Money(6000, "JPY"), "en", "¥6,000"),
        (Money(1500, "KWD"), "en", "KWD\xa01.500"),
        (Money(40000, "JOD"), "en", "JOD\xa040"),
        (Money(6050, "EUR"), "es", "60,50\xa0€"),
        (Money(6000, "EUR"), "es", "60\xa0€"),
        (Money(6000, "EUR"), "ar", "\N{RIGHT-TO-LEFT MARK}60\xa0€"),
        (Money(6000, "GBP"), "ar", "\N{RIGHT-TO-LEFT MARK}60\xa0UK£\N{LEFT-TO-RIGHT MARK}"),
    ],
)
def test_an_amount_is_written_as_people_write_it(money: Money, language: str, words: str) -> None:
    assert money.format(language) == words


def test_two_currencies_cannot_be_put_together() -> None:
    with pytest.raises(ValueError, match="cannot be put together"):
        Money(1, "GBP") + Money(1, "EUR")
    with pytest.raises(ValueError, match="cannot be put together"):
        Money(1, "GBP") - Money(1, "EUR")


def test_the_same_number_of_another_currency_is_another_amount() -> None:
    assert Money(1, "GBP") != Money(1, "EUR")
    assert Money(1, "GBP").decimal == Decimal("0.01")
