"""Practice that counts itself: what the registers of a candidate's practice series say, told to `instructors`.

A family is counted where it agreed to it, for each session that the candidate led and that it took part in: marked as
here, late, with a doll or making up, once the session is over. What goes over holds no name: an alias is drawn there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from classes import own_plan, redacting
from classes.models import Enrolment, Feedback, Place, Series, Session, TaughtStroke
from classes.models.attendance import Mark
from config.accounts.models import User
from config.lib.times import local
from curriculum.lessons import plan_with_lessons
from curriculum.progression import strokes_for_week
from instructors import counting
from instructors.counting import CountedDate, CountedFamily, CountedSession
from instructors.models import Instructor, PracticumFamily, Traineeship
from instructors.practicum import supervisor_of

TOOK_PART = frozenset(mark.value for mark in (Mark.PRESENT, Mark.LATE, Mark.OBSERVED, Mark.MAKE_UP))
# By the age of the youngest baby in weeks, at the family's first session.
AGES = ((13, "0-3m"), (26, "3-6m"), (39, "6-9m"))
COUNTED_AT_ONCE = 500
MOST_DATES = 200


@dataclass
class Practised:
    """What the registers say of one family: its bookings, which follow one another where it moved, and its days."""

    bookings: list[Enrolment]
    days: dict[int, CountedSession] = field(default_factory=dict)
    born_on: date | None = None

    @property
    def first(self) -> Enrolment:
        return self.bookings[0]

    @property
    def last(self) -> Enrolment:
        return self.bookings[-1]


def follow(series: Series, *, now: datetime) -> int:
    """Count anew for the candidate who leads this series; nothing happens for any other series."""
    return count_for(series.instructor.user, now=now) if series.is_practice else 0


def count_for(candidate: User, *, now: datetime) -> int:
    """Count anew for each training of this person that is going on; returns how many rows changed."""
    profile = Instructor.objects.of(candidate).select_related("user").first()
    going_on = Traineeship.objects.of(candidate).practising()
    if profile is None:
        return 0
    return sum(_count(row, profile, now=now) for row in going_on)


def sweep(now: datetime) -> int:
    """The job: whatever changed beside the registers, such as a booking that ended or an evaluation."""
    led = Series.objects.shown().filter(is_practice=True).values("instructor__user")
    waiting = Traineeship.objects.practising().filter(trainee__in=led).order_by("pk")
    candidates = User.objects.filter(pk__in=waiting.values("trainee"))[:COUNTED_AT_ONCE]
    return sum(count_for(candidate, now=now) for candidate in candidates)


def _count(row: Traineeship, profile: Instructor, *, now: datetime) -> int:
    dates = _led_by(profile, since=row.started_on)
    families = _families(profile, [one for one in dates if _is_over(one, now)])
    return counting.count(row, families=families, dates=_dates(dates, now=now), now=now)


def _led_by(profile: Instructor, *, since: date | None) -> list[Session]:
    """The dates of practice series that the candidate leads, none of them older than the training."""
    shown = Series.objects.shown().filter(is_practice=True)
    found = Session.objects.for_instructor(profile).filter(series__in=shown).defer("note", "stream_url")
    rows = found.select_related("series__venue", "lesson").order_by("-starts_at")[:MOST_DATES]
    return [one for one in rows if since is None or _day(one) >= since]


def _is_over(session: Session, now: datetime) -> bool:
    return session.state != Session.State.CANCELLED and session.is_over(now)


def _day(session: Session) -> date:
    return local(session.starts_at, session.series.time_zone).date()


def _families(profile: Instructor, dates: Sequence[Session]) -> list[CountedFamily]:
    """Every family that agreed, with the days on which it took part. Five queries."""
    found = _practised(profile)
    by_booking = {booking.pk: one for one in found for booking in one.bookings}
    by_date = {one.pk: one for one in dates}
    places = Place.objects.booked().filter(enrolment__in=list(by_booking), session__in=list(by_date))
    rows = places.filter(attendance__mark__in=TOOK_PART).values_list(
        "enrolment", "session", "right__missed__number", "baby__born_on"
    )
    for booking, session, missed, born_on in rows:
        one, held = by_booking[booking], by_date[session]
        no = missed or held.number
        one.days[session] = CountedSession(f"classes.Session:{session}", no, _day(held), held.minutes)
        if born_on:
            one.born_on = max(born_on, one.born_on or born_on)
    said = _feedback(by_booking)
    return [_counted(one, said.get(one.last.pk) or said.get(one.first.pk)) for one in found if _may_count(one)]


def _practised(profile: Instructor) -> list[Practised]:
    """The families who booked a practice series of this candidate, each with all its bookings in their order."""
    led = Enrolment.objects.ever_booked().led_by(profile).filter(series__is_practice=True)
    rows = led.filter(kind=Enrolment.Kind.SERIES).select_related("series", "practice_consent").order_by("pk")
    found: dict[int, Practised] = {}
    for one in rows:
        before = found.get(one.moved_from_id or 0)
        if before:
            before.bookings.append(one)
        found[one.pk] = before or Practised([one])
    return list({id(one): one for one in found.values()}.values())


def _may_count(one: Practised) -> bool:
    said = [booking.practice_consent for booking in one.bookings if hasattr(booking, "practice_consent")]
    return bool(said) and max(said, key=lambda consent: consent.said_at).given


def _counted(one: Practised, said: Feedback | None) -> CountedFamily:
    days = sorted(one.days.values(), key=lambda day: day.held_on)
    zone = one.first.series.time_zone
    consents = [booking.practice_consent for booking in one.bookings if hasattr(booking, "practice_consent")]
    ended = one.last.ended_at if one.last.state != Enrolment.State.BOOKED else None
    found = CountedFamily(
        key=f"classes.Enrolment:{one.first.pk}",
        age_band=_age_band(one.born_on, days[0].held_on) if one.born_on and days else "",
        consented_on=local(max(consent.said_at for consent in consents), zone).date(),
        left_on=local(ended, zone).date() if ended else None,
        sessions=days,
    )
    return _with_evaluation(found, said, zone) if said else found


def _with_evaluation(family: CountedFamily, said: Feedback, zone: str) -> CountedFamily:
    """What the family tapped, and its words without the names that we know of."""
    taps = {name: getattr(said, name) for name in ("ease", "pace", "at_home") if getattr(said, name)}
    words = redacting.without_names(said.words, said.enrolment.family)
    return replace(family, answers=taps, words=words, feedback_on=local(said.changed_at or said.given_at, zone).date())


def _age_band(born_on: date, on: date) -> str:
    weeks = (on - born_on).days // 7
    return next((band for limit, band in AGES if weeks < limit), PracticumFamily.AgeBand.OVER_9.value)


def _feedback(bookings: Iterable[int]) -> dict[int, Feedback]:
    rows = Feedback.objects.filter(enrolment__in=list(bookings)).select_related("enrolment__family")
    return {one.enrolment_id: one for one in rows.prefetch_related("enrolment__family__caregivers")}


def _dates(sessions: Sequence[Session], *, now: datetime) -> list[CountedDate]:
    """The dates with their lesson plans and the number of families that were there. Seven queries a series at most."""
    there = _how_many(sessions)
    strokes = _strokes(sessions, now=now)
    return [
        CountedDate(
            key=f"classes.Session:{one.pk}",
            series=one.series.title,
            no=one.number,
            starts_at=one.starts_at,
            time_zone=one.series.time_zone,
            minutes=one.minutes,
            place=one.series.venue.name if one.series.venue else "",
            lesson=one.title,
            strokes=strokes.get(one.pk, []),
            families=there.get(one.pk, 0) if _is_over(one, now) else 0,
            is_held=_is_over(one, now) and there.get(one.pk, 0) > 0,
            is_cancelled=one.state == Session.State.CANCELLED,
        )
        for one in sessions
    ]


def _how_many(sessions: Sequence[Session]) -> dict[int, int]:
    """{session: families that took part}, counted whether they agreed or not: a number names nobody."""
    places = Place.objects.booked().filter(session__in=sessions, attendance__mark__in=TOOK_PART)
    families: dict[int, set[int]] = defaultdict(set)
    for session, family in places.values_list("session", "enrolment__family"):
        families[session].add(family)
    return {session: len(found) for session, found in families.items()}


def _strokes(sessions: Sequence[Session], *, now: datetime) -> dict[int, list[str]]:
    """The lesson plan of each date: what was ticked as taught; else what the plan of the series has for its week."""
    ticked: dict[int, list[str]] = defaultdict(list)
    taps = TaughtStroke.objects.shown().filter(session__in=sessions).order_by("stroke__pk")
    for session, slug in taps.values_list("session", "stroke__slug"):
        ticked[session].append(slug)
    planned = _planned([one for one in sessions if one.pk not in ticked], now=now)
    return {**planned, **ticked}


def _planned(sessions: Sequence[Session], *, now: datetime) -> Mapping[int, list[str]]:
    of_series: dict[int, list[Session]] = defaultdict(list)
    for one in sessions:
        of_series[one.series_id].append(one)
    found = {}
    for dates in of_series.values():
        moments = {one.pk: min(one.ends_at, now) for one in dates}
        series = dates[0].series
        plans = own_plan.plans_of(series, base=plan_with_lessons(series.plan_id), moments=moments.values())
        for one in dates:
            plan = plans.at(moments[one.pk])
            found[one.pk] = [stroke.slug for stroke in strokes_for_week(plan, one.week)]
    return found


@dataclass(frozen=True)
class Agreed:
    """How many families of a practice series may be counted, how many booked it, and who looks after it."""

    agreed: int
    booked: int
    supervisor: str


def agreed_in(series: Series) -> Agreed | None:
    """For the page of a practice series, in numbers alone; None for any other. Two queries."""
    if not series.is_practice:
        return None
    booked = Enrolment.objects.booked().filter(series=series, kind=Enrolment.Kind.SERIES)
    said = list(booked.values_list("practice_consent__given", flat=True))
    return Agreed(said.count(True), len(said), supervisor_of(series.instructor.user_id))
