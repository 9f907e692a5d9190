"""How an instructor's classes went over a span of time: who came, week by week, and which mats were used again.

Everything is about the instructor's own series. Of families there are numbers here and no names; "told us" and "no
word" say what is known, and nothing about why.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Value, When

from classes.models import Enrolment, Feedback, MakeUpRight, Place, Series, Session
from classes.models.attendance import Mark
from classes.models.session import title_here
from classes.teaching import FEWEST_FAMILIES
from config.lib.times import at_local_time, local
from curriculum.models.wording import in_words
from instructors.models import Instructor

DAYS_30, THIS_YEAR, LAST_YEAR = "days", "year", "before"
MOST_SERIES = 60
MOST_WORDS = 12
MOST_LISTED = 4
HERE, TOLD, NO_WORD, UNMARKED = "here", "told", "no_word", "unmarked"
WERE_HERE = (Mark.PRESENT, Mark.LATE, Mark.OBSERVED, Mark.MAKE_UP)


@dataclass(frozen=True)
class Span:
    """From a moment to another, the later one not included, by the instructor's own clock."""

    name: str
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Asked:
    """What a report is about: all own series of an instructor, or one of them, in a span of time."""

    instructor: Instructor
    span: Span
    series: Series | None = None

    @property
    def own_series(self) -> Q:
        """The condition on a series."""
        return Q(pk=self.series.pk) if self.series else Q(instructor=self.instructor)


