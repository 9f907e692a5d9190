"""The quality checklist of a series: fourteen points, ticked by its instructor for nobody but themselves.

Research on eight infant massage programmes found fourteen mechanisms that made them work (Underdown and Barlow 2011).
The first three are the ones it is quoted with: the invitation, the same facilitator throughout, the setting. The other
eleven are ours, from how instructors are taught to hold a session; the page says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from classes.models import QualityTick, Series, Session
from config.accounts.models import User
from config.audit.trail import record

Words = str | Promise


@dataclass(frozen=True)
class Point:
    """One thing to look for. `small` says what is meant; the first three are from research."""

    slug: str
    words: Words
    small: Words
    is_from_research: bool = False


POINTS = (
    Point("invitation", _("Every family was invited in person"), _("By name, by you or someone it trusts"), True),
    Point("same-lead", _("The same instructor all the way"), _("From the first session to the last"), True),
    Point("setting", _("The room was kind to bodies"), _("Warm, clean, somewhere to feed, change and rest"), True),
    Point("small-group", _("The group was small"), _("Small enough to know every name")),
    Point("welcome", _("Everyone was welcomed"), _("And coming late was fine")),
    Point("permission", _("Every baby was asked first"), _("Each time, and a no was a no")),
    Point("doll", _("You showed every stroke on a doll"), _("Never on a baby")),
    Point("own-hands", _("Carers massaged their own babies"), _("Nobody’s hands came between")),
    Point("cues", _("The babies set the pace"), _("States and cues were named as they came")),
    Point("all-of-it", _("Feeding, sleeping and crying belonged to it"), _("There was nothing to reach by the end")),
    Point("review", _("Each week began with the week before"), _("Few new strokes at a time")),
    Point("talk", _("There was time to talk"), _("And every voice found room")),
    Point("carers-too", _("The carers were looked after"), _("A breath, a drink, a word about themselves")),
    Point("afterwards", _("Everyone knew how to go on"), _("At home, and whom to ask for more help")),
)
SLUGS = frozenset(point.slug for point in POINTS)


@dataclass(frozen=True)
class Checklist:
    """Which points are ticked, and what the dates themselves say about the second: how many a substitute led."""

    ticked: frozenset[str]
    substituted: int

    @property
    def number(self) -> int:
        return len(self.ticked)


def checklist_of(series: Series) -> Checklist:
    """Two queries."""
    ticked = QualityTick.objects.filter(series=series, point__in=SLUGS).values_list("point", flat=True)
    led = Session.objects.held().filter(series=series, substitute__isnull=False).count()
    return Checklist(frozenset(ticked), led)


def counts_of(series: Iterable[Series]) -> dict[int, int]:
    """{series id: points that are ticked}. One query."""
    found: dict[int, int] = {}
    rows = QualityTick.objects.filter(series__in=list(series), point__in=SLUGS).values_list("series_id", flat=True)
    for key in rows:
        found[key] = found.get(key, 0) + 1
    return found


def tick(series: Series, *, points: Iterable[str], by: User, now: datetime) -> Checklist:
    """Keep exactly these points ticked. What was ticked before keeps its day."""
    wanted = frozenset(points) & SLUGS
    with transaction.atomic():
        mine = QualityTick.objects.filter(series=series)
        standing = frozenset(mine.values_list("point", flat=True))
        mine.filter(point__in=standing - wanted).delete()
        fresh = [QualityTick(series=series, point=point, by=by, at=now) for point in sorted(wanted - standing)]
        QualityTick.objects.bulk_create(fresh, ignore_conflicts=True)
        if wanted != standing:
            record("ticked the quality checklist", by=by, about=series, now=now, detail={"points": len(wanted)})
    return checklist_of(series)
