"""How an instructor teaches one series: the curriculum's plan in the order and by the names of that series.

Every version is kept with its moment. A week that opened for a family is read by the version that stood when it opened,
so that a later change takes nothing away and renames nothing under anybody's hands; what is still to come is read by
the newest.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, Subquery

from classes.arrangement import Arrangement, arrangement_of
from classes.models import Series, Session, StrokePlan
from classes.models.session import title_here
from curriculum.lessons import plan_with_lessons
from curriculum.models import Lesson, LessonStroke, Plan, Region, Stroke
from curriculum.progression import lessons_of, new_strokes


@dataclass
class PlansOf:
    """The plan of one series as it stood at each moment that was asked for. Nothing in it asks the database again."""

    base: Plan
    versions: Sequence[StrokePlan] = ()
    strokes: Mapping[str, Stroke] = field(default_factory=dict)
    _made: dict[int, Plan] = field(default_factory=dict)

    def at(self, moment: datetime | None) -> Plan:
        """As it stood at that moment; None is now."""
        version = self.version_at(moment)
        if version is None:
            return self.base
        if version.number not in self._made:
            self._made[version.number] = arranged(self.base, standing_in(version), self.strokes)
        return self._made[version.number]

    def version_at(self, moment: datetime | None) -> StrokePlan | None:
        """The version of that moment; None for the curriculum's own. `versions` come with the newest first."""
        return next((one for one in self.versions if moment is None or one.made_at <= moment), None)

    @property
    def now(self) -> Plan:
        return self.at(None)

    def named(self, stroke: Stroke, moment: datetime | None) -> Stroke:
        """A stroke from wherever, by the name that this series gave it then."""
        version = self.version_at(moment)
        return _called(stroke, version.names.get(stroke.slug, "")) if version else stroke


def plans_of(series: Series, *, base: Plan, moments: Iterable[datetime | None]) -> PlansOf:
    """One query; one more where an own plan brings strokes that the plan of the series does not have.

    Knows the versions of these moments, and the newest.
    """
    rows = StrokePlan.objects.of(series)
    wanted = Q(pk=Subquery(rows.values("pk")[:1]))
    for moment in {moment for moment in moments if moment is not None}:
        wanted |= Q(pk=Subquery(rows.filter(made_at__lte=moment).values("pk")[:1]))
    versions = list(rows.filter(wanted))
    return PlansOf(base, versions, strokes_for(base, [standing_in(one) for one in versions]))


def plan_for(series: Series, *, at: datetime | None = None) -> Plan:
    """The plan of this series with its lessons, at that moment or now: as `plan_with_lessons` would give it.

    Five queries; one more as `plans_of`.
    """
    return plans_of(series, base=plan_with_lessons(series.plan_id), moments=[at]).at(at)


def names_in(series: Series) -> dict[str, str]:
    """{slug: name} of the strokes that are called otherwise in this series now. One query."""
    return StrokePlan.objects.of(series).values_list("names", flat=True).first() or {}


def dress(strokes: Iterable[Stroke], series: Series) -> list[Stroke]:
    """These strokes by the names of this series; each then says it as `stroke.called`. One query."""
    names = names_in(series)
    return [_called(stroke, names.get(stroke.slug, "")) for stroke in strokes]


def call(strokes: Iterable[Stroke], series: Series) -> None:
    """As `dress`, for strokes that hang on other rows: these very ones take the names of this series. One query."""
    names = names_in(series)
    for stroke in strokes:
        stroke.__dict__["name_here"] = names.get(stroke.slug, "")


def standing_in(version: StrokePlan) -> Arrangement:
    return arrangement_of(version.weeks, version.names)


def arrangement_of_plan(plan: Plan) -> Arrangement:
    """What a plan with its lessons teaches, as it is."""
    lessons = lessons_of(plan)
    every = [stroke for lesson in lessons for stroke in new_strokes(lesson)]
    names = {stroke.slug: stroke.__dict__["name_here"] for stroke in every if stroke.__dict__.get("name_here")}
    return Arrangement({one.week: [stroke.slug for stroke in new_strokes(one)] for one in lessons}, names)


def strokes_for(base: Plan, arrangements: Iterable[Arrangement]) -> dict[str, Stroke]:
    """{slug: stroke} of all that these teach. One query, or none where the plan has them all."""
    found = {stroke.slug: stroke for lesson in lessons_of(base) for stroke in new_strokes(lesson)}
    wanted = {slug for one in arrangements for slugs in one.weeks.values() for slug in slugs}
    if more := wanted - found.keys():
        found |= {stroke.slug: stroke for stroke in Stroke.objects.filter(slug__in=more)}
    return found


def arranged(base: Plan, arrangement: Arrangement, strokes: Mapping[str, Stroke]) -> Plan:
    """A copy of the plan whose lessons teach these strokes, by these names; the words of the lessons stay."""
    plan: Any = copy.copy(base)
    plan.current_lessons = [_taught(lesson, arrangement, strokes) for lesson in lessons_of(base)]
    found: Plan = plan
    return found


def _taught(lesson: Lesson, arrangement: Arrangement, strokes: Mapping[str, Stroke]) -> Lesson:
    own: Any = copy.copy(lesson)
    slugs = [slug for slug in arrangement.weeks.get(lesson.week, ()) if slug in strokes]
    if told := parts_here(lesson, [strokes[slug] for slug in slugs]):
        own.title, own.home_practice = title_here(lesson.title, told, lesson.pk), ""
    own.current_strokes = [
        LessonStroke(lesson=lesson, stroke=_called(strokes[slug], arrangement.names.get(slug, "")), position=at)
        for at, slug in enumerate(slugs, start=1)
    ]
    found: Lesson = own
    return found


