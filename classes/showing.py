"""What a session shows, of whichever series: what was ticked in it, else what its series has for it at that moment.

So one class can be compared with another: each by the plan of its own series, as its own instructor arranged it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Cast, Coalesce, Least

from classes.models import Session, StrokePlan, TaughtStroke
from curriculum.models import LessonStroke
from curriculum.progression import ALWAYS

WeekOfPlan = tuple[int, int]
"""The key of a plan, and a week of it."""


def shown_in(sessions: Iterable[int], *, now: datetime) -> dict[int, list[str]]:
    """{key of a session: slugs of its new strokes, in order}. Four queries, or fewer where there is nothing to ask.

    Of a session that is over, what was ticked; where nothing was, and of one to come, what its series has for it.
    """
    keys = sorted(set(sessions))
    if not keys:
        return {}
    versions = StrokePlan.objects.filter(series=OuterRef("series"), plan=OuterRef("plan"))
    versions = versions.filter(made_at__lte=OuterRef("over")).order_by("-number")
    rows = Session.objects.filter(pk__in=keys).annotate(over=_over_at(), plan=F("series__plan"))
    rows = rows.annotate(version=Subquery(versions.values("pk")[:1]))
    told = list(rows.values_list("pk", "plan", "lesson__plan", "lesson__week", "number", "version", "over"))
    ticked = _ticked([key for key, *_rest, over in told if over <= now])
    own = dict(StrokePlan.objects.filter(pk__in={row[5] for row in told if row[5]}).values_list("pk", "weeks"))
    # The week of a lesson that is not of the plan of its series is that of its number, as everywhere.
    weeks = {row[0]: (row[1], row[3] if row[2] == row[1] and row[3] else row[4]) for row in told}
    base = _as_planned({weeks[key] for key, *_rest, version, _over in told if key not in ticked and not version})
    found: dict[int, list[str]] = {}
    for key, _plan, _lesson_plan, _week, _number, version, _over in told:
        _of, week = weeks[key]
        planned = own[version].get(str(week), []) if version else base.get(weeks[key], [])
        found[key] = ticked.get(key) or list(planned)
    return found


def _over_at() -> Least:
    """As `opening.over_at`: at the end of a session, or when its register was finished sooner."""
    lasts = ExpressionWrapper(Cast(F("minutes"), IntegerField()) * timedelta(minutes=1), output_field=DurationField())
    ends_at = ExpressionWrapper(F("starts_at") + lasts, output_field=DateTimeField())
    return Least(ends_at, Coalesce("register_closed_at", ends_at), output_field=DateTimeField())


def _ticked(keys: Iterable[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    rows = TaughtStroke.objects.shown().filter(session__in=list(keys)).order_by("stroke__week", "stroke__position")
    for key, slug in rows.values_list("session_id", "stroke__slug"):
        found[key].append(slug)
    return dict(found)


def _as_planned(weeks: Iterable[WeekOfPlan]) -> dict[WeekOfPlan, list[str]]:
    """{(plan, week): slugs} as the curriculum has them."""
    asked = Q(pk__in=[])
    for plan, week in weeks:
        asked |= Q(lesson__plan=plan, lesson__week=week)
    found: dict[WeekOfPlan, list[str]] = defaultdict(list)
    rows = LessonStroke.objects.current().filter(asked, stroke__is_retired=False).order_by("lesson", "position")
    for plan, week, slug in rows.values_list("lesson__plan", "lesson__week", "stroke__slug"):
        found[plan, week].append(slug)
    return dict(found)


def new_in(shown: Mapping[int, Iterable[str]], session: int) -> set[str]:
    """What is worth coming for: asking permission opens every massage, whatever the week."""
    return set(shown.get(session, ())) - {ALWAYS}


def makes_up(missed: Session, there: Session, shown: Mapping[int, Iterable[str]]) -> bool:
    """Whether a class shows enough of what was missed: at least half of its new strokes, in whichever week.

    Who missed a date without new strokes makes up for it in the same week of another series, where there are none too.
    """
    wanted, here = new_in(shown, missed.pk), new_in(shown, there.pk)
    if not wanted:
        return not here and there.week == missed.week
    return 2 * len(wanted & here) >= len(wanted)
