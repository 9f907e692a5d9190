"""The stroke library and the page of one stroke, as read models, kept for as long as the edition lasts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from curriculum.models import (
    Claim,
    LessonStroke,
    Region,
    RegionGuide,
    RoutineStep,
    Stroke,
    StrokeAdaptation,
    StrokeAlias,
    WhenToCall,
)
from curriculum.models.evidence import Strength


@dataclass(frozen=True)
class Shelf:
    """A part of the body with its strokes in teaching order."""

    guide: RegionGuide
    strokes: list[Stroke]

    @property
    def first_week(self) -> int:
        return min(stroke.week for stroke in self.strokes)


@dataclass(frozen=True)
class InRoutine:
    """Where a stroke stands in a routine."""

    name: str
    numbers: list[int]
    only_long: bool


@dataclass(frozen=True)
class StrokePage:
    """Everything that the page of one stroke shows."""

    stroke: Stroke
    guide: RegionGuide
    aliases: list[StrokeAlias]
    adaptations: list[StrokeAdaptation]
    before: Stroke | None
    after: Stroke | None
    week: int | None
    routines: list[InRoutine]
    claim: Claim | None
    when_to_call: list[WhenToCall]

    @property
    def is_on_back(self) -> bool:
        """Whether the doll is seen from behind, where baby's left is on the left of the picture."""
        return str(self.stroke.diagram.get("view", "")).startswith("back")

    @property
    def panels(self) -> list[tuple[int, str]] | None:
        """Each step with the panel that draws it, where the drawing has one panel for each step."""
        steps = self.stroke.steps
        return list(enumerate(steps)) if len(self.stroke.diagram.get("panels", [])) == len(steps) else None


def shelves(*, edition: str, region: str = "", words: str = "") -> list[Shelf]:
    """The library by part of the body, without empty parts. Three queries, or none where this edition was read before.

    `words` are looked for in names, other names and parts of the body. An unknown region finds nothing.
    """
    if words or not edition:
        return _shelves(region, words)
    return _kept_shelves(edition, region)


@lru_cache(maxsize=32)
def _kept_shelves(edition: str, region: str) -> list[Shelf]:
    return _shelves(region, "")


def _shelves(region: str, words: str) -> list[Shelf]:
    strokes = Stroke.objects.current().matching(words).in_teaching_order().with_aliases()
    found = list(strokes.of_region(region) if region else strokes)
    guides = RegionGuide.objects.current()
    filled = [Shelf(guide, [stroke for stroke in found if stroke.region == guide.region]) for guide in guides]
    return [shelf for shelf in filled if shelf.strokes]


def stroke_page(slug: str, *, edition: str) -> StrokePage:
    """The page of a current stroke. Nine queries, or none where this edition was read before.

    Raises Stroke.DoesNotExist for an unknown or retired stroke.
    """
    return _kept_page(edition, slug) if edition else _page(slug)


@lru_cache(maxsize=128)
def _kept_page(edition: str, slug: str) -> StrokePage:
    return _page(slug)


def _page(slug: str) -> StrokePage:
    stroke = Stroke.objects.current().with_aliases().with_adaptations().get(slug=slug)
    order = list(Stroke.objects.current().in_teaching_order().only("slug", "name"))
    place = [other.slug for other in order].index(slug)
    in_course = LessonStroke.objects.current().filter(stroke=stroke, lesson__plan__is_default=True)
    return StrokePage(
        stroke=stroke,
        guide=RegionGuide.objects.get(region=stroke.region),
        aliases=stroke.current_aliases,
        adaptations=stroke.current_adaptations,
        before=order[place - 1] if place else None,
        after=order[place + 1] if place + 1 < len(order) else None,
        week=in_course.values_list("lesson__week", flat=True).first(),
        routines=routines_with(stroke),
        claim=Claim.objects.for_parents().filter(key="colic").first() if stroke.region == Region.ABDOMEN else None,
        when_to_call=list(WhenToCall.objects.current()),
    )


def routines_with(stroke: Stroke) -> list[InRoutine]:
    """The routines that have this stroke, each with the numbers of its steps. One query."""
    found: dict[int, InRoutine] = {}
    steps = RoutineStep.objects.current().filter(stroke=stroke, routine__is_retired=False).select_related("routine")
    for step in steps.order_by("routine__position", "position"):
        row = found.setdefault(step.routine_id, InRoutine(step.routine.name, [], step.only_long))
        row.numbers.append(step.number)
    return list(found.values())


@dataclass(frozen=True)
class ClaimSection:
    """The claims of one section of the evidence page."""

    key: str
    title: str
    claims: list[Claim]


def ledger() -> list[ClaimSection]:
    """What may be said to parents about effects, by section. One query."""
    claims = list(Claim.objects.for_parents())
    sections = [
        ClaimSection(section.value, str(section.label), [claim for claim in claims if claim.section == section])
        for section in Claim.Section
    ]
    return [section for section in sections if section.claims]


def strengths() -> list[Strength]:
    """Every word that a tag can carry, strongest first, to be explained."""
    return list(Strength)
