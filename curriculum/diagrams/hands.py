"""How hands are drawn: those that rest, and the paths of those that travel."""

from __future__ import annotations

import math
from collections.abc import Sequence

from curriculum.diagrams.curves import (
    Cubic,
    along,
    flatten,
    heading,
    num,
    path_data,
    polar,
    segments,
    shifted,
    straight,
)
from curriculum.diagrams.markup import Layers, Pen, Turn, circle, going, mark, of_hand, stroked, use
from curriculum.diagrams.motion import Beat
from curriculum.diagrams.scenes import CONTACT, HAND_ANCHOR, Point, Scene

COMB = (-27, -9, 9, 27)
"""Where the four fingers of a combing hand lie, across the direction of travel."""


def is_guide(path: Scene) -> bool:
    """A dotted line that shows a direction, of no hand."""
    return bool(path["hand"] == "none")


def draw_rest(layers: Layers, rest: Scene, pen: Pen, beat: Beat | None) -> None:
    """A hand that is still, holds, cups or hovers, drawn as a hand."""
    hand, href, (x, y) = rest["hand"], f"hand-{rest.get('shape', 'flat')}", rest["at"]
    place = hand_place(rest)
    kind = "sd-rest sd-hover" if rest.get("hover") else "sd-rest"
    drawn = use("sd-rest-rim", href, place) + of_hand(hand, use(kind, href, place, going(beat, rest, "roll", pen)))
    if rest.get("hover"):
        drawn = use("sd-hover-shadow", href, f"translate(9 15) {place}") + drawn
    if rest.get("under"):
        layers.below = drawn + layers.below
    else:
        layers.bands += drawn
    if rest.get("mark", True):
        dx, dy = rest.get("mark_by", (0, 6 * pen.scale))
        layers.marks += mark((x + dx, y + dy), hand, pen.labels[hand], pen)


def hand_place(rest: Scene) -> str:
    """The transform that lays a hand drawing, which is a left hand, on its place."""
    (x, y), (ax, ay) = rest["at"], HAND_ANCHOR[rest.get("shape", "flat")]
    size = rest.get("size", 1) * 0.95
    turn = f"translate({num(x)} {num(y)}) rotate({num(rest.get('angle', 0))}) scale({size:.2f}) translate({-ax} {-ay})"
    return turn + (" scale(-1 1) translate(-100 0)" if rest["hand"] == "right" else "")


def draw_path(layers: Layers, path: Scene, pen: Pen, turn: Turn) -> None:
    """One path: presses, a guide, a limb that travels, or a hand that slides."""
    pieces = segments(path)
    if path.get("dabs"):
        layers.lines += dabs(path, pieces, pen, turn)
    elif is_guide(path):
        layers.lines += guide(path, pieces, pen)
    elif path.get("kind") == "move":
        layers.lines += limb_line(path, pieces, pen, turn)
    else:
        draw_slide(layers, path, pieces, pen, turn)
    layers.lines += arrowheads(path, pieces, pen)
    if not is_guide(path) and path.get("mark", True):
        place = mark_share(path)
        if place and path.get("arrow") != "both":
            layers.marks += of_hand(path["hand"], circle("sd-dab", pieces[0][0], 6.5 * pen.scale))
        layers.marks += mark(along(flatten(pieces), place), path["hand"], turn.text, pen)


def mark_share(path: Scene) -> float:
    """At the start; in the middle where the hand goes to and fro; or where `mark_along` keeps it off what is shown."""
    share: float = path.get("mark_along", 0.5 if path.get("arrow") == "both" else 0)
    return share


def draw_slide(layers: Layers, path: Scene, pieces: Sequence[Cubic], pen: Pen, turn: Turn) -> None:
    """A hand that slides: band and line."""
    hand, contact, data = path["hand"], path.get("contact", "palm"), path_data(pieces)
    width, weight = CONTACT[contact] * pen.scale, (3 if contact == "comb" else 4.4) * pen.scale
    go = going(turn.beat, path, pen.touch, pen)
    layers.bands += of_hand(hand, stroked("sd-ribbon", width, data, go=go))
    if contact == "edge":
        layers.bands += edge_bar(hand, pieces, pen)
    for strand in strands(contact, pieces, pen):
        line = path_data(strand)
        layers.lines += stroked("sd-casing", weight + 4.6 * pen.scale, line)
        layers.lines += of_hand(hand, stroked("sd-line", weight, line))


