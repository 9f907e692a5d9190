"""What would suit a family that waits for any class: where, how far, on which days, in which language, from when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from classes import locality
from classes.models import Enrolment, Series, Venue, WaitingParty
from classes.models.distance import Point, box_around
from config.lib.distance import kilometres
from config.lib.times import local
from families.models import Baby

KILOMETRES = (2, 5, 15, 40)
FARTHEST = max(KILOMETRES)
ROOM, STREAM = Enrolment.Way.ROOM.value, Enrolment.Way.STREAM.value
# Visits to one's home and rounds in hospital are arranged, not waited for.
SHARED = (Series.Delivery.IN_PERSON, Series.Delivery.LIVE_STREAM, Series.Delivery.HYBRID)


@dataclass(frozen=True)
class Wish:
    """What would suit; an empty field leaves all open. `days` are 1 (Monday) to 7, `parts` of Series.DayPart.

    A room is within `km` kilometres of `here`; where nobody knows where `near` is, its words must stand in the name of
    the room's town or area. Distance says nothing of the live-stream. `until` is the latest day to begin.
    """

    near: str = ""
    here: tuple[float, float] | None = None
    km: int = 15
    ways: tuple[str, ...] = (ROOM,)
    days: tuple[int, ...] = ()
    parts: tuple[str, ...] = ()
    language: str = ""
    until: date | None = None

    @property
    def takes_room(self) -> bool:
        return ROOM in self.ways

    @property
    def columns(self) -> dict[str, Any]:
        """The fields of a WaitingParty that say it. Its way is the stream's where the stream would do."""
        told = {
            "near": self.near,
            "ways": list(self.ways),
            "days": list(self.days),
            "parts": list(self.parts),
            "language": self.language,
            "until": self.until.isoformat() if self.until else "",
        }
        here = self.here if self.takes_room else None
        return {
            "wish": told,
            "latitude": here[0] if here else None,
            "longitude": here[1] if here else None,
            "km": self.km if self.takes_room else 0,
            "way": STREAM if STREAM in self.ways else ROOM,
        }


def wish_of(party: WaitingParty) -> Wish:
    """What that party waits for, where it waits for any series."""
    told = party.wish
    has_place = party.latitude is not None and party.longitude is not None
    return Wish(
        near=told.get("near", ""),
        here=(party.latitude, party.longitude) if has_place else None,  # type: ignore[arg-type]
        km=party.km,
        ways=tuple(told.get("ways", ())),
        days=tuple(told.get("days", ())),
        parts=tuple(told.get("parts", ())),
        language=told.get("language", ""),
        until=date.fromisoformat(told["until"]) if told.get("until") else None,
    )


def like(series: Series, *, way: str) -> Wish:
    """What a family is taken to want that waited for this series and would take another: near it, the same way."""
    venue = series.venue
    if way != ROOM or venue is None:
        return Wish(ways=(way,), language=series.language)
    return Wish(near=f"{venue.town} {venue.area}".strip(), here=point_of(venue), ways=(ROOM,), language=series.language)


def point_of(venue: Venue | None) -> tuple[float, float] | None:
    if venue is None or venue.latitude is None or venue.longitude is None:
        return None
    return float(venue.latitude), float(venue.longitude)


def whereabouts(words: str) -> tuple[bool, tuple[float, float] | None]:
    """Whether anybody knows this place, and where it lies: from the table of places, else from the rooms we use."""
    if found := locality.find(words):
        return True, (found.latitude, found.longitude)
    rooms = Venue.objects.all()
    for word in words.split()[:6]:
        rooms = rooms.filter(Q(town__icontains=word) | Q(area__icontains=word))
    room = rooms.order_by("latitude").first() if words.split() else None
    return room is not None, point_of(room)


def may_suit(series: Series) -> Q:
    """Parties that wait for any series, of which some may be suited by this one: near enough, or taking the stream."""
    reach = Q(way=STREAM) if STREAM in series.ways else Q(pk__in=[])
    if ROOM in series.ways:
        here = point_of(series.venue)
        box = box_around(Point(*here), FARTHEST, latitude="latitude", longitude="longitude") if here else Q()
        reach |= box | Q(latitude__isnull=True, way=ROOM)
    return Q(series__isnull=True) & reach


def ways_in(series: Series, wish: Wish, *, babies: Sequence[Baby]) -> list[str]:
    """By which ways this series would suit, the room first; none where it does not fit."""
    first = series.first_session_at
    if first is None or series.delivery not in SHARED:
        return []
    day = local(first, series.time_zone).date()
    if not (is_age_of(series, babies, on=day) and _is_time(series, wish, day)):
        return []
    return [way for way in series.ways if way in wish.ways and (way != ROOM or _is_near(series, wish))]


def is_age_of(series: Series, babies: Iterable[Baby], *, on: date) -> bool:
    """Whether all of them are born by that day, as far as anyone can tell, and as old as the series asks."""
    for baby in babies:
        born = baby.born_on or baby.due_on
        if born is None or born > on or not series.min_age_weeks <= (on - born).days // 7 <= series.max_age_weeks:
            return False
    return True


def _is_time(series: Series, wish: Wish, day: date) -> bool:
    return (
        (not wish.days or series.weekday in wish.days)
        and (not wish.parts or series.day_part in wish.parts)
        and (not wish.language or series.language == wish.language)
        and (wish.until is None or day <= wish.until)
    )


def _is_near(series: Series, wish: Wish) -> bool:
    venue = series.venue
    if venue is None:
        return False
    there = point_of(venue)
    if wish.here and there:
        return kilometres(wish.here, there) <= wish.km
    told = f"{venue.town} {venue.area}".casefold()
    return bool(wish.near) and all(word in told for word in wish.near.casefold().split())


def open_series_for(wish: Wish, *, now: datetime, most: int) -> list[Series]:
    """The next series that can be joined and may fit; `ways_in` says whether one does."""
    found = Series.objects.open_to_book(now).filter(delivery__in=SHARED).on_days(wish.days).in_parts(wish.parts)
    reach = Q(stream_capacity__gt=0) if STREAM in wish.ways else Q(pk__in=[])
    if wish.takes_room:
        latitude, longitude = "venue__latitude", "venue__longitude"
        box = box_around(Point(*wish.here), wish.km, latitude=latitude, longitude=longitude) if wish.here else Q()
        reach |= (box | Q(venue__latitude__isnull=True)) & Q(capacity__gt=0)
    rows = found.in_language(wish.language).filter(reach, offers_by_hand=False)
    return list(rows.soonest().select_related("instructor", "venue").defer("stream_url")[:most])
