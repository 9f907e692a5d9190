"""Every stroke goes the way that its path in words says, and a drawing that is turned round or mirrored is refused."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from curriculum.diagrams.check import findings
from curriculum.models import Stroke
from tests.curriculum.drawn import STROKES, by_slug

# Still hands; rolls of toes and fingers; circles and slides that A5 gives no way. All others have one.
NO_WAY = [
    *("ask-permission", "resting-hands", "touch-relaxation", "containment-hold", "closing-hold"),
    *("foot-toe-roll", "foot-under-toes", "ankle-circles", "bottom-relaxer", "finger-roll", "wrist-circles"),
    "back-and-forth",
]
BOTH_WAYS = ["chest-butterfly"]
"""The hand goes there and back the same way."""
ALIKE = ["water-wheel-a", "water-wheel-b", "thumbs-to-sides", "knees-to-tummy"]
"""Their mirror image is the same movement."""


def paths(drawing: dict[str, Any]) -> list[dict[str, Any]]:
    return [path for scene in drawing.get("panels") or [drawing] for path in scene.get("paths", [])]


def turned_round(stroke: Stroke) -> dict[str, Any]:
    """The same lines, gone from their ends to their starts."""
    drawing = copy.deepcopy(stroke.drawing)
    for path in paths(drawing):
        if path.get("curve") == "arc":
            path["sweep"] = -path["sweep"]
        else:
            path["points"].reverse()
    return drawing


def mirrored(stroke: Stroke) -> dict[str, Any]:
    """The same lines with baby's left and right changed."""
    drawing = copy.deepcopy(stroke.drawing)
    for path in paths(drawing):
        path["points"] = [[400 - x, y] for x, y in path["points"]]
        if path.get("curve") == "arc":
            path["sweep"] = -path["sweep"]
    return drawing


@pytest.mark.parametrize("stroke", [s for s in STROKES if s.slug not in NO_WAY + BOTH_WAYS], ids=lambda s: s.slug)
def test_a_stroke_that_is_turned_round_is_refused(stroke: Stroke) -> None:
    assert findings(turned_round(stroke)) != []


@pytest.mark.parametrize("slug", NO_WAY + BOTH_WAYS)
def test_a_stroke_without_a_way_of_its_own_is_right_either_way(slug: str) -> None:
    assert findings(turned_round(by_slug(slug))) == []


@pytest.mark.parametrize(
    "stroke", [s for s in STROKES if s.region == "abdomen" and s.slug not in ALIKE], ids=lambda s: s.slug
)
def test_a_belly_stroke_with_left_and_right_changed_is_refused(stroke: Stroke) -> None:
    assert findings(mirrored(stroke)) != []


@pytest.mark.parametrize("gone", range(3))
def test_no_letter_of_i_love_you_may_be_left_out(gone: int) -> None:
    drawing = copy.deepcopy(by_slug("i-love-you").drawing)
    del drawing["panels"][gone]
    assert [sentence for rule, sentence in findings(drawing) if rule == "way"] == [
        "the letters are not drawn in their order"
    ]


@pytest.mark.parametrize(
    ("slug", "words", "rule"),
    [
        ("foot-thumb-over-thumb", "line toes>heel alt (sole view)", "way"),
        ("face-ears-neck-chin", "poly chin>jaw>ear both", "way"),
        ("back-circles", "circles back_shoulders>bottom, both sides of the spine", ""),
        ("leg-rolling", "roll ankle*>knee* both", "way"),
        ("swoop-to-ankles", "line ankles>nape one", "way"),
    ],
)
def test_words_and_drawing_must_say_the_same(slug: str, words: str, rule: str) -> None:
    assert {found for found, _ in findings({**by_slug(slug).drawing, "geometry": words})} == ({rule} if rule else set())


def test_circles_along_the_spine_go_down_first() -> None:
    drawing = copy.deepcopy(by_slug("back-circles").drawing)
    drawing["paths"].reverse()
    assert {rule for rule, _ in findings(drawing)} == {"way"}


def test_a_limb_is_brought_to_the_body_before_it_is_lengthened() -> None:
    drawing = copy.deepcopy(by_slug("legs-up-down").drawing)
    drawing["panels"].reverse()
    assert {rule for rule, _ in findings(drawing)} == {"limbs"}
