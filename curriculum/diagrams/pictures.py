"""Draw a stroke as one SVG picture."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from html import escape
from typing import Any, Protocol

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import override
from django.utils.translation import pgettext as _

from curriculum.diagrams.curves import num
from curriculum.diagrams.hands import draw_path, draw_rest, is_guide
from curriculum.diagrams.markup import Layers, Pen, box_text, circle, letter, use
from curriculum.diagrams.scenes import GHOST_HEIGHT, LANDMARKS, TOUCH, VIEWS, Box, Scene, frame_of

CLOTHS = ("oat", "honey", "chestnut", "walnut")
"""The doll's cloth, the family's choice. Oat is the theme's own, dimmed at night."""

PANEL_GAP = 22
PANEL_SCALE = 0.64
"""Lines and marks of panels against those of a single picture of the same width."""


class Drawn(Protocol):
    """What a picture needs of a stroke: curriculum.models.Stroke is one."""

    @property
    def name(self) -> str: ...
    @property
    def description(self) -> str: ...
    @property
    def drawing(self) -> dict[str, Any]: ...


def diagram(
    stroke: Drawn, *, language: str, cloth: str = "oat", prefix: str = "sd", frame: str = "", panel: int | None = None
) -> SafeString:
    """The picture of a stroke: role="img", a title and a description, no script and no style.

    `prefix` makes the ids unique in a page: give a picture that stands twice two prefixes. `frame` asks for another
    part of the same view, `panel` (from 0) for one panel of several, drawn alone. An unknown cloth is oat. The drawings
    it refers to must stand in the page once, see `drawings.sprite`. Kept by everything that it is drawn from.
    Raises KeyError for an unknown view, frame or contact.
    """
    scene = stroke.drawing if panel is None else alone(stroke.drawing, panel)
    name = stroke.name if panel is None else f"{stroke.name}, {panel + 1}"
    return _picture(
        source=json.dumps(scene, sort_keys=True),
        title=name,
        description=stroke.description,
        language=language,
        cloth=cloth if cloth in CLOTHS else "oat",
        prefix=prefix,
        frame=frame,
    )


def alone(scene: dict[str, Any], panel: int) -> dict[str, Any]:
    """One panel of a stroke as a drawing of its own, without the small hand in the corner."""
    return {**scene, **scene["panels"][panel], "slug": f"{scene['slug']}-{panel + 1}", "panels": [], "badge": "none"}


@lru_cache(maxsize=1024)
def _picture(
    *, source: str, title: str, description: str, language: str, cloth: str, prefix: str, frame: str
) -> SafeString:
    with override(language):
        labels = {"left": _("left hand, one letter", "L"), "right": _("right hand, one letter", "R")}
    drawn = render(
        json.loads(source), title=title, description=description, cloth=cloth, labels=labels, prefix=prefix, frame=frame
    )
    return mark_safe(drawn)  # noqa: S308  # every text in it was escaped by render


def render(
    stroke: Scene,
    *,
    title: str,
    description: str,
    cloth: str = "oat",
    labels: Mapping[str, str],
    prefix: str = "sd",
    frame: str = "",
) -> str:
    """The picture of a stroke's data as an SVG string. `labels` are the letters of the left and the right hand."""
    if stroke.get("panels"):
        box, body = draw_panels(stroke, stroke["panels"], labels)
    else:
        box, body = draw_single(stroke, labels, frame)
    uid = escape(f"{prefix}-{stroke['slug']}")
    chosen = "" if cloth == "oat" else f' data-cloth="{escape(cloth)}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="stroke-diagram"{chosen} viewBox="{box_text(box)}" '
        f'role="img" aria-labelledby="{uid}-t {uid}-d"><title id="{uid}-t">{escape(title)}</title>'
        f'<desc id="{uid}-d">{escape(description)}</desc>{body}</svg>'
    )


