"""What a drawing may stand on: views and frames in units of the drawings, contacts, hands and landmarks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Point = tuple[float, float]
Box = tuple[float, float, float, float]
Scene = Mapping[str, Any]
"""A stroke's drawing, or one of its panels, or one path or resting hand of it, as read from JSON."""

LYING: dict[str, Box] = {
    "full": (0, 0, 400, 580),
    "upper": (0, 14, 400, 400),
    "waist": (60, 236, 280, 182),
    "diagonal": (34, 18, 352, 548),
    "lower": (0, 180, 400, 400),
    "chest": (60, 112, 280, 280),
    "tummy": (60, 190, 280, 280),
    "belly": (85, 222, 230, 230),
    "belly-slim": (112, 244, 176, 194),
    "seat": (60, 226, 280, 280),
    "side": (6, 132, 270, 270),
    "arms": (0, 92, 400, 250),
    "legs": (20, 160, 360, 440),
    "hips": (44, 250, 312, 346),
    "raised": (30, 222, 340, 340),
}
LYING_LONG: dict[str, Box] = LYING | {"full": (0, 0, 400, 600)}
PRONE: dict[str, Box] = {"full": (0, 0, 400, 600), "torso": (40, 160, 320, 320), "bottom": (60, 296, 280, 280)}
CLOSE: dict[str, Box] = {"full": (0, 0, 400, 400)}
VIEWS: dict[str, dict[str, Box]] = {
    "side": {"full": (0, 0, 420, 260)},
    "front": LYING,
    "knees-up": LYING,
    "legs-up": LYING,
    "legs-crossed": LYING,
    "arms-crossed": LYING,
    "arms-open": LYING,
    "arm-leg-crossed": LYING,
    "arm-leg-open": LYING,
    "legs-long": LYING_LONG,
    "bicycle": LYING_LONG,
    "back": PRONE,
    "back-long": PRONE,
    "face": CLOSE,
    "arm": CLOSE,
    "palm": CLOSE,
    "hand-top": CLOSE | {"wrist": (70, 180, 260, 220)},
    "foot": CLOSE | {"toes": (84, 4, 256, 256)},
    "instep": CLOSE | {"ankle": (80, 30, 240, 240)},
    "leg": CLOSE | {"ankle": (86, 190, 220, 220)},
}
"""View, then frame, then (x, y, width, height) in the units of that view."""

GHOSTS = {"ghost-legs", "ghost-arms", "ghost-legs-long", "ghost-diagonal", "ghost-side"}
"""Where limbs were before. Each is drawn in the units of the view that it lies under."""

HAND_SIZE = {"face": 1.2, "arm": 1.45, "palm": 1.6, "hand-top": 1.6, "foot": 1.6, "instep": 1.6, "leg": 1.6, "side": 1}
"""The size of a moving hand, 1.1 elsewhere: nearly that of a real one on the lying doll, less than life when close."""

CONTACT = {"palm": 40, "fingers": 25, "thumb": 17, "edge": 30, "comb": 64, "none": 0}
"""Width of the soft band, for a frame 400 wide: how much of the hand touches."""

HAND_ANCHOR = {"flat": (50, 66), "hold": (50, 52), "cup": (50, 56), "side": (49, 62), "roll": (50, 54)}
"""The point of each hand drawing that is laid on `at`."""

LANDMARKS = {"ribs": "M131 302C140 290 166 282 186 275C195 272 205 272 214 275C234 282 260 290 269 302"}
"""Lines on the lying doll that a stroke must respect: the lower edge of the ribs."""

LONG_FINGERS = "M59 7a6 6 0 0 1 6 6l-1 13h-9l-2-12a6 6 0 0 1 6-7ZM77 19a6 6 0 0 1 4 7l-4 12-8-2 1-12a6 6 0 0 1 7-5Z"
OTHER_FINGERS = "M24 17a6 6 0 0 1 7 6l2 12-7 2-5-13a6 6 0 0 1 3-7ZM41 5a6 6 0 0 1 6 5l1 14-9 1-3-13a6 6 0 0 1 5-7Z"
TOUCH = {
    "palm": "",
    "fingers": LONG_FINGERS + OTHER_FINGERS,
    "two-fingers": LONG_FINGERS,
    "thumb": "M97 52c6 0 6 8 4 13l-8 16-11-8 9-15c2-3 3-6 6-6Z",
    "edge": "M24 17c6 0 7 4 8 10l-4 36 3 24c2 14 5 22 12 30-11-4-15-20-16-39l-1-14-4-18-2-22c-1-4 0-7 4-7Z",
}
"""The part of the hand that touches, as an outline on the flat hand; the palm is the whole of it."""


def scenes(stroke: Scene) -> Iterator[Scene]:
    """The panels of a stroke, or the stroke itself."""
    yield from stroke.get("panels") or [stroke]


def frame_of(scene: Scene) -> Box:
    """The part of the view that is shown. Raises KeyError for an unknown view or frame."""
    return VIEWS[scene["view"]][scene.get("frame", "full")]


def drawings_of(strokes: Iterable[Scene]) -> frozenset[str]:
    """The names of all drawings that these strokes stand on."""
    shown = [scene for stroke in strokes for scene in scenes(stroke)]
    return frozenset(name for scene in shown for name in (scene["view"], *scene.get("ghosts", [])))
