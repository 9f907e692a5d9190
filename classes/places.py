"""Places of sessions: who has them at a moment, how many are left, which numbers are free. Nothing here is stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from classes.models import Enrolment, Place, Series, Session
from families.models import Baby


@dataclass(frozen=True)
class Taken:
    """One unreleased place. It is `lapsed` where its offer or hold is over and nobody tidied it yet."""

    session_id: int
    way: str
    number: int
    baby_id: int
    enrolment_id: int
    state: str
    lapsed: bool


@dataclass(frozen=True)
class Occupancy:
    """The sessions of one series that are still to come, and every place in them, as seen at one moment."""

    sessions: list[Session]
    places: list[Taken]

    def left(self, way: str) -> int:
        """What a whole booking finds: the least over the sessions. Zero where there is no session to come."""
        counts: dict[int, int] = defaultdict(int)
        for place in self.places:
            if place.way == way and not place.lapsed:
                counts[place.session_id] += 1
        return max(min((one.capacity_of(way) - counts[one.pk] for one in self.sessions), default=0), 0)

    def numbers(self, way: str) -> dict[int, set[int]]:
        """{session id: numbers in use}, lapsed ones included: the database counts them until they are tidied."""
        used: dict[int, set[int]] = defaultdict(set)
        for place in self.places:
            if place.way == way:
                used[place.session_id].add(place.number)
        return used

    def states_of(self, babies: Iterable[Baby]) -> dict[int, str]:
        """{baby id: state of the enrolment that holds a place for it}, for those of these babies that have one."""
        wanted = {baby.pk for baby in babies}
        return {place.baby_id: place.state for place in self.places if place.baby_id in wanted and not place.lapsed}

    @property
    def lapsed(self) -> set[int]:
        """Enrolments whose time is over and whose places are to be given back."""
        return {place.enrolment_id for place in self.places if place.lapsed}

    def tidied(self) -> Occupancy:
        """The same without what has lapsed."""
        return Occupancy(self.sessions, [place for place in self.places if not place.lapsed])


def occupancy(series: Series, *, now: datetime) -> Occupancy:
    """Who has which place in the sessions to come. Two queries."""
    sessions = sessions_to_book(series, now=now)
    rows = Place.objects.unreleased().filter(session__in=[session.pk for session in sessions])
    fields = ("session_id", "way", "number", "baby_id", "enrolment_id", "enrolment__state", "enrolment__expires_at")
    taken = []
    for session_id, way, number, baby_id, enrolment_id, state, expires_at in rows.values_list(*fields):
        lapsed = state in Enrolment.TIMED and expires_at is not None and expires_at <= now
        taken.append(Taken(session_id, way, number, baby_id, enrolment_id, state, lapsed))
    return Occupancy(sessions, taken)


def places_left(series: Iterable[Series], *, now: datetime) -> dict[int, dict[str, int]]:
    """{series id: {"room": n, "stream": n}}: what a whole booking finds, the least over the sessions to come.

    One query, however many series. A series without sessions to come has its own capacities.
    """
    listed = list(series)
    left = {one.pk: {"room": one.capacity, "stream": one.stream_capacity} for one in listed}
    sessions = Session.objects.to_come(now).filter(series__in=listed).annotate(**taken_counts(now)).defer("note")
    for session in sessions:
        of_series, (room, stream) = left[session.series_id], left_in(session)
        of_series["room"] = max(min(of_series["room"], room), 0)
        of_series["stream"] = max(min(of_series["stream"], stream), 0)
    return left


def left_in(session: Session) -> tuple[int, int]:
    """(room, stream) places left in a session that came with `taken_counts`. Below zero where too many are in it."""
    counted: Any = session
    return session.capacity - counted.room_taken, session.stream_capacity - counted.stream_taken


def taken_counts(now: datetime) -> dict[str, Count]:
    """Counts of taken places by way, to annotate sessions with; the same rule as PlaceQuerySet.taken."""
    state = Q(places__enrolment__state=Enrolment.State.BOOKED) | Q(
        places__enrolment__state__in=Enrolment.TIMED, places__enrolment__expires_at__gt=now
    )
    taken = Q(places__released_at__isnull=True) & state
    return {
        "room_taken": Count("places", filter=taken & Q(places__way=Enrolment.Way.ROOM)),
        "stream_taken": Count("places", filter=taken & Q(places__way=Enrolment.Way.STREAM)),
    }


def taken_numbers(sessions: Iterable[Session], *, way: str) -> dict[int, set[int]]:
    """{session id: numbers in use}, lapsed ones included, because the database counts them until they are tidied."""
    numbers: dict[int, set[int]] = defaultdict(set)
    rows = Place.objects.unreleased().filter(session__in=list(sessions), way=way)
    for session_id, number in rows.values_list("session_id", "number"):
        numbers[session_id].add(number)
    return numbers


def free_numbers(session: Session, *, way: str, taken: set[int]) -> list[int]:
    """The numbers of that way that nobody has, lowest first."""
    return [number for number in range(1, session.capacity_of(way) + 1) if number not in taken]


def take_places(
    enrolment: Enrolment, *, sessions: Sequence[Session], babies: Sequence[Baby], taken: dict[int, set[int]]
) -> list[Place]:
    """Write one place for each baby and session, with the lowest free numbers.

    The caller holds the lock and has asked for obstacles. Raises IntegrityError where the database knows better.
    """
    places = []
    for session in sessions:
        free = free_numbers(session, way=enrolment.way, taken=taken.get(session.pk, set()))
        # Without enough free numbers the next ones are tried all the same: the database must be the one to refuse.
        free += range(session.capacity_of(enrolment.way) + 1, session.capacity_of(enrolment.way) + len(babies) + 1)
        for baby, number in zip(babies, free, strict=False):
            places.append(Place(enrolment=enrolment, session=session, baby=baby, way=enrolment.way, number=number))
    return Place.objects.bulk_create(places)


def release_places(enrolments: Iterable[Enrolment], *, now: datetime) -> int:
    """Give back every place of these enrolments; returns how many."""
    return Place.objects.unreleased().filter(enrolment__in=list(enrolments)).update(released_at=now)


def lock_series(series: Series) -> Series:
    """The series' row, locked until the transaction ends; SQLite's IMMEDIATE transaction holds the whole database.

    Always the first lock taken. Raises Series.DoesNotExist.
    """
    return Series.objects.select_for_update(of=("self",)).select_related("instructor", "venue").get(pk=series.pk)


def sessions_to_book(series: Series, *, now: datetime) -> list[Session]:
    """The sessions that a booking of the series takes places in, by key."""
    return list(Session.objects.to_come(now).filter(series=series).order_by("pk"))
