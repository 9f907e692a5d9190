"""At a family's own pace: weeks open when the family opens them, one after the other, and nothing runs out.

A week that is opened is had: on the way to a live series, or when the booking is cancelled, what is not opened counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.db import transaction
from django.utils.translation import gettext as _

from classes import own_plan
from classes.models import Enrolment, OpenedWeek, Series
from classes.opening import Week, brought_by
from classes.places import lock_series
from config.accounts.models import User
from config.audit.trail import record
from curriculum.lessons import plan_with_lessons
from curriculum.models import Lesson, Stroke
from curriculum.progression import lessons_of, strokes_for_week


class CannotOpen(Exception):
    """The week stays closed; the sentence says why and what to do instead."""


@dataclass(frozen=True)
class PaceWeek:
    """One week as the family sees it: opened or not, whether it is where they are, and whether it can be opened now."""

    lesson: Lesson
    strokes: list[Stroke]
    opened_at: datetime | None
    is_current: bool
    is_next: bool
    went_on_at: datetime | None = None

    @property
    def number(self) -> int:
        return self.lesson.week

    @property
    def picture(self) -> Stroke | None:
        moving = (stroke for stroke in self.strokes if stroke.has_movement)
        return next(moving, self.strokes[0] if self.strokes else None)


def opened_weeks(enrolment: Enrolment) -> dict[int, datetime]:
    """{week: when} of the weeks that the family has opened so far; empty before it begins. One query."""
    return dict(OpenedWeek.objects.filter(enrolment=enrolment).values_list("week", "opened_at"))


def as_weeks(lessons: Sequence[Lesson], opened: Mapping[int, datetime]) -> list[Week]:
    """The weeks of the plan; each that was opened is read by the plan of that moment."""
    return [Week(one, None, is_open=one.week in opened, as_of=opened.get(one.week)) for one in lessons]


def weeks_of(enrolment: Enrolment) -> list[PaceWeek]:
    """Every week of the plan, in order. Six queries; one more as `plans_of`."""
    base = plan_with_lessons(enrolment.series.plan_id)
    opened = opened_weeks(enrolment)
    lessons = lessons_of(base)
    plans = own_plan.plans_of(enrolment.series, base=base, moments=opened.values())
    brought = brought_by(plans, as_weeks(lessons, opened))
    last = max(opened, default=0)
    coming = next((lesson.week for lesson in lessons if lesson.week not in opened), None)
    after = {one.week: opened.get(two.week) for one, two in pairwise(lessons)}
    return [
        PaceWeek(
            lesson,
            brought[lesson.week].new if lesson.week in brought else strokes_for_week(plans.now, lesson.week),
            opened_at=opened.get(lesson.week),
            is_current=lesson.week == last,
            is_next=lesson.week == coming,
            went_on_at=after.get(lesson.week),
        )
        for lesson in lessons
    ]


def open_week(enrolment: Enrolment, *, week: int, by: User, now: datetime) -> OpenedWeek:
    """Open the next week for the family; one that is open already stays as it is.

    Raises CannotOpen for a booking that has ended or has dates of its own, and for a week that is not the next one.
    """
    with transaction.atomic():
        lock_series(enrolment.series)
        standing = OpenedWeek.objects.filter(enrolment=enrolment, week=week).first()
        if standing:
            return standing
        enrolment.refresh_from_db(fields=["state"])
        if enrolment.state != Enrolment.State.BOOKED or not is_own_pace(enrolment):
            raise CannotOpen(_("This booking has ended, so no further week opens. What you opened you have seen."))
        coming = [one.number for one in weeks_of(enrolment) if one.is_next]
        if week not in coming:
            raise CannotOpen(_("One week opens after the other. Please open the next one first."))
        opened = OpenedWeek.objects.create(enrolment=enrolment, week=week, opened_at=now, opened_by=by)
        record("opened a week at own pace", by=by, about=enrolment, now=now, detail={"week": week})
    return opened


def finished_at(enrolments: Sequence[Enrolment]) -> dict[int, datetime]:
    """{booking: when its last week was opened} of those at own pace with every week open. Two queries at most."""
    mine = [one for one in enrolments if is_own_pace(one)]
    if not mine:
        return {}
    opened: dict[int, dict[int, datetime]] = defaultdict(dict)
    for pk, week, at in OpenedWeek.objects.filter(enrolment__in=mine).values_list("enrolment_id", "week", "opened_at"):
        opened[pk][week] = at
    weeks: dict[int, set[int]] = defaultdict(set)
    lessons = Lesson.objects.current().filter(plan__in={one.series.plan_id for one in mine})
    for plan_id, week in lessons.values_list("plan_id", "week"):
        weeks[plan_id].add(week)
    done = [one for one in mine if opened[one.pk] and weeks[one.series.plan_id] <= set(opened[one.pk])]
    return {one.pk: max(opened[one.pk].values()) for one in done}


def is_own_pace(enrolment: Enrolment) -> bool:
    """Whether it is a booking of the weeks themselves, and none of a check-in."""
    return enrolment.series.delivery == Series.Delivery.SELF_PACED and enrolment.kind == Enrolment.Kind.SERIES
