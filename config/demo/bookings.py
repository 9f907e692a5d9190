"""Who is booked into what, who waits, who has an offer: through the verbs of booking, with the clock set back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from classes import booking, cancelling, waiting_list
from classes.models import Enrolment, Series
from config.demo import checks
from config.demo.households import Home
from config.demo.timetable import Laid
from families import health

BOOKED_BEFORE = timedelta(days=25)
NEWEST = timedelta(days=2)


def fill_places(timetable: Iterable[Laid], homes: dict[str, list[Home]], *, now: datetime) -> None:
    """Book as many babies into each series as its file asks for, from households of its own time zone."""
    everyone = [home for town in homes.values() for home in town]
    for laid in timetable:
        for way in ("room", "stream"):
            for number, home in enumerate(_guests(laid, way, everyone, now)):
                book(laid.series, home, way=way, at=_moment(laid.series, number, now))
                home.begun += laid.series.has_begun(now)
                home.coming += not laid.series.has_begun(now)


def book(series: Series, home: Home, *, way: str, at: datetime) -> Enrolment:
    """The home's booking at that moment, and what it told about health, if anything."""
    checks.clear(series, home, at=at - timedelta(minutes=20))
    enrolment = booking.book(
        series,
        family=home.family,
        babies=home.babies,
        way=way,
        who_comes=[home.caregiver],
        by=home.user,
        now=at,
    )
    if home.mind:
        facts = {"born_early": "no", "conditions": [], "notes": "", **home.mind}
        health.write_for_babies(
            home.babies,
            facts=facts,
            by=home.caregiver,
            account=home.user,
            last_session_on=booking.last_day(series, now=at),
            now=at,
        )
    return enrolment


def _moment(series: Series, number: int, now: datetime) -> datetime:
    """Some weeks before the first session, one after another, and never just now."""
    usual = (series.first_session_at or now) - BOOKED_BEFORE + timedelta(hours=7 * number, minutes=13 * number)
    return min(usual, now - NEWEST - timedelta(minutes=17 * number))


def _guests(laid: Laid, way: str, everyone: list[Home], now: datetime) -> list[Home]:
    """Households for these places: first the cast that the file names, then those with the fewest bookings."""
    wanted = laid.babies(way)
    if wanted == 0:
        return []
    named = laid.told.get("cast", []) if way == laid.series.ways[0] else []
    cast = [home for home in everyone if home.user.email in named]
    booked = set(Enrolment.objects.booked().filter(series=laid.series).values_list("family_id", flat=True))
    free = [home for home in everyone if _suits(home, laid) and home.family.pk not in booked]
    begun = laid.series.has_begun(now)
    # Those whose health has to be minded come first, so that they are in the rooms that the cast opens.
    free.sort(key=lambda home: (home.begun if begun else home.coming, not home.mind))
    guests: list[Home] = []
    for home in [*cast, *free]:
        if sum(len(guest.babies) for guest in guests) + len(home.babies) <= wanted:
            guests.append(home)
    return guests


def _suits(home: Home, laid: Laid) -> bool:
    return (
        not home.is_cast
        and home.is_born
        and home.family.time_zone == laid.series.time_zone
        and home.has_twins == laid.takes_twins
    )


def fill_waiting_lists(timetable: Iterable[Laid], homes: dict[str, list[Home]], *, now: datetime) -> None:
    """Families in line where a series is full; and where a place was given back, the first in line has an offer."""
    everyone = [home for town in homes.values() for home in town]
    for laid in timetable:
        for number, home in enumerate(_waiting(laid, everyone)):
            at = now - timedelta(days=5) + timedelta(hours=9 * number)
            waiting_list.join(
                laid.series,
                family=home.family,
                babies=home.babies,
                way=laid.series.ways[0],
                asked_by=home.caregiver,
                by=home.user,
                now=at,
            )
        if laid.told.get("given_back"):
            last = (
                Enrolment.objects.booked().filter(series=laid.series).order_by("-booked_at").select_related("booked_by")
            )
            enrolment = last[0]
            cancelling.cancel(enrolment, by=enrolment.booked_by, now=now - timedelta(minutes=50))


def _waiting(laid: Laid, everyone: list[Home]) -> list[Home]:
    booked = set(Enrolment.objects.booked().filter(series=laid.series).values_list("family_id", flat=True))
    named = laid.told.get("cast_waits", [])
    cast = [home for home in everyone if home.user.email in named]
    others = [home for home in everyone if _suits(home, laid) and home.family.pk not in booked]
    return cast + others[: laid.told.get("wait", 0)]
