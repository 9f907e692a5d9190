"""Rooms and series of the demo, laid around today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from classes import scheduling
from classes.dates import Outline
from classes.models import Series, Session, Venue
from config.demo.files import read
from config.lib.times import local
from curriculum.models import Plan
from instructors.models import Instructor

PUBLISHED_BEFORE = timedelta(days=45)
EVENINGS = (time(18, 30), time(19, 30), time(20, 30), time(21, 30))
SOONEST = timedelta(minutes=20)
# Fields of a series that series.toml may name.
TERMS = ("late_until", "single_price_minor", "further_baby_percent")


@dataclass(frozen=True)
class Laid:
    """A series, and what series.toml says about who is in it."""

    series: Series
    told: dict[str, Any]

    def babies(self, way: str) -> int:
        return int(self.told.get("babies" if way == "room" else "stream", 0))

    @property
    def takes_twins(self) -> bool:
        return bool(self.told.get("twins"))


def make_venues() -> dict[str, Venue]:
    return {key: Venue.objects.create(**one) for key, one in read("venues").items()}


def make_timetable(teachers: dict[str, Instructor], venues: dict[str, Venue], *, now: datetime) -> list[Laid]:
    """Every series of series.toml, in its order, published as its instructor would have done some weeks before."""
    plans = {plan.slug: plan for plan in Plan.objects.prefetch_related("lessons")}
    return [Laid(_series(one, teachers, venues, plans, now), one) for one in read("series")["series"]]


def _series(
    one: dict[str, Any],
    teachers: dict[str, Instructor],
    venues: dict[str, Venue],
    plans: dict[str, Plan],
    now: datetime,
) -> Series:
    plan = plans[one.get("plan", "five-weeks")]
    teacher = teachers[one["teacher"]]
    if one.get("delivery") == Series.Delivery.SELF_PACED:
        return _own_pace(one, teacher, plan, now)
    zone = teacher.time_zone
    first_on, clock = first_date(one, zone=zone, now=now)
    outline = Outline(
        instructor=teacher,
        plan=plan,
        first_on=first_on,
        clock=clock,
        weeks=one.get("weeks", 5),
        time_zone=zone,
        venue=venues.get(one.get("venue", "")),
        capacity=one.get("capacity", 0),
        **_common(one),
    )
    made_at = datetime.combine(first_on, clock, tzinfo=now.tzinfo) - PUBLISHED_BEFORE
    made_at = min(made_at, now - timedelta(days=4))
    if one.get("draft"):
        return scheduling.make_series(outline, by=teacher.user, now=made_at)
    return scheduling.make_and_publish(outline, by=teacher.user, now=made_at)


def _common(one: dict[str, Any]) -> dict[str, Any]:
    """What every kind of series says alike."""
    return {
        "title": one["title"],
        "about": one["about"],
        "delivery": one.get("delivery", Series.Delivery.IN_PERSON),
        "language": one.get("language", "en"),
        "min_age_weeks": one["ages"][0],
        "max_age_weeks": one["ages"][1],
        "stream_capacity": one.get("stream_capacity", 0),
        "price_minor": one["price"],
        "currency": one["currency"],
        "price_per": one.get("price_per", Series.PricePer.FAMILY),
        "is_practice": one.get("practice", False),
    }


def _own_pace(one: dict[str, Any], teacher: Instructor, plan: Plan, now: datetime) -> Series:
    return Series.objects.create(
        slug="five-weeks-at-your-own-pace",
        instructor=teacher,
        plan=plan,
        time_zone=teacher.time_zone,
        state=Series.State.PUBLISHED,
        capacity=0,
        published_at=now - timedelta(days=60),
        **_common(one),
    )


def first_date(one: dict[str, Any], *, zone: str, now: datetime) -> tuple[date, time]:
    """Day and wall-clock time of the first session; see the head of series.toml for what `week` means."""
    if one.get("tonight"):
        evening, clock = tonight(zone, now=now)
        return evening + timedelta(weeks=one["week"]), clock
    today = local(now, zone).date()
    days_ahead = (one["day"] - today.weekday() - 1) % 7 + 1
    return today + timedelta(days=days_ahead, weeks=one["week"] - 1), one["clock"]


def tonight(zone: str, *, now: datetime) -> tuple[date, time]:
    """An evening hour that is still to come today; late at night, tomorrow's first."""
    here = local(now, zone)
    for clock in EVENINGS:
        if datetime.combine(here.date(), clock, tzinfo=here.tzinfo) - here > SOONEST:
            return here.date(), clock
    return here.date() + timedelta(days=1), EVENINGS[0]


def set_terms(timetable: list[Laid]) -> None:
    """What the file says of joining late, of single dates and of further babies, before anybody books."""
    for laid in timetable:
        told = {name: laid.told[name] for name in TERMS if name in laid.told}
        if told:
            Series.objects.filter(pk=laid.series.pk).update(**told)
            laid.series.refresh_from_db()


def let_things_happen(timetable: list[Laid], *, now: datetime) -> None:
    """What no instructor does from a page yet: a sponsor pays, one date falls out, one series is called off."""
    for laid in timetable:
        series = laid.series
        if sponsor := laid.told.get("sponsor"):
            Series.objects.filter(pk=series.pk).update(sponsor_name=sponsor)
        if number := laid.told.get("cancelled_session"):
            Session.objects.filter(series=series, number=number).tell_anew(now=now, state=Session.State.CANCELLED)
        if laid.told.get("called_off"):
            Series.objects.filter(pk=series.pk).update(state=Series.State.CANCELLED)
            Session.objects.filter(series=series).tell_anew(now=now, state=Session.State.CANCELLED)
        if series.stream_capacity and series.first_session_at:
            series.stream_url = f"https://stream.example.net/{series.slug}"
            series.save(update_fields=["stream_url"])
