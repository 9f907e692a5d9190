"""What is on offer: how many places are left, what begins next, and what the page of one series tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.db.models import F

from classes import own_plan
from classes.models import Enrolment, Series, Session
from classes.places import left_in, taken_counts
from classes.prices import price_to_come
from config.lib.money import Money
from config.lib.times import clock_change_between
from curriculum.models import Region, Stroke
from instructors.models import Certificate
from instructors.practicum import supervisor_of

NAMES_TOLD = 4
TOPICS_TOLD = 2


@dataclass(frozen=True)
class Card:
    """One series as the catalogue shows it: how many sessions, and how many places a whole booking finds, by way."""

    series: Series
    weeks: int
    minutes: int
    left: dict[str, int]
    dates_left: int = 0
    price_now: Money | None = None

    @property
    def has_begun(self) -> bool:
        """Some dates are over, and a family can still join."""
        return 0 < self.dates_left < self.weeks

    @property
    def metres(self) -> int | None:
        """How far the room is from where the reader looked; None where that is not known, or where there is no room."""
        return getattr(self.series, "metres", None)

    @property
    def way(self) -> str:
        """The way whose places are drawn: the room's, where there is a room."""
        return self.series.ways[0]

    @property
    def capacity(self) -> int:
        return self.series.capacity if self.way == Enrolment.Way.ROOM else self.series.stream_capacity

    @property
    def taken(self) -> int:
        return max(self.capacity - self.left[self.way], 0)

    @property
    def places_left(self) -> int:
        return self.left[self.way]

    @property
    def is_full(self) -> bool:
        return not any(self.left[way] for way in self.series.ways)

    @property
    def only_by_stream(self) -> bool:
        """The room is full and the stream is not."""
        return "stream" in self.series.ways and self.way == "room" and not self.left["room"] and self.left["stream"] > 0


def soonest(*, most: int, now: datetime) -> list[Card]:
    """The next series to begin. Two queries."""
    every = Series.objects.open_to_book(now).to_begin(now)
    return cards_of(list(every.soonest().for_page().defer("stream_url")[:most]), now=now)


def languages_offered(*, now: datetime) -> list[str]:
    """Codes of the languages in which something can be booked. One query."""
    return sorted(Series.objects.open_to_book(now).order_by().values_list("language", flat=True).distinct())


def cards_of(listed: Sequence[Series], *, now: datetime) -> list[Card]:
    """One query for the sessions of all of them, with their places counted."""
    dated = [one for one in listed if not one.is_own_pace]
    rows = Session.objects.held().filter(series__in=dated).annotate(**taken_counts(now)).defer("note")
    sessions: dict[int, list[Session]] = {one.pk: [] for one in listed}
    for session in rows.order_by("starts_at"):
        sessions[session.series_id].append(session)
    return [card_of(one, sessions[one.pk], now=now) for one in listed]


def card_of(series: Series, sessions: Sequence[Session], *, now: datetime) -> Card:
    """`sessions` are the series' own, annotated with `taken_counts`."""
    to_come = [session for session in sessions if session.starts_at > now and session.state != Session.State.CANCELLED]
    left = {
        "room": min((left_in(one)[0] for one in to_come), default=series.capacity),
        "stream": min((left_in(one)[1] for one in to_come), default=series.stream_capacity),
    }
    least = {way: max(places, 0) for way, places in left.items()}
    return Card(
        series,
        weeks=len(sessions),
        minutes=sessions[0].minutes if sessions else series.total_minutes,
        left=least,
        dates_left=len(to_come),
        price_now=price_to_come(series, babies=1, held=sessions, now=now) if 0 < len(to_come) < len(sessions) else None,
    )


# Drawn on the front page: one for each of five weeks, and two beside the words.
FRONT_WEEKS = ("leg-indian-milking", "sun-moon", "chest-open-book", "face-smile-upper", "swoop-to-bottom")
FRONT_ASKING = "resting-hands"


