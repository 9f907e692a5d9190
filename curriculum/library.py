"""The stroke library as a read model, kept for as long as the edition lasts.

Rows are kept, never their words: a row says its words in the language of whoever reads it.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from functools import lru_cache

from curriculum import finding
from curriculum.fitting import Fitting, fitting
from curriculum.models import RegionGuide, Routine, Stroke, StrokeAlias

COLIC = "colic"
NEUTRAL = "neutral"
"""Asks for the names without Indian and Swedish."""


@dataclass(frozen=True)
class Asked:
    """How the library is narrowed: words, a part of the body, a kind of baby, the tummy routine; and in whose names."""

    words: str = ""
    region: str = ""
    need: str = ""
    colic: bool = False
    names: str = ""

    @property
    def narrows(self) -> bool:
        return bool(self.words or self.region or self.need or self.colic)


@dataclass(frozen=True)
class Card:
    """A stroke in the library."""

    stroke: Stroke
    fitting: Fitting | None

    @property
    def unseen_words(self) -> str:
        return finding.not_on_the_card(self.stroke)


@dataclass(frozen=True)
class Shelf:
    """A part of the body with its strokes in teaching order."""

    guide: RegionGuide
    cards: list[Card]

    @property
    def first_week(self) -> int:
        return min(card.stroke.week for card in self.cards)


@dataclass(frozen=True)
class Library:
    """What was found, and what is better left out for such a baby, with the reason."""

    shelves: list[Shelf]
    left_out: list[Card]
    guides: list[RegionGuide]
    routines: list[Routine]
    schools: list[str]
    is_close: bool = False
    """Nothing is spelled as it was typed: these come close."""

    @property
    def colic(self) -> Routine | None:
        return next((routine for routine in self.routines if routine.slug == COLIC), None)

    @property
    def strokes(self) -> list[Stroke]:
        return [card.stroke for shelf in self.shelves for card in shelf.cards]


@dataclass(frozen=True)
class _Whole:
    """Every stroke, part of the body and routine of one edition."""

    strokes: list[Stroke]
    guides: list[RegionGuide]
    routines: list[Routine]

    @property
    def schools(self) -> list[str]:
        return sorted({alias.school for stroke in self.strokes for alias in aliases_of(stroke) if alias.school})


def aliases_of(stroke: Stroke) -> list[StrokeAlias]:
    found: list[StrokeAlias] = stroke.current_aliases  # type: ignore[attr-defined]  # set by the prefetch
    return found


def library(asked: Asked, *, edition: str) -> Library:
    """The library by part of the body, without empty parts. Five queries, or none where this edition was read before.

    An unknown part, kind of baby or school narrows nothing: a filter never refuses.
    """
    whole = _kept_whole(edition) if edition else _whole()
    found = _index(whole, edition).found(asked.words) if asked.words else None
    close = _index(whole, edition).close(asked.words) if found == set() else set()
    found = close or found
    shown = [stroke for stroke in whole.strokes if _is_asked(stroke, asked, found)]
    cards = [Card(named(stroke, asked.names), fitting(stroke, asked.need) if asked.need else None) for stroke in shown]
    here = [card for card in cards if not (card.fitting and card.fitting.is_left_out)]
    shelves = [Shelf(guide, [card for card in here if card.stroke.region == guide.region]) for guide in whole.guides]
    shelves = [shelf for shelf in shelves if shelf.cards]
    return Library(
        shelves=shelves,
        left_out=[card for card in cards if card not in here],
        guides=whole.guides,
        routines=whole.routines,
        schools=whole.schools,
        is_close=bool(close and shelves),
    )


def _is_asked(stroke: Stroke, asked: Asked, found: set[str] | None) -> bool:
    return (
        (found is None or stroke.slug in found)
        and (not asked.region or stroke.region == asked.region)
        and (not asked.colic or bool(stroke.colic))
    )


def named(stroke: Stroke, names: str) -> Stroke:
    """The stroke under the neutral name, or the name of a school, where there is one. What is kept stays as it is."""
    for alias in aliases_of(stroke) if names else []:
        if (names == NEUTRAL and alias.is_neutral) or (alias.school and alias.school == names):
            called = copy(stroke)
            called.__dict__["name_here"] = alias.name
            return called
    return stroke


@lru_cache(maxsize=4)
def _kept_whole(edition: str) -> _Whole:
    return _whole()


def _whole() -> _Whole:
    strokes = Stroke.objects.current().in_teaching_order().with_aliases().with_adaptations()
    return _Whole(list(strokes), list(RegionGuide.objects.current()), list(Routine.objects.current()))


def _index(whole: _Whole, edition: str) -> finding.Index:
    return _kept_index(edition) if edition else finding.index_of(whole.strokes, whole.guides)


@lru_cache(maxsize=4)
def _kept_index(edition: str) -> finding.Index:
    whole = _kept_whole(edition)
    return finding.index_of(whole.strokes, whole.guides)
