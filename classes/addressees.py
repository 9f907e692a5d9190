"""Whom an instructor can write to: families of a series, those away on a date, those who stream, those who wait.

Each adult who comes with the babies gets a letter of their own. A family that asked for quiet is nobody's addressee.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q

from classes.models import Enrolment, Message, Place, Series, Session, WaitingParty
from classes.models.attendance import Mark
from families.models import Baby, Caregiver

Audience = Message.Audience
AWAY = (Mark.ABSENT.value, Mark.ABSENT_TOLD.value)
MOST_WAITING = 200


@dataclass
class Household:
    """A family as a message meets it. `next` is the next date that it keeps, `date` the one that it is away on."""

    family_id: int
    babies: dict[int, str] = field(default_factory=dict)
    adults: list[Caregiver] = field(default_factory=list)
    next: Session | None = None
    next_way: str = ""
    date: Session | None = None
    enrolment: Enrolment | None = None

    @property
    def names(self) -> list[str]:
        return [self.babies[key] for key in sorted(self.babies)]


@dataclass(frozen=True)
class Circle:
    """Whom one choice reaches; `session` where it is about one date."""

    audience: str
    households: list[Household]
    session: Session | None = None

    @property
    def adults(self) -> int:
        return sum(len(one.adults) for one in self.households)


@dataclass(frozen=True)
class Circles:
    """Everybody who can be written to, by choice. `away` has one for each date that somebody is away on."""

    everyone: Circle
    streaming: Circle
    waiting: Circle
    away: list[Circle]

    def find(self, audience: str, session: Session | None = None) -> Circle:
        """That of the choice, and of the date where it needs one; an empty one where nobody is away."""
        if audience == Audience.AWAY:
            found = (one for one in self.away if session and one.session and one.session.pk == session.pk)
            return next(found, Circle(Audience.AWAY, [], session))
        every = (self.everyone, self.streaming, self.waiting)
        return next(one for one in every if one.audience == audience)


def circles_of(series: Series, *, now: datetime) -> Circles:
    """Everybody who can be written to. Five queries, six where a booking has no places; as many for one as for many."""
    enrolments = {one.pk: one for one in _enrolments(series)}
    places = list(_places(series))
    everyone, streaming = _everyone(enrolments, places, now=now), _Group()
    away: dict[int, _Group] = {}
    for place in places:
        if place.released_at is None and place.session.starts_at > now and place.way == Enrolment.Way.STREAM:
            streaming.add(place)
        if _is_away(place, places):
            away.setdefault(place.session_id, _Group(place.session)).add(place)
    waiting = _waiting(series)
    groups = [everyone, streaming, waiting, *away.values()]
    _give_adults(groups)
    for group in groups:
        group.tell_next(places, now=now)
    dates = sorted(away.values(), key=lambda group: group.session.starts_at)
    return Circles(
        everyone=everyone.circle(Audience.ALL),
        streaming=streaming.circle(Audience.STREAM),
        waiting=waiting.circle(Audience.WAITING),
        away=[circle for circle in (group.circle(Audience.AWAY) for group in dates) if circle.households],
    )


class _Group:
    """Households that come together row by row."""

    def __init__(self, session: Any = None) -> None:
        self.session = session
        self.rows: dict[int, Household] = {}

    def of(self, family_id: int) -> Household:
        return self.rows.setdefault(family_id, Household(family_id, date=self.session))

    def add(self, place: Place) -> None:
        household = self.of(place.enrolment.family_id)
        household.babies[place.baby_id] = place.baby.first_name
        household.enrolment = household.enrolment or place.enrolment

    def tell_next(self, places: Iterable[Place], *, now: datetime) -> None:
        for place in places:
            household = self.rows.get(place.enrolment.family_id)
            planned = place.session.state == Session.State.PLANNED and place.session.starts_at > now
            if household and household.next is None and place.released_at is None and planned:
                household.next, household.next_way = place.session, place.way

    def circle(self, audience: str) -> Circle:
        found = [one for one in self.rows.values() if one.adults]
        return Circle(audience, sorted(found, key=lambda one: ", ".join(one.names).casefold()), self.session)


OPEN = {"family__quiet_at__isnull": True, "family__closed_at__isnull": True}


def _enrolments(series: Series) -> Any:
    return Enrolment.objects.booked().filter(series=series, **OPEN).select_related("series")


def _places(series: Series) -> Any:
    """Places of its dates that stand, or that a family gave back, by date."""
    told = Q(released_at__isnull=True) | Q(release=Place.Release.TOLD)
    open_families = {f"enrolment__{key}": value for key, value in OPEN.items()}
    rows = Place.objects.filter(told, session__series=series, enrolment__state=Enrolment.State.BOOKED, **open_families)
    related = ("session__series__venue", "session__lesson", "baby", "enrolment", "attendance")
    return (
        rows.select_related(*related).defer("session__note", "session__stream_url").order_by("session__starts_at", "pk")
    )


def _everyone(enrolments: dict[int, Enrolment], places: Iterable[Place], *, now: datetime) -> _Group:
    """Families who booked the series or dates of it, and guests whose date is still to come."""
    group = _Group()
    for place in places:
        if place.enrolment_id in enrolments or (place.released_at is None and place.session.starts_at > now):
            group.add(place)
    bare = {one.family_id for one in enrolments.values()} - set(group.rows)
    if bare:  # at one's own pace there are no places
        for baby in Baby.objects.filter(family__in=bare, removed_at__isnull=True).order_by("pk"):
            group.of(baby.family_id).babies[baby.pk] = baby.first_name
    for one in enrolments.values():
        household = group.of(one.family_id)
        household.enrolment = household.enrolment or one
    return group


def _is_away(place: Place, places: Iterable[Place]) -> bool:
    """Whether the family told us so, and has not come back; or whether the register says so."""
    if place.released_at is None:
        return hasattr(place, "attendance") and place.attendance.mark in AWAY
    if place.session.state != Session.State.PLANNED:
        return False
    same = (one for one in places if one.session_id == place.session_id and one.baby_id == place.baby_id)
    return not any(one.released_at is None for one in same)


def _waiting(series: Series) -> _Group:
    group = _Group()
    parties = WaitingParty.objects.in_line().filter(series=series, **OPEN).prefetch_related("babies")
    for party in parties[:MOST_WAITING]:
        group.of(party.family_id).babies |= {baby.pk: baby.first_name for baby in party.babies.all()}
    return group


def _give_adults(groups: Iterable[_Group]) -> None:
    families = {key for group in groups for key in group.rows}
    mine = Caregiver.objects.current().filter(family__in=families, user__isnull=False, user__is_active=True)
    adults = mine.exclude(role=Caregiver.Role.DATES).select_related("user", "family").order_by("joined_at", "pk")
    for adult in adults:
        for group in groups:
            if adult.family_id in group.rows:
                group.rows[adult.family_id].adults.append(adult)
