"""Draw a stroke as one SVG picture."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from html import escape
from typing import Any, Protocol

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import override, pgettext

from curriculum.diagrams.curves import num
from curriculum.diagrams.hands import draw_path, draw_rest, is_guide
from curriculum.diagrams.markup import Layers, Pen, Turn, box_text, circle, letter, use
from curriculum.diagrams.motion import Timing, timing
from curriculum.diagrams.scenes import HAND_SIZE, LANDMARKS, TOUCH, VIEWS, Box, Scene, frame_of

CLOTHS = ("oat", "honey", "chestnut", "walnut")
"""The doll's cloth, the family's choice. Oat is the theme's own, dimmed at night."""

TALL = 1.2
"""From here on a picture is told to be tall, so that a page may leave room for the words beneath it."""

PANEL_WIDTH = 400.0
PANEL_GAP = 18.0
PANEL_SCALE = 0.94
"""Lines and marks of panels against those of a single picture of the same width."""


class Drawn(Protocol):
    """What a picture needs of a stroke: curriculum.models.Stroke is one."""

    slug: str
    diagram: dict[str, Any]

    @property
    def name(self) -> str: ...
    @property
    def description(self) -> str: ...


def diagram(
    stroke: Drawn, *, language: str, cloth: str = "oat", prefix: str = "sd", frame: str = "", panel: int | None = None
) -> SafeString:
    """The picture of a stroke: role="img", a title and a description, no script and no style.

    `prefix` makes the ids unique in a page: give a picture that stands twice two prefixes. `frame` asks for another
    part of the same view, `panel` (from 0) for one panel of several, drawn alone. An unknown cloth is oat. The drawings
    it refers to must stand in the page once, see `drawings.sprite`. Kept by everything that it is drawn from.
    Raises KeyError for an unknown view, frame or contact.
    """
    scene = scene_of(stroke) if panel is None else alone(scene_of(stroke), panel)
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


def scene_of(stroke: Drawn) -> dict[str, Any]:
    return {**stroke.diagram, "slug": stroke.slug}


def alone(scene: dict[str, Any], panel: int) -> dict[str, Any]:
    """One panel of a stroke as a drawing of its own, without the small hand in the corner."""
    return {**scene, **scene["panels"][panel], "slug": f"{scene['slug']}-{panel + 1}", "panels": [], "badge": "none"}


@lru_cache(maxsize=1024)
def _picture(
    *, source: str, title: str, description: str, language: str, cloth: str, prefix: str, frame: str
) -> SafeString:
    with override(language):
        # Translators: in Arabic a letter without dots; standing alone on paper, one with dots cannot be read aloud.
        labels = {"left": pgettext("left hand, one letter", "L"), "right": pgettext("right hand, one letter", "R")}
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
    pace = f' data-seconds="{stroke["seconds"]:g}"' if stroke.get("seconds") else ""
    shape = ' data-tall=""' if box[3] > TALL * box[2] else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="stroke-diagram"{chosen}{shape} viewBox="{box_text(box)}" '
        f'role="img" aria-labelledby="{uid}-t {uid}-d"{pace}><title id="{uid}-t">{escape(title)}</title>'
        f'<desc id="{uid}-d">{escape(description)}</desc>{body}</svg>'
    )


def draw_single(stroke: Scene, labels: Mapping[str, str], frame: str) -> tuple[Box, str]:
    own = frame_of(stroke)
    box = VIEWS[stroke["view"]].get(frame, own) if frame else own
    scale = min(own[2], box[2]) / 400
    pen = pen_for(stroke, stroke["view"], labels, scale)
    [beats] = timing(stroke)
    return box, draw_scene(stroke, pen, beats, stroke.get("rhythm")) + contact_badge(stroke, box, scale)


def pen_for(stroke: Scene, view: str, labels: Mapping[str, str], scale: float) -> Pen:
    return Pen(scale, labels, stroke.get("touch", "palm"), HAND_SIZE.get(view, 1.1))


def draw_panels(stroke: Scene, panels: Sequence[Scene], labels: Mapping[str, str]) -> tuple[Box, str]:
    """Scenes in rows of `columns`, each with its number; the small hand stands in a place that is left free."""
    columns = stroke.get("columns", len(panels))
    body, top, last = "", 0.0, (0.0, 0.0)
    times = iter(timing(stroke))
    for row in range(0, len(panels), columns):
        shown = list(panels[row : row + columns])
        shapes = [box[2] / box[3] for box in map(frame_of, shown)]
        shapes += shapes[-1:] * (columns - len(shown))
        height = (PANEL_WIDTH - PANEL_GAP * (columns - 1)) / sum(shapes)
        left = 0.0
        for place, (panel, shape) in enumerate(zip(shown, shapes, strict=False)):
            cell = (left, top, shape * height, height)
            body += draw_panel(stroke, panel, cell, labels, next(times))
            body += panel_number(cell, row + place + 1, with_rule=place > 0)
            left += shape * height + PANEL_GAP
        free = len(shown) < columns
        last = (left, top) if free else last
        top += height + PANEL_GAP
    whole: Box = (0, 0, PANEL_WIDTH, top - PANEL_GAP)
    corner: Box = (*last, whole[2] - last[0], whole[3] - last[1])
    return whole, body + contact_badge(stroke, corner, PANEL_SCALE, in_the_middle=last != (0.0, 0.0))


