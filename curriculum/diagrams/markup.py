"""Small pieces of SVG. Colours come from classes; nothing here carries a style attribute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from curriculum.diagrams.curves import num
from curriculum.diagrams.motion import Beat
from curriculum.diagrams.scenes import Box, Point


@dataclass(frozen=True)
class Pen:
    """What every part of a scene needs to know."""

    scale: float
    labels: Mapping[str, str]
    touch: str = "palm"
    """The part of the hand that touches."""
    size: float = 1.15
    """Of a hand, in the units of the view."""


@dataclass(frozen=True)
class Turn:
    """When one path goes: the letter or number of its mark, and its time in the movement."""

    text: str
    beat: Beat | None


@dataclass
class Layers:
    """What is drawn, from the doll upwards."""

    below: str = ""
    bands: str = ""
    lines: str = ""
    marks: str = ""

    def markup(self) -> str:
        return self.below + self.bands + self.lines + self.marks


def use(kind: str, href: str, transform: str, go: str = "") -> str:
    return f'<use class="{kind}" href="#{href}" transform="{transform}"{go}/>'


def stroked(kind: str, width: float, data: str, dashes: str = "", go: str = "") -> str:
    """A drawn line. Its colour comes from the class."""
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<path class="{kind}" stroke-width="{num(width)}"{dashed} d="{data}"{go}/>'


def going(beat: Beat | None, path: Mapping[str, Any], touch: str, pen: Pen) -> str:
    """What the player of the movement reads: which hand, what of it touches, its size, from when to when."""
    if beat is None:
        return ""
    fro = " fro" if path.get("arrow") == "both" else ""
    return f' data-go="{path["hand"]} {touch} {pen.size:g} {beat.text()}{fro}"'


def circle(kind: str, centre: Point, radius: float, width: float | None = None) -> str:
    rim = "" if width is None else f' stroke-width="{num(width)}"'
    return f'<circle class="{kind}" cx="{num(centre[0])}" cy="{num(centre[1])}" r="{num(radius)}"{rim}/>'


def letter(kind: str, centre: Point, radius: float, text: str) -> str:
    """Text in the middle of a disc of this radius."""
    place = f'x="{num(centre[0])}" y="{num(centre[1] + radius * 0.42)}" font-size="{num(radius * 1.2)}"'
    return f'<text class="{kind}" {place} text-anchor="middle">{escape(text)}</text>'


def of_hand(hand: str, markup: str) -> str:
    """Markup in the colour of a hand."""
    return f'<g class="sd-hand-{hand}">{markup}</g>'


def mark(centre: Point, hand: str, text: str, pen: Pen) -> str:
    """A disc for the left hand, a rounded square for the right: neither letter nor colour is the only sign."""
    r = 13 * pen.scale
    shape = rounded_square("sd-mark", centre, r * 0.95) if hand == "right" else circle("sd-mark", centre, r)
    return of_hand(hand, shape + letter("sd-mark-text", centre, r, text))


def rounded_square(kind: str, centre: Point, half: float) -> str:
    x, y, side = num(centre[0] - half), num(centre[1] - half), num(half * 2)
    return f'<rect class="{kind}" x="{x}" y="{y}" width="{side}" height="{side}" rx="{num(half / 0.95 * 0.5)}"/>'


def box_text(box: Box) -> str:
    return " ".join(num(v) for v in box)
