"""Places of sessions: who has them at a moment, how many are left, which numbers are free. Nothing here is stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from classes.models import Enrolment, Hold, Place, Series, Session
from classes.people import PEOPLE_A_HELD_PLACE, babies_with_one_adult, people_in, room_left_for_people
from config.lib.money import shares
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
class Kept:
    """Places of one session that booking forms under way keep."""

    session_id: int
    way: str
    places: int


@dataclass(frozen=True)
class Occupancy:
    """The sessions of one series that are still to come, every place in them, and what is held, at one moment.

    `people_left` is {session id: people who still fit into the room}, where the series has such a limit.
    """

    sessions: list[Session]
    places: list[Taken]
    held: list[Kept] = field(default_factory=list)
    people_left: dict[int, int] = field(default_factory=dict)

    def left(self, way: str) -> int:
        """What a whole booking finds: the least over the sessions. Zero where there is no session to come."""
        return min(self.left_by_session(way).values(), default=0)

    def left_by_session(self, way: str) -> dict[int, int]:
        """{session id: places left}, of the sessions to come; never below zero.

        Where people in the room are limited, no more than one adult could bring.
        """
        left = self.unused_by_session(way)
        if way != Enrolment.Way.ROOM:
            return left
        people = self.people_left
        return {key: min(n, babies_with_one_adult(people[key])) if key in people else n for key, n in left.items()}

    def unused_by_session(self, way: str) -> dict[int, int]:
        """{session id: places that nobody has and no form holds}, whoever may come with a baby; never below zero."""
        counts: dict[int, int] = defaultdict(int)
        for place in self.places:
            if place.way == way and not place.lapsed:
                counts[place.session_id] += 1
        for kept in self.held:
            if kept.way == way:
                counts[kept.session_id] += kept.places
        return {one.pk: max(one.capacity_of(way) - counts[one.pk], 0) for one in self.sessions}

    def numbers(self, way: str) -> dict[int, set[int]]:
        """{session id: numbers in use}, lapsed ones included: the database counts them until they are tidied."""
        used: dict[int, set[int]] = defaultdict(set)
        for place in self.places:
            if place.way == way:
                used[place.session_id].add(place.number)
        return used

    def states_of(self, babies: Iterable[Baby], *, within: Iterable[Session] | None = None) -> dict[int, str]:
        """{baby id: state of the enrolment that holds a place for it}, for those of these babies that have one.

        `within` looks at these sessions alone.
        """
        wanted = {baby.pk for baby in babies}
        where = {session.pk for session in (self.sessions if within is None else within)}
        return {
            place.baby_id: place.state
            for place in self.places
            if place.baby_id in wanted and place.session_id in where and not place.lapsed
        }

    @property
    def lapsed(self) -> set[int]:
        """Enrolments whose time is over and whose places are to be given back."""
        return {place.enrolment_id for place in self.places if place.lapsed}

    def tidied(self) -> Occupancy:
        """The same without what has lapsed."""
        standing = [place for place in self.places if not place.lapsed]
        return Occupancy(self.sessions, standing, self.held, self.people_left)


def occupancy(series: Series, *, now: datetime, besides: Hold | None = None) -> Occupancy:
    """Who has which place in the sessions to come, and what is held `besides` the asker's own hold.

    Two queries; two more where people in the room are limited.
    """
    sums = {f"{way}_held": _held_sum(way, now, besides=besides) for way in Enrolment.Way.values}
    sessions = list(Session.objects.to_come(now).filter(series=series).annotate(**sums).order_by("pk"))
    held = [
        Kept(session.pk, way, places)
        for session in sessions
        for way in Enrolment.Way.values
        if (places := getattr(session, f"{way}_held"))
    ]
    rows = Place.objects.unreleased().filter(session__in=[session.pk for session in sessions])
    fields = ("session_id", "way", "number", "baby_id", "enrolment_id", "enrolment__state", "enrolment__expires_at")
    taken = []
    for session_id, way, number, baby_id, enrolment_id, state, expires_at in rows.values_list(*fields):
        lapsed = state in Enrolment.TIMED and expires_at is not None and expires_at <= now
        taken.append(Taken(session_id, way, number, baby_id, enrolment_id, state, lapsed))
    return Occupancy(sessions, taken, held, _people_left(series, sessions, taken, held))


def _people_left(
    series: Series, sessions: Iterable[Session], taken: Iterable[Taken], held: Iterable[Kept]
) -> dict[int, int]:
    if not series.people_at_most:
        return {}
    parties: dict[tuple[int, int], int] = defaultdict(int)
    for place in taken:
        if place.way == Enrolment.Way.ROOM and not place.lapsed:
            parties[place.session_id, place.enrolment_id] += 1
    people = people_in(parties)
    for kept in held:
        if kept.way == Enrolment.Way.ROOM:
            people[kept.session_id] = people.get(kept.session_id, 0) + kept.places * PEOPLE_A_HELD_PLACE
    return {one.pk: series.people_at_most - people.get(one.pk, 0) for one in sessions}


def places_left(series: Iterable[Series], *, now: datetime) -> dict[int, dict[str, int]]:
    """{series id: {"room": n, "stream": n}}: what a whole booking finds, the least over the sessions to come.

    One query, however many series, and four more where one of them limits the people in the room. A series without
    sessions to come has its own capacities.
    """
    listed = list(series)
    people = room_left_for_people(listed, now=now)
    left = {one.pk: {"room": one.capacity, "stream": one.stream_capacity} for one in listed}
    dated = [one for one in listed if not one.is_own_pace]
    sessions = Session.objects.to_come(now).filter(series__in=dated).annotate(**taken_counts(now)).defer("note")
    for session in sessions:
        of_series, (room, stream) = left[session.series_id], left_in(session)
        if session.pk in people:
            room = min(room, babies_with_one_adult(people[session.pk]))
        of_series["room"] = max(min(of_series["room"], room), 0)
        of_series["stream"] = max(min(of_series["stream"], stream), 0)
    return left


def left_in(session: Session) -> tuple[int, int]:
    """(room, stream) places left in a session that came with `taken_counts`. Below zero where too many are in it."""
    counted: Any = session
    room = session.capacity - counted.room_taken - counted.room_held
    return room, session.stream_capacity - counted.stream_taken - counted.stream_held


def taken_counts(now: datetime) -> dict[str, Any]:
    """Counts of taken and of held places by way, to annotate sessions with; the same rules as in `Occupancy`."""
    state = Q(places__enrolment__state__in=Enrolment.EVER_BOOKED) | Q(
        places__enrolment__state__in=Enrolment.TIMED, places__enrolment__expires_at__gt=now
    )
    taken = Q(places__released_at__isnull=True) & state
    return {
        "room_taken": Count("places", filter=taken & Q(places__way=Enrolment.Way.ROOM)),
        "stream_taken": Count("places", filter=taken & Q(places__way=Enrolment.Way.STREAM)),
        "room_held": _held_sum(Enrolment.Way.ROOM, now),
        "stream_held": _held_sum(Enrolment.Way.STREAM, now),
    }


def _held_sum(way: str, now: datetime, *, besides: Hold | None = None) -> Any:
    """Places of the outer session that live holds keep: those of its whole series, and its own."""
    of_session = Q(session__isnull=True) | Q(session=OuterRef("pk"))
    held = Hold.objects.live(now).filter(of_session, series=OuterRef("series"), way=way).order_by()
    if besides is not None:
        held = held.exclude(pk=besides.pk)
    return Coalesce(Subquery(held.values("series").annotate(kept=Sum("places")).values("kept")), 0)


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
    enrolment: Enrolment,
    *,
    sessions: Sequence[Session],
    babies: Sequence[Baby],
    taken: dict[int, set[int]],
    at: datetime,
    way: str = "",
    kind: str = Place.Kind.SERIES,
    worth: int | None = None,
) -> list[Place]:
    """Write one place for each baby and session, with the lowest free numbers, of that way (else the enrolment's).

    Each carries its part of `worth` in minor units, which is the enrolment's price unless said otherwise, and the
    moment `at` which it was taken: calendars tell by it that something changed. The caller holds the lock and has asked
    for obstacles. Raises IntegrityError where the database knows better.
    """
    way = way or enrolment.way
    worth = enrolment.price_minor if worth is None else worth
    prices = iter(shares(worth, max(len(sessions) * len(babies), 1)))
    places = []
    for session in sorted(sessions, key=lambda one: one.starts_at):
        free = free_numbers(session, way=way, taken=taken.get(session.pk, set()))
        # Without enough free numbers the next ones are tried all the same: the database must be the one to refuse.
        free += range(session.capacity_of(way) + 1, session.capacity_of(way) + len(babies) + 1)
        for baby, number in zip(babies, free, strict=False):
            row = Place(enrolment=enrolment, session=session, baby=baby, way=way, number=number, kind=kind)
            row.price_minor, row.taken_at = next(prices), at
            places.append(row)
    return Place.objects.bulk_create(places)


def release_places(enrolments: Iterable[Enrolment], *, why: str, now: datetime) -> int:
    """Give back every place of these enrolments in sessions to come; those that have been stay. Returns how many.

    `why` is a value of Place.Release.
    """
    standing = Place.objects.unreleased().filter(enrolment__in=list(enrolments), session__starts_at__gt=now)
    return standing.update(released_at=now, release=why)


def lock_series(series: Series) -> Series:
    """The series' row, locked until the transaction ends; SQLite's IMMEDIATE transaction holds the whole database.

    Always the first lock taken. Whoever writes a row that only names the series does not wait for it (`no_key`).
    Raises Series.DoesNotExist.
    """
    return (
        Series.objects.select_for_update(of=("self",), no_key=True)
        .select_related("instructor", "venue")
        .get(pk=series.pk)
    )


def lock_all(series: Iterable[Series]) -> dict[int, Series]:
    """{key: series}, all locked in the order of their keys, so that two who need the same never wait crosswise."""
    rows = Series.objects.select_for_update(of=("self",), no_key=True).select_related("instructor", "venue")
    return {one.pk: one for one in rows.filter(pk__in={one.pk for one in series}).order_by("pk")}


def sessions_to_book(series: Series, *, now: datetime) -> list[Session]:
    """The sessions that a booking of the series takes places in, by key."""
    return list(Session.objects.to_come(now).filter(series=series).order_by("pk"))
