"""What stands in the way of a booking. The page shows these sentences, and `booking.book` asks the same again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from classes import clearing
from classes.line import in_turn
from classes.models import Enrolment, Series, Session
from classes.places import Occupancy, occupancy
from classes.standing import takes_nobody_new
from config.lib.times import local
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


def obstacles_to_visitor(
    series: Series, *, babies: int, way: str, now: datetime, date: Session | None = None
) -> list[Obstacle]:
    """The same for someone who has not signed in, whose babies nobody knows yet: only how many they are.

    With a `date`, what stands in the way of booking that one alone.
    """
    seen = occupancy(series, now=now)
    if date is not None:
        return date_obstacles(series, seen, dates=[date], babies=[], places=babies, way=way, now=now)
    return closed_obstacles(series, now=now) or obstacles_within(series, seen, babies=[], places=babies, way=way)


def closed_obstacles(series: Series, *, now: datetime, sessions: Iterable[Session] | None = None) -> list[Obstacle]:
    """Why nobody can book this series any more, or yet; empty while it is open.

    Whoever has the series' `sessions` at hand spares the query for them.
    """
    if found := unpublished_obstacles(series):
        return found
    if series.has_begun(now) and not can_be_joined_late(series, now=now, sessions=sessions):
        if series.last_session_at is not None and series.last_session_at <= now:
            return [Obstacle("begun", _("This series is over. The next one is in the list of classes."))]
        return [Obstacle("begun", _("This series has begun. The next one is in the list of classes."))]
    return []


def unpublished_obstacles(series: Series) -> list[Obstacle]:
    """Why neither the series nor one of its dates can be booked, whenever it begins."""
    if series.state == Series.State.CANCELLED:
        return [Obstacle("cancelled", _("This series was called off. Another one may suit you."))]
    if series.state == Series.State.DRAFT:
        return [Obstacle("draft", _("This series is not open for booking yet. Please look again in a few days."))]
    if series.decision == Series.Decision.MERGE:
        return [
            Obstacle("merged", _("This series is joining another one, so it takes no one new. Another may suit you."))
        ]
    if takes_nobody_new(series):
        return [Obstacle("paused", _("This series takes no new bookings for now. Another one may suit you."))]
    return []


def can_be_joined_late(series: Series, *, now: datetime, sessions: Iterable[Session] | None = None) -> bool:
    """Whether a begun series still takes families: until the last of its first `late_until` sessions begins.

    One query, and none where the series takes nobody late. `Series.objects.open_to_book` asks the same of many.
    """
    if series.late_until < 2 or series.last_session_at is None or series.last_session_at <= now:
        return False
    if sessions is None:
        return Session.objects.to_come(now).filter(series=series, number__lte=series.late_until).exists()
    to_come = [one for one in sessions if one.starts_at > now and one.state != Session.State.CANCELLED]
    return any(one.number <= series.late_until for one in to_come)


def date_obstacles(
    series: Series,
    seen: Occupancy,
    *,
    dates: Sequence[Session],
    babies: Sequence[Baby],
    places: int,
    way: str,
    now: datetime,
    is_one_more: bool = False,
) -> list[Obstacle]:
    """What stands in the way of booking single dates of the series. Any free place will do for `is_one_more`."""
    if found := unpublished_obstacles(series):
        return found
    if series.is_own_pace and not is_one_more:
        return [Obstacle("gone", _("A check-in goes with the series at your own pace. You take it on its page."))]
    if way not in series.ways:
        return [Obstacle("way", _("This date cannot be joined that way. Please choose another way to join."))]
    if not places:
        return [Obstacle("no_baby", _("Please say which baby is coming."))]
    if not dates or {date.pk for date in dates} - {session.pk for session in seen.sessions}:
        return [Obstacle("gone", _("This date is over, or was called off. Please choose another one."))]
    free = free_for_one_more(seen, way) if is_one_more else free_singly(series, seen, way, now=now)
    room = [Obstacle("date_full", _date_sentence(seen, dates, way))] if _least(free, dates) < places else []
    return [*_baby_obstacles(seen, babies, within=dates), *_clearance_obstacles(series, dates, babies), *room]


def free_for_one_more(seen: Occupancy, way: str) -> dict[int, int]:
    """{session id: free places}, for a family that stays until it feels sure."""
    return seen.left_by_session(way)


def free_singly(series: Series, seen: Occupancy, way: str, *, now: datetime) -> dict[int, int]:
    """{session id: places that are sold singly}: those that no booking of the whole series could take any more."""
    whole = 0 if closed_obstacles(series, now=now) else seen.left(way)
    return {key: left - whole for key, left in seen.left_by_session(way).items()}


def _least(free: dict[int, int], dates: Sequence[Session]) -> int:
    return min((free.get(date.pk, 0) for date in dates), default=0)


def _date_sentence(seen: Occupancy, dates: Sequence[Session], way: str) -> str:
    if not _least(seen.left_by_session(way), dates):
        return _("Nothing is free on this date any more. Please choose another one.")
    return _(
        "There is no single place on this date for all your babies. You can book the whole series, or another date."
    )


def obstacles_within(
    series: Series, seen: Occupancy, *, babies: Sequence[Baby], places: int, way: str
) -> list[Obstacle]:
    """Obstacles of way, babies and room, by what was seen of the sessions. `places` is how many are asked for."""
    if way not in series.ways:
        return [Obstacle("way", _("This series cannot be joined that way. Please choose another way to join."))]
    if not places:
        return [Obstacle("no_baby", _("Please say which baby is coming."))]
    held_back = _clearance_obstacles(series, seen.sessions, babies)
    return [*_baby_obstacles(seen, babies), *held_back, *_room_obstacles(series, seen, places, way)]


def people_obstacles(
    series: Series, seen: Occupancy, *, dates: Sequence[Session], babies: int, adults: int, way: str
) -> list[Obstacle]:
    """Whether so many babies and adults fit into the room on each of these dates, where its people are limited."""
    if way != Enrolment.Way.ROOM:
        return []
    left = min((seen.people_left[date.pk] for date in dates if date.pk in seen.people_left), default=None)
    if left is None or babies + adults <= left:
        return []
    sentence = ngettext(
        "The room has space for %(left)d more person, babies and adults together. Please come with fewer adults.",
        "The room has space for %(left)d more people, babies and adults together. Please come with fewer adults.",
        max(left, 0),
    )
    return [Obstacle("people", sentence % {"left": max(left, 0)})]


def own_pace_obstacles(series: Series, *, family: Family) -> list[Obstacle]:
    """A series without sessions has no places to look at, so the family's bookings of it are."""
    if series.first_session_at is not None:
        return []
    if not Enrolment.objects.booked().for_family(family).filter(series=series).exists():
        return []
    return [Obstacle("already_booked", _("You have this series already. You find it under My classes."))]


