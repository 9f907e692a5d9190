"""The page of one stroke, as a read model, kept for as long as the edition lasts. Rows are kept, never their words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from curriculum.fitting import not_spoken_of
from curriculum.models import (
    Claim,
    LessonStroke,
    Need,
    Region,
    RegionGuide,
    Routine,
    RoutineStep,
    Stroke,
    StrokeAdaptation,
    StrokeAlias,
    WhenToCall,
)


@dataclass(frozen=True)
class InRoutine:
    """Where a stroke stands in a routine."""

    routine: Routine
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

    @property
    def neutral_names(self) -> list[str]:
        return [alias.name for alias in self.aliases if alias.is_neutral]

    @property
    def other_names(self) -> list[str]:
        """Names that no school claims."""
        return [alias.name for alias in self.aliases if not alias.is_neutral and not alias.school]

    @property
    def school_names(self) -> list[tuple[str, list[str]]]:
        """Each name that a school uses, with the schools that use it."""
        schools: dict[str, list[str]] = {}
        for alias in self.aliases:
            if alias.school:
                schools.setdefault(alias.name, []).append(alias.school)
        return list(schools.items())

    @property
    def not_spoken_of(self) -> list[Need]:
        """Babies for whom only the general words hold."""
        return not_spoken_of(self.stroke)


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
        claim=Claim.objects.for_parents().named("colic") if stroke.region == Region.ABDOMEN else None,
        when_to_call=list(WhenToCall.objects.current()),
    )


def routines_with(stroke: Stroke) -> list[InRoutine]:
    """The routines that have this stroke, each with the numbers of its steps. One query."""
    found: dict[int, InRoutine] = {}
    steps = RoutineStep.objects.current().filter(stroke=stroke, routine__is_retired=False).select_related("routine")
    for step in steps.order_by("routine__position", "position"):
        row = found.setdefault(step.routine_id, InRoutine(step.routine, [], step.only_long))
        row.numbers.append(step.number)
    return list(found.values())
