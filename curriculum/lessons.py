"""Plans and their weeks, as other rooms read them."""

from __future__ import annotations

from dataclasses import dataclass

from curriculum import progression
from curriculum.models import Lesson, Plan, Routine, Stroke


class NoSuchWeek(LookupError):
    """The plan has no lesson of this week."""


@dataclass(frozen=True)
class WeekOfPlan:
    """A lesson with everything that a session or a practice page shows of it. Nothing in it asks the database again."""

    lesson: Lesson
    new: list[Stroke]
    review: list[Stroke]
    routines: list[Routine]

    @property
    def strokes(self) -> list[Stroke]:
        """New and earlier strokes together: those whose drawings a page needs."""
        return [*self.new, *self.review]


def plans() -> list[Plan]:
    """The plans that a new series may follow, the default first. One query."""
    return list(Plan.objects.offered())


def plan_with_lessons(plan_id: int) -> Plan:
    """A plan with its lessons, strokes and routines, retired or not: old series keep theirs. Four queries.

    Raises Plan.DoesNotExist.
    """
    found: Plan = Plan.objects.with_lessons().get(pk=plan_id)
    return found


def lesson_for(plan: Plan | int, week: int) -> WeekOfPlan:
    """The lesson of a week, with its new strokes and those of earlier weeks.

    Four queries, or none where the plan came from `plan_with_lessons`. Raises NoSuchWeek.
    """
    whole = plan if isinstance(plan, Plan) else plan_with_lessons(plan)
    if not hasattr(whole, "current_lessons"):
        whole = plan_with_lessons(whole.pk)
    for lesson in progression.lessons_of(whole):
        if lesson.week == week:
            return WeekOfPlan(
                lesson=lesson,
                new=progression.strokes_for_week(whole, week),
                review=progression.review_for_week(whole, week),
                routines=[row.routine for row in lesson.current_routines],  # type: ignore[attr-defined]
            )
    raise NoSuchWeek(week)


def weeks_of(plan: Plan | int) -> list[WeekOfPlan]:
    """Every week of a plan, as the series page tells it. Four queries."""
    whole = plan_with_lessons(plan.pk if isinstance(plan, Plan) else plan)
    return [lesson_for(whole, lesson.week) for lesson in progression.lessons_of(whole)]
