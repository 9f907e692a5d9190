"""Colours of a style sheet: their day and night values, and how well two of them stand apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

PAIR = re.compile(r"--([a-z-]+):\s*var\(--day,\s*(.+?)\)\s*var\(--night,\s*(.+?)\);", re.DOTALL)
PLAIN = re.compile(r"--([a-z-]+):\s*(#[0-9a-f]{3,6});")
HEX = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True)
class Token:
    """A custom property with what it is worth by day and by night, as written."""

    name: str
    day: str
    night: str


class Sheet:
    """The tokens of one style sheet, by name."""

    def __init__(self, css: str) -> None:
        self._css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)

    @cached_property
    def tokens(self) -> dict[str, Token]:
        """Every `--name: var(--day, …) var(--night, …)`, and plain colours as the same by day and night."""
        block = self._css.split(":root, [data-bs-theme] {", 1)[1].split("\n}", 1)[0]
        plain = {name: Token(name, value, value) for name, value in PLAIN.findall(block)}
        return plain | {name: Token(name, day, night) for name, day, night in PAIR.findall(block)}

    def hex(self, name: str, *, night: bool) -> str:
        """The six-digit value. Raises ValueError where the token is no plain colour."""
        token = self.tokens[name]
        value = token.night if night else token.day
        if not HEX.fullmatch(value):
            raise ValueError(f"{name} is {value}, not a plain colour")
        return value

    def ratio(self, text: str, ground: str, *, night: bool) -> float:
        return contrast(self.hex(text, night=night), self.hex(ground, night=night))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two #rrggbb colours, 1 to 21. Source: WCAG 2.2, definition of contrast ratio."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, 0 to 1. Source: WCAG 2.2, definition of relative luminance."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