def strands(contact: str, pieces: Sequence[Cubic], pen: Pen) -> list[Sequence[Cubic]]:
    """One line for a hand, four for a hand whose spread fingers comb."""
    if contact != "comb":
        return [pieces]
    angle = heading(pieces[0][0], pieces[-1][3]) + math.pi / 2
    offsets = [polar((0, 0), across * pen.scale, angle) for across in COMB]
    return [shifted(pieces, dx, dy) for dx, dy in offsets]


def edge_bar(hand: str, pieces: Sequence[Cubic], pen: Pen) -> str:
    """The little-finger edge of the hand, lying across the direction of travel."""
    start, across = pieces[0][0], heading(pieces[0][0], pieces[0][1]) + math.pi / 2
    data = path_data([straight(polar(start, -30 * pen.scale, across), polar(start, 30 * pen.scale, across))])
    return of_hand(hand, stroked("sd-edge-rim", 17 * pen.scale, data) + stroked("sd-edge", 13 * pen.scale, data))


def dabs(path: Scene, pieces: Sequence[Cubic], pen: Pen, turn: Turn) -> str:
    """Presses at every point after the first, joined by dots."""
    go = going(turn.beat, path, pen.touch, pen)
    found = stroked("sd-dash", 2.6 * pen.scale, path_data(pieces), f"0.1 {num(7 * pen.scale)}", go)
    for point in path["points"][1:]:
        found += circle("sd-dab-ring", point, 15 * pen.scale, 2 * pen.scale) + circle("sd-dab", point, 7 * pen.scale)
    return of_hand(path["hand"], found)


def guide(path: Scene, pieces: Sequence[Cubic], pen: Pen) -> str:
    """A dotted line that shows a direction; `on` says whether it lies on the doll or beside it."""
    return of_hand(hand_of(path), stroked("sd-guide", 3 * pen.scale, path_data(pieces), f"0.1 {num(8 * pen.scale)}"))


def hand_of(path: Scene) -> str:
    """The hand as a class, with the ground under a guide."""
    return str(path["hand"]) + (" sd-on-doll" if path.get("on") == "doll" else "")


def limb_line(path: Scene, pieces: Sequence[Cubic], pen: Pen, turn: Turn) -> str:
    """The way a limb travels, held by the hand: dashes, no band, because no hand slides."""
    data, dashes = path_data(pieces), f"{num(13 * pen.scale)} {num(10 * pen.scale)}"
    line = of_hand(path["hand"], stroked("sd-limb", 6 * pen.scale, data, dashes, going(turn.beat, path, "hold", pen)))
    return stroked("sd-casing", 11 * pen.scale, data) + line


def arrowheads(path: Scene, pieces: Sequence[Cubic], pen: Pen) -> str:
    arrow, contact = path.get("arrow", "end"), path.get("contact", "palm")
    if arrow == "none":
        return ""
    size = pen.scale * (1.12 if path.get("kind") == "move" else 0.72 if contact == "comb" else 1)
    found = ""
    for strand in strands(contact, pieces, pen):
        found += arrowhead(strand[-1][3], heading(strand[-1][2], strand[-1][3]), path, size)
        if arrow == "both":
            found += arrowhead(strand[0][0], heading(strand[0][1], strand[0][0]), path, size)
    return found


def arrowhead(tip: Point, angle: float, path: Scene, size: float) -> str:
    long, half, push = 19 * size, 10.5 * size, 9 * size
    cos, sin = math.cos(angle), math.sin(angle)
    x, y = tip[0] + cos * push, tip[1] + sin * push

    def at(back: float, aside: float) -> str:
        return f"{num(x - cos * back - sin * aside)} {num(y - sin * back + cos * aside)}"

    data = f"M{at(0, 0)}L{at(long, half)}Q{at(long * 0.72, 0)} {at(long, -half)}Z"
    casing = "" if is_guide(path) else stroked("sd-casing", 5 * size, data)
    return casing + of_hand(hand_of(path), stroked("sd-head", 2.4 * size, data))