@dataclass(frozen=True)
class Week:
    """One week of the plan, and how its places were marked. It has a `title` where all plans say the same."""

    number: int
    title: str
    here: int
    told: int
    no_word: int
    unmarked: int

    @property
    def places(self) -> int:
        return self.here + self.told + self.no_word

    @property
    def bar(self) -> list[tuple[str, int, int]]:
        """(kind, where it begins, how long), in thousandths of the places that have a mark; for the drawing."""
        drawn, at = [], 0
        for kind, count in ((HERE, self.here), (TOLD, self.told), (NO_WORD, self.no_word)):
            end = at + count
            begin_at, end_at = (1000 * one // max(self.places, 1) for one in (at, end))
            if count:
                drawn.append((kind, begin_at, end_at - begin_at))
            at = end
        return drawn


@dataclass(frozen=True)
class Coming:
    """Who came: the weeks, and all of them together."""

    weeks: list[Week]
    families: int
    series: int

    @property
    def together(self) -> Week:
        sums = [sum(getattr(week, kind) for week in self.weeks) for kind in (HERE, TOLD, NO_WORD, UNMARKED)]
        return Week(0, "", *sums)

    @property
    def quietest(self) -> Week | None:
        """The week with most places without a word, where it stands out: more of them than in any other."""
        most = sorted(self.weeks, key=lambda week: -week.no_word)[:2]
        if not most or most[0].no_word < 2 or (len(most) > 1 and most[1].no_word == most[0].no_word):
            return None
        return most[0]


@dataclass(frozen=True)
class Mats:
    """Places that families told us about in time, how many of them somebody else had, and make-up rights."""

    told: int
    taken_again: int
    used: int
    open: int
    ran_out: int

    def __bool__(self) -> bool:
        return bool(self.told or self.used or self.open or self.ran_out)


@dataclass(frozen=True)
class Said:
    """What a family wrote; `by` is empty unless it said that the instructor may know."""

    words: str
    series: str
    by: str


@dataclass(frozen=True)
class Answers:
    """One question of the feedback, with how many families gave each answer."""

    question: str
    counts: list[tuple[str, int]]


@dataclass(frozen=True)
class Heard:
    """What families said after the last session. Below FEWEST_FAMILIES answers stay untold: they could be traced."""

    families: int
    answers: list[Answers]
    words: list[Said]


def span_of(name: str, *, zone: str, now: datetime) -> Span:
    """The last 30 days, this year so far, or the year before, by the clock of that zone."""
    today = local(now, zone).date()
    if name == DAYS_30:
        return Span(name, now - timedelta(days=30), now)
    if name == LAST_YEAR:
        return Span(name, _new_year(today.year - 1, zone), _new_year(today.year, zone))
    return Span(THIS_YEAR, _new_year(today.year, zone), now)


def _new_year(year: int, zone: str) -> datetime:
    return at_local_time(date(year, 1, 1), time(), zone=zone)


def series_to_choose(instructor: Instructor) -> list[Series]:
    """Own series that are or were open, newest first, at most MOST_SERIES. One query."""
    own = Series.objects.led_by(instructor).shown()
    return list(own.order_by(F("first_session_at").desc(nulls_last=True), "-pk")[:MOST_SERIES])


def sessions_of(asked: Asked) -> QuerySet[Session]:
    """The sessions of the span that were held."""
    own = Series.objects.filter(asked.own_series).values("pk")
    held = Session.objects.held().filter(series__in=own)
    return held.filter(starts_at__gte=asked.span.since, starts_at__lt=asked.span.until)


def places_of(asked: Asked) -> QuerySet[Place]:
    """Places that were somebody's in these sessions, each with `outcome`: "here", "told", "no_word" or "unmarked".

    A place that its family gave back counts as told, unless the same baby took one again.
    """
    again = Place.objects.unreleased().filter(
        session=OuterRef("session"), baby=OuterRef("baby"), enrolment=OuterRef("enrolment")
    )
    gave_back = Q(release=Place.Release.TOLD) & ~Exists(again)
    rows = Place.objects.filter(session__in=sessions_of(asked).values("pk"))
    rows = rows.filter(Q(released_at__isnull=True) | gave_back, enrolment__state__in=Enrolment.EVER_BOOKED)
    return rows.annotate(outcome=_outcome())


def _outcome() -> Case:
    return Case(
        When(release=Place.Release.TOLD, then=Value(TOLD)),
        When(attendance__mark__in=WERE_HERE, then=Value(HERE)),
        When(attendance__mark=Mark.ABSENT_TOLD, then=Value(TOLD)),
        When(attendance__mark=Mark.ABSENT, then=Value(NO_WORD)),
        default=Value(UNMARKED),
        output_field=CharField(),
    )


def who_came(asked: Asked) -> Coming:
    """Attendance by week of the plan; a make-up counts where it was held. Two queries, however many places."""
    # The type checker does not know what a query is annotated with.
    places: Any = places_of(asked)
    of = ("session__lesson", "session__lesson__week", "session__lesson__title", "session__series__parts_here")
    rows = places.values(*of, "session__number", "outcome")
    counts: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    titles: dict[int, set[str]] = defaultdict(set)
    for row in rows.annotate(places=Count("pk")).order_by():
        week = row["session__lesson__week"] or row["session__number"]
        counts[week][row["outcome"]] += row["places"]
        title = in_words("lesson", "title", row["session__lesson__title"] or "")
        titles[week].add(title_here(title, row["session__series__parts_here"], row["session__lesson"]))
    weeks = [
        Week(number, titles[number].pop() if len(titles[number]) == 1 else "", **_four(counts[number]))
        for number in sorted(counts)
    ]
    numbers = places_of(asked).aggregate(
        families=Count("enrolment__family", distinct=True), series=Count("session__series", distinct=True)
    )
    return Coming(weeks, **numbers)


def _four(counts: dict[str, int]) -> dict[str, int]:
    return {kind: counts.get(kind, 0) for kind in (HERE, TOLD, NO_WORD, UNMARKED)}


def mats_used_again(asked: Asked, *, now: datetime) -> Mats:
    """Two queries."""
    later = Place.objects.filter(
        session=OuterRef("session"),
        way=OuterRef("way"),
        number=OuterRef("number"),
        taken_at__gte=OuterRef("released_at"),
        enrolment__state__in=Enrolment.EVER_BOOKED,
    )
    given = (
        places_of(asked).filter(release=Place.Release.TOLD).annotate(is_again=Exists(later.exclude(pk=OuterRef("pk"))))
    )
    told = given.aggregate(told=Count("pk"), taken_again=Count("pk", filter=Q(is_again=True)))
    own = Series.objects.filter(asked.own_series).values("pk")
    rights = MakeUpRight.objects.filter(enrolment__series__in=own)
    in_span = rights.filter(granted_at__gte=asked.span.since, granted_at__lt=asked.span.until)
    is_open = Q(state=MakeUpRight.State.OPEN, expires_at__gt=now)
    over = Q(state=MakeUpRight.State.LAPSED) | Q(state=MakeUpRight.State.OPEN, expires_at__lte=now)
    kinds = in_span.aggregate(
        used=Count("pk", filter=Q(state=MakeUpRight.State.USED)),
        open=Count("pk", filter=is_open),
        ran_out=Count("pk", filter=over),
    )
    return Mats(**told, **kinds)


def heard(asked: Asked) -> Heard:
    """What families said of these series in that span. Two queries."""
    own = Series.objects.filter(asked.own_series).values("pk")
    given = Feedback.objects.filter(enrolment__series__in=own)
    given = given.filter(given_at__gte=asked.span.since, given_at__lt=asked.span.until)
    rows = list(given.values_list("ease", "pace", "at_home"))
    if len(rows) < FEWEST_FAMILIES:
        named = given.filter(is_named=True)
        return Heard(len(rows), [], _words(named))
    return Heard(len(rows), _answers(rows), _words(given))


def _answers(rows: Sequence[tuple[str, ...]]) -> list[Answers]:
    fields: list[Any] = [Feedback._meta.get_field(name) for name in ("ease", "pace", "at_home")]
    return [
        Answers(
            str(field.verbose_name),
            [(str(label), sum(row[at] == value for row in rows)) for value, label in field.choices],
        )
        for at, field in enumerate(fields)
    ]


def _words(given: QuerySet[Feedback]) -> list[Said]:
    newest = given.exclude(words="").select_related("enrolment__series", "by").order_by("-given_at", "-pk")
    return [
        Said(one.words, one.enrolment.series.title, one.by.first_name if one.is_named else "")
        for one in newest[:MOST_WORDS]
        if one.words
    ]
