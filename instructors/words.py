"""Small numbers as words, the way a letter would say them."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

NUMBERS = [
    gettext_lazy("none"),
    gettext_lazy("one"),
    gettext_lazy("two"),
    gettext_lazy("three"),
    gettext_lazy("four"),
    gettext_lazy("five"),
    gettext_lazy("six"),
    gettext_lazy("seven"),
    gettext_lazy("eight"),
    gettext_lazy("nine"),
    gettext_lazy("ten"),
    gettext_lazy("eleven"),
    gettext_lazy("twelve"),
]
ORDINALS = [gettext_lazy("first"), gettext_lazy("second"), gettext_lazy("third"), gettext_lazy("fourth")]


def in_words(number: int) -> str:
    """Zero to twelve in words, the others in digits."""
    return str(NUMBERS[number]) if 0 <= number < len(NUMBERS) else str(number)


def count_of(part: int, whole: int) -> str:
    """For example "four of seven"."""
    return _("%(part)s of %(whole)s") % {"part": in_words(part), "whole": in_words(whole)}


def all_or_count(part: int, whole: int) -> str:
    """For example "all four", or "three of four"."""
    return _("all %(whole)s") % {"whole": in_words(whole)} if part >= whole else count_of(part, whole)


def ordinal(number: int) -> str:
    """First to fourth in words, the others as "no. 5"."""
    return str(ORDINALS[number - 1]) if 0 < number <= len(ORDINALS) else _("no. %d") % number


def capital(words: str) -> str:
    return words[:1].upper() + words[1:]
