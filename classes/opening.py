"""When a week of practice opens for a family, and what it brings.

The rule, whole. A week opens for a family when a session that teaches it is over, or its register is finished sooner,
and the family came to it:

- It came where one of its babies is marked as here, late, with a doll or making up. It is the carer who is taught, so
  one of twins is enough.
- It came, too, where nobody marked it: an instructor who forgets the register locks no family out.
- It did not come where all its babies are marked as away, or where it told us before and gave the date back. Then the
  week opens with the make-up class for that date, by the same rule, or when whoever teaches opens it for the family
  (`taught.give_week`).
- What was held before the family booked opens as if it had been there: those who join late practise it at home. One
  who asked for make-up classes instead has it open after these.
- A session that was called off opens nothing. At its own pace a family opens them itself (`own_pace`).

The page of the week then brings what was really taught: the strokes ticked in the sessions that opened it, those of
another week included. Asking permission is always among them. Where nothing at all was ticked, it brings every stroke
of the week. What was left out stands on the page of the week in which it is shown in the end. Each stroke is new once.

A make-up class brings what was taught there: what was ticked in it, else what its own series has for that date. What
the own class showed meanwhile, and that one did not, is still owed: it comes when it is ticked in a later session of
the own series, with the next of these in which nothing is ticked, or when whoever teaches opens the week besides.

Which strokes a week has, in which order and by which names, is read from the plan of the series as it stood when the
week opened for this family (`own_plan`). What is arranged otherwise later takes nothing away: a stroke moved into a
later week is not new there for who had it before, and one moved into a week that they have behind them comes with the
next that opens.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum

from classes import showing
from classes.models import Enrolment, GivenWeek, MakeUpRight, Place, Session, TaughtStroke
from classes.own_plan import PlansOf
from classes.register import AWAY
from curriculum.models import Lesson, Plan, Stroke
from curriculum.progression import ALWAYS, lessons_of, new_strokes, strokes_for_week


class Why(Enum):
    """Why a week is open or not."""

    OPEN = "open"
    TO_COME = "to_come"
    MAKE_UP = "make_up"
    AWAY = "away"
    NOT_BOOKED = "not_booked"
    NO_DATE = "no_date"


@dataclass(frozen=True)
class Week:
    """A week of the plan in this booking.

    `opens_at` is the moment when it opened or will; None at one's own pace, and while no date opens it. `missed` is the
    session that the family was away from, or will be, and `sessions` are the keys of those of the series that brought
    the week, `guest_in` of those elsewhere; where it was made up for, `away_from` are those of the series that they
    were away from. An open week is read by the plan of the moment `as_of`.
    """

    lesson: Lesson
    opens_at: datetime | None
    is_open: bool
    why: Why = Why.OPEN
    missed: Session | None = None
    sessions: tuple[int, ...] = ()
    guest_in: tuple[int, ...] = ()
    away_from: tuple[int, ...] = ()
    as_of: datetime | None = None

    @property
    def number(self) -> int:
        return self.lesson.week

    def told_by(self, plans: PlansOf) -> Week:
        """The same with its lesson as the series has it, as it stood when the week opened."""
        plan = plans.at(self.as_of)
        lesson = next((one for one in lessons_of(plan) if one.week == self.number), self.lesson)
        return self if plan is plans.base else replace(self, lesson=lesson)


@dataclass(frozen=True)
class Lived:
    """One session as this family lives it. `opens_at` is None where it opens nothing for them."""

    session: Session
    week: int
    opens_at: datetime | None
    is_away: bool = False
    is_make_up: bool = False


@dataclass(frozen=True)
class Brought:
    """The strokes that an open week brought, and those of its lesson that were shown nowhere yet."""

    new: list[Stroke] = field(default_factory=list)
    not_yet: list[Stroke] = field(default_factory=list)


def lived_by(
    enrolment: Enrolment, sessions: Sequence[Session], lessons: Sequence[Lesson], *, now: datetime
) -> list[Lived]:
    """The sessions of this booking's series, those called off left out, and where it made up for them. Two queries."""
    weeks = {lesson.pk: lesson.week for lesson in lessons}
    places: dict[int, list[Place]] = defaultdict(list)
    rows = Place.objects.filter(enrolment=enrolment).select_related("session", "attendance", "right__missed")
    for place in rows.order_by("pk"):
        places[place.session_id].append(place)
    open_rights = MakeUpRight.objects.open(now) | MakeUpRight.objects.filter(state=MakeUpRight.State.USED)
    to_make_up = set(open_rights.filter(enrolment=enrolment).values_list("missed_id", flat=True))
    own = {session.pk for session in sessions}
    return [
        *(_in_series(enrolment, one, places[one.pk], week_of(one, weeks), one.pk in to_make_up) for one in sessions),
        *(_as_guest(guests, weeks) for key, guests in places.items() if key not in own and _is_make_up(guests)),
    ]


