"""numbering: every slip of the finger is noticed."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from config.lib.refs import ALPHABET
from instructors.numbering import CHARACTERS, check_character, compose, is_whole, new_code, read_code, read_number

texts = st.text(alphabet=CHARACTERS, min_size=2, max_size=24)


def test_compose_gives_the_number_of_the_specimen() -> None:
    assert compose("WH", "CIMI", 2026, 118) == "WH-CIMI-2026-000118-4"


@given(texts)
def test_a_number_with_its_check_character_is_whole(text: str) -> None:
    assert is_whole(text + check_character(text))


@given(texts, st.data())
def test_one_wrong_character_is_always_noticed(text: str, data: st.DataObject) -> None:
    whole = text + check_character(text)
    place = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.sampled_from([c for c in CHARACTERS if c != whole[place]]))
    assert not is_whole(whole[:place] + other + whole[place + 1 :])


def test_two_neighbours_swapped_in_a_number_are_noticed() -> None:
    plain = "WHCIMI20260001184"
    swapped = [plain[:i] + plain[i + 1] + plain[i] + plain[i + 2 :] for i in range(len(plain) - 1)]
    assert [text for text in swapped if text != plain and is_whole(text)] == []


def test_a_code_is_twelve_crockford_letters() -> None:
    assert all(re.fullmatch(f"[{ALPHABET}]{{12}}", new_code()) for _ in range(20))


def test_a_typed_code_is_read_with_its_look_alikes() -> None:
    assert (read_code("ab0o-il12-3456"), read_code("short"), read_code("ABÖ123456789")) == ("AB0011123456", "", "")


def test_a_typed_number_is_read_whatever_its_dashes() -> None:
    assert read_number(" wh–cimi 2026‑000118-4 ") == "WH-CIMI-2026-000118-4"
