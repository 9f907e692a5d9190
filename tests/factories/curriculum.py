"""Strokes, plans and their weeks, without loading the whole curriculum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from curriculum.models import Lesson, LessonStroke, Plan, Precaution, Stroke

DIAGRAM: dict[str, Any] = {
    "view": "leg",
    "frame": "full",
    "rhythm": "together",
    "touch": "palm",
    "paths": [{"hand": "left", "contact": "palm", "curve": "smooth", "points": [[150, 80], [150, 280]]}],
}


def make_stroke(slug: str = "long-sweep", **fields: Any) -> Stroke:
    """A stroke of the leg that no file knows."""
    defaults: dict[str, Any] = {
        "name": slug.replace("-", " ").capitalize(),
        "region": "legs_feet",
        "week": 1,
        "position": 50,
        "hands": "both",
        "geometry": "line thigh*>ankle* both",
        "summary": "One long sweep",
        "how": "Sweep from the hip to the ankle.",
        "repeats": "3 times",
        "pressure": 3,
        "purpose": "Many instructors teach it for calm.",
        "evidence": "TRAD",
        "description": "Both hands sweep down baby's leg.",
        "diagram": DIAGRAM,
    }
    return Stroke.objects.create(slug=slug, **(defaults | fields))


def make_plan(*weeks: Sequence[Stroke], slug: str = "short") -> Plan:
    """A plan with a lesson for each group of strokes."""
    plan = Plan.objects.create(slug=slug, name="Short")
    for week, strokes in enumerate(weeks, start=1):
        lesson = Lesson.objects.create(plan=plan, week=week, title=f"Week {week}")
        for position, stroke in enumerate(strokes, start=1):
            LessonStroke.objects.create(lesson=lesson, stroke=stroke, position=position)
    return plan


def make_precaution(key: str = "sore-leg", **fields: Any) -> Precaution:
    defaults: dict[str, Any] = {
        "position": 90,
        "about": "baby",
        "title": "A sore leg",
        "question": "Is a leg sore?",
        "reason": "It hurts.",
        "answer": "Leave the legs.",
        "level": "adapt",
        "blocks": "legs_feet",
    }
    return Precaution.objects.create(key=key, **(defaults | fields))
