"""The 54 strokes as they are shipped, for tests that look at every drawing and need no database."""

from __future__ import annotations

import json

from curriculum.files import DATA, read, stroke_rows
from curriculum.models import Stroke

DRAWINGS = json.loads((DATA / "diagrams.json").read_text(encoding="utf-8"))
STROKES = [Stroke(**row) for row in stroke_rows(read(DATA, "strokes"), DRAWINGS)]
SVG = "{http://www.w3.org/2000/svg}"
LABELS = {"left": "L", "right": "R"}


def by_slug(slug: str) -> Stroke:
    return next(stroke for stroke in STROKES if stroke.slug == slug)
