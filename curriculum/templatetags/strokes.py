"""`{% load strokes %}`: the pictures of strokes, and the tag that says how sure a sentence is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from curriculum.diagrams import drawings, pictures, scenes
from curriculum.models import Stroke
from curriculum.models.evidence import Strength

register = template.Library()


@register.simple_tag
def stroke_diagram(
    stroke: Stroke, prefix: str = "sd", cloth: str = "oat", frame: str = "", panel: int | None = None
) -> SafeString:
    """`{% stroke_diagram stroke %}` inside a `.mat`; `{% stroke_sprite %}` must stand before it, once in the page.

    A picture that stands twice in a page needs two prefixes. `panel` (from 0) draws one panel alone. The cloth is best
    set once on the page (`data-cloth` on html); `cloth` is for a picture of its own.
    """
    language = get_language() or "en"
    return pictures.diagram(stroke, language=language, cloth=cloth, prefix=prefix, frame=frame, panel=panel)


@register.simple_tag
def stroke_sprite(*groups: Stroke | Iterable[Stroke]) -> SafeString:
    """`{% stroke_sprite new review %}`: the drawings that these strokes stand on, once in a page, before the first."""
    shown = [stroke for group in groups for stroke in ([group] if isinstance(group, Stroke) else group)]
    return drawings.sprite(scenes.drawings_of(stroke.diagram for stroke in shown))


@register.inclusion_tag("curriculum/_evidence.html")
def evidence_tag(strength: Strength) -> dict[str, Any]:
    """`{% evidence_tag claim.strength %}`: four stitches, as many sewn as studies hold, always with the word."""
    count = strength.stitches
    return {"strength": strength, "stitches": None if count is None else [i < count for i in range(4)]}
