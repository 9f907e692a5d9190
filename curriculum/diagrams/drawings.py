"""The drawings of the doll and of the hands: SVG files in `art/`, laid once in a page as groups."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from django.utils.safestring import SafeString, mark_safe

from curriculum.diagrams.scenes import HAND_ANCHOR

ART = Path(__file__).resolve().parent / "art"
REFERENCE = re.compile(r'href="#doll-([\w-]+)"')


@lru_cache(maxsize=64)
def drawing(name: str) -> tuple[str, str]:
    """The view box and the body of a drawing. Raises LookupError for an unknown name."""
    file = ART / f"{name}.svg"
    if not file.is_file():
        raise LookupError(f"no drawing {name}")
    text = file.read_text(encoding="utf-8")
    view_box = re.search(r'viewBox="([^"]+)"', text)
    body = re.search(r"<svg[^>]*>(.*)</svg>", text, re.S)
    if not view_box or not body:
        raise LookupError(f"{name} is not a drawing")
    return view_box[1], body[1].replace("\n", "")


def has_drawing(name: str) -> bool:
    return (ART / f"{name}.svg").is_file()


def parts_of(names: Iterable[str]) -> frozenset[str]:
    """These drawings and the parts that they are put together from: a head or a trunk stands once in a page."""
    found = frozenset(names)
    return found.union(*(REFERENCE.findall(drawing(name)[1]) for name in found))


def hand_drawing(shape: str) -> tuple[str, str]:
    return drawing("hand" if shape == "flat" else f"hand-{shape}")


def sprite(names: Iterable[str]) -> SafeString:
    """The drawings as groups, to stand once in a page, before the first picture."""
    return _sprite(frozenset(names))


@lru_cache(maxsize=64)
def _sprite(names: frozenset[str]) -> SafeString:
    groups = "".join(f'<g id="doll-{name}">{drawing(name)[1]}</g>' for name in sorted(parts_of(names)))
    groups += "".join(f'<g id="hand-{shape}">{hand_drawing(shape)[1]}</g>' for shape in HAND_ANCHOR)
    hidden = 'class="sd-sprite" width="0" height="0" aria-hidden="true" focusable="false"'
    return mark_safe(f"<svg {hidden}><defs>{groups}</defs></svg>")  # noqa: S308  # our own files
