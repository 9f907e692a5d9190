"""What a family has booked and waits for: its own page, gathered in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from classes.models import Enrolment, Offer, Place, Series, Session, WaitingParty
from classes.my_dates import MakingUp, rights_of
from classes.waiting_list import rank_of
from families.models import Baby, Caregiver, Family

# A family books a handful of series in a baby's first year. What is older is found under its own address.
MOST_SHOWN = 12


@dataclass
class Booking:
    """One booking with its dates: {session: babies that have a place in it}, in order of time."""

    enrolment: Enrolment
    sessions: list[Session] = field(default_factory=list)
    babies: list[Baby] = field(default_factory=list)
    ways: dict[int, str] = field(default_factory=dict)  # {session id: how they join it}
    made_up: set[int] = field(default_factory=set)  # ids of sessions of other series, of make-up places
    of_how_many: int = 0  # the last number of its own sessions, given back or not

    @property
    def names(self) -> list[str]:
        return [baby.first_name for baby in self.babies]

    @property
    def names_told(self) -> str:
        return get_text_list(self.names, _("and"))

    @property
    def last_session(self) -> Session | None:
        return self.sessions[-1] if self.sessions else None

    @property
    def is_booked(self) -> bool:
        return self.enrolment.state == Enrolment.State.BOOKED

    def to_come(self, now: datetime) -> list[Session]:
        return [one for one in self.sessions if not one.is_over(now) and one.state != Session.State.CANCELLED]


@dataclass(frozen=True)
class Waiting:
    """A party in line: its rank in the line of its series, 0 where it waits for any, and an offer in hand."""

    party: WaitingParty
    rank: int
    offer: Offer | None

    @property
    def series(self) -> Series | None:
        """The series that it waits for, or is offered."""
        return self.offer.enrolment.series if self.offer else self.party.series


@dataclass(frozen=True)
class Next:
    """The next session of all bookings, and who has a place in it."""

    booking: Booking
    session: Session

    @property
    def way(self) -> str:
        return self.booking.ways.get(self.session.pk, self.booking.enrolment.way)

    @property
    def is_make_up(self) -> bool:
        return self.session.pk in self.booking.made_up


@dataclass(frozen=True)
class FamilyPage:
    bookings: list[Booking]
    waiting: list[Waiting]
    making_up: list[MakingUp]
    next: Next | None
    babies: list[Baby]
    adults: list[Caregiver]

    @property
    def offers(self) -> list[Waiting]:
        return [one for one in self.waiting if one.offer]


def family_page(family: Family, *, now: datetime) -> FamilyPage:
    """Everything on the family's own page. Seven queries, and one for each series that it waits for."""
    bookings = bookings_of(family)
    return FamilyPage(
        bookings=bookings,
        waiting=_waiting_of(family, now=now),
        making_up=rights_of(family, now=now),
        next=_next_of(bookings, now=now),
        babies=list(Baby.objects.of_family(family)),
        adults=list(Caregiver.objects.current().of_family(family).order_by("joined_at", "pk")),
    )


def bookings_of(family: Family) -> list[Booking]:
    """The newest bookings of the family with their dates. Two queries."""
    enrolments = Enrolment.objects.ever_booked().for_family(family).for_page().order_by("-booked_at", "-pk")
    return with_dates(list(enrolments[:MOST_SHOWN]))


def with_dates(enrolments: Sequence[Enrolment]) -> list[Booking]:
    """The same with the sessions and babies of their places; a cancelled booking keeps its dates. One query."""
    bookings = {enrolment.pk: Booking(enrolment) for enrolment in enrolments}
    places = Place.objects.filter(enrolment__in=enrolments).select_related(
        "session__lesson", "session__series__venue", "session__series__instructor", "baby"
    )
    for place in places.defer("session__note").order_by("session__starts_at", "baby_id"):
        booking = bookings[place.enrolment_id]
        if place.kind != Place.Kind.MAKE_UP:
            booking.of_how_many = max(booking.of_how_many, place.session.number)
        if place.released_at is not None and booking.is_booked:
            continue
        if place.session not in booking.sessions:
            booking.sessions.append(place.session)
            booking.ways[place.session_id] = place.joins_by
            if place.kind == Place.Kind.MAKE_UP:
                booking.made_up.add(place.session_id)
        if place.baby not in booking.babies:
            booking.babies.append(place.baby)
    return list(bookings.values())


def _next_of(bookings: Sequence[Booking], *, now: datetime) -> Next | None:
    coming = [
        Next(booking, session) for booking in bookings if booking.is_booked for session in booking.to_come(now)[:1]
    ]
    return min(coming, key=lambda found: found.session.starts_at, default=None)


def _waiting_of(family: Family, *, now: datetime) -> list[Waiting]:
    parties = (
        WaitingParty.objects.in_line()
        .for_family(family)
        .select_related("family", "series__venue", "series__instructor")
    )
    offers = {offer.party_id: offer for offer in Offer.objects.open(now).for_family(family)}
    return [Waiting(party, rank_of(party), offers.get(party.pk)) for party in parties[:MOST_SHOWN]]