def front_strokes() -> dict[str, Stroke]:
    """{slug: stroke} of those on the front page that are taught here. One query."""
    wanted = (*FRONT_WEEKS, FRONT_ASKING)
    return {stroke.slug: stroke for stroke in Stroke.objects.current().filter(slug__in=wanted)}


@dataclass(frozen=True)
class Week:
    """What one session teaches: its lesson's title, topics and new strokes, the first of them as a picture."""

    session: Session
    strokes: list[Stroke]

    @property
    def picture(self) -> Stroke | None:
        """The stroke to draw: the first that moves; the opening ones are the same in every first week."""
        moving = [stroke for stroke in self.strokes if stroke.region != Region.HOLDING and stroke.has_movement]
        return next(iter(moving or self.strokes), None)

    @property
    def panel(self) -> int | None:
        """A stroke of several pictures shows its first."""
        return 0 if self.picture and self.picture.diagram.get("panels") else None

    @property
    def says(self) -> str:
        """A first topic and a few names, as a sentence."""
        named = [stroke for stroke in self.strokes if stroke.region != Region.HOLDING] or self.strokes
        names = ", ".join(dict.fromkeys(stroke.called.split(",")[0] for stroke in named[:NAMES_TOLD]))
        topics = self.session.lesson.topics[:TOPICS_TOLD] if self.session.lesson else []
        return " ".join(f"{sentence}." for sentence in [". ".join(topics), names] if sentence)


@dataclass(frozen=True)
class SeriesPage:
    """Everything that the page of a series shows to everyone."""

    series: Series
    card: Card
    weeks: list[Week]
    certificate: Certificate | None
    clock_change_after: Session | None
    supervisor: str

    @property
    def sessions(self) -> list[Session]:
        return [week.session for week in self.weeks]

    @property
    def stamp(self) -> tuple[object, ...]:
        """What the page is made from, for its ETag."""
        series = self.series
        rows: list[object] = [series, series.venue, series.instructor, self.certificate]
        for week in self.weeks:
            rows += [week.session, week.session.lesson, *week.strokes]
        seen = tuple(sorted((k, str(v)) for k, v in vars(row).items() if k[0] != "_") for row in rows if row)
        return (*seen, self.supervisor)


def series_page(slug: str, *, now: datetime) -> SeriesPage | None:
    """The page of that series; None where it has none. Four queries, one more for a practice series."""
    series = (
        Series.objects.shown()
        .for_page()
        .annotate(**own_plan.newest(), photo_key=F("instructor__portrait__key"))
        .defer("stream_url")
        .filter(slug=slug)
        .first()
    )
    if series is None:
        return None
    rows = series.sessions.annotate(**taken_counts(now)).select_related("lesson", "substitute").defer("note")
    # Check-ins of a series at one's own pace are no dates to book.
    sessions = [] if series.is_own_pace else list(rows.order_by("starts_at", "number"))
    lessons = {session.lesson for session in sessions if session.lesson}
    strokes = own_plan.strokes_of_series(series, lessons)
    held = [session for session in sessions if session.state != Session.State.CANCELLED]
    return SeriesPage(
        series=series,
        card=card_of(series, held, now=now),
        weeks=[Week(session, strokes.get(session.lesson_id or 0, [])) for session in sessions],
        certificate=_certificate(series, now=now),
        clock_change_after=_clock_change(held, series.time_zone),
        supervisor=supervisor_of(series.instructor.user_id) if series.is_practice else "",
    )


def _certificate(series: Series, *, now: datetime) -> Certificate | None:
    held = Certificate.objects.held_by(series.instructor.user_id).to_teach().valid(now.date()).published()
    return held.select_related("credential_type").order_by("valid_from", "pk").first()


def _clock_change(sessions: Sequence[Session], zone: str) -> Session | None:
    """The last session before the clocks change in that zone; None where they do not change within the series."""
    for earlier, later in pairwise(sessions):
        if clock_change_between(earlier.starts_at, later.starts_at, zone=zone):
            return earlier
    return None
