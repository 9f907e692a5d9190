"""Finding an instructor: near, by language, by way of teaching. Only those whose certificate is valid today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, F, IntegerField, OuterRef, Q, Subquery, Value

from classes.locality import Lookup, look_up
from classes.models import Locality, Series
from classes.models.distance import Point, box_around, metres_from
from classes.searching import HowMany
from config.lib.distance import kilometres
from instructors.certificate_check import language_name
from instructors.models import Certificate, Instructor, TeachingPlace, Trait, Way
from instructors.models.instructor import InstructorQuerySet
from instructors.models.profile import LANGUAGE

PAGE = 24
NEAR_KM = 50
LEAST_TOLD = 1500
MOST_COUNTED = 100
MOST_LANGUAGES = 200
MOST_CREDENTIALS = 6 * PAGE
FROM_HOME = (Way.LIVE_STREAM, Way.HYBRID, Way.SELF_PACED)
# A class in the room that is streamed as well is found by either.
ALSO = {Way.IN_PERSON: (Way.HYBRID,), Way.LIVE_STREAM: (Way.HYBRID,)}


@dataclass(frozen=True)
class Wanted:
    """What someone looks for; nothing finds everyone. `place` is the key of a locality, where `near` names several."""

    near: str = ""
    place: str = ""
    language: str = ""
    ways: tuple[str, ...] = ()

    @property
    def is_narrow(self) -> bool:
        return bool(self.near or self.language or self.ways)

    @property
    def reaches_home(self) -> bool:
        """Whether someone who teaches from far away is of use."""
        return not self.ways or bool(set(self.ways) & set(FROM_HOME))


@dataclass(frozen=True)
class Entry:
    """One card of the directory. `place` is the nearest town of theirs, or the first; without `metres` it is afar."""

    instructor: Instructor
    letters: tuple[str, ...]
    languages: tuple[str, ...]
    ways: tuple[str, ...]
    place: TeachingPlace | None
    metres: int | None
    photo_key: str
    following: Series | None
    has_begun: bool = False

    @property
    def is_here(self) -> bool:
        """In the very town that was looked for, as far as towns are points on a map."""
        return self.metres is not None and self.metres < LEAST_TOLD


@dataclass(frozen=True)
class Found:
    """One page. `more` is the key that begins the next, or None. `counted` goes up to MOST_COUNTED."""

    entries: list[Entry]
    counted: int
    is_more_than_counted: bool
    more: int | None
    lookup: Lookup = field(default_factory=Lookup)

    @property
    def place(self) -> Locality | None:
        return self.lookup.locality


def find(wanted: Wanted, *, after: int | None, now: datetime) -> Found:
    """The page after the instructor with that key. The number of queries is the same for one and for many."""
    lookup = look_up(wanted.near, key=wanted.place) if wanted.near else Lookup()
    here = lookup.locality.point if lookup.locality else None
    every = _matching(wanted, here=here, now=now)
    last = _measured(Instructor.objects.filter(pk=after), here).first() if after else None
    listed = _after(every, last) if last else every
    counted = HowMany(every.order_by().values("pk")[: MOST_COUNTED + 1])
    rows: list[Any] = list(
        listed.annotate(counted=counted, photo_key=F("portrait__key"), following=_next_series(now))
        .prefetch_related("places")
        .order_by(F("metres").asc(nulls_last=True), "display_name", "pk")[: PAGE + 1]
    )
    shown = rows[:PAGE]
    count = rows[0].counted if rows else 0
    more = shown[-1].pk if len(rows) > PAGE else None
    entries = _entries(shown, here=here, now=now)
    return Found(entries, min(count, MOST_COUNTED), count > MOST_COUNTED, more, lookup)


def languages_spoken(*, on: date) -> list[str]:
    """Codes of the languages that those in the directory teach in."""
    listed = Instructor.objects.in_directory(on).values("pk")
    rows = Trait.objects.languages().filter(instructor__in=listed).values_list("what", flat=True).order_by("what")
    return [what.removeprefix(LANGUAGE) for what in rows.distinct()[:MOST_LANGUAGES]]


def _matching(wanted: Wanted, *, here: Point | None, now: datetime) -> InstructorQuerySet:
    """Everyone who fits, with `metres` to their nearest town: NULL where nobody asked, or where that is far."""
    every = _measured(Instructor.objects.in_directory(now.date()).speaking(wanted.language), here)
    if wanted.ways:
        every = _teaching(every, wanted.ways, now=now)
    if here is None:
        return every.named(wanted.near.strip()) if wanted.near.strip() else every
    near = Q(("metres__isnull", False))
    if not wanted.reaches_home:
        return every.filter(near)
    return every.filter(near | Q(pk__in=_teaching(Instructor.objects.all(), FROM_HOME, now=now).values("pk")))


def _measured(rows: InstructorQuerySet, here: Point | None) -> InstructorQuerySet:
    if here is None:
        return rows.annotate(metres=Value(None, output_field=IntegerField(null=True)))
    metres = metres_from(here, latitude="latitude", longitude="longitude")
    near = (
        TeachingPlace.objects.filter(
            box_around(here, NEAR_KM, latitude="latitude", longitude="longitude"), instructor=OuterRef("pk")
        )
        .annotate(metres=metres)
        .filter(metres__lte=NEAR_KM * 1000)
        .order_by("metres")
    )
    return rows.annotate(metres=Subquery(near.values("metres")[:1], output_field=IntegerField(null=True)))


def _teaching(rows: InstructorQuerySet, ways: Sequence[str], *, now: datetime) -> InstructorQuerySet:
    """Those who say that they teach so, and those with a series of that kind to book."""
    wanted = {*ways, *(also for way in ways for also in ALSO.get(Way(way), ()))}
    led = Series.objects.open_to_book(now).filter(instructor=OuterRef("pk"), delivery__in=wanted)
    return rows.filter(Q(pk__in=rows.model._default_manager.teaching_by(wanted).values("pk")) | Exists(led))


def _after(rows: InstructorQuerySet, last: Any) -> InstructorQuerySet:
    """Those after `last`, which comes with its `metres`: the nearest first, then by name."""
    later = Q(display_name__gt=last.display_name) | Q(display_name=last.display_name, pk__gt=last.pk)
    afar = Q(("metres__isnull", True))
    if last.metres is None:
        return rows.filter(afar & later)
    return rows.filter(Q(("metres__gt", last.metres)) | afar | Q(("metres", last.metres)) & later)


def _next_series(now: datetime) -> Subquery:
    """The key of the next series that can be booked with them."""
    led = Series.objects.open_to_book(now).filter(instructor=OuterRef("pk"))
    return Subquery(led.soonest().values("pk")[:1])


def _entries(rows: Sequence[Any], *, here: Point | None, now: datetime) -> list[Entry]:
    """Two queries: what they hold, and the series that come next."""
    series = Series.objects.for_page().defer("stream_url").in_bulk([row.following for row in rows if row.following])
    letters = _letters([row.user_id for row in rows], on=now.date())
    return [_entry(row, series.get(row.following), letters.get(row.user_id, ()), here=here, now=now) for row in rows]


def _entry(row: Any, following: Series | None, letters: tuple[str, ...], *, here: Point | None, now: datetime) -> Entry:
    first = following.first_session_at if following else None
    return Entry(
        instructor=row,
        letters=letters,
        languages=tuple(language_name(code) for code in row.languages),
        ways=_ways(row, following),
        place=_place(row, here if row.metres is not None else None),
        metres=row.metres,
        photo_key=row.photo_key or "",
        following=following,
        has_begun=first is not None and first <= now,
    )


def _letters(holders: Sequence[int], *, on: date) -> dict[int, tuple[str, ...]]:
    """{holder: letters of all that they hold today}, those to teach first."""
    held = Certificate.objects.filter(holder__in=holders).valid(on).published()
    rows = held.order_by("-credential_type__may_teach", "credential_type__rank", "pk")
    found: dict[int, list[str]] = {}
    for holder, code in rows.values_list("holder", "credential_type__code")[:MOST_CREDENTIALS]:
        found.setdefault(holder, []).append(code)
    return {holder: tuple(dict.fromkeys(codes)) for holder, codes in found.items()}


def _ways(row: Instructor, following: Series | None) -> tuple[str, ...]:
    """What they say, and how the series is held that is shown below it."""
    told = {*row.ways, *([following.delivery] if following else [])}
    return tuple(way for way in Way.values if way in told)


def _place(row: Instructor, here: Point | None) -> TeachingPlace | None:
    """The town that lies nearest, or the first that they name."""
    places = list(row.places.all())
    placed = [one for one in places if one.latitude is not None and one.longitude is not None]
    if here is None or not placed:
        return places[0] if places else None
    return min(
        placed, key=lambda one: kilometres((here.latitude, here.longitude), (one.latitude or 0, one.longitude or 0))
    )