def weeks_of(enrolment: Enrolment, lessons: Sequence[Lesson], lived: Sequence[Lived], *, now: datetime) -> list[Week]:
    """The weeks of the plan as they stand for this booking. One query."""
    by_week: dict[int, list[Lived]] = defaultdict(list)
    for one in lived:
        by_week[one.week].append(one)
    given = dict(GivenWeek.objects.filter(enrolment=enrolment).values_list("week", "given_at"))
    return [_week(lesson, by_week[lesson.week], given.get(lesson.week), now) for lesson in lessons]


def _week(lesson: Lesson, lived: Sequence[Lived], given_at: datetime | None, now: datetime) -> Week:
    missed = next((one.session for one in lived if one.is_away), None)
    opened = [one for one in lived if one.opens_at and one.opens_at <= now]
    if opened:
        at = min(one.opens_at for one in opened if one.opens_at)
        away = [one for one in lived if one.is_away]
        own = [one for one in lived if not one.is_make_up and (one in opened or (given_at and one.is_away))]
        guest_in = _keys(one for one in opened if one.is_make_up)
        return Week(
            lesson,
            at,
            is_open=True,
            missed=missed,
            sessions=_keys(own),
            guest_in=guest_in,
            away_from=_keys(away) if guest_in else (),
            as_of=at,
        )
    if given_at:
        # Given late, it is still the week of its own date: it does not push aside what was taught since.
        at = min((one.session.ends_at for one in lived), default=given_at)
        return Week(lesson, at, is_open=True, missed=missed, sessions=_keys(lived), as_of=at)
    ahead = [one for one in lived if one.opens_at]
    if ahead:
        soonest = min(ahead, key=lambda one: one.opens_at or now)
        why = Why.MAKE_UP if soonest.is_make_up else Why.TO_COME
        return Week(lesson, soonest.opens_at, is_open=False, why=why, missed=missed)
    if missed:
        return Week(lesson, None, is_open=False, why=Why.AWAY, missed=missed)
    return Week(lesson, None, is_open=False, why=Why.NOT_BOOKED if lived else Why.NO_DATE)


def _keys(lived: Iterable[Lived]) -> tuple[int, ...]:
    return tuple(one.session.pk for one in lived)


def week_of(session: Session, weeks: Mapping[int, int]) -> int:
    """The week that a session teaches; without a lesson of the plan, the one of its number."""
    return weeks.get(session.lesson_id or 0, session.number)


def _in_series(enrolment: Enrolment, session: Session, places: Sequence[Place], week: int, to_make_up: bool) -> Lived:
    if places:
        was_away = is_away(places)
        return Lived(session, week, None if was_away else over_at(session), is_away=was_away)
    joins_all = enrolment.kind != Enrolment.Kind.SINGLE
    is_before = joins_all and enrolment.booked_at is not None and session.starts_at < enrolment.booked_at
    opens_at = session.ends_at if is_before and not to_make_up else None
    return Lived(session, week, opens_at, is_away=is_before and to_make_up)


def _is_make_up(places: Sequence[Place]) -> bool:
    return hasattr(places[-1], "right") and places[-1].session.state != Session.State.CANCELLED


def _as_guest(places: Sequence[Place], weeks: Mapping[int, int]) -> Lived:
    session, missed = places[-1].session, places[-1].right.missed
    opens_at = None if is_away(places) else over_at(session)
    return Lived(session, week_of(missed, weeks), opens_at, is_make_up=True)


def over_at(session: Session) -> datetime:
    """When this session is over for those at home: at its end, or when its register is finished sooner."""
    finished = session.register_closed_at
    return min(session.ends_at, finished) if finished else session.ends_at


def is_away(places: Sequence[Place]) -> bool:
    """Whether none of the babies came: the date was given back, or all that are left are marked as away."""
    standing = [place for place in places if place.released_at is None]
    return all(_mark_of(place) in AWAY for place in standing)


def _mark_of(place: Place) -> str:
    attendance = getattr(place, "attendance", None)
    return attendance.mark if attendance else ""


def shown_beside(weeks: Sequence[Week], *, now: datetime) -> dict[int, list[Stroke]]:
    """{key of a session: what it showed} of the make-up classes, and of the dates that they were for.

    Five queries, or none where there is no make-up class.
    """
    keys = [key for week in weeks for key in (*week.guest_in, *week.away_from) if week.is_open and week.guest_in]
    shown = showing.shown_in(keys, now=now)
    slugs = {slug for found in shown.values() for slug in found}
    strokes = {one.slug: one for one in Stroke.objects.current().filter(slug__in=slugs)} if slugs else {}
    return {key: [strokes[slug] for slug in found if slug in strokes] for key, found in shown.items()}


