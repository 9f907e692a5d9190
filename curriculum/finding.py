"""Finding a stroke by the words people use for it, in whichever language: without accents, from the start of a word."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils import translation

from curriculum.models import RegionGuide, Stroke, StrokeAlias
from curriculum.models.said import written
from curriculum.models.wording import SOURCE, language_now

MOST_WORDS = 8
SHORTEST_MISSPELT = 4
"""Words of fewer letters are taken as they stand: one letter off, they would be too many others."""
_LIKE = str.maketrans({"ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ı": "i", "ى": "ي", "ة": "ه", "ـ": ""})


def fold(text: str) -> str:
    """Small letters without accents or vowel marks, words parted by single blanks."""
    plain = unicodedata.normalize("NFKD", text.casefold()).translate(_LIKE)
    letters = (c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join("".join(letters).split())


@dataclass(frozen=True)
class Index:
    """What every stroke is called, folded, by language and address. Every word has a blank before it."""

    texts: dict[str, dict[str, str]]

    def found(self, words: str) -> set[str]:
        """The addresses of the strokes that hold the words: first in the reader's language and in English, then in all.

        The words as they stand come first: "hip to ankle" does not find ankle to hip. Else each word begins one there.
        """
        terms = [f" {term}" for word in words.split()[:MOST_WORDS] if (term := fold(word))]
        if not terms:
            return set()
        near = {language_now(), SOURCE} & set(self.texts)
        return (
            self._holding([f" {fold(words)}"], near)
            or self._holding(terms, near)
            or self._holding(terms, set(self.texts))
        )

    def close(self, words: str) -> set[str]:
        """The addresses of strokes whose words begin as these do but for one letter, wrong, missing, extra or swapped.

        For when nothing holds the words as they are typed: in the reader's language and in English, else in all.
        """
        terms = fold(words).split()[:MOST_WORDS]
        if not any(len(term) >= SHORTEST_MISSPELT for term in terms):
            return set()
        near = {language_now(), SOURCE} & set(self.texts)
        return self._beginning_close(terms, near) or self._beginning_close(terms, set(self.texts))

    def _beginning_close(self, terms: list[str], languages: set[str]) -> set[str]:
        texts = [(slug, text.split()) for language in languages for slug, text in self.texts[language].items()]
        known = {word for _slug, said in texts for word in said}
        found = {slug for slug, _said in texts}
        for term in terms:
            meant = {word for word in known if begins_close(term, word)}
            found &= {slug for slug, said in texts if not meant.isdisjoint(said)} if meant else set()
            if not found:
                break
        return found

    def _holding(self, terms: list[str], languages: set[str]) -> set[str]:
        texts = ((slug, text) for language in languages for slug, text in self.texts[language].items())
        return {slug for slug, text in texts if all(term in text for term in terms)}


def begins_close(term: str, word: str) -> bool:
    """Whether a folded word begins with the term, or would with one letter changed, put in, left out or swapped."""
    place = next((i for i, (a, b) in enumerate(zip(term, word, strict=False)) if a != b), min(len(term), len(word)))
    if place == len(term):
        return True
    if len(term) < SHORTEST_MISSPELT:
        return False
    here, there = term[place:], word[place:]
    return (
        (there != "" and there[1:].startswith(here[1:]))
        or there[1:].startswith(here)
        or there.startswith(here[1:])
        or (there[:2] == here[1::-1] and there[2:].startswith(here[2:]))
    )


def index_of(strokes: Iterable[Stroke], guides: Iterable[RegionGuide]) -> Index:
    """Names, other names, schools, the line beneath, part of the body. The strokes must come `with_aliases`."""
    strokes, parts = list(strokes), {guide.region: guide for guide in guides}
    texts = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            texts[language_now()] = {stroke.slug: _text(stroke, parts.get(stroke.region)) for stroke in strokes}
    return Index(texts)


def _text(stroke: Stroke, guide: RegionGuide | None) -> str:
    said = [stroke.name, stroke.summary, stroke.get_region_display(), guide.short_name if guide else ""]
    aliases: list[StrokeAlias] = stroke.current_aliases  # type: ignore[attr-defined]  # set by the prefetch
    said += [part for alias in aliases for part in (alias.name, alias.school)]
    return " |".join(f" {fold(part)}" for part in said)


def not_on_the_card(stroke: Stroke) -> str:
    """What a card does not show and people still look for: its schools, and its English names in another language."""
    aliases: list[StrokeAlias] = stroke.current_aliases  # type: ignore[attr-defined]  # set by the prefetch
    words = list(dict.fromkeys(alias.school for alias in aliases if alias.school))
    if language_now() != SOURCE:
        words += [written(row, "name") for row in (stroke, *aliases)]
    return ", ".join(words)