def draw_panel(stroke: Scene, panel: Scene, cell: Box, labels: Mapping[str, str], beats: Timing) -> str:
    left, top, width, height = cell
    box = frame_of(panel)
    pen = pen_for(stroke, panel["view"], labels, PANEL_SCALE * box[2] / width)
    place = f'x="{num(left)}" y="{num(top)}" width="{num(width)}" height="{num(height)}"'
    return f'<svg {place} viewBox="{box_text(box)}">{draw_scene(panel, pen, beats, None)}</svg>'


def panel_number(cell: Box, number: int, *, with_rule: bool) -> str:
    """The number of a panel, and a row of stitches before every panel of a row but the first."""
    left, top, _, height = cell
    x, size = num(left - PANEL_GAP / 2), 12.0
    rule = (
        f'<path class="sd-rule" d="M{x} {num(top + height * 0.06)}V{num(top + height * 0.94)}"/>' if with_rule else ""
    )
    centre = (left + size * 1.6, top + size * 1.6)
    disc = circle("sd-step-disc", centre, size) + letter("sd-step-text", centre, size, str(number))
    return f'{rule}<g class="sd-step">{disc}</g>'


def draw_scene(scene: Scene, pen: Pen, beats: Timing, rhythm: str | None) -> str:
    texts = mark_texts(scene, pen.labels, alternate=rhythm == "alternate")
    layers = Layers(below=doll(scene))
    for rest, beat in zip(scene.get("rests", []), beats.rests, strict=True):
        draw_rest(layers, rest, pen, beat)
    turns = [Turn(text, beat) for text, beat in zip(texts, beats.paths, strict=True)]
    # Guides lie over the lines of hands.
    for path, turn in sorted(zip(scene.get("paths", []), turns, strict=True), key=lambda drawn: is_guide(drawn[0])):
        draw_path(layers, path, pen, turn)
    return layers.markup()


def mark_texts(scene: Scene, labels: Mapping[str, str], *, alternate: bool) -> list[str]:
    """What stands in each path's mark: its number where hands take turns or steps follow, else the hand's letter."""
    paths = scene.get("paths", [])
    hands = [path for path in paths if not is_guide(path)]
    numbered = len({path.get("step", 1) for path in hands}) > 1
    if alternate and not numbered and len(hands) > 1:
        return [str(hands.index(path) + 1) if path in hands else "" for path in paths]
    return [str(path.get("step", 1)) if numbered else labels.get(path["hand"], "") for path in paths]


def doll(scene: Scene) -> str:
    """The drawing, over the ghosts of limbs: only where a limb was is its ghost seen."""
    found = ""
    for name in (*scene.get("ghosts", []), scene["view"]):
        found += f'<use href="#doll-{name}"/>'
    return found + "".join(f'<path class="sd-land" d="{LANDMARKS[name]}"/>' for name in scene.get("landmarks", []))


def contact_badge(stroke: Scene, box: Box, scale: float, *, in_the_middle: bool = False) -> str:
    """A small hand in a corner, or a larger one in the middle, with the part that touches filled in."""
    corner, part = stroke.get("badge", "br"), stroke.get("touch")
    if not part or corner == "none":
        return ""
    r = 30 * scale
    x = box[0] + (r * 1.25 if corner[1] == "l" else box[2] - r * 1.25)
    y = box[1] + (r * 1.25 if corner[0] == "t" else box[3] - r * 1.25)
    if in_the_middle:
        x, y, r = box[0] + box[2] / 2, box[1] + box[3] / 2, r * 1.6
    place = f"translate({num(x)} {num(y)}) scale({r / 74:.3f}) translate(-60 -62)"
    filled = f'<path class="sd-touch" transform="{place}" d="{TOUCH[part]}"/>' if TOUCH[part] else ""
    hand = use("sd-badge-hand" if filled else "sd-badge-hand sd-touch", "hand-flat", place)
    return f'<g class="sd-badge" aria-hidden="true">{circle("sd-badge-disc", (x, y), r)}{hand}{filled}</g>'
