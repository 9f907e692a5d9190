"""The directions of the belly (A5, rules 1 to 3): wrong ones are common in public sources and uncomfortable for a baby.

Coordinates are those of the lying doll, which all views with a `belly` frame share.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

from curriculum.diagrams.curves import flatten, heading, segments
from curriculum.diagrams.scenes import CONTACT, VIEWS, Point, Scene, frame_of, scenes

Finding = tuple[str, str]

MIDLINE, NAVEL = 200.0, (200.0, 333.0)
BELLY_BOTTOM = 374.0
"""Just above the pubic bone."""
LEFT_SIDE = 212.0
"""From here to the page's right is baby's left side of the belly."""
LYING_VIEWS = {name for name, frames in VIEWS.items() if "belly" in frames}


def touching(stroke: Scene) -> Iterator[tuple[Scene, Scene, list[Point]]]:
    """Scene, path and points along it, for every path where a hand touches skin: not the ways that limbs travel."""
    for scene in scenes(stroke):
        for path in scene.get("paths", []):
            if path["hand"] != "none" and path.get("kind") != "move":
                yield scene, path, flatten(segments(path))


def half_width(scene: Scene, path: Scene) -> float:
    """Half the width of the hand that travels, in the units of the view."""
    return CONTACT[path.get("contact", "palm")] * frame_of(scene)[2] / 800


def rib_line(x: float) -> float:
    """The lower edge of the ribs, the same as the dotted line in the pictures."""
    return 272 + 30 * min(1.0, abs(x - MIDLINE) / 69) ** 2


def on_belly(point: Point, *, region: str) -> bool:
    """Whether a point lies on the belly. The chest's own strokes may start on the lowest ribs."""
    x, y = point
    top = rib_line(x) if region == "abdomen" else 312
    return top <= y <= BELLY_BOTTOM and abs(x - MIDLINE) <= 78


def winding(line: list[Point], centre: Point) -> float:
    """Degrees turned round a centre; positive is clockwise as seen."""
    turned = 0.0
    for a, b in pairwise(line):
        turned += math.remainder(heading(centre, b) - heading(centre, a), 2 * math.pi)
    return math.degrees(turned)


def climb(line: list[Point]) -> float:
    """How far a line goes up the page, all parts together."""
    return sum(max(0.0, a[1] - b[1]) for a, b in pairwise(line))


def check_abdomen(stroke: Scene) -> Iterator[Finding]:
    """Nothing goes up baby's left; long sweeps of other parts cross the belly downwards only."""
    mirrored = stroke["slug"] == "thumbs-to-sides"
    for scene, _, line in touching(stroke):
        if scene["view"] not in LYING_VIEWS:
            continue
        part = [q for q in line if on_belly(q, region=stroke["region"])]
        if climb([q for q in part if q[0] > LEFT_SIDE]) > 4:
            yield "up-the-left", "it goes up baby's left side of the belly"
        if stroke["region"] == "abdomen":
            yield from check_belly_line(line, mirrored=mirrored)
        elif climb(part) > 4:
            yield "downwards", "a sweep over the belly goes upwards"


def check_belly_line(line: list[Point], *, mirrored: bool) -> Iterator[Finding]:
    """Below the ribs, above the stop line; straight lines down; circles clockwise; sideways ones end on baby's left."""
    if any(y < rib_line(x) - 0.5 for x, y in line):
        yield "ribs", "it runs on the ribs"
    if any(y > BELLY_BOTTOM for _, y in line):
        yield "stop-line", "it goes below the belly"
    across = max(x for x, _ in line) - min(x for x, _ in line)
    tall = max(y for _, y in line) - min(y for _, y in line)
    if across < 20 <= tall:
        if climb(line) > 1 or line[-1][1] <= line[0][1]:
            yield "downwards", "a straight stroke on the belly goes upwards"
    elif not mirrored:
        yield from check_round(line, across=across, tall=tall)


def check_round(line: list[Point], *, across: float, tall: float) -> Iterator[Finding]:
    (x0, _), (x1, _) = line[0], line[-1]
    if winding(line, NAVEL) < 20:
        yield "clockwise", "it does not run clockwise round the navel"
    if tall < across and math.dist(line[0], line[-1]) > 40 and not (x1 > x0 and x1 > LEFT_SIDE):
        yield "ends-left", "a sideways stroke does not end on baby's left"


def check_mirrored(stroke: Scene) -> Iterator[Finding]:
    """The one exception of rule 2: thumbs to sides goes to both flanks, as a mirror image."""
    if stroke["slug"] == "thumbs-to-sides":
        ends = sorted(line[-1][0] - MIDLINE for _, _, line in touching(stroke))
        if len(ends) != 2 or abs(ends[0] + ends[1]) > 1 or ends[1] < 40:
            yield "mirrored", "the thumbs do not part evenly to both sides"


def check_letters(stroke: Scene) -> Iterator[Finding]:
    """The strokes of 'I Love You' all end down baby's left, and 'I' lies wholly there."""
    if stroke["slug"] != "i-love-you":
        return
    drawn = [line for _, _, line in touching(stroke)]
    for letter, line in zip("ILU", drawn, strict=False):
        if line[-1][0] <= LEFT_SIDE:
            yield "ends-left", f"'{letter}' does not end on baby's left"
    if drawn and min(x for x, _ in drawn[0]) <= LEFT_SIDE:
        yield "ends-left", "'I' is not on baby's left"
