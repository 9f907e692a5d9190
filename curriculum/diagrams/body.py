"""The directions of limbs, and the places no stroke may touch (A5, rules 4 and 5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from curriculum.diagrams.directions import LYING_VIEWS, MIDLINE, half_width, touching
from curriculum.diagrams.scenes import Point, Scene, scenes

Finding = tuple[str, str]
Ellipse = tuple[float, float, float, float]
"""Centre and half axes."""

HEAD_REACH = 95.0
"""From the midline to the ears of the lying doll."""
SPINE_CLEAR = 12.0
"""Half the width of the spine on the back views."""
PRONE_VIEWS = {"back", "back-long"}
EYES: dict[str, list[Ellipse]] = {
    "face": [(137, 224, 20, 22), (263, 224, 20, 22)],
    "front": [(168, 126, 9, 11), (232, 126, 9, 11)],
}
SOFT_SPOT: dict[str, Ellipse] = {"face": (200, 52, 66, 48), "front": (200, 44, 34, 24), "back": (190, 44, 40, 22)}
NECK = {"face": (130, 343, 270, 372), "front": (172, 186, 228, 200)}
"""Left, top, right and bottom of the front of the neck."""

TOWARDS_TRUNK: dict[str, Callable[[Point], float]] = {"leg": lambda q: -q[1], "arm": lambda q: -q[0]}
"""Grows towards the trunk: the leg hangs from the top of its view, the arm from the left edge."""


def check_milking(stroke: Scene) -> Iterator[Finding]:
    """Indian milking away from the trunk, Swedish milking towards it."""
    if "milking" not in stroke["slug"]:
        return
    sign = 1 if "swedish" in stroke["slug"] else -1
    for scene, _, line in touching(stroke):
        value = TOWARDS_TRUNK[scene["view"]]
        if sign * (value(line[-1]) - value(line[0])) <= 100:
            yield "milking", "Indian milking goes away from the trunk, Swedish milking towards it"


def check_spine(stroke: Scene) -> Iterator[Finding]:
    """No press and no circle on the spine. Flat hands may sweep across."""
    for scene, path, line in touching(stroke):
        pressing = path.get("dabs") or path.get("curve") in ("arc", "loops")
        nearest = min(abs(x - MIDLINE) for x, _ in line)
        if scene["view"] in PRONE_VIEWS and pressing and nearest < SPINE_CLEAR + half_width(scene, path):
            yield "spine", "a press or a circle touches the spine"


def check_head(stroke: Scene) -> Iterator[Finding]:
    """Nothing on the eyes, the soft spot or the front of the neck."""
    for scene, path, line in touching(stroke):
        view = "front" if scene["view"] in LYING_VIEWS else "back" if scene["view"] in PRONE_VIEWS else scene["view"]
        reach = half_width(scene, path)
        if any(touches(line, eye, reach) for eye in EYES.get(view, [])):
            yield "eyes", "it touches an eye"
        if view in SOFT_SPOT and touches(line, SOFT_SPOT[view], reach):
            yield "soft-spot", "it touches the soft spot"
        if view in NECK:
            left, top, right, bottom = NECK[view]
            if any(left < x < right and top < y < bottom for x, y in line):
                yield "neck", "it touches the front of the neck"


def check_still_hands(stroke: Scene) -> Iterator[Finding]:
    """The head is only ever cupped by a still hand."""
    for scene in scenes(stroke):
        for hand in scene.get("rests", []):
            x, y = hand["at"]
            on_head = scene["view"] in LYING_VIEWS and abs(x - MIDLINE) < HEAD_REACH and y < NECK["front"][3]
            if on_head and hand.get("shape") != "cup":
                yield "head", "a hand on the head that is not cupped"


def touches(line: list[Point], place: Ellipse, reach: float) -> bool:
    """Whether a hand of this half width, travelling along the line, comes over the ellipse."""
    x, y, rx, ry = place
    return any(((px - x) / (rx + reach)) ** 2 + ((py - y) / (ry + reach)) ** 2 < 1 for px, py in line)
