"""What teaching needs besides the cast: outlines of series, reasons to wait, health answers, a stroke."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from classes.dates import Outline
from curriculum.models import Precaution, Stroke
from families.models import Baby, HealthAnswers
from instructors.models import Instructor
from tests.cast import NOW
from tests.factories.classes import make_plan


def outline(instructor: Instructor, **fields: Any) -> Outline:
    """Five Tuesdays from 5 May at ten, Leeds time, unless said otherwise."""
    values: dict[str, Any] = {
        "title": "Tuesday mornings",
        "first_on": date(2026, 5, 5),
        "clock": time(10),
        "weeks": 5,
        "time_zone": "Europe/London",
        **fields,
    }
    return Outline(instructor=instructor, plan=values.pop("plan", None) or make_plan(), **values)


def make_precaution(key: str = "skin", **fields: Any) -> Precaution:
    """A reason to wait; the loaded one where the curriculum is loaded."""
    defaults = {
        "position": 3,
        "about": "baby",
        "title": "Rash, sore or weeping skin",
        "question": "Is any skin red, open, weeping or infected?",
        "reason": "Oil and rubbing can make sore skin worse.",
        "answer": "Leave that area alone and show it to a doctor.",
        "level": "adapt",
    }
    return Precaution.objects.get_or_create(key=key, defaults={**defaults, **fields})[0]


def answer_health(
    baby: Baby, *, conditions: Sequence[str] = (), notes: str = "", born_early: str = "no"
) -> HealthAnswers:
    """Answers as their carer wrote them, kept until long after the series."""
    row = HealthAnswers(
        baby=baby, written_by=baby.family.caregivers.all()[0], written_at=NOW, forget_on=date(2026, 12, 31)
    )
    row.facts = {"born_early": born_early, "conditions": list(conditions), "notes": notes}
    row.save()
    return row


def make_stroke(slug: str = "water-wheel", name: str = "Water wheel", region: str = "abdomen") -> Stroke:
    """A stroke; the loaded one where the curriculum is loaded."""
    values: dict[str, Any] = {
        "name": name,
        "region": region,
        "week": 2,
        "position": 1,
        "hands": "alternate",
        "geometry": "down",
        "summary": "Down the tummy",
        "how": "Hands follow one another",
        "repeats": "six times",
        "pressure": 2,
        "purpose": "To be close",
        "evidence": "SMALL",
        "description": "Hands follow one another down the tummy.",
        "diagram": {"view": "front", "frame": "tummy", "paths": []},
    }
    return Stroke.objects.get_or_create(slug=slug, defaults=values)[0]
