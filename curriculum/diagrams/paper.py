"""A stroke's picture as a file of its own: nothing outside it is referred to, no class, no style sheet, no script."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Protocol
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from curriculum.diagrams.drawings import drawing, hand_drawing
from curriculum.diagrams.inks import ROUND, attributes, of_hand, palette
from curriculum.diagrams.markup import box_text
from curriculum.diagrams.pictures import draw_panels, draw_single
from curriculum.diagrams.scenes import Box, Scene

NOT_ON_PAPER = ("class", "aria-hidden", "data-go")


class Drawn(Protocol):
    """What paper needs of a stroke: curriculum.models.Stroke is one. Its drawing may be laid out anew for the paper."""

    @property
    def name(self) -> str: ...
    @property
    def description(self) -> str: ...
    @property
    def drawing(self) -> dict[str, Any]: ...


def standalone(stroke: Drawn, *, labels: Mapping[str, str], cloth: str = "oat", ink: str = "print") -> str:
    """The picture of a stroke as one SVG file, with title and description.

    `labels` are the letters of the two hands in the reader's language: {"left": "L", "right": "R"}. `ink` is "print",
    safe in black and white, or "screen". An unknown cloth is oat. Raises KeyError for an unknown ink.
    """
    source = json.dumps(stroke.drawing, sort_keys=True)
    box, body = _drawn(source, (labels["left"], labels["right"]), cloth, ink)
    root = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "viewBox": box_text(box), "role": "img"})
    root.set("width", str(round(box[2])))
    root.set("height", str(round(box[3])))
    for tag, words in (("title", stroke.name), ("desc", stroke.description)):
        ElementTree.SubElement(root, tag).text = words
    head = ElementTree.tostring(root, encoding="unicode")
    return head.removesuffix("</svg>") + body + "</svg>"


@lru_cache(maxsize=256)
def _drawn(source: str, letters: tuple[str, str], cloth: str, ink: str) -> tuple[Box, str]:
    """The frame and the body. Kept by everything that they are drawn from."""
    scene: Scene = json.loads(source)
    labels = dict(zip(("left", "right"), letters, strict=True))
    box, body = draw_panels(scene, scene["panels"], labels) if scene.get("panels") else draw_single(scene, labels, "")
    root = ElementTree.fromstring(f"<g>{body}</g>")  # noqa: S314  # our own drawing, a moment old
    root.attrib.update(ROUND)
    settle(root, palette(cloth, ink))
    return box, ElementTree.tostring(root, encoding="unicode")


def settle(element: Element, colours: dict[str, str]) -> None:
    """Turns classes into attributes and references into what they refer to, here and below."""
    names = element.get("class", "").split()
    colours = of_hand(colours, names)
    own = attributes((name for name in names if not name.startswith("doll-")), colours)
    if names[-1:] == ["sd-touch"] and element.tag == "path":
        own |= {"stroke": colours["ink"], "stroke-width": "2.4"}
    for key, value in own.items():
        element.attrib.setdefault(key, value)
    if element.tag == "use":
        laid(element, bare="sd-rest-rim" in names or "sd-hover-shadow" in names)
    for key in NOT_ON_PAPER:
        element.attrib.pop(key, None)
    for child in element:
        settle(child, colours)


def laid(use: Element, *, bare: bool) -> None:
    """A reference becomes a group of what it refers to: a hand, of which `bare` keeps the outline, or a doll."""
    kind, name = use.attrib.pop("href").removeprefix("#").split("-", 1)
    _, body = drawing(name) if kind == "doll" else hand_drawing(name)
    use.tag = "g"
    for part in ElementTree.fromstring(f"<g>{body}</g>"):  # noqa: S314  # our own files
        if not (bare and part.get("class")):
            use.append(part)
