from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.lib.refs import ALPHABET, REFERENCE_LENGTH, TOKEN_BYTES, new_reference, new_token, normalise_reference


def test_a_reference_has_fifty_bits_and_letters_that_cannot_be_misread() -> None:
    assert REFERENCE_LENGTH * math.log2(len(set(ALPHABET))) >= 50
    assert set(ALPHABET) & set("ILOU") == set()
    assert all(re.fullmatch(rf"[{ALPHABET}]{{10}}", new_reference()) for _one in range(500))


def test_a_token_has_a_hundred_and_ninety_two_bits() -> None:
    assert TOKEN_BYTES * 8 >= 128
    tokens = {new_token() for _one in range(2000)}
    assert len(tokens) == 2000
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{32}", token) for token in tokens)


def test_every_letter_of_the_alphabet_is_used_about_as_often() -> None:
    letters = "".join(new_reference() for _one in range(3200))
    assert all(750 < letters.count(letter) < 1250 for letter in ALPHABET)


@given(st.text(alphabet=ALPHABET, min_size=1))
def test_a_reference_is_read_as_it_is_written(reference: str) -> None:
    assert normalise_reference(reference) == reference
    assert normalise_reference(" - ".join(reference.lower())) == reference


@pytest.mark.parametrize(("typed", "read"), [("o1Il-O", "01110"), (" ab c9 ", "ABC9"), ("", ""), ("--", "")])
def test_letters_that_look_like_digits_are_read_as_digits(typed: str, read: str) -> None:
    assert normalise_reference(typed) == read


@given(st.text())
def test_anything_typed_is_read_without_a_fuss(typed: str) -> None:
    assert normalise_reference(normalise_reference(typed)) == normalise_reference(typed)
