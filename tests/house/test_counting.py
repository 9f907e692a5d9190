"""A number agrees with what it counts, in the languages where that takes more than two forms."""

from __future__ import annotations

import re

import pytest

from tests.house.test_translations import forms, is_counted, sentences, written

COUNTED = {
    "ar": r"(من )?(أطفال|طفلًا|أشخاص|شخصًا|عائلات|عائلة|أماكن|مكانًا|جلسات|جلسة|حصص|حركات|أيام|يومًا|أسابيع|أسبوعًا|أشهر|شهرًا"
    r"|سنوات|ساعات|ساعة|دقائق|دقيقة|أبسطة|بساطًا|خطوات|سطور)\b",
    "pl": r"(dzieci|os[oó]b\w*|rodzin\w*|miejsc\w*|spotka\w+|ruch(y|ów)|dni|tygodni\w*|miesi\w+|lata|lat|godzin\w*"
    r"|minut\w*|mat(y|a)?|krok\w*|linijk\w*|linijek)\b",
}
"""What stands behind a number, by language. After "of" and "until" Polish has one form for all numbers but one."""
ANY = re.compile(r"%\((most|count|name|title)\)")
"""Names, and numbers that are the same for everyone, so that one form fits: "at most 200"."""


@pytest.mark.parametrize("code", COUNTED)
def test_a_number_stands_before_what_it_counts_only_where_the_sentence_has_its_forms(code: str) -> None:
    before_a_noun = re.compile(rf"(?<! z )(?<! do )(%\(\w+\)[ds]) {COUNTED[code]}")
    plain = [
        (message.id, text) for message in sentences(written(code)) if not is_counted(message) for text in forms(message)
    ]
    found = [
        (english, text) for english, text in plain for one in before_a_noun.finditer(text) if not ANY.match(one[1])
    ]
    assert found == []
