"""The plan of one session as its instructor reads it in class: what comes when, what to show, what to talk about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from classes import opening, owing, own_plan, teaching
from classes.models import Session, TaughtStroke
from classes.roll import in_words
from curriculum import readiness
from curriculum.lessons import lesson_for, plan_with_lessons
from curriculum.models import Lesson, Plan, Region, RegionGuide, SessionPart, Stroke
from curriculum.progression import lessons_of, strokes_for_week

LONG, SHORT = 45, 20
"""The two lengths of a session that the curriculum gives minutes for."""
MOST_SIGNS = 6


class Step(Enum):
    """How a part of the running order stands at a moment."""

    DONE = "done"
    NOW = "now"
    NEXT = "next"


@dataclass(frozen=True)
class Part:
    """One part of the running order on the clock."""

    part: SessionPart
    starts_at: datetime
    minutes: int
    step: Step

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)


@dataclass(frozen=True)
class Shown:
    """A stroke to show in this session. `at_home` is set where families found it hard, with how many were at ease.

    `owed_to` names the babies whose families made up in another class, which did not show it.
    """

    stroke: Stroke
    is_taught: bool
    at_home: teaching.AtHome | None = None
    owed_to: str = ""


@dataclass(frozen=True)
class SessionPlan:
    """Everything that the page of the plan shows of the curriculum. Nothing in it asks the database again."""

    order: list[Part]
    lesson: Lesson | None
    new: list[Shown]
    again: list[Shown]
    left: list[Shown]
    rules: list[str]
    signs: list[str]
    latest: datetime | None

    @property
    def shown(self) -> list[Shown]:
        return [*self.new, *self.again, *self.left]

    @property
    def pictured(self) -> list[Stroke]:
        return [one.stroke for one in self.shown]

    @property
    def taught(self) -> list[int]:
        """The keys of the strokes that are ticked."""
        return [one.stroke.pk for one in self.shown if one.is_taught]

    @property
    def talk_minutes(self) -> int:
        return next((part.minutes for part in self.order if part.part.key == "topic"), 0)


def plan_of(session: Session, *, now: datetime) -> SessionPlan:
    """The plan of a session, which comes with its series and lesson. Twelve queries; one more as `plans_of`, and six
    where somebody made up elsewhere.

    It is read by the plan of the series as it stood when the session was over, or stands now. `new` are the strokes of
    its week; `again` those that were hard at home; `left` what earlier weeks left out or still owe to somebody, and
    whatever else was ticked.
    """
    at = min(opening.over_at(session), now)
    plans = own_plan.plans_of(session.series, base=plan_with_lessons(session.series.plan_id), moments=[at])
    plan = plans.at(at)
    whole = next((lesson_for(plan, one.week) for one in lessons_of(plan) if one.week == session.week), None)
    taps = list(TaughtStroke.objects.filter(session__series=session.series_id).select_related("stroke"))
    here = [tap for tap in taps if tap.session_id == session.pk]
    ticked = {tap.stroke_id for tap in here if tap.is_taught}
    new = whole.new if whole else []
    hard = {one.stroke.pk: one for one in teaching.said_at_home(session.series)}
    known = {stroke.pk for stroke in new}
    earlier = [stroke for stroke in (whole.review if whole else []) if stroke.pk in hard]
    known |= {stroke.pk for stroke in earlier}
    left = {stroke.pk: stroke for stroke in _left_out(session, plan, taps) if stroke.pk not in known}
    owed = owing.owed_in(session)
    known |= left.keys()
    left |= {stroke.pk: plans.named(stroke, at) for stroke in owing.strokes(owed) if stroke.pk not in known}
    left |= {tap.stroke_id: plans.named(tap.stroke, at) for tap in here if tap.is_taught and tap.stroke_id not in known}
    return SessionPlan(
        order=running_order(readiness.session_parts(), session, now=now),
        lesson=whole.lesson if whole else None,
        new=[Shown(stroke, stroke.pk in ticked) for stroke in new],
        again=[Shown(stroke, stroke.pk in ticked, hard[stroke.pk]) for stroke in earlier],
        left=[Shown(one, one.pk in ticked, owed_to=in_words(owed.get(one.slug, ()))) for one in left.values()],
        rules=_rules(new),
        signs=[one.sign for one in readiness.when_to_call()[:MOST_SIGNS]],
        latest=max((tap.tapped_at for tap in here), default=None),
    )


def running_order(parts: Sequence[SessionPart], session: Session, *, now: datetime) -> list[Part]:
    """The parts by the clock, each with whole minutes that together last as long as the session."""
    found: list[Part] = []
    for part, minutes in zip(parts, minutes_of(parts, session.minutes), strict=True):
        starts_at = found[-1].ends_at if found else session.starts_at
        ends_at = starts_at + timedelta(minutes=minutes)
        step = Step.DONE if ends_at <= now else Step.NOW if starts_at <= now else Step.NEXT
        found.append(Part(part, starts_at, minutes, step))
    return found


def minutes_of(parts: Sequence[SessionPart], total: int) -> list[int]:
    """Whole minutes for each part that sum up to `total`, a minute at least where there are enough of them.

    Between the short and the long running order they are drawn straight from one to the other; what is shorter or
    longer than both keeps the shares of the nearer one.
    """
    if not parts:
        return []
    within = (min(max(total, SHORT), LONG) - SHORT) / (LONG - SHORT)
    shares = [part.minutes_short + (part.minutes_long - part.minutes_short) * within for part in parts]
    exact = [share * total / sum(shares) for share in shares]
    least = 1 if total >= len(parts) else 0
    minutes = [max(int(one), least) for one in exact]
    # Who lost most by rounding down is given a minute first; who won most by the least of one gives one back first.
    while sum(minutes) != total:
        step = 1 if sum(minutes) < total else -1
        may = [at for at in range(len(parts)) if step > 0 or minutes[at] > least]
        at = max(may, key=lambda at: (exact[at] - minutes[at]) * step)
        minutes[at] += step
    return minutes


def _left_out(session: Session, plan: Plan, taps: Iterable[TaughtStroke]) -> list[Stroke]:
    """The strokes of earlier weeks that no session of the series has shown yet, in the order of teaching.

    A session in which nothing was ticked counts as having shown all of its week.
    """
    weeks = {lesson.pk: lesson.week for lesson in lessons_of(plan)}
    ticked: dict[int, set[int]] = defaultdict(set)
    for tap in taps:
        if tap.is_taught:
            ticked[tap.session_id].add(tap.stroke_id)
    before = Session.objects.filter(series=session.series_id, starts_at__lt=session.starts_at)
    held = [one for one in before.defer("note", "stream_url") if one.state != Session.State.CANCELLED]
    whole = {weeks.get(one.lesson_id or 0, one.number) for one in held if not ticked[one.pk]}
    # What is ticked in this session stays on the list, so that it can be taken back.
    shown = {stroke for key, strokes in ticked.items() if key != session.pk for stroke in strokes}
    earlier = [week for week in sorted(weeks.values()) if week < session.week and week not in whole]
    return [stroke for week in earlier for stroke in strokes_for_week(plan, week) if stroke.pk not in shown]


def _rules(strokes: Iterable[Stroke]) -> list[str]:
    """What to say before the parts of the body of this week. The first rule is the same for all, and not among them."""
    regions = {stroke.region for stroke in strokes} - {Region.HOLDING}
    guides = RegionGuide.objects.current().filter(region__in=regions)
    return list(dict.fromkeys(line for guide in guides for line in guide.rule_lines[1:]))
