"""What an instructor changed about the strokes of a series, version by version: who, when, and what in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from classes import own_plan
from classes.arrangement import Arrangement, Difference, Kind, differences
from classes.models import Series, StrokePlan
from classes.planning import Desk
from curriculum import naming
from curriculum.library import aliases_of
from curriculum.models import Stroke
from instructors.models import Instructor

PAGE = 6
MOST_SENTENCES = 6


@dataclass(frozen=True)
class Kept:
    """One version: `by_name` is empty for somebody who does not teach; `more` counts what `changes` leaves unsaid."""

    version: StrokePlan
    by_name: str
    changes: list[str]
    more: int
    is_standing: bool
    is_own: bool = False


def history_of(series: Series, desk: Desk, *, before: int | None = None) -> tuple[list[Kept], int | None]:
    """A page of versions, the newest first, and where the next begins; None on the last. Three queries at most."""
    rows = StrokePlan.objects.of(series)
    if before is not None:
        rows = rows.filter(number__lt=before)
    found = list(rows[: PAGE + 1])
    page = found[:PAGE]
    told = [own_plan.standing_in(one) for one in found] + ([desk.own] if len(found) <= PAGE else [])
    names = dict(Instructor.objects.filter(user__in={one.by_id for one in page}).values_list("user_id", "display_name"))
    strokes = own_plan.strokes_for(desk.base, told) | desk.strokes
    entries = []
    for version, now, then in zip(page, told, told[1:], strict=False):
        changes = differences(then, now)
        sentences = said(changes[:MOST_SENTENCES], strokes)
        by_name, more = names.get(version.by_id, ""), max(len(changes) - MOST_SENTENCES, 0)
        entries.append(Kept(version, by_name, sentences, more, version.number == desk.number))
    return entries, (page[-1].number if len(found) > PAGE else None)


def last_kept(series: Series, *, reader: Instructor) -> Kept | None:
    """Who kept the version that stands, and when. Two queries."""
    version = StrokePlan.objects.of(series).first()
    if version is None:
        return None
    names = dict(Instructor.objects.filter(user=version.by_id).values_list("user_id", "display_name"))
    is_own = version.by_id == reader.user_id
    return Kept(version, names.get(version.by_id, ""), [], 0, is_standing=True, is_own=is_own)


def changes_from(desk: Desk, wanted: Arrangement) -> list[str]:
    """What `wanted` would change about the plan as it stands."""
    return said(differences(desk.standing, wanted), desk.strokes)


def said(changes: Iterable[Difference], strokes: Mapping[str, Stroke]) -> list[str]:
    """A sentence for each."""
    return [_said(one, strokes[one.slug].name if one.slug in strokes else one.slug) for one in changes]


def _said(one: Difference, stroke: str) -> str:
    if one.kind == Kind.MOVED:
        return _("%(stroke)s: from week %(was)d to week %(week)d") % {
            "stroke": stroke,
            "was": one.was,
            "week": one.week,
        }
    if one.kind == Kind.ADDED:
        return _("%(stroke)s: added to week %(week)d") % {"stroke": stroke, "week": one.week}
    if one.kind == Kind.LEFT_OUT:
        return _("%(stroke)s: left out of week %(week)d") % {"stroke": stroke, "week": one.was}
    if one.kind == Kind.ORDER:
        return _("Week %(week)d: another order") % {"week": one.week}
    if one.name:
        return _("%(stroke)s: called “%(name)s”") % {"stroke": stroke, "name": naming.said(one.name)}
    return _("%(stroke)s: called by its own name again") % {"stroke": stroke}


def names_known(stroke: Stroke) -> Sequence[tuple[str, str]]:
    """(name, where it comes from) of the other names of a stroke fetched `with_aliases`; neutral ones first."""
    rows = sorted(aliases_of(stroke), key=lambda one: not one.is_neutral)
    return [(one.name, _("neutral") if one.is_neutral else one.school) for one in rows]
