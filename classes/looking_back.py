"""A series as its instructor looks back on it: who came, what was shown, what families said and liked; and a last word.

Of families there are numbers here and no names. What fewer than FEWEST_FAMILIES gave a heart to is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count

from classes import own_plan, reports
from classes.models import ClosingWord, Place, Series, TaughtStroke
from classes.reports import Asked, Coming, Heard, Span
from classes.teaching import FEWEST_FAMILIES
from config.accounts.models import User
from config.audit.trail import record
from curriculum.models import Stroke
from curriculum.progression import ALWAYS, lessons_of, strokes_for_week
from families.models import FavouriteStroke
from instructors.models import Instructor

MOST_LOVED = 5


@dataclass(frozen=True)
class Loved:
    """A stroke, and how many families gave it a heart."""

    stroke: Stroke
    families: int


@dataclass(frozen=True)
class LookBack:
    """`not_shown`: strokes of the plan ticked in no session; empty until all are held and where nothing was ticked."""

    coming: Coming
    heard: Heard
    not_shown: list[Stroke]
    loved: list[Loved]
    word: ClosingWord | None


def look_back(series: Series, *, by: Instructor, now: datetime) -> LookBack:
    """Everything on the page. At most fifteen queries, however many families came."""
    begins = series.first_session_at or now
    asked = Asked(by, Span("series", min(begins, now), now + timedelta(seconds=1)), series)
    return LookBack(
        coming=reports.who_came(asked),
        heard=reports.heard(asked),
        not_shown=_not_shown(series) if series.is_over(now) else [],
        loved=_loved(series),
        word=word_of(series),
    )


def word_of(series: Series) -> ClosingWord | None:
    """One query."""
    return ClosingWord.objects.filter(series=series).first()


def say(series: Series, *, words: str, by: User, now: datetime) -> None:
    """Keep the last word to everyone of the series, in place of an older one; empty takes it back. Twice is once."""
    with transaction.atomic():
        Series.objects.select_for_update(of=("self",), no_key=True).get(pk=series.pk)
        standing = word_of(series)
        if (standing.words if standing else "") == words:
            return
        if not words:
            ClosingWord.objects.filter(series=series).delete()
        else:
            said = {"words": words, "by": by, "said_at": now}
            ClosingWord.objects.update_or_create(series=series, defaults=said)
        record("said a closing word" if words else "took the closing word back", by=by, about=series, now=now)


def _not_shown(series: Series) -> list[Stroke]:
    ticked = TaughtStroke.objects.shown().filter(session__series=series).values_list("stroke", flat=True)
    shown = set(ticked.distinct())
    if not shown:
        return []
    plan = own_plan.plan_for(series)
    every = [stroke for lesson in lessons_of(plan) for stroke in strokes_for_week(plan, lesson.week)]
    planned = {stroke.pk: stroke for stroke in every if stroke.slug != ALWAYS}
    return [stroke for pk, stroke in planned.items() if pk not in shown]


def _loved(series: Series) -> list[Loved]:
    babies = Place.objects.booked().filter(session__series=series).values("baby")
    hearts = FavouriteStroke.objects.filter(baby__in=babies)
    counted = hearts.values("stroke").annotate(families=Count("baby__family", distinct=True))
    rows = counted.filter(families__gte=FEWEST_FAMILIES).order_by("-families", "stroke")[:MOST_LOVED]
    families = {row["stroke"]: row["families"] for row in rows}
    strokes = {one.pk: one for one in own_plan.dress(Stroke.objects.in_bulk(list(families)).values(), series)}
    return [Loved(strokes[pk], count) for pk, count in families.items()]
