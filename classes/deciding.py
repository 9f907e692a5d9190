"""Too few families for a series: it runs anyway, is merged with another, or is called off. One press decides, once.

Nothing is decided by silence: the instructor is asked before the date, and once more the morning after it; a series
that nobody decided about simply runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from classes import calling_off, ending, merging_series, number_letters
from classes.models import DecisionReminder, Enrolment, MergeAsk, Place, Series, SeriesDecision, Session
from classes.places import places_left
from classes.roll import in_words
from config.accounts.models import User
from config.audit.trail import record
from config.lib.money import Money
from config.lib.times import at_local_time, local
from instructors.models import Instructor

Choice = Series.Decision
# From so long before the date the three buttons stand open, and the first letter is written.
AHEAD = timedelta(hours=48)
LAST_ASKED_AT = time(8)
MOST_TARGETS = 6
MOST_LOOKED_AT = 40
MOST_A_RUN = 100
MOST_DUE = 5


class CannotDecide(Exception):
    """Nothing was decided; the sentence says why and what to do instead."""


@dataclass(frozen=True)
class Target:
    """A series that this one can be merged with: all its families would find room. `answer_by` is until when."""

    series: Series
    left: int
    answer_by: datetime


@dataclass(frozen=True)
class Asked:
    """A family that was asked about a merge, and its answer; "" while there is none."""

    names: str
    answer: str
    said: str


@dataclass(frozen=True)
class Numbers:
    """How a series with a smallest number of families stands. `refusal` says why nothing can be decided, if so."""

    families: int
    wanted: int
    brings: Money
    decide_by: datetime | None
    last_asked_at: datetime | None
    is_near: bool
    refusal: str
    targets: Sequence[Target]
    decision: SeriesDecision | None
    asked: Sequence[Asked]

    @property
    def is_short(self) -> bool:
        return self.families < self.wanted

    @property
    def missing(self) -> int:
        return max(self.wanted - self.families, 0)


def families_of(series: Series) -> int:
    """How many families booked the whole series. One query."""
    whole = Enrolment.objects.booked().filter(series=series, kind=Enrolment.Kind.SERIES)
    return whole.values("family").distinct().count()


def decided(series: Series) -> SeriesDecision | None:
    """What was decided; None, without a query, where nothing was."""
    if not series.decision:
        return None
    return SeriesDecision.objects.select_related("to").filter(series=series).first()


def why_not_decide(series: Series, *, families: int, now: datetime) -> str:
    """The sentence that refuses; empty where `decide` takes a choice."""
    if series.decision:
        return _("It is decided already, and stands below.")
    if series.state != Series.State.PUBLISHED:
        return _("Only a series that is open for booking is decided on.")
    if not series.fewest_families or series.first_session_at is None:
        return _("This series has no smallest number of families, so there is nothing to decide.")
    if series.has_begun(now):
        return _("It has begun, so it runs. You can still change single dates.")
    if families >= series.fewest_families:
        return _("Enough families have booked meanwhile, so it runs.")
    return ""


def numbers_of(series: Series, *, now: datetime) -> Numbers | None:
    """How it stands, for its instructor; None, without a query, where there is no smallest number. Six queries."""
    if not series.fewest_families and not series.decision:
        return None
    decision, families = decided(series), families_of(series)
    refusal = why_not_decide(series, families=families, now=now)
    brings = Enrolment.objects.booked().filter(series=series).values_list("price_minor", flat=True)
    return Numbers(
        families=families,
        wanted=series.fewest_families,
        brings=Money(sum(brings), series.currency),
        decide_by=series.decide_by,
        last_asked_at=last_asked_at(series),
        is_near=series.decide_by is None or now >= series.decide_by - AHEAD,
        refusal=refusal,
        targets=[] if refusal else targets(series, now=now),
        decision=decision,
        asked=_asked(decision) if decision and decision.choice == Choice.MERGE else [],
    )


def last_asked_at(series: Series) -> datetime | None:
    """Eight in the morning after the date, by the clock of the instructor: then we ask for the last time."""
    if series.decide_by is None:
        return None
    day = local(series.decide_by, series.instructor.time_zone).date() + timedelta(days=1)
    return at_local_time(day, LAST_ASKED_AT, zone=series.instructor.time_zone)


def targets(series: Series, *, now: datetime) -> list[Target]:
    """Series of the same instructor that have room for every family of this one, soonest first. Four queries."""
    needed = _needed(series)
    if not needed:
        return []
    open_ones = Series.objects.open_to_book(now).led_by(series.instructor).to_begin(now)
    same = open_ones.filter(currency=series.currency, is_practice=series.is_practice, first_session_at__isnull=False)
    # Nobody pays the same for fewer dates.
    dates = Session.objects.held().filter(series=OuterRef("pk")).order_by().values("series")
    long: Any = same.annotate(dates=Subquery(dates.annotate(count=Count("pk")).values("count")))
    wanted = Session.objects.held().filter(series=series).count()
    looked_at = list(long.filter(dates__gte=wanted).exclude(pk=series.pk).for_page().soonest()[:MOST_LOOKED_AT])
    left = places_left(looked_at, now=now)
    found = []
    for one in looked_at:
        until = merging_series.answer_until(series, one, now=now)
        if until and all(left[one.pk].get(way, 0) >= places for way, places in needed.items()):
            found.append(Target(one, sum(left[one.pk].values()), until))
    return found[:MOST_TARGETS]


def _needed(series: Series) -> dict[str, int]:
    """{way: places} that all its families need in every session together. One query."""
    booked = Place.objects.filter(enrolment__series=series, enrolment__kind=Enrolment.Kind.SERIES)
    rows = booked.filter(enrolment__state=Enrolment.State.BOOKED).values("enrolment__way")
    counted = rows.annotate(babies=Count("baby", distinct=True)).values_list("enrolment__way", "babies")
    return dict(counted.order_by())


def _asked(decision: SeriesDecision) -> list[Asked]:
    """Two queries."""
    asks = list(MergeAsk.objects.filter(decision=decision).order_by("pk"))
    names: dict[int, list[str]] = {}
    rows = Place.objects.filter(enrolment__in=[ask.enrolment_id for ask in asks]).order_by("baby_id")
    for key, name in rows.values_list("enrolment_id", "baby__first_name").distinct():
        names.setdefault(key, []).append(name)
    return [Asked(in_words(names.get(ask.enrolment_id, [])), ask.answer, str(ask.get_answer_display())) for ask in asks]


def decide(
    series: Series,
    *,
    choice: str,
    seen: int,
    key: str,
    by: User,
    now: datetime,
    to: Series | None = None,
    words: str = "",
) -> SeriesDecision:
    """Decide, once, and tell every family. The same key again is the same decision.

    `seen` is how many families the presser saw. Raises CannotDecide, and then nothing was written.
    """
    try:
        with transaction.atomic():
            booked = merging_series.touched_by(series)
            locked = ending.lock_touched(booked, now=now, besides=[series, *([to] if to else [])])
            if made := SeriesDecision.objects.filter(series=series).first():
                return _same(made, key)
            series = locked.series[series.pk]
            _refuse(series, choice=choice, to=to, seen=seen, now=now)
            decision = _write(series, choice=choice, to=to, words=words, seen=seen, key=key, by=by, now=now)
            own = [one for one in locked.all() if one.series_id == series.pk and one.state == Enrolment.State.BOOKED]
            _carry_out(decision, series, own, to=locked.series[to.pk] if to else None, by=by, now=now)
            locked.pass_on(now=now)
    except calling_off.CannotCallOff as refusal:
        raise CannotDecide(str(refusal)) from refusal
    return decision


def _same(made: SeriesDecision, key: str) -> SeriesDecision:
    if made.key == key:
        return made
    raise CannotDecide(
        _("It was decided a moment ago: %(decision)s. Nothing else was done.") % {"decision": made.get_choice_display()}
    )


def _refuse(series: Series, *, choice: str, to: Series | None, seen: int, now: datetime) -> None:
    families = families_of(series)
    if sentence := why_not_decide(series, families=families, now=now):
        raise CannotDecide(sentence)
    if families != seen:
        raise CannotDecide(_("A family came or left since you looked. Here is how it stands now."))
    if choice == Choice.MERGE and (to is None or to.pk not in {one.series.pk for one in targets(series, now=now)}):
        raise CannotDecide(
            _("There is no room for all of them any more. Please choose another series, or another way.")
        )


def _write(
    series: Series, *, choice: str, to: Series | None, words: str, seen: int, key: str, by: User, now: datetime
) -> SeriesDecision:
    is_merge = choice == Choice.MERGE
    until = merging_series.answer_until(series, to, now=now) if is_merge and to else None
    decision = SeriesDecision.objects.create(
        series=series,
        choice=choice,
        key=key,
        families=seen,
        words=words,
        to=to if is_merge else None,
        answer_by=until,
        by=by,
        at=now,
    )
    series.decision, series.decided_at = choice, now
    series.save(update_fields=["decision", "decided_at"])
    detail = {"choice": choice, "families": seen, **({"to": to.pk} if is_merge and to else {})}
    record("decided on a series", by=by, about=series, now=now, detail=detail)
    return decision


def _carry_out(
    decision: SeriesDecision,
    series: Series,
    booked: Iterable[Enrolment],
    *,
    to: Series | None,
    by: User,
    now: datetime,
) -> None:
    if decision.choice == Choice.RUN:
        for enrolment in booked:
            number_letters.queue_runs(enrolment, words=decision.words, now=now)
    elif decision.choice == Choice.MERGE and to is not None:
        merging_series.ask_all(decision, booked, to=to, by=by, now=now)
    else:
        calling_off.cancel_series(series, words=decision.words, by=by, now=now, key=f"decided:{decision.key}"[:64])
        # Places of what is called off are offered to nobody.
        series.refresh_from_db(fields=["state"])


def to_decide(now: datetime) -> QuerySet[Series]:
    """Series that fewer families booked than they run from, whose date is near or over, and that nobody decided on.

    Each with `families`.
    """
    near = Series.objects.filter(decision="", decide_by__lte=now + AHEAD, first_session_at__gt=now)
    whole = Q(enrolments__state=Enrolment.State.BOOKED, enrolments__kind=Enrolment.Kind.SERIES)
    counted = Count("enrolments__family", filter=whole, distinct=True)
    short = near.published().filter(fewest_families__gt=0).annotate(families=counted)
    return short.filter(families__lt=F("fewest_families")).order_by("decide_by", "pk")


def due_for(instructor: Instructor, *, now: datetime) -> list[Series]:
    """Those of one instructor, soonest first, each with `families`. One query."""
    return list(to_decide(now).filter(instructor=instructor)[:MOST_DUE])


def remind(now: datetime) -> int:
    """Ask the instructors: from two days before the date, and once more at eight the morning after it. Returns letters.

    After a stop of hours only the letter that is due now is written.
    """
    waiting = to_decide(now).select_related("instructor__user").prefetch_related("decision_reminders")
    return sum(_remind(series, now=now) for series in waiting[:MOST_A_RUN])


def _remind(series: Series, *, now: datetime) -> int:
    last = last_asked_at(series)
    number = 2 if last is not None and now >= last else 1
    if any(one.number >= number for one in series.decision_reminders.all()):
        return 0
    with transaction.atomic():
        _row, is_new = DecisionReminder.objects.get_or_create(series=series, number=number, defaults={"at": now})
        if is_new:
            families: int = series.families  # type: ignore[attr-defined]  # counted by `to_decide`
            number_letters.queue_to_decide(series, families=families, number=number, now=now)
    return int(is_new)
