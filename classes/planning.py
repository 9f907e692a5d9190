"""An instructor arranges the strokes of one series: which week, which order, which name; every version is kept.

What families were shown stays. A week is settled once its session is over, or its register finished: what was shown in
it keeps its week, its place and its name, and nothing new comes into it. What was left out there (ticks say so) may
still move to a week to come. At a family's own pace no week is ever over, and each family keeps what it opened.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from classes import opening, own_plan
from classes.arrangement import Arrangement, put_over
from classes.models import Series, Session, StrokePlan, TaughtStroke
from classes.places import lock_series
from config.accounts.models import User
from config.audit.trail import record
from curriculum import naming
from curriculum.lessons import plan_with_lessons
from curriculum.models import Lesson, Plan, Stroke
from curriculum.progression import ALWAYS, lessons_of
from curriculum.wording import forbidden_in, languages

LONGEST_NAME = 80


class CannotArrange(Exception):
    """Nothing was kept. Carries a sentence for the reader, and what they may keep instead."""

    def __init__(self, sentence: str, *, instead: Arrangement) -> None:
        super().__init__(sentence)
        self.instead = instead


class ChangedSince(CannotArrange):
    """Somebody kept another version since the page was opened; theirs stays, and nothing was overwritten."""


class WrongNames(Exception):
    """{slug: sentence} of names that cannot be kept."""

    def __init__(self, sentences: Mapping[str, str]) -> None:
        super().__init__(" ".join(sentences.values()))
        self.sentences = dict(sentences)


@dataclass(frozen=True)
class Settled:
    """What families were shown: {week: when}, and {slug: week} of the strokes that stay where they are."""

    weeks: Mapping[int, datetime] = field(default_factory=dict)
    strokes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Desk:
    """Everything that arranging needs: the plan as it stands, what is settled, and every stroke there is."""

    base: Plan
    standing: Arrangement
    number: int
    settled: Settled
    strokes: dict[str, Stroke]
    dates: dict[int, datetime]

    @property
    def rooted(self) -> str:
        """The stroke that stays where it is: asking permission, where this plan has it."""
        return ALWAYS if ALWAYS in self.own.week_of else ""

    @property
    def lessons(self) -> list[Lesson]:
        return lessons_of(self.base)

    @property
    def own(self) -> Arrangement:
        """As the curriculum has it."""
        return own_plan.arrangement_of_plan(self.base)

    def tidy(self, wanted: Arrangement) -> Arrangement:
        """Each stroke once, in a week of this plan; asking permission opens the first week, as it opens every massage.

        Strokes that nobody teaches any more are passed over, and a name that says nothing new is none. What was shown
        has its order.
        """
        seen: set[str] = set()
        weeks: dict[int, list[str]] = {}
        for lesson in self.lessons:
            slugs = [slug for slug in wanted.weeks.get(lesson.week, ()) if slug in self.strokes and slug not in seen]
            weeks[lesson.week] = list(dict.fromkeys(slugs))
            seen |= set(slugs)
        first = self.own.week_of.get(ALWAYS)
        if first is not None and ALWAYS in self.strokes:
            for slugs in weeks.values():
                if ALWAYS in slugs:
                    slugs.remove(ALWAYS)
            weeks[first].insert(0, ALWAYS)
        for week in self.settled.weeks:
            order = list(self.standing.weeks.get(week, ()))
            weeks.get(week, []).sort(key=lambda slug: order.index(slug) if slug in order else len(order))
        return Arrangement(weeks, self._names(wanted))

    def _names(self, wanted: Arrangement) -> dict[str, str]:
        known = {slug: name for slug, name in wanted.names.items() if slug in self.strokes}
        told = {slug: naming.kept(self.strokes[slug], name) for slug, name in known.items()}
        return {slug: name for slug, name in told.items() if name}

    def in_any_language(self, wanted: Arrangement) -> Arrangement:
        """With the names that the library knows as it writes them, in whichever language they were picked."""
        names = dict(wanted.names)
        for slug in names.keys() & self.strokes.keys() - self.settled.strokes.keys():
            names[slug] = naming.kept_in_any_language(self.strokes[slug], names[slug])
        return Arrangement(wanted.weeks, names)

    def allowed(self, wanted: Arrangement) -> Arrangement:
        """The nearest to `wanted` that takes nothing from families."""
        fixed, held = self.settled.strokes, set(self.settled.weeks)
        return put_over(self.tidy(wanted), self.standing, fixed=fixed, held=held)


def desk_of(series: Series, *, now: datetime) -> Desk:
    """Nine queries; seven at own pace."""
    base = plan_with_lessons(series.plan_id)
    newest = StrokePlan.objects.of(series).first()
    standing = own_plan.standing_in(newest) if newest else own_plan.arrangement_of_plan(base)
    strokes = {stroke.slug: stroke for stroke in Stroke.objects.current().with_aliases().in_teaching_order()}
    sessions = _sessions_of(series, base)
    dates = {week: found[0].starts_at for week, found in sessions.items()}
    number = newest.number if newest else 0
    return Desk(base, standing, number, _settled(standing, sessions, now=now), strokes, dates)


def _sessions_of(series: Series, base: Plan) -> dict[int, list[Session]]:
    """{week: its sessions, the soonest first}. At own pace there are check-ins at most, and they teach no week."""
    found: dict[int, list[Session]] = defaultdict(list)
    if series.delivery != Series.Delivery.SELF_PACED:
        weeks = {lesson.pk: lesson.week for lesson in lessons_of(base)}
        rows = Session.objects.held().filter(series=series).defer("note", "stream_url")
        for session in rows.order_by("starts_at"):
            found[opening.week_of(session, weeks)].append(session)
    return dict(found)


def _settled(standing: Arrangement, sessions: Mapping[int, list[Session]], *, now: datetime) -> Settled:
    over = {
        week: held
        for week, found in sessions.items()
        if (held := [one for one in found if opening.over_at(one) <= now])
    }
    ticked: dict[int, set[str]] = defaultdict(set)
    keys = [session.pk for held in over.values() for session in held]
    rows = TaughtStroke.objects.shown().filter(session__in=keys).values_list("session_id", "stroke__slug")
    for key, slug in rows:
        ticked[key].add(slug)
    shown: dict[str, int] = {}
    for week, held in over.items():
        is_whole = any(not ticked[session.pk] for session in held)
        told = {ALWAYS}.union(*(ticked[session.pk] for session in held))
        shown |= {slug: week for slug in standing.weeks.get(week, ()) if is_whole or slug in told}
    return Settled({week: min(map(opening.over_at, held)) for week, held in over.items()}, shown)


def arrange(series: Series, wanted: Arrangement, *, seen: int, key: str, by: User, now: datetime) -> StrokePlan | None:
    """Keep the strokes of this series so, as a new version. `seen` is the number of the version that was opened.

    The same `key` again is the same version. Returns None where nothing is different. Raises WrongNames; ChangedSince;
    CannotArrange where a week was held since.
    """
    if sentences := wrong_names(wanted.names):
        raise WrongNames(sentences)
    with transaction.atomic():
        locked = lock_series(series)
        if standing := _made_before(locked, key):
            return standing
        desk = desk_of(locked, now=now)
        wanted = desk.in_any_language(wanted)
        wanted, allowed = desk.tidy(wanted), desk.allowed(wanted)
        if desk.number != seen:
            raise ChangedSince(_changed_since(), instead=allowed)
        if not allowed.is_like(wanted):
            raise CannotArrange(_was_held(), instead=allowed)
        return _keep(locked, desk, allowed, key=key, by=by, now=now)


def put_back(series: Series, number: int, *, seen: int, key: str, by: User, now: datetime) -> StrokePlan | None:
    """Teach as that version did once more, but for what was held since; 0 is the curriculum's own.

    Returns None where that is how it stands. Raises ChangedSince, and StrokePlan.DoesNotExist.
    """
    with transaction.atomic():
        locked = lock_series(series)
        if standing := _made_before(locked, key):
            return standing
        desk = desk_of(locked, now=now)
        wanted = desk.own
        if number:
            wanted = own_plan.standing_in(StrokePlan.objects.of(locked).get(number=number))
        if desk.number != seen:
            raise ChangedSince(_changed_since(), instead=desk.standing)
        return _keep(locked, desk, desk.allowed(wanted), key=key, by=by, now=now, put_back=number)


def take_over(series: Series, wanted: Arrangement, *, title: str, by: User, now: datetime) -> StrokePlan | None:
    """Begin a new series with strokes arranged before, in a series or template called `title`. Call it in its
    transaction. Returns None where that is the plan anyway."""
    desk = desk_of(series, now=now)
    return _keep(series, desk, desk.allowed(wanted), key="", by=by, now=now, taken_from=title)


def _keep(
    series: Series,
    desk: Desk,
    wanted: Arrangement,
    *,
    key: str,
    by: User,
    now: datetime,
    put_back: int | None = None,
    taken_from: str = "",
) -> StrokePlan | None:
    if wanted.is_like(desk.standing):
        return None
    weeks, names = wanted.stored()
    last = StrokePlan.objects.filter(series=series).order_by("-number").values_list("number", flat=True).first()
    version = StrokePlan.objects.create(
        series=series,
        plan_id=series.plan_id,
        number=(last or 0) + 1,
        key=_own_key(series, key),
        weeks=weeks,
        names=names,
        put_back=put_back,
        taken_from=taken_from,
        made_at=now,
        by=by,
    )
    _call_weeks(series, desk, wanted)
    record("arranged the strokes of a series", by=by, about=series, now=now, detail={"version": version.number})
    return version


def _call_weeks(series: Series, desk: Desk, wanted: Arrangement) -> None:
    """What each week is about goes to the series. A week that was held keeps what families know it by."""
    known, told = series.parts_here or {}, own_plan.parts_of_weeks(desk.base, wanted, desk.strokes)
    held = {str(lesson.pk) for lesson in desk.lessons if lesson.week in desk.settled.weeks}
    told = {key: parts for key, parts in told.items() if key not in held}
    series.parts_here = told | {key: parts for key, parts in known.items() if key in held} or None
    series.save(update_fields=["parts_here"])


def wrong_names(names: Mapping[str, str]) -> dict[str, str]:
    """{slug: sentence} of names that are too long, or say what may never be said."""
    found: dict[str, str] = {}
    for slug, name in names.items():
        if len(name) > LONGEST_NAME:
            found[slug] = _("Please use at most %(most)d letters.") % {"most": LONGEST_NAME}
        elif claims := _claims_in(name):
            found[slug] = _("“%(words)s” claims more than is known. Please put it another way.") % {"words": claims[0]}
    return found


def _claims_in(name: str) -> list[str]:
    """What may never be said, in whichever language it stands there."""
    return [claim for code in languages() for claim in forbidden_in(name, audience="parents", language=code)]


def _own_key(series: Series, key: str) -> str | None:
    return f"{series.pk}:{key}" if key else None


def _made_before(series: Series, key: str) -> StrokePlan | None:
    return StrokePlan.objects.filter(key=_own_key(series, key)).first() if key else None


def _changed_since() -> str:
    return _("This plan was changed since you opened it. Nothing was overwritten, and yours still stands here.")


def _was_held() -> str:
    return _("A session was held since you opened this page, so what it showed stays. Please look once more.")
