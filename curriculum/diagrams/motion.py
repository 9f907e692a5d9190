"""When each hand goes, in shares of one pass: what the page plays on demand, at the pace of the real stroke.

A stroke's `seconds` are the length of one pass: every path once, each hand once. No source states a pace, so ours are
slow ones, for an instructor to review.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from curriculum.diagrams.curves import flatten, segments
from curriculum.diagrams.scenes import Scene, scenes

OVERLAP = 1.2
"""Where hands take turns, the next one has begun before the first lifts."""
SHORT = 90.0
"""A path is given the time of one of this length at least."""


@dataclass(frozen=True)
class Beat:
    """From when to when, in shares of a pass. Where hands take turns the last ends after the next pass has begun."""

    start: float
    end: float

    def text(self) -> str:
        return f"{share(self.start)} {share(self.end)}"


@dataclass(frozen=True)
class Timing:
    """The beats of one scene, in the order of its paths and of its rests; None for what does not move."""

    paths: tuple[Beat | None, ...]
    rests: tuple[Beat | None, ...]


def share(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".").removeprefix("0") or "0"


def moving(path: Scene) -> bool:
    """A hand that slides, presses or moves a limb: not a guide, nor a line that palms on both sides already show."""
    return bool(path["hand"] != "none" and path.get("go", True))


def rolling(rest: Scene) -> bool:
    """Thumb and finger that roll a toe or a finger, or palms that roll a limb between them."""
    return rest.get("shape") in ("roll", "side")


def is_in_motion(stroke: Scene) -> bool:
    """Whether there is something to show in motion."""
    return any(
        any(map(moving, scene.get("paths", []))) or any(map(rolling, scene.get("rests", [])))
        for scene in scenes(stroke)
    )


def timing(stroke: Scene) -> list[Timing]:
    """The beats of every scene: panels follow one another, each for as long as its paths are."""
    parts = list(scenes(stroke))
    weights = [sum(weight for _, weight in turns(part)) or 1.0 for part in parts]
    found, begun = [], 0.0
    for part, weight in zip(parts, weights, strict=True):
        length = weight / sum(weights)
        found.append(of_scene(part, begun, length, alternate=stroke.get("rhythm") == "alternate"))
        begun += length
    return found


def of_scene(scene: Scene, begun: float, length: float, *, alternate: bool) -> Timing:
    paths: list[Beat | None] = [None] * len(scene.get("paths", []))
    hands = [i for i, path in enumerate(scene.get("paths", [])) if moving(path)]
    if alternate and len(hands) > 1:
        for place, i in enumerate(hands):
            start = place / len(hands)
            paths[i] = Beat(start, start + OVERLAP / len(hands))
    else:
        for i, (start, end) in in_turn(scene):
            paths[i] = Beat(begun + start * length, begun + end * length)
    rolls = [i for i, rest in enumerate(scene.get("rests", [])) if rolling(rest)]
    rests: list[Beat | None] = [None] * len(scene.get("rests", []))
    for place, i in enumerate(rolls):
        both = scene["rests"][i]["shape"] == "side"
        rests[i] = Beat(0, 1) if both else Beat(place / len(rolls), (place + 1) / len(rolls))
    return Timing(tuple(paths), tuple(rests))


def in_turn(scene: Scene) -> Iterator[tuple[int, tuple[float, float]]]:
    """Every moving path with its start and end: those of one step together, one step after the other."""
    steps = turns(scene)
    whole, begun = sum(weight for _, weight in steps), 0.0
    for members, weight in steps:
        for i in members:
            first, last = scene["paths"][i].get("when", (0, 1))
            yield i, ((begun + first * weight) / whole, (begun + last * weight) / whole)
        begun += weight


def turns(scene: Scene) -> list[tuple[list[int], float]]:
    """The steps of a scene, each with the paths that it holds and the length of its longest one."""
    paths: Sequence[Any] = scene.get("paths", [])
    hands = [i for i, path in enumerate(paths) if moving(path)]
    numbers = sorted({order(paths[i]) for i in hands})
    held = [[i for i in hands if order(paths[i]) == number] for number in numbers]
    return [(members, max(max(SHORT, distance(paths[i])) for i in members)) for members in held]


def order(path: Scene) -> int:
    """`beat` orders what is not numbered in the picture."""
    number: int = path.get("beat", path.get("step", 1))
    return number


def distance(path: Scene) -> float:
    return sum(math.dist(a, b) for a, b in pairwise(flatten(segments(path))))