def draw_single(stroke: Scene, labels: Mapping[str, str], frame: str) -> tuple[Box, str]:
    own = frame_of(stroke)
    box = VIEWS[stroke["view"]].get(frame, own) if frame else own
    scale = min(own[2], box[2]) / 400
    return box, draw_scene(stroke, labels, scale) + contact_badge(stroke, box, scale)


def draw_panels(stroke: Scene, panels: Sequence[Scene], labels: Mapping[str, str]) -> tuple[Box, str]:
    """Scenes side by side, all of the height of the tallest frame, each with its number."""
    boxes = [frame_of(panel) for panel in panels]
    height = max(box[3] for box in boxes)
    widths = [box[2] * height / box[3] for box in boxes]
    whole: Box = (0, 0, sum(widths) + PANEL_GAP * (len(panels) - 1), height)
    unit = whole[2] / 400 * PANEL_SCALE
    body, left = "", 0.0
    for number, (panel, box, width) in enumerate(zip(panels, boxes, widths, strict=True), start=1):
        scene = draw_scene(panel, labels, unit * box[2] / width)
        place = f'x="{num(left)}" y="0" width="{num(width)}" height="{num(height)}"'
        body += f'<svg {place} viewBox="{box_text(box)}">{scene}</svg>'
        body += panel_number(left, number, height, unit)
        left += width + PANEL_GAP
    return whole, body + contact_badge(stroke, whole, unit)


def panel_number(left: float, number: int, height: float, unit: float) -> str:
    """The number of a panel, and a row of stitches before every panel but the first."""
    x, size = num(left - PANEL_GAP / 2), 13 * unit
    rule = f'<path class="sd-rule" d="M{x} {num(height * 0.06)}V{num(height * 0.94)}"/>' if number > 1 else ""
    centre = (left + size * 1.6, size * 1.6)
    disc = circle("sd-step-disc", centre, size) + letter("sd-step-text", centre, size, str(number))
    return f'{rule}<g class="sd-step">{disc}</g>'


def draw_scene(scene: Scene, labels: Mapping[str, str], scale: float) -> str:
    # Guides come last: the theme takes away the casing of whatever follows one.
    paths = sorted(scene.get("paths", []), key=is_guide)
    steps = tuple(sorted({path.get("step", 1) for path in paths})) or (1,)
    pen = Pen(scale, labels, steps, scene.get("rhythm") == "alternate")
    layers = Layers(below=doll(scene))
    for rest in scene.get("rests", []):
        draw_rest(layers, rest, pen)
    for path in paths:
        draw_path(layers, path, pen)
    return layers.markup()


def doll(scene: Scene) -> str:
    """The drawing, over the ghosts of limbs: only where a limb was is its ghost seen."""
    found = ""
    for name in (*scene.get("ghosts", []), scene["view"]):
        height = GHOST_HEIGHT.get(name) or VIEWS[name]["full"][3]
        found += f'<use href="#doll-{name}" width="400" height="{num(height)}"/>'
    return found + "".join(f'<path class="sd-land" d="{LANDMARKS[name]}"/>' for name in scene.get("landmarks", []))


def contact_badge(stroke: Scene, box: Box, scale: float) -> str:
    """A small hand in a corner with the part that touches filled in."""
    corner, part = stroke.get("badge", "br"), stroke.get("touch")
    if not part or corner == "none":
        return ""
    r = 30 * scale
    x = box[0] + (r * 1.25 if corner[1] == "l" else box[2] - r * 1.25)
    y = box[1] + (r * 1.25 if corner[0] == "t" else box[3] - r * 1.25)
    place = f"translate({num(x)} {num(y)}) scale({r / 74:.3f}) translate(-60 -62)"
    filled = f'<path class="sd-touch" transform="{place}" d="{TOUCH[part]}"/>' if TOUCH[part] else ""
    hand = use("sd-badge-hand" if filled else "sd-badge-hand sd-touch", "hand-flat", place)
    return f'<g class="sd-badge" aria-hidden="true">{circle("sd-badge-disc", (x, y), r)}{hand}{filled}</g>'
