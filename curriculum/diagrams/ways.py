"""Whether a drawing goes the way that the stroke's path in words says: from the first named place to the last.

The path language of the curriculum names places of baby's body: `line thigh*>ankle* alt`, `press heel..toes`,
`poly ear>jaw>chin both`. Here every place that a way begins, turns or ends at has its point in the drawings.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from curriculum.diagrams.curves import flatten, segments
from curriculum.diagrams.directions import LYING_VIEWS, MIDLINE, touching
from curriculum.diagrams.scenes import Point, Scene, scenes

Finding = tuple[str, str]

# Places on baby's right of the lying doll, and in the face: their other side is the mirror image.
PAIRS: Mapping[str, Mapping[str, Point]] = {
    "front": {
        "flank": (131, 333),
        "rib_base": (152, 300),
        "lower": (152, 358),
        "shoulder": (150, 214),
        "shoulders": (150, 214),
        "armpit": (136, 258),
        "bottom": (116, 388),
        "toes": (165, 540),
    },
    "face": {
        "temple": (88, 172),
        "nose_side": (186, 262),
        "nose_bridge": (188, 208),
        "cheek": (104, 270),
        "ear": (30, 205),
        "jaw": (70, 284),
        "chin": (182, 330),
    },
}
PLACES: Mapping[str, Mapping[str, Point]] = {
    "front": {"rib_base_c": (200, 285), "stop_line": (200, 364), "navel": (200, 333), "sternum": (200, 245)},
    "leg": {"thigh": (200, 70), "knee": (200, 190), "ankle": (205, 305)},
    "foot": {"heel": (205, 345), "toes": (200, 125)},
    "instep": {"toes": (205, 310), "ankle": (205, 150)},
    "arm": {"shoulder": (72, 235), "wrist": (262, 195)},
    "palm": {"wrist": (200, 335), "fingertips": (200, 95)},
    "hand-top": {"wrist": (200, 335), "fingertips": (200, 95)},
    "face": {"forehead_c": (200, 140), "brow_c": (200, 188), "lip_up_c": (200, 271), "lip_low_c": (200, 315)},
    "back": {"nape": (200, 205), "bottom": (200, 390), "ankles": (200, 525)},
}
PRONE = {"back", "back-long"}
TARGET = {"sternum": (200.0, 245.0), "navel": (200.0, 333.0)}
"""Where limbs are brought to. A limb that crosses the body comes nearer to the navel on its way."""
WAY = re.compile(r"(?:line|poly|arc|press|circles|roll) ((?:\w+\*?)(?:(?:>|\.\.)\w+\*?)+)")
AND = re.compile(r"(?:and|then) ((?:\w+\*?)(?:>\w+\*?)+)")
NO_ONE_WAY = "both sides"
"""Down one side and up the other."""


def check_way(stroke: Scene) -> Iterator[Finding]:
    """Every hand goes from the first place of a way to its last, and every way is gone."""
    words = stroke.get("geometry", "")
    ways = ways_of(words)
    if NO_ONE_WAY in words:
        yield from check_down_and_up(stroke)
        return
    if ":" in words:
        yield from check_letters_in_order(stroke, ways)
        return
    gone = set()
    for scene, line in guides(stroke) if words.startswith("roll ") else sliding(stroke):
        known = [way for way in ways if all(places(scene["view"], name) for name in way)]
        fitting = [way for way in known if goes(line, way, scene["view"])]
        if known and not fitting:
            yield "way", f"a hand does not go the way that is said: {words}"
        gone.update(fitting)
    if any(way not in gone for way in ways) and not words.startswith("roll "):
        yield "way", f"not every way that is said is drawn: {words}"


def check_letters_in_order(stroke: Scene, ways: Sequence[tuple[str, ...]]) -> Iterator[Finding]:
    drawn = list(sliding(stroke))
    if len(drawn) != len(ways) or not all(
        goes(line, way, scene["view"]) for (scene, line), way in zip(drawn, ways, strict=True)
    ):
        yield "way", "the letters are not drawn in their order"


def sliding(stroke: Scene) -> Iterator[tuple[Scene, list[Point]]]:
    for scene, _, line in touching(stroke):
        yield scene, line


def guides(stroke: Scene) -> Iterator[tuple[Scene, list[Point]]]:
    """Where palms roll to and fro, a guide shows which way they move down."""
    for scene in scenes(stroke):
        for path in scene.get("paths", []):
            if path["hand"] == "none":
                yield scene, flatten(segments(path))


def check_down_and_up(stroke: Scene) -> Iterator[Finding]:
    if [line[-1][1] > line[0][1] for _, line in sliding(stroke)] != [True, False]:
        yield "way", "it goes down one side first, then up the other"


def check_limbs(stroke: Scene) -> Iterator[Finding]:
    """A limb is first brought towards the body; what is said after “then” goes away from it."""
    words = stroke.get("geometry", "")
    if not words.startswith("move "):
        return
    target = TARGET["sternum" if "sternum" in words else "navel"]
    for number, scene in enumerate(scenes(stroke)):
        limbs = [path for path in scene.get("paths", []) if path.get("kind") == "move"]
        if "/" in words:
            limbs = limbs[:1]
        for path in limbs:
            line = flatten(segments(path))
            nearer = math.dist(line[-1], target) < math.dist(line[0], target)
            if nearer != (number == 0):
                yield "limbs", "a limb is first brought towards the body, then away from it"


def ways_of(words: str) -> list[tuple[str, ...]]:
    """The named places of every way in the words."""
    found = WAY.findall(words)
    if found:
        found += AND.findall(words)
    return [tuple(re.split(r">|\.\.", way.replace("*", ""))) for way in found]


def sheet(view: str) -> str:
    """The places are those of the lying doll for every view of it, and of the back for both."""
    return "front" if view in LYING_VIEWS else "back" if view in PRONE else view


def places(view: str, name: str) -> list[Point]:
    """The points of a place: one in the middle, one on a named side of baby, or one on each side."""
    single = PLACES.get(sheet(view), {}).get(name)
    if single:
        return [single]
    pairs = PAIRS.get(sheet(view), {})
    if name in pairs:
        x, y = pairs[name]
        return [(x, y), (2 * MIDLINE - x, y)]
    if name[-1] in "RL" and name[:-1] in pairs:
        x, y = pairs[name[:-1]]
        return [(x, y) if name[-1] == "R" else (2 * MIDLINE - x, y)]
    return []


def goes(line: Sequence[Point], way: Sequence[str], view: str) -> bool:
    """Whether a line comes by the places in their order."""
    on_right = sum(x for x, _ in line) / len(line) < MIDLINE
    points = [found[0] if on_right or len(found) == 1 else found[1] for found in (places(view, name) for name in way)]
    if points[0] == points[-1]:
        start, turn = points[0], points[1]
        there = min(range(len(line)), key=lambda i: math.dist(line[i], turn))
        ends = all(math.dist(line[i], start) < math.dist(line[i], turn) for i in (0, -1))
        return ends and 0 < there < len(line) - 1
    nearest = [min(range(len(line)), key=lambda i: math.dist(line[i], point)) for point in points]
    return all(a < b for a, b in pairwise(nearest))
