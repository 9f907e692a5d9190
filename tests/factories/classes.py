"""Venues, series with their sessions, bookings and waiting parties. Plain rows: no letters, no audit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from classes.models import Enrolment, Series, Session, Venue, WaitingParty
from classes.places import take_places, taken_numbers
from classes.terms import policy_of
from config.accounts.models import User
from config.lib.times import weekly_moments
from curriculum.models import Lesson, Plan
from families.models import Baby, Caregiver, Family
from instructors.models import Instructor

WEEKS = ("Asking, and legs", "Tummy", "Chest, arms and hands", "Face and back", "All together")
FIRST_THURSDAY = date(2026, 3, 12)
BOOKED_AT = datetime(2026, 3, 2, 20, 15, tzinfo=UTC)


def make_plan(*, slug: str = "five-weeks", weeks: Sequence[str] = WEEKS) -> Plan:
    """The plan of that slug with a lesson a week; the loaded one where the curriculum is loaded."""
    plan, made = Plan.objects.get_or_create(slug=slug, defaults={"name": "Five weeks", "is_default": True})
    if made:
        for week, title in enumerate(weeks, start=1):
            Lesson.objects.create(plan=plan, week=week, title=title, talk_topics="Asking permission")
    return plan


def make_venue(name: str = "St Brannoc’s Hall", **fields: Any) -> Venue:
    defaults = {
        "address": "Otley Road",
        "town": "Leeds",
        "area": "LS6",
        "country": "GB",
        "time_zone": "Europe/London",
        "directions": "Bus 6 and 8 stop outside.",
        "is_step_free": True,
    }
    return Venue.objects.create(name=name, **{**defaults, **fields})


def make_series(
    instructor: Instructor,
    *,
    title: str = "Gentle Thursdays",
    slug: str = "gentle-thursdays",
    first: date = FIRST_THURSDAY,
    clock: time = time(10),
    weeks: int = 5,
    venue: Venue | None = None,
    **fields: Any,
) -> Series:
    """A published series with weekly sessions at that local time, each with its lesson of the plan."""
    values = {
        "plan": fields.pop("plan", None) or make_plan(),
        "time_zone": venue.time_zone if venue else "Europe/London",
        "state": Series.State.PUBLISHED,
        "price_minor": 6000,
        "massage_minutes": 30,
        "total_minutes": 40,
        "published_at": BOOKED_AT - timedelta(days=20),
        **fields,
    }
    series = Series.objects.create(instructor=instructor, title=title, slug=slug, venue=venue, **values)
    add_sessions(series, first=first, clock=clock, weeks=weeks)
    return series


def add_sessions(series: Series, *, first: date, clock: time, weeks: int) -> list[Session]:
    lessons = {lesson.week: lesson for lesson in series.plan.lessons.all()}
    moments = list(weekly_moments(first, clock, zone=series.time_zone, weeks=weeks))
    sessions = Session.objects.bulk_create(
        Session(
            series=series,
            number=number,
            lesson=lessons.get(number),
            starts_at=moment,
            minutes=series.total_minutes,
            capacity=series.capacity,
            stream_capacity=series.stream_capacity,
        )
        for number, moment in enumerate(moments, start=1)
    )
    series.first_session_at, series.last_session_at = moments[0], moments[-1]
    series.save(update_fields=["first_session_at", "last_session_at"])
    return sessions


def make_enrolment(
    series: Series,
    *,
    family: Family,
    babies: Sequence[Baby],
    by: User,
    at: datetime = BOOKED_AT,
    way: str = Enrolment.Way.ROOM,
    who_comes: Sequence[Caregiver] = (),
    **fields: Any,
) -> Enrolment:
    """A booking of every session of the series, as `booking.book` would have written it at that moment."""
    values = {"state": Enrolment.State.BOOKED, "booked_at": at, **fields}
    enrolment = Enrolment.objects.create(
        series=series,
        family=family,
        booked_by=by,
        way=way,
        price_minor=series.price_for(len(babies)).minor,
        currency=series.currency,
        policy=policy_of(series),
        **values,
    )
    enrolment.who_comes.add(*(who_comes or family.caregivers.all()[:1]))
    sessions = list(series.sessions.all())
    take_places(enrolment, sessions=sessions, babies=babies, taken=taken_numbers(sessions, way=way), at=at)
    return enrolment


def make_waiting_party(
    series: Series, *, family: Family, babies: Sequence[Baby], at: datetime = BOOKED_AT, way: str = Enrolment.Way.ROOM
) -> WaitingParty:
    asked_by = Caregiver.objects.current().of_family(family).filter(user__isnull=False)[0]
    party = WaitingParty.objects.create(series=series, family=family, asked_by=asked_by, way=way, joined_at=at)
    party.babies.add(*babies)
    return party
