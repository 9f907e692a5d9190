"""What is taught in a week, what is reviewed, and what is left out for a baby. Pure: nothing here asks the database.

A plan comes from `curriculum.lessons.plan_with_lessons`, precautions from `curriculum.readiness.precautions`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from curriculum.models import Lesson, Plan, Precaution, Stroke

ALWAYS = "ask-permission"
"""The stroke that every massage begins with, whatever was ticked (domain, A2)."""


@dataclass(frozen=True)
class Block:
    """Why a stroke, or a part of the body, is left out for this baby at this time."""

    precaution: Precaution

    @property
    def reason(self) -> str:
        """A sentence for the carer."""
        return self.precaution.reason

    @property
    def answer(self) -> str:
        """What we say to the carer."""
        return self.precaution.answer


@dataclass(frozen=True)
class Fitted:
    """A stroke with what stands in its way. Without blocks it may be shown as it is."""

    stroke: Stroke
    blocks: tuple[Block, ...] = ()


def lessons_of(plan: Plan) -> list[Lesson]:
    """The current lessons in order. The plan must have been fetched with `with_lessons`."""
    found: list[Lesson] = plan.current_lessons  # type: ignore[attr-defined]  # set by the prefetch
    return sorted(found, key=lambda lesson: lesson.week)


def strokes_for_week(plan: Plan, week: int) -> list[Stroke]:
    """The strokes that are new in a week, in the order of teaching. Empty for a week that the plan does not have."""
    return [stroke for lesson in lessons_of(plan) if lesson.week == week for stroke in new_strokes(lesson)]


def review_for_week(plan: Plan, week: int) -> list[Stroke]:
    """The strokes of all earlier weeks, in the order they were taught, each once. Source: B2, S35."""
    earlier = [stroke for lesson in lessons_of(plan) if lesson.week < week for stroke in new_strokes(lesson)]
    now = {stroke.pk for stroke in strokes_for_week(plan, week)}
    return list({stroke.pk: stroke for stroke in earlier if stroke.pk not in now}.values())


def new_strokes(lesson: Lesson) -> list[Stroke]:
    """The current strokes of a lesson that was fetched complete."""
    rows: list[object] = lesson.current_strokes  # type: ignore[attr-defined]  # set by the prefetch
    strokes: list[Stroke] = [row.stroke for row in rows]  # type: ignore[attr-defined]
    return [stroke for stroke in strokes if not stroke.is_retired]


def blocked_regions(precautions: Iterable[Precaution]) -> dict[str, tuple[Block, ...]]:
    """Parts of the body that are left out, each with its reasons. Unhealed navel: the abdomen (A5, rule 5)."""
    found: dict[str, tuple[Block, ...]] = {}
    for precaution in precautions:
        for region in sorted(precaution.blocked_regions):
            found[region] = (*found.get(region, ()), Block(precaution))
    return found


def blocks_for(stroke: Stroke, precautions: Iterable[Precaution]) -> tuple[Block, ...]:
    """Why this stroke is left out: its part of the body, or the stroke itself. A hip harness hides leg movements."""
    return tuple(
        Block(precaution)
        for precaution in precautions
        if stroke.region in precaution.blocked_regions or stroke.slug in precaution.blocked_slugs
    )


def fitted(strokes: Sequence[Stroke], precautions: Sequence[Precaution]) -> list[Fitted]:
    """Every stroke with its blocks, in the same order."""
    return [Fitted(stroke, blocks_for(stroke, precautions)) for stroke in strokes]
