"""The dates of one booking as its family sees them, one by one, and what can be done about each at this moment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from classes.making_up import Match, matches, rights_to_use
from classes.models import Enrolment, MakeUpRight, Place, Session
from classes.models.attendance import Mark
from classes.places import left_in, taken_counts
from classes.terms import terms_at_booking
from families.models import Baby, Family

# Of a family's dates given back so many are shown with what fits; others stand on the page once these are used.
MOST_MAKING_UP = 4
MOST_RIGHTS_TOLD = 12
WAS_THERE = frozenset((Mark.PRESENT.value, Mark.LATE.value, Mark.OBSERVED.value, Mark.MAKE_UP.value))


@dataclass(frozen=True)
class Date:
    """One date: places that stand (`here`), those that the family gave back (`away`), and the rights held for it.

    `left` is {way: places left} now; empty where the date can no longer be changed.
    """

    session: Session
    here: list[Place]
    away: list[Place]
    usual: str
    rights: list[MakeUpRight] = field(default_factory=list)
    left: dict[str, int] = field(default_factory=dict)

    @property
    def babies(self) -> list[Baby]:
        return sorted((place.baby for place in [*self.here, *self.away]), key=lambda baby: baby.pk)

    @property
    def names_here(self) -> list[str]:
        return [place.baby.first_name for place in self.here]

    @property
    def names_away(self) -> list[str]:
        return [place.baby.first_name for place in self.away]

    @property
    def way(self) -> str:
        return (self.here or self.away)[0].way

    @property
    def is_this_once(self) -> bool:
        """Joined another way than the rest of the booking."""
        return bool(self.here) and self.way != self.usual and not self.is_make_up

    @property
    def is_make_up(self) -> bool:
        return (self.here or self.away)[0].kind == Place.Kind.MAKE_UP

    @property
    def is_open(self) -> bool:
        return bool(self.left)

    @property
    def was_there(self) -> bool:
        marks = [place.attendance.mark for place in self.here if hasattr(place, "attendance")]
        return any(mark in WAS_THERE for mark in marks)

    @property
    def given_back_at(self) -> datetime | None:
        return max((place.released_at for place in self.away if place.released_at), default=None)

    @property
    def open_rights(self) -> list[MakeUpRight]:
        return [right for right in self.rights if right.state == MakeUpRight.State.OPEN]

    @property
    def used_right(self) -> MakeUpRight | None:
        """One that serves a make-up place already: that place has to go back before this date can be taken back."""
        used = (right for right in self.rights if right.state == MakeUpRight.State.USED)
        is_missed = bool(self.away) or self.session.state == Session.State.CANCELLED
        return next(used, None) if is_missed and not self.is_make_up else None

    @property
    def can_take_back(self) -> bool:
        return self.is_open and bool(self.away) and self.used_right is None and not self.is_gone

    @property
    def is_gone(self) -> bool:
        """Given back, and somebody else has or is offered the place by now."""
        return self.is_open and any(self._missing(place.way) for place in self.away)

    def _missing(self, way: str) -> bool:
        return self.left.get(way, 0) < sum(place.way == way for place in self.away)

    @property
    def other_way(self) -> str:
        """The way that they could join this date instead; empty where there is none, or no place in it."""
        if not self.here or self.session.is_online:
            return ""
        other = Enrolment.Way.ROOM if self.way == Enrolment.Way.STREAM else Enrolment.Way.STREAM
        return other.value if self.left.get(other, 0) >= len(self.here) else ""


@dataclass(frozen=True)
class MakingUp:
    """The rights that a family holds for one missed date, and where they can be used."""

    rights: list[MakeUpRight]
    found: list[Match] = field(default_factory=list)

    @property
    def missed(self) -> Session:
        return self.rights[0].missed

    @property
    def enrolment(self) -> Enrolment:
        return self.rights[0].enrolment

    @property
    def names(self) -> list[str]:
        return [right.baby.first_name for right in self.rights]

    @property
    def expires_at(self) -> datetime:
        return min(right.expires_at for right in self.rights)


def dates_of(enrolment: Enrolment, *, now: datetime) -> list[Date]:
    """All dates of a booking, make-up places included, soonest first. Three queries, two once it has ended."""
    places = Place.objects.filter(enrolment=enrolment).select_related(
        "session__series__venue",
        "session__series__instructor",
        "session__substitute",
        "session__lesson",
        "baby",
        "attendance",
    )
    by_session = _newest(places.defer("session__note").order_by("session__starts_at", "session_id", "pk"))
    rights = MakeUpRight.objects.filter(enrolment=enrolment).exclude(state=MakeUpRight.State.WITHDRAWN)
    held = list(rights.select_related("place__session", "missed__series", "missed__lesson", "baby").order_by("pk"))
    is_booked = enrolment.state == Enrolment.State.BOOKED
    left = _left(by_session, now=now) if is_booked else {}
    dates = []
    for key, newest in by_session.items():
        here = [place for place in newest if place.released_at is None or not is_booked]
        away = [place for place in newest if place not in here and _is_told(place, held)]
        if here or away:
            mine = [right for right in held if right.missed_id == key]
            dates.append(Date(newest[0].session, here, away, enrolment.way, mine, left.get(key, {})))
    return dates


def _is_told(place: Place, held: Iterable[MakeUpRight]) -> bool:
    """Whether the family gave this place back; a make-up place, as long as its right does not serve another one."""
    if place.release != Place.Release.TOLD or place.kind != Place.Kind.MAKE_UP:
        return place.release == Place.Release.TOLD
    every = [right for right in held if right.baby_id == place.baby_id and right.missed_id != place.session_id]
    mine = [right for right in every if right.missed.week == place.session.week] or every
    return any(right.place_id == place.pk or right.state == MakeUpRight.State.OPEN for right in mine)


def _newest(places: Iterable[Place]) -> dict[int, list[Place]]:
    """{session id: of each baby the place that stands, else the one released last}, in the order given."""
    rows: dict[int, dict[int, Place]] = {}
    for place in places:
        of_session = rows.setdefault(place.session_id, {})
        standing = of_session.get(place.baby_id)
        if standing is None or standing.released_at is not None:
            of_session[place.baby_id] = place
    return {key: sorted(found.values(), key=lambda place: place.baby_id) for key, found in rows.items()}


def _left(sessions: Iterable[int], *, now: datetime) -> dict[int, dict[str, int]]:
    """{session id: {way: places left}} of those that are still to come. One query."""
    rows = (
        Session.objects.to_come(now)
        .filter(pk__in=list(sessions))
        .annotate(**taken_counts(now))
        .only("capacity", "stream_capacity", "series")
    )
    return {one.pk: dict(zip(("room", "stream"), left_in(one), strict=True)) for one in rows}


def making_up(enrolment: Enrolment, *, now: datetime) -> list[MakingUp]:
    """What this booking's open rights can be used for. One query, and ten for each missed date, of few."""
    if enrolment.state != Enrolment.State.BOOKED:
        return []
    held = rights_to_use(MakeUpRight.objects.open(now).filter(enrolment=enrolment))
    groups = _by_date(held)[:MOST_MAKING_UP]
    return [MakingUp(rights, matches(rights, now=now)) for rights in groups]


def rights_of(family: Family, *, now: datetime) -> list[MakingUp]:
    """The open rights of all bookings of the family, the one that runs out first at first. One query."""
    held = MakeUpRight.objects.open(now).for_family(family).filter(enrolment__state=Enrolment.State.BOOKED)
    groups = [MakingUp(rights) for rights in _by_date(rights_to_use(held)[:MOST_RIGHTS_TOLD])]
    return sorted(groups, key=lambda group: group.expires_at)


def _by_date(held: Iterable[MakeUpRight]) -> list[list[MakeUpRight]]:
    groups: dict[tuple[int, int], list[MakeUpRight]] = {}
    for right in held:
        groups.setdefault((right.enrolment_id, right.missed_id), []).append(right)
    return list(groups.values())


def tell_until(enrolment: Enrolment, session: Session) -> datetime | None:
    """Up to when giving this date back is early enough for a make-up place; None where there are none."""
    terms = terms_at_booking(enrolment)
    return session.starts_at - timedelta(hours=terms.makeup_notice_hours) if terms.makeups_at_most else None