def _clearance_obstacles(series: Series, sessions: Sequence[Session], babies: Sequence[Baby]) -> list[Obstacle]:
    """In a hospital nobody is booked before the ward agrees. It must hold on the first date. One query there."""
    if not sessions or not clearing.holds_back(series):
        return []
    first = local(min(session.starts_at for session in sessions), series.time_zone).date()
    sentence = clearing.why_not_book(series, babies, on=first)
    return [Obstacle("clearance", sentence)] if sentence else []


def _baby_obstacles(
    seen: Occupancy, babies: Sequence[Baby], *, within: Sequence[Session] | None = None
) -> list[Obstacle]:
    states = seen.states_of(babies, within=within)
    names = _(" and ").join(sorted({baby.first_name for baby in babies if baby.pk in states}))
    if not names:
        return []
    if within is not None:
        sentence = _("%(names)s has a place on this date already. You find it under My classes.")
        return [Obstacle("already_booked", sentence % {"names": names})]
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
    if left < places:
        return [Obstacle("full", _full_sentence(series, seen, left, way))]
    if series.offers_by_hand and any(one.way_with_room(seen) for one in in_turn(series, seen)):
        return [
            Obstacle("full", _("What is free goes to the waiting list first. You can join it, and wait your turn."))
        ]
    return []


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
