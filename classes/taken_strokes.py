"""Strokes arranged before, in a series or kept with a template, for a new series to begin with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from classes import own_plan
from classes.arrangement import Arrangement, arrangement_of
from classes.models import Series, SeriesTemplate, StrokePlan
from instructors.models import Instructor

SERIES, TEMPLATE = "series", "template"


@dataclass(frozen=True)
class Taken:
    """`reference` names it in a form, `title` is what it is called; it fits series of the plan of this slug."""

    reference: str
    title: str
    plan: str
    arrangement: Arrangement


def taken(instructor: Instructor, reference: str) -> Taken | None:
    """An own series' strokes ("series:its-address") or a template's ("template:its-reference"); None where it has none,
    and for another's. Two queries at most."""
    kind, _colon, name = reference.replace("\x00", "").partition(":")
    if kind == SERIES:
        series = Series.objects.led_by(instructor).select_related("plan").filter(slug=name).first()
        return of_series(series) if series else None
    template = SeriesTemplate.objects.of(instructor).filter(reference=name).first() if kind == TEMPLATE else None
    return of_template(template) if template else None


def of_series(series: Series) -> Taken | None:
    """Its newest version; None where it follows the curriculum's own. One query."""
    version = StrokePlan.objects.of(series).first()
    if version is None:
        return None
    return Taken(f"{SERIES}:{series.slug}", series.title, series.plan.slug, own_plan.standing_in(version))


def of_template(template: SeriesTemplate) -> Taken | None:
    kept: dict[str, Any] | None = template.values.get("strokes")
    if not kept:
        return None
    arrangement = arrangement_of(kept["weeks"], kept["names"])
    return Taken(f"{TEMPLATE}:{template.reference}", template.name, kept["plan"], arrangement)


def as_kept(strokes: Taken) -> dict[str, Any]:
    """As a template keeps it."""
    weeks, names = strokes.arrangement.stored()
    return {"plan": strokes.plan, "weeks": weeks, "names": names}
