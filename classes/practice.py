"""Practising at home: whose week it is, which weeks are open, and what stands on the page of one.

Which week is open for whom, and what it brings, is the rule of `classes.opening`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from classes import own_pace, own_plan
from classes.models import Enrolment, Place, Series, Session
from classes.opening import Brought, Week, brought_by, lived_by, review_of, shown_beside, weeks_of
from curriculum.lessons import NoSuchWeek, WeekOfPlan, lesson_for, plan_with_lessons
from curriculum.models import Plan, Stroke
from curriculum.progression import lessons_of
from families.models import Baby, Family

STILL_CURRENT = timedelta(days=31)
"""How long after its last session a series stays the first that a family sees."""


class NothingToPractise(LookupError):
    """This family has no booked series with this baby in it."""


@dataclass(frozen=True)
class Practice:
    """One baby in one booked series: what a practice page is about."""

    enrolment: Enrolment
    baby: Baby

    @property
    def series(self) -> Series:
        return self.enrolment.series


@dataclass(frozen=True)
class Course:
    """All weeks of one practice. `current` is the week that opened last, None while none is open.

    `plan` is that of the series as it stands now; what an open week brought stays as it stood then.
    """

    practice: Practice
    plan: Plan
    weeks: list[Week]
    brought: dict[int, Brought]
    current: Week | None
    next_session: Session | None

    def week(self, number: int) -> Week:
        """Raises NoSuchWeek for a week that the plan does not have."""
        for week in self.weeks:
            if week.number == number:
                return week
        raise NoSuchWeek(number)

    @property
    def shown(self) -> list[Stroke]:
        """Every stroke that was shown to this family so far, in whichever week."""
        return [stroke for brought in self.brought.values() for stroke in brought.new]

    def taught_in(self, week: Week) -> WeekOfPlan:
        """What that open week brought this family, and what earlier ones did, without asking the database."""
        whole = lesson_for(self.plan, week.number)
        new = self.brought[week.number].new
        return WeekOfPlan(whole.lesson, new, review_of(self.plan, week.number, self.brought), whole.routines)


@dataclass(frozen=True)
class ThisWeek:
    """What the card on the family's own page says. Without `week`, the practice opens at `opens_at`.

    It says nothing of the diary: days in a row would ask to be kept unbroken.
    """

    practice: Practice
    week: Week | None
    opens_at: datetime | None
    strokes: int
    picture: Stroke | None


def practices_of(family: Family, *, now: datetime) -> list[Practice]:
    """Every baby in every booked series, the one to practise now first. Three queries."""
    is_check_in = {"kind": Enrolment.Kind.SINGLE, "series__delivery": Series.Delivery.SELF_PACED}
    mine = Enrolment.objects.booked().for_family(family).exclude(**is_check_in)
    enrolments = mine.select_related("series__instructor", "series__venue")
    booked = sorted(enrolments, key=lambda enrolment: _turn(enrolment.series, now))
    babies = {baby.pk: baby for baby in Baby.objects.of_family(family).select_related("family")}
    placed: dict[int, set[int]] = defaultdict(set)
    for enrolment_id, baby_id in Place.objects.filter(enrolment__in=booked).values_list("enrolment_id", "baby_id"):
        placed[enrolment_id].add(baby_id)
    # A track at one's own pace may have no sessions, and so no places: then it is for every baby of the family.
    return [
        Practice(enrolment, baby)
        for enrolment in booked
        for baby in babies.values()
        if baby.pk in placed.get(enrolment.pk, set(babies))
    ]


def choose(practices: Sequence[Practice], *, baby: str = "", series: str = "") -> Practice:
    """The practice of a baby's number and a series' address; without them the first. Raises NothingToPractise."""
    for practice in practices:
        if baby in ("", str(practice.baby.pk)) and series in ("", practice.series.slug):
            return practice
    raise NothingToPractise


def course_of(practice: Practice, *, now: datetime) -> Course:
    """The weeks of a practice, and which of them are open. Ten queries; eight at one's own pace.

    One more where the instructor teaches strokes that the plan does not have, five where they made up elsewhere.
    """
    enrolment = practice.enrolment
    base = plan_with_lessons(practice.series.plan_id)
    lessons = lessons_of(base)
    sessions = list(Session.objects.held().filter(series=enrolment.series).order_by("starts_at"))
    if practice.series.delivery == Series.Delivery.SELF_PACED:
        weeks = own_pace.as_weeks(lessons, own_pace.opened_weeks(enrolment))
        current, coming = max((week for week in weeks if week.is_open), key=lambda one: one.number, default=None), None
    else:
        lived = lived_by(enrolment, sessions, lessons, now=now)
        weeks = weeks_of(enrolment, lessons, lived, now=now)
        current = max((week for week in weeks if week.is_open), key=lambda week: week.opens_at or now, default=None)
        coming = _next(sorted((one.session for one in lived if one.opens_at), key=lambda one: one.starts_at), now)
    plans = own_plan.plans_of(practice.series, base=base, moments=[week.as_of for week in weeks if week.is_open])
    brought = brought_by(plans, weeks, beside=shown_beside(weeks, now=now))
    told = [week.told_by(plans) for week in weeks]
    return Course(practice, plans.now, told, brought, current and current.told_by(plans), coming)


def _next(sessions: Sequence[Session], now: datetime) -> Session | None:
    return next((session for session in sessions if session.starts_at > now), None)


def this_week(family: Family, *, now: datetime) -> ThisWeek | None:
    """This week's practice for the family's own page, or None where nothing is booked. Fourteen queries at most."""
    practices = practices_of(family, now=now)
    if not practices:
        return None
    course = course_of(practices[0], now=now)
    if course.current is None:
        opens_at = min((week.opens_at for week in course.weeks if week.opens_at), default=None)
        return ThisWeek(practices[0], None, opens_at, 0, None)
    new = course.taught_in(course.current).new
    picture = next((stroke for stroke in new if stroke.has_movement), new[0] if new else None)
    return ThisWeek(practices[0], course.current, None, len(new), picture)


def _turn(series: Series, now: datetime) -> tuple[int, float]:
    """Sorts series: begun ones, the newest first; then those to come, the soonest first; then those long over."""
    first, last = series.first_session_at, series.last_session_at
    if first is None or series.delivery == Series.Delivery.SELF_PACED:
        return (0, 0.0)
    if first > now:
        return (1, first.timestamp())
    is_over = last is not None and last + STILL_CURRENT < now
    return (2 if is_over else 0, -first.timestamp())
