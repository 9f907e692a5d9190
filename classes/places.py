"""Places of sessions: how many are left, and which numbers are free. Nothing here is stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db.models import Count, Q

from classes.models import Enrolment, Place, Series, Session
from families.models import Baby


def places_left(series: Iterable[Series], *, now: datetime) -> dict[int, dict[str, int]]:
    """{series id: {"room": n, "stream": n}}: what a whole booking finds, the least over the sessions to come.

    One query, however many series. A series without sessions to come has its own capacities.
    """
    listed = list(series)
    left = {one.pk: {"room": one.capacity, "stream": one.stream_capacity} for one in listed}
    sessions = Session.objects.to_come(now).filter(series__in=listed)
    for row in sessions.annotate(**_taken_counts(now)).values(
        "series_id", "capacity", "stream_capacity", "room_taken", "stream_taken"
    ):
        of_series = left[row["series_id"]]
        of_series["room"] = max(min(of_series["room"], row["capacity"] - row["room_taken"]), 0)
        of_series["stream"] = max(min(of_series["stream"], row["stream_capacity"] - row["stream_taken"]), 0)
    return left


def _taken_counts(now: datetime) -> dict[str, Count]:
    """Counts of taken places by way, to annotate sessions with; the same rule as PlaceQuerySet.taken."""
    state = Q(places__enrolment__state=Enrolment.State.BOOKED) | Q(
        places__enrolment__state__in=Enrolment.TIMED, places__enrolment__expires_at__gt=now
    )
    taken = Q(places__released_at__isnull=True) & state
    return {
        "room_taken": Count("places", filter=taken & Q(places__way=Enrolment.Way.ROOM)),
        "stream_taken": Count("places", filter=taken & Q(places__way=Enrolment.Way.STREAM)),
    }


def taken_numbers(sessions: Collection[Session], *, way: str) -> dict[int, set[int]]:
    """{session id: numbers in use}, lapsed ones included, because the database counts them until they are tidied."""
    numbers: dict[int, set[int]] = defaultdict(set)
    rows = Place.objects.unreleased().filter(session__in=sessions, way=way)
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
    return Series.objects.select_for_update(of=("self",)).select_related("instructor").get(pk=series.pk)


def sessions_to_book(series: Series, *, now: datetime) -> list[Session]:
    """The sessions that a booking of the series takes places in, by key."""
    return list(Session.objects.to_come(now).filter(series=series).order_by("pk"))


def tidy_lapsed(series: Series, *, now: datetime) -> int:
    """Release the places of lapsed holds and offers, so that their numbers can be used again. Call it under the lock."""
    lapsed = list(Enrolment.objects.lapsed(now).filter(series=series).only("pk"))
    if not lapsed:
        return 0
    release_places(lapsed, now=now)
    Enrolment.objects.filter(pk__in=[one.pk for one in lapsed]).update(state=Enrolment.State.LAPSED, ended_at=now)
    return len(lapsed)
