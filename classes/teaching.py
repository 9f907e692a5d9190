"""What an instructor sees of their own teaching: what is next, what is to do, who comes, what was hard at home."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from classes import own_plan
from classes.models import Enrolment, Place, Series, Session, WaitingParty
from classes.roll import in_words
from config.lib.times import local
from curriculum.models import Stroke
from families.models import PracticedStroke
from instructors.life import Standing, standing
from instructors.models import Certificate, Instructor

PAGE = 8
MOST_TASKS = 3
# A draft is found nowhere else, so more of them are shown.
MOST_DRAFTS = 20
# A session stays "next" for a while after it ended, so that its register can be finished.
STILL_NEXT = timedelta(hours=4)
REGISTERS_ASKED_FOR = timedelta(days=21)
EVENING = 17
# With fewer families than this a sentence about them could be traced to one.
FEWEST_FAMILIES = 3
MOST_HARD_STROKES = 3


@dataclass(frozen=True)
class Date:
    """One session with its places taken, room and stream together."""

    session: Session
    taken: int

    @property
    def capacity(self) -> int:
        return self.session.capacity + self.session.stream_capacity

    @property
    def is_full(self) -> bool:
        return self.taken >= self.capacity


@dataclass(frozen=True)
class Tonight:
    """The session that comes next, and what to prepare for it."""

    session: Session
    families: int
    streaming: int
    twins: list[str]
    stroke: Stroke | None
    day: str


@dataclass(frozen=True)
class Week:
    """The seven days from now."""

    sessions: int
    families: int


@dataclass(frozen=True)
class AtHome:
    """How families felt about one stroke at home. Never fewer families than FEWEST_FAMILIES."""

    stroke: Stroke
    families: int
    at_ease: int


@dataclass(frozen=True)
class Tasks:
    """What waits for this instructor; each list is short and the oldest comes first."""

    registers: list[Session]
    drafts: list[Series]
    waiting: list[Series]

    def __bool__(self) -> bool:
        return bool(self.registers or self.drafts or self.waiting)


@dataclass(frozen=True)
class Credential:
    """A certificate and how it stands on a day."""

    certificate: Certificate
    standing: Standing

    @property
    def is_valid(self) -> bool:
        return self.standing == Standing.VALID


def own_sessions(instructor: Instructor) -> QuerySet[Session]:
    """Sessions of published series that this instructor leads, own or as substitute, with all that a row shows."""
    sessions = Session.objects.for_instructor(instructor).held().filter(series__state=Series.State.PUBLISHED)
    return sessions.select_related("series__venue", "lesson").order_by("starts_at", "pk")


def register_of(instructor: Instructor, reference: str) -> Session:
    """The session whose register this instructor may open. Raises Session.DoesNotExist for any other."""
    return Session.objects.seen_by(instructor).select_related("series__venue", "lesson").get(reference=reference)


def series_of(instructor: Instructor, slug: str) -> Series:
    """A series that this instructor leads. Raises Series.DoesNotExist for any other."""
    return Series.objects.led_by(instructor).for_page().get(slug=slug)


def last_series(instructor: Instructor) -> Series | None:
    """The series that this instructor made last; a new one begins like it."""
    return Series.objects.led_by(instructor).for_page().order_by("-pk").first()


def tonight(instructor: Instructor, *, now: datetime) -> Tonight | None:
    """The next session whose register is not finished; None where nothing is planned. Four queries at most."""
    ahead = own_sessions(instructor).filter(starts_at__gt=now - STILL_NEXT, register_closed_at__isnull=True)
    session = ahead.first()
    if session is None:
        return None
    places = list(Place.objects.booked().filter(session=session).select_related("baby").order_by("pk"))
    by_booking: dict[int, list[str]] = {}
    for place in places:
        by_booking.setdefault(place.enrolment_id, []).append(place.baby.first_name)
    return Tonight(
        session=session,
        families=len(by_booking),
        streaming=len({place.enrolment_id for place in places if place.way == Enrolment.Way.STREAM}),
        twins=[in_words(names) for names in by_booking.values() if len(names) > 1],
        stroke=_stroke_to_show(session),
        day=day_word(session, now=now),
    )


def day_word(session: Session, *, now: datetime) -> str:
    """ "Tonight", "Today" or "Tomorrow" on the clock of the series; empty for any other day."""
    zone = session.series.time_zone
    here, there = local(now, zone), local(session.starts_at, zone)
    days = (there.date() - here.date()).days
    if days == 0:
        return _("Tonight") if there.hour >= EVENING else _("Today")
    return _("Tomorrow") if days == 1 else ""


def _stroke_to_show(session: Session) -> Stroke | None:
    if session.lesson_id is None:
        return None
    strokes = own_plan.strokes_of_session(session)
    return next((stroke for stroke in strokes if stroke.has_movement), strokes[0] if strokes else None)


def week_ahead(instructor: Instructor, *, now: datetime) -> Week:
    """How many sessions and how many different families the next seven days bring. One query."""
    soon = own_sessions(instructor).filter(starts_at__gt=now, starts_at__lt=now + timedelta(days=7)).order_by()
    booked = Q(places__released_at__isnull=True, places__enrolment__state=Enrolment.State.BOOKED)
    found = soon.aggregate(
        sessions=Count("pk", distinct=True), families=Count("places__enrolment__family", filter=booked, distinct=True)
    )
    return Week(**found)


def coming(
    instructor: Instructor, *, now: datetime, after: tuple[datetime, int] | None = None
) -> tuple[list[Date], tuple[datetime, int] | None]:
    """A page of sessions to come, soonest first, and where the next page begins. Two queries.

    `after` is (starts_at, id) of the last row of the page before.
    """
    sessions = own_sessions(instructor).filter(starts_at__gt=now - STILL_NEXT)
    if after:
        starts_at, pk = after
        sessions = sessions.filter(Q(starts_at__gt=starts_at) | Q(starts_at=starts_at, pk__gt=pk))
    found = list(sessions[: PAGE + 1])
    page = found[:PAGE]
    more = (page[-1].starts_at, page[-1].pk) if len(found) > PAGE else None
    return with_places(page, now=now), more


def with_places(sessions: Sequence[Session], *, now: datetime) -> list[Date]:
    """These sessions with the number of places taken. One query."""
    rows = Place.objects.taken(now).filter(session__in=sessions).values("session_id").annotate(taken=Count("pk"))
    taken = {row["session_id"]: row["taken"] for row in rows.order_by()}
    return [Date(session, taken.get(session.pk, 0)) for session in sessions]


def tasks(instructor: Instructor, *, now: datetime) -> Tasks:
    """Registers to finish, drafts to publish, series with families waiting. Three queries."""
    booked = Q(places__released_at__isnull=True, places__enrolment__state=Enrolment.State.BOOKED)
    open_registers = own_sessions(instructor).filter(
        register_closed_at__isnull=True, starts_at__gt=now - REGISTERS_ASKED_FOR, starts_at__lt=now - STILL_NEXT
    )
    with_families = open_registers.annotate(booked=Count("places", filter=booked)).filter(booked__gt=0)
    own = Series.objects.led_by(instructor)
    in_line = Count("waiting_parties", filter=Q(waiting_parties__state__in=WaitingParty.IN_LINE))
    waiting = own.published().filter(last_session_at__gt=now).annotate(in_line=in_line).filter(in_line__gt=0)
    return Tasks(
        registers=list(with_families[:MOST_TASKS]),
        drafts=list(own.filter(state=Series.State.DRAFT).order_by("first_session_at", "pk")[:MOST_DRAFTS]),
        waiting=list(waiting.order_by("first_session_at", "pk")[:MOST_TASKS]),
    )


def said_at_home(series: Series) -> list[AtHome]:
    """The strokes that the fewest families of the series were at ease with at home. One query; three with rows.

    Optional diaries are counted by family: at ease once is at ease. What fewer than FEWEST_FAMILIES noted is left out.
    """
    babies = Place.objects.booked().filter(session__series=series).values("baby")
    noted = PracticedStroke.objects.filter(log__baby__in=babies).exclude(confidence="")
    if series.first_session_at:
        noted = noted.filter(log__practised_at__gte=series.first_session_at)
    at_ease = Q(confidence=PracticedStroke.Confidence.AT_EASE)
    rows = (
        noted.values("stroke_id")
        .annotate(
            families=Count("log__baby__family", distinct=True),
            at_ease=Count("log__baby__family", distinct=True, filter=at_ease),
        )
        .filter(families__gte=FEWEST_FAMILIES, at_ease__lt=F("families"))
        .order_by(F("at_ease") * 100 / F("families"), "-families", "stroke_id")
    )
    told = list(rows[:MOST_HARD_STROKES])
    strokes = Stroke.objects.filter(pk__in=[row["stroke_id"] for row in told]) if told else []
    named = {stroke.pk: stroke for stroke in own_plan.dress(strokes, series)} if told else {}
    return [AtHome(named[row["stroke_id"]], row["families"], row["at_ease"]) for row in told]


def certificate_of(instructor: Instructor, *, now: datetime) -> Credential | None:
    """The instructor's newest certificate to teach, however it stands; None where there is none. One query."""
    held = Certificate.objects.held_by(instructor.user_id).to_teach().with_names()
    newest = held.order_by("-valid_from", "-pk").first()
    today = local(now, instructor.time_zone).date()
    return Credential(newest, standing(newest, on=today)) if newest else None
