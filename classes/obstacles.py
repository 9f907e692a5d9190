"""What stands in the way of a booking. The page shows these sentences, and `booking.book` asks the same again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from classes.models import Enrolment, Series
from classes.places import Occupancy, occupancy
from families.models import Baby, Family


@dataclass(frozen=True)
class Obstacle:
    """One reason why a booking cannot be made, as a sentence for the carer that says what to do instead."""

    code: str
    sentence: str


class CannotBook(Exception):
    """The booking was refused; nothing was written. `obstacles` says why."""

    def __init__(self, obstacles: Sequence[Obstacle]) -> None:
        super().__init__(" ".join(obstacle.sentence for obstacle in obstacles))
        self.obstacles = list(obstacles)

    @property
    def is_full(self) -> bool:
        return any(obstacle.code == "full" for obstacle in self.obstacles)


def obstacles(series: Series, *, babies: Sequence[Baby], way: str, now: datetime) -> list[Obstacle]:
    """What stands in the way of booking these babies into the series; empty means that `book` will do it."""
    return closed_obstacles(series, now=now) or obstacles_within(
        series, occupancy(series, now=now), babies=babies, places=len(babies), way=way
    )


def obstacles_to_visitor(series: Series, *, babies: int, way: str, now: datetime) -> list[Obstacle]:
    """The same for someone who has not signed in, whose babies nobody knows yet: only how many they are."""
    return closed_obstacles(series, now=now) or obstacles_within(
        series, occupancy(series, now=now), babies=[], places=babies, way=way
    )


def closed_obstacles(series: Series, *, now: datetime) -> list[Obstacle]:
    """Why nobody can book this series any more, or yet; empty while it is open."""
    if series.state == Series.State.CANCELLED:
        return [Obstacle("cancelled", _("This series was called off. Another one may suit you."))]
    if series.state == Series.State.DRAFT:
        return [Obstacle("draft", _("This series is not open for booking yet. Please look again in a few days."))]
    if series.has_begun(now):
        return [Obstacle("begun", _("This series has begun. The next one is in the list of classes."))]
    return []


def obstacles_within(
    series: Series, seen: Occupancy, *, babies: Sequence[Baby], places: int, way: str
) -> list[Obstacle]:
    """Obstacles of way, babies and room, by what was seen of the sessions. `places` is how many are asked for."""
    if way not in series.ways:
        return [Obstacle("way", _("This series cannot be joined that way. Please choose another way to join."))]
    if not places:
        return [Obstacle("no_baby", _("Please say which baby is coming."))]
    return [*_baby_obstacles(seen, babies), *_room_obstacles(series, seen, places, way)]


def own_pace_obstacles(series: Series, *, family: Family) -> list[Obstacle]:
    """A series without sessions has no places to look at, so the family's bookings of it are."""
    if series.first_session_at is not None:
        return []
    if not Enrolment.objects.booked().for_family(family).filter(series=series).exists():
        return []
    return [Obstacle("already_booked", _("You have this series already. You find it under My classes."))]


def _baby_obstacles(seen: Occupancy, babies: Sequence[Baby]) -> list[Obstacle]:
    states = seen.states_of(babies)
    names = _(" and ").join(sorted({baby.first_name for baby in babies if baby.pk in states}))
    if not names:
        return []
    if Enrolment.State.OFFERED in states.values():
        sentence = _("A place is being held for %(names)s. You can take it under My classes.")
        return [Obstacle("offered", sentence % {"names": names})]
    sentence = ngettext(
        "%(names)s already has a place in this series. You find it under My classes.",
        "%(names)s already have places in this series. You find them under My classes.",
        len(states),
    )
    return [Obstacle("already_booked", sentence % {"names": names})]


def _room_obstacles(series: Series, seen: Occupancy, places: int, way: str) -> list[Obstacle]:
    if series.first_session_at is None:
        return []
    left = seen.left(way)
    if left >= places:
        return []
    return [Obstacle("full", _full_sentence(series, seen, left, way))]


def _full_sentence(series: Series, seen: Occupancy, left: int, way: str) -> str:
    other = [one for one in series.ways if one != way and seen.left(one)]
    if left == 0 and other:
        if way == Enrolment.Way.ROOM:
            return _("The room is full. There are places by live-stream, or you can wait for one in the room.")
        return _("The live-stream is full. There are places in the room, or you can wait for one by stream.")
    if left == 0:
        return _("This series is full. You can join the waiting list, and we write when a place opens.")
    sentence = ngettext(
        "Only %(left)d place is left, and your babies need one each. You can join the waiting list together.",
        "Only %(left)d places are left, and your babies need one each. You can join the waiting list together.",
        left,
    )
    return sentence % {"left": left}


def said_by_database(refusal: IntegrityError) -> Obstacle:
    """The database's refusal in words. It speaks only where the lock failed to."""
    words = str(refusal)
    if "place_baby_once" in words or "classes_place.session_id, classes_place.baby_id" in words:
        return Obstacle(
            "already_booked", _("This baby already has a place in this series. You find it under My classes.")
        )
    if "request_key" in words:
        return Obstacle("twice", _("This booking is already on its way. You find it under My classes."))
    return Obstacle(
        "full", _("The last place has just gone. You can join the waiting list, and we write when one opens.")
    )