def parts_here(lesson: Lesson, strokes: Iterable[Stroke]) -> dict[str, list[str]]:
    """{key of the lesson: the parts of the body that it is about here}, where a part that it names is in it no more.

    Empty where the lesson's own title holds; without parts where nothing new is left. What the lesson asks for at home
    does not hold either then: it names those parts too.
    """
    strokes = list(strokes)
    own = _parts(strokes)
    if not set(_parts(new_strokes(lesson))) - set(own):
        return {}
    return {str(lesson.pk): own or [part for part in Region.values if part in {one.region for one in strokes}]}


def parts_of_weeks(base: Plan, arrangement: Arrangement, strokes: Mapping[str, Stroke]) -> dict[str, list[str]]:
    """The same of all lessons: what a series keeps as `parts_here`."""
    found: dict[str, list[str]] = {}
    for lesson in lessons_of(base):
        slugs = arrangement.weeks.get(lesson.week, ())
        found |= parts_here(lesson, [strokes[slug] for slug in slugs if slug in strokes])
    return found


def _parts(strokes: Iterable[Stroke]) -> list[str]:
    """Without holding, which belongs to every week, and the gentle movements, which no title names."""
    every = {stroke.region for stroke in strokes} - {Region.HOLDING, Region.GENTLE_MOVEMENTS}
    return [part for part in Region.values if part in every]


def _called(stroke: Stroke, name: str) -> Stroke:
    """The stroke by that name; what it is called elsewhere stays untouched."""
    if stroke.__dict__.get("name_here", "") == name:
        return stroke
    dressed = copy.copy(stroke)
    dressed.__dict__["name_here"] = name
    return dressed


def newest() -> dict[str, Subquery]:
    """Columns for a query of series: `own_weeks` and `own_names` of the newest version, None where there is none."""
    rows = StrokePlan.objects.filter(series=OuterRef("pk"), plan=OuterRef("plan")).order_by("-number")
    return {"own_weeks": Subquery(rows.values("weeks")[:1]), "own_names": Subquery(rows.values("names")[:1])}


def strokes_by_week(arrangement: Arrangement) -> dict[int, list[Stroke]]:
    """{week: its strokes in order, by their names here}, without retired ones. One query."""
    slugs = list(arrangement.week_of)
    found = {stroke.slug: stroke for stroke in Stroke.objects.current().filter(slug__in=slugs)}
    return {
        week: [_called(found[slug], arrangement.names.get(slug, "")) for slug in slugs if slug in found]
        for week, slugs in arrangement.weeks.items()
    }


def strokes_of_session(session: Session) -> list[Stroke]:
    """The new strokes of a session, which comes with its lesson, as its series has them now. Two queries."""
    lesson = session.lesson
    if lesson is None:
        return []
    own = _standing_for(session, lesson)
    if own is None:
        return strokes_of_lessons([lesson.pk]).get(lesson.pk, [])
    only = Arrangement({lesson.week: own.weeks.get(lesson.week, ())}, own.names)
    return strokes_by_week(only)[lesson.week]


def _standing_for(session: Session, lesson: Lesson) -> Arrangement | None:
    """The newest arrangement of its series; None where it follows the curriculum's own. One query."""
    rows = StrokePlan.objects.filter(series=session.series_id, plan=lesson.plan_id)
    newest = rows.order_by("-number").first()
    return standing_in(newest) if newest else None


def strokes_until(session: Session) -> tuple[list[Stroke], list[Stroke]]:
    """(new strokes of a session, those of earlier weeks) as its series has them; it comes with its lesson.

    Two queries.
    """
    lesson = session.lesson
    if lesson is None:
        return [], []
    own = _standing_for(session, lesson)
    if own is not None:
        weeks = strokes_by_week(own)
    else:
        weeks = {}
        rows = LessonStroke.objects.current().filter(lesson__plan=lesson.plan_id, lesson__week__lte=lesson.week)
        for row in rows.select_related("stroke", "lesson").order_by("lesson__week", "position"):
            weeks.setdefault(row.lesson.week, []).append(row.stroke)
    earlier = [stroke for week in sorted(weeks) if week < lesson.week for stroke in weeks[week]]
    return weeks.get(lesson.week, []), earlier


def strokes_of_lessons(lesson_ids: Sequence[int]) -> dict[int, list[Stroke]]:
    """{lesson id: its new strokes in order, as the curriculum has them}. One query."""
    found: dict[int, list[Stroke]] = {}
    rows = LessonStroke.objects.current().filter(lesson__in=lesson_ids).select_related("stroke")
    for row in rows.order_by("lesson_id", "position"):
        found.setdefault(row.lesson_id, []).append(row.stroke)
    return found


def strokes_of_series(series: Series, lessons: Iterable[Lesson]) -> dict[int, list[Stroke]]:
    """{lesson id: its new strokes in this series}, which was fetched with the columns of `newest`. One query."""
    lessons = list(lessons)
    weeks: dict[str, list[str]] | None = getattr(series, "own_weeks", None)
    if weeks is None:
        return strokes_of_lessons([lesson.pk for lesson in lessons])
    by_week = strokes_by_week(arrangement_of(weeks, getattr(series, "own_names", None) or {}))
    return {lesson.pk: by_week.get(lesson.week, []) for lesson in lessons}