def brought_by(
    plans: PlansOf, weeks: Sequence[Week], *, beside: Mapping[int, Sequence[Stroke]] | None = None
) -> dict[int, Brought]:
    """{number: what it brought} of the open weeks, in the order in which they opened. One query.

    `beside` is what `shown_beside` says of these weeks.
    """
    opened = sorted((one for one in weeks if one.is_open), key=lambda one: (_seconds(one.as_of), one.number))
    ticked = _ticked([key for week in opened for key in week.sessions])
    new: dict[int, list[Stroke]] = {}
    planned: dict[int, list[Stroke]] = {}
    owed: dict[int, Stroke] = {}
    for week in opened:
        known = {stroke.pk for strokes in new.values() for stroke in strokes}
        planned[week.number] = _planned(plans, week, planned, known)
        here = {pk: stroke for key in week.sessions for pk, stroke in ticked[key].items()}
        there = _of(week.guest_in, beside)
        due = [] if here or week.guest_in else list(owed.values())
        if week.guest_in and week.sessions and not here:
            here = {stroke.pk: stroke for stroke in planned[week.number]}
        shown = {pk: plans.named(one, week.as_of) for pk, one in {**here, **there}.items()}
        is_said = bool(shown or week.guest_in)
        brought = _new(planned[week.number], shown, known) if is_said else list(planned[week.number])
        had = known | {stroke.pk for stroke in brought}
        new[week.number] = [*brought, *(plans.named(one, week.as_of) for one in due if one.pk not in had)]
        owed |= _of(week.away_from, beside)
    # Shown nowhere yet, and not left out of the series since.
    every = {stroke.pk for strokes in new.values() for stroke in strokes}
    still = {stroke.pk for lesson in lessons_of(plans.now) for stroke in new_strokes(lesson)}
    return {
        number: Brought(strokes, [one for one in planned[number] if one.pk not in every and one.pk in still])
        for number, strokes in new.items()
    }


def _ticked(sessions: Sequence[int]) -> dict[int, dict[int, Stroke]]:
    found: dict[int, dict[int, Stroke]] = defaultdict(dict)
    for row in TaughtStroke.objects.shown().filter(session__in=sessions).select_related("stroke"):
        found[row.session_id][row.stroke_id] = row.stroke
    return found


def _of(sessions: Iterable[int], shown: Mapping[int, Sequence[Stroke]] | None) -> dict[int, Stroke]:
    return {stroke.pk: stroke for key in sessions for stroke in (shown or {}).get(key, ())}


def _seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0.0


def _planned(plans: PlansOf, week: Week, before: Mapping[int, Sequence[Stroke]], known: set[int]) -> list[Stroke]:
    """What the plan of that moment has in this week, each stroke new once.

    What came into an earlier week after that had opened is found here instead.
    """
    plan = plans.at(week.as_of)
    own = strokes_for_week(plan, week.number)
    if plan is plans.base:
        return [stroke for stroke in own if stroke.pk not in known]
    late = [
        stroke
        for number in sorted(before)
        if number < week.number
        for stroke in strokes_for_week(plan, number)
        if stroke.pk not in {one.pk for one in before[number]}
    ]
    return [stroke for stroke in [*late, *own] if stroke.pk not in known]


def _new(planned: Sequence[Stroke], shown: Mapping[int, Stroke], known: set[int]) -> list[Stroke]:
    own = {stroke.pk for stroke in planned}
    more = [stroke for pk, stroke in shown.items() if pk not in own | known and not stroke.is_retired]
    more.sort(key=lambda stroke: (stroke.week, stroke.position))
    return [*(stroke for stroke in planned if stroke.pk in shown or stroke.slug == ALWAYS), *more]


def review_of(plan: Plan, number: int, brought: Mapping[int, Brought]) -> list[Stroke]:
    """What earlier open weeks brought, each stroke once, in the order of teaching; asking permission comes with it."""
    now = {stroke.pk for stroke in brought[number].new} if number in brought else set()
    earlier = [stroke for week in sorted(brought) if week < number for stroke in brought[week].new]
    hello = [stroke for lesson in lessons_of(plan) for stroke in strokes_for_week(plan, lesson.week)]
    shown = [stroke for stroke in earlier if stroke.slug == ALWAYS]
    asked = [*shown, *(stroke for stroke in hello if stroke.slug == ALWAYS)][:1]
    return list({stroke.pk: stroke for stroke in [*asked, *earlier] if stroke.pk not in now}.values())
