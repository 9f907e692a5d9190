"""What is wrong with a stroke's data: its form, its words, its directions and its picture.

Every finding is the name of a rule and a sentence. Nothing here raises on wrong data that came from a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from xml.etree import ElementTree

from curriculum.diagrams.body import check_head, check_milking, check_spine, check_still_hands
from curriculum.diagrams.directions import check_abdomen, check_letters, check_mirrored
from curriculum.diagrams.drawings import has_drawing
from curriculum.diagrams.pictures import render
from curriculum.diagrams.scenes import CONTACT, GHOSTS, HAND_ANCHOR, LANDMARKS, TOUCH, VIEWS, Scene, drawings_of, scenes
from curriculum.diagrams.ways import check_limbs, check_way

Finding = tuple[str, str]
"""The name of the rule, and a sentence without a full stop."""

HANDS = {"left", "right", "none"}
RHYTHMS = {"still", "together", "alternate", "in-turn"}
CURVES = {"line", "smooth", "arc", "loops"}
BADGES = {"br", "bl", "tr", "tl", "none"}


def findings(stroke: Scene) -> list[Finding]:
    """Everything that is wrong with one stroke: a drawing with `slug`, `name`, `region`, `alt`, `repeat`, `pressure`.

    Empty when all is well. Directions are looked at only when the form is right. Source of the rules: A5.
    """
    try:
        form = list(check_form(stroke))
        return form or [found for check in CHECKS for found in check(stroke)]
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as wrong:
        return [("form", f"it cannot be read ({type(wrong).__name__}: {wrong})")]


def check_form(stroke: Scene) -> Iterator[Finding]:
    for key in ("name", "region", "alt"):
        if not str(stroke.get(key, "")).strip():
            yield "form", f"{key} is empty"
    if stroke.get("rhythm") not in RHYTHMS:
        yield "form", f"unknown rhythm {stroke.get('rhythm')!r}"
    if not isinstance(stroke.get("repeat"), int) or stroke["repeat"] < 1:
        yield "form", "repeat is not a whole number"
    if stroke.get("pressure") not in (0, 1, 2, 3):
        yield "form", "pressure is not 0 to 3"
    if not 2 <= stroke.get("seconds", 2) <= 15:
        yield "form", "a movement takes from 2 to 15 seconds"
    yield from check_corner(stroke)
    yield from check_columns(stroke)
    for scene in scenes(stroke):
        yield from check_scene(scene)


def check_corner(stroke: Scene) -> Iterator[Finding]:
    """The small hand in the corner."""
    if stroke.get("touch", "palm") not in TOUCH:
        yield "form", f"unknown part of the hand {stroke['touch']!r}"
    if stroke.get("badge", "br") not in BADGES:
        yield "form", f"unknown corner {stroke['badge']!r}"


def check_columns(stroke: Scene) -> Iterator[Finding]:
    """How many panels stand side by side: fewer than one would draw none of them."""
    columns, most = stroke.get("columns", 1), len(stroke.get("panels") or [1])
    if type(columns) is not int or not 1 <= columns <= most:
        yield "form", f"columns is not a whole number from 1 to {most}"


def check_scene(scene: Scene) -> Iterator[Finding]:
    frames = VIEWS.get(scene.get("view", ""))
    if frames is None or scene.get("frame", "full") not in frames:
        yield "form", f"unknown view or frame {scene.get('view')!r} {scene.get('frame')!r}"
        return
    if unknown := set(scene.get("landmarks", [])) - set(LANDMARKS):
        yield "form", f"unknown landmark {min(unknown)!r}"
    if unknown := set(scene.get("ghosts", [])) - GHOSTS:
        yield "form", f"unknown ghost {min(unknown)!r}"
    hands = [*scene.get("paths", []), *scene.get("rests", [])]
    if not hands:
        yield "form", "a scene without hands"
    for item in hands:
        yield from check_hand(item)
        yield from check_points(item, scene)


def check_hand(item: Scene) -> Iterator[Finding]:
    if item["hand"] not in HANDS:
        yield "form", f"unknown hand {item['hand']!r}"
    if item.get("contact", "palm") not in CONTACT or item.get("shape", "flat") not in HAND_ANCHOR:
        yield "form", "unknown contact or shape of a hand"
    if item.get("curve", "smooth") not in CURVES:
        yield "form", f"unknown curve {item['curve']!r}"


def check_points(item: Scene, scene: Scene) -> Iterator[Finding]:
    _, _, width, height = VIEWS[scene["view"]]["full"]
    for x, y in item.get("points", [item.get("at")]):
        if not (0 <= x <= width and 0 <= y <= height):
            yield "inside", f"({x}, {y}) lies outside the {scene['view']} view"
        if round(x, 1) != x or round(y, 1) != y:
            yield "form", f"({x}, {y}) has more than one decimal"
    if "points" in item and len(item["points"]) < 2:
        yield "form", "a path of fewer than two points"


def check_words(stroke: Scene) -> Iterator[Finding]:
    """Sides are baby's: a side without an owner would be read as the carer's (A5, rule 6)."""
    text = stroke["alt"].lower()
    for sign in "'’,.;:":
        text = text.replace(sign, " ")
    words = text.split()
    for before, word, after in zip(["", *words], words, [*words[1:], ""], strict=False):
        if word in ("left", "right") and before not in ("s", "upper", "lower") and after != "hand":
            yield "words", f"'{before} {word}' does not say whose side"


def check_picture(stroke: Scene) -> Iterator[Finding]:
    """The rendered picture: named, well formed, safe under a strict policy, and only drawings that exist."""
    labels = {"left": "L", "right": "R"}
    text = render(stroke, title=stroke["name"], description=stroke["alt"], labels=labels, prefix="check")
    root = ElementTree.fromstring(text)  # noqa: S314  # our own words, a moment old
    if root.get("role") != "img" or root[0].text != stroke["name"] or root[1].text != stroke["alt"]:
        yield "picture", "no name or no description"
    if root.get("aria-labelledby") != f"{root[0].get('id')} {root[1].get('id')}":
        yield "picture", "the name is not tied to the picture"
    if any(element.get("style") is not None or element.tag.endswith("script") for element in root.iter()):
        yield "picture", "inline style or script"
    for name in sorted(drawings_of([stroke])):
        if not has_drawing(name):
            yield "picture", f"no drawing {name}"


CHECKS: tuple[Callable[[Any], Iterator[Finding]], ...] = (
    check_words,
    check_abdomen,
    check_mirrored,
    check_letters,
    check_milking,
    check_spine,
    check_head,
    check_still_hands,
    check_way,
    check_limbs,
    check_picture,
)
