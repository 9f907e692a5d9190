"""Numbers and curves: a path of the data as cubic Bezier pieces, in the order the hand travels."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

from curriculum.diagrams.scenes import Point, Scene

Cubic = tuple[Point, Point, Point, Point]
POINTS_A_TURN = 6
"""Enough for a small circle that travels to look round."""


def num(value: float) -> str:
    """A coordinate with at most one decimal, halves up as a browser rounds: 3.0 -> '3', 0.25 -> '0.3', -0.04 -> '0'."""
    text = f"{math.floor(value * 10 + 0.5) / 10:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def segments(path: Scene) -> list[Cubic]:
    """The path as cubic Bezier pieces."""
    points = [(float(x), float(y)) for x, y in path["points"]]
    curve = path.get("curve", "smooth")
    if curve == "arc":
        return arc(points[0], points[1], path["sweep"])
    if curve == "loops":
        return smooth(loops(points, path["radius"], path["turns"]))
    if curve == "line" or len(points) == 2:
        return [straight(a, b) for a, b in pairwise(points)]
    return smooth(points, closed=bool(path.get("closed")))


def straight(a: Point, b: Point) -> Cubic:
    return (a, mix(a, b, 1 / 3), mix(a, b, 2 / 3), b)


def mix(a: Point, b: Point, t: float) -> Point:
    return (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t)


def smooth(points: Sequence[Point], *, closed: bool = False) -> list[Cubic]:
    """Catmull-Rom through the points, tension 1/6."""
    count = len(points)

    def at(i: int) -> Point:
        return points[i % count] if closed else points[max(0, min(count - 1, i))]

    pieces = []
    for i in range(count if closed else count - 1):
        before, a, b, after = at(i - 1), at(i), at(i + 1), at(i + 2)
        first = (a[0] + (b[0] - before[0]) / 6, a[1] + (b[1] - before[1]) / 6)
        second = (b[0] - (after[0] - a[0]) / 6, b[1] - (after[1] - a[1]) / 6)
        pieces.append((a, first, second, b))
    return pieces


def arc(centre: Point, start: Point, sweep: float) -> list[Cubic]:
    """Part of a circle; a positive sweep, in degrees, is clockwise as seen."""
    radius = math.dist(centre, start)
    angle = math.atan2(start[1] - centre[1], start[0] - centre[0])
    parts = max(1, math.ceil(abs(sweep) / 90))
    step = math.radians(sweep) / parts
    reach = 4 / 3 * math.tan(step / 4) * radius
    pieces = []
    for _ in range(parts):
        a, b = polar(centre, radius, angle), polar(centre, radius, angle + step)
        first = (a[0] - reach * math.sin(angle), a[1] + reach * math.cos(angle))
        angle += step
        pieces.append((a, first, (b[0] + reach * math.sin(angle), b[1] - reach * math.cos(angle)), b))
    return pieces


def polar(centre: Point, radius: float, angle: float) -> Point:
    return (centre[0] + radius * math.cos(angle), centre[1] + radius * math.sin(angle))


def loops(points: Sequence[Point], radius: float, turns: float) -> list[Point]:
    """Small circles that travel along a line, from its start into its end: positive turns are clockwise as seen."""
    spine = flatten(smooth(points)) if len(points) > 2 else flatten([straight(points[0], points[1])])
    steps = max(8, round(abs(turns) * POINTS_A_TURN))
    begin = heading(spine[1], spine[0])
    found = []
    for i in range(steps + 1):
        size = radius * min(1, i / 4, (steps - i) / 4)
        found.append(polar(along(spine, i / steps), size, begin + 2 * math.pi * turns * i / steps))
    return [*found, polar(spine[-1], radius * 0.8, heading(spine[-3], spine[-1]))]


def flatten(pieces: Iterable[Cubic], parts: int = 12) -> list[Point]:
    """Points along the curve, for measuring and checking."""
    pieces = list(pieces)
    found = [pieces[0][0]]
    for piece in pieces:
        found += [on_cubic(piece, i / parts) for i in range(1, parts + 1)]
    return found


def on_cubic(piece: Cubic, t: float) -> Point:
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = piece
    u = 1 - t
    a, b, c, d = u**3, 3 * u * u * t, 3 * u * t * t, t**3
    return (a * ax + b * bx + c * cx + d * dx, a * ay + b * by + c * cy + d * dy)


def along(line: Sequence[Point], share: float) -> Point:
    """The point at a share (0 to 1) of the length of a polyline."""
    lengths = [math.dist(a, b) for a, b in pairwise(line)]
    left = share * sum(lengths)
    for (a, b), length in zip(pairwise(line), lengths, strict=True):
        if left <= length:
            return mix(a, b, left / length if length else 0)
        left -= length
    return line[-1]


def path_data(pieces: Sequence[Cubic]) -> str:
    """The `d` of a path element: steps from point to point, each from where the one before was rounded to."""
    x, y = rounded(pieces[0][0])
    found, last = f"M{num(x)} {num(y)}", "M"
    for piece in pieces:
        ends = [rounded(point) for point in (piece[3:] if is_straight(piece) else piece[1:])]
        command = "c" if len(ends) == 3 else "l"
        steps = " ".join(f"{num(px - x)} {num(py - y)}" for px, py in ends)
        found += ("" if command == last else command) + (" " if command == last else "") + steps
        (x, y), last = ends[-1], command
    return found.replace(" -", "-")


def rounded(point: Point) -> Point:
    return (math.floor(point[0] * 10 + 0.5) / 10, math.floor(point[1] * 10 + 0.5) / 10)


def is_straight(piece: Cubic) -> bool:
    a, first, _, b = piece
    return first == mix(a, b, 1 / 3)


def heading(a: Point, b: Point) -> float:
    """The angle from a to b, in radians."""
    return math.atan2(b[1] - a[1], b[0] - a[0])


def shifted(pieces: Sequence[Cubic], dx: float, dy: float) -> list[Cubic]:
    """The same pieces, moved."""

    def moved(q: Point) -> Point:
        return (q[0] + dx, q[1] + dy)

    return [(moved(a), moved(b), moved(c), moved(d)) for a, b, c, d in pieces]
