"""Who is affected where a date changes: the families who come to it, by kind of place, and the keeper of the room."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from classes.models import Enrolment, MakeUpRight, Place, Session, Venue
from config.lib.money import Money


@dataclass(frozen=True)
class Party:
    """A family that comes to the date, by one booking: its places there, one a baby. Names only."""

    places: tuple[Place, ...]

    @property
    def enrolment(self) -> Enrolment:
        return self.places[0].enrolment

    @property
    def names(self) -> list[str]:
        return [place.baby.first_name for place in self.places]

    @property
    def worth(self) -> Money:
        """Its exact part of the price: what comes back, where money does."""
        return Money(sum(place.price_minor for place in self.places), self.enrolment.currency)


@dataclass(frozen=True)
class Affected:
    """Who comes to a date, each booking once: a guest (makes up here), else by stream, else funded, else paid.

    `away` gave the date back and have no make-up place for it; they are told only where the date is called off.
    """

    session: Session
    paid: list[Party] = field(default_factory=list)
    funded: list[Party] = field(default_factory=list)
    stream: list[Party] = field(default_factory=list)
    guests: list[Party] = field(default_factory=list)
    away: list[Party] = field(default_factory=list)
    keeper: Venue | None = None

    @property
    def parties(self) -> list[Party]:
        """All who come, `away` not among them."""
        return [*self.paid, *self.funded, *self.stream, *self.guests]

    @property
    def places(self) -> list[Place]:
        return [place for party in self.parties for place in party.places]

    @property
    def sums(self) -> list[Money]:
        """The different sums that money back comes to, the largest first."""
        sums = {party.worth for party in [*self.parties, *self.away] if party.worth.minor}
        return sorted(sums, key=lambda one: -one.minor)


def affected(session: Session, *, now: datetime) -> Affected:
    """Who comes to this date at this moment. Three queries, however many they are."""
    kinds: dict[str, list[Party]] = {"paid": [], "funded": [], "stream": [], "guests": [], "away": []}
    for party in _parties(_latest(session)):
        kinds[_kind_of(party)].append(party)
    venue = session.series.venue
    keeper = venue if venue and (venue.contact_name or venue.contact_email or venue.contact_phone) else None
    return Affected(session, **{kind: _by_name(found) for kind, found in kinds.items()}, keeper=keeper)


def _latest(session: Session) -> list[Place]:
    """Of each baby the place that stands, or else the one given back for which nothing was had. Two queries."""
    rows = Place.objects.filter(session=session, enrolment__state=Enrolment.State.BOOKED)
    related = rows.select_related("baby", "enrolment__family", "enrolment__series", "enrolment__booked_by")
    had = MakeUpRight.objects.standing().filter(missed=session)
    holders = set(had.values_list("enrolment_id", "baby_id"))
    last: dict[tuple[int, int], Place] = {}
    for place in related.order_by("pk"):
        key = (place.enrolment_id, place.baby_id)
        place.session = session
        if key not in last or last[key].released_at is not None:
            last[key] = place
    return [place for key, place in last.items() if place.released_at is None or _is_owed(place, key in holders)]


def _is_owed(place: Place, has_right: bool) -> bool:
    """Given back too late for a make-up place, say. A guest's place and one that was paid back are owed nothing."""
    is_own = place.kind != Place.Kind.MAKE_UP
    return place.release == Place.Release.TOLD and is_own and place.price_minor > 0 and not has_right


def _parties(places: Iterable[Place]) -> list[Party]:
    """One a booking, and one more where some of its babies come and others do not."""
    groups: dict[tuple[int, bool], list[Place]] = {}
    for place in sorted(places, key=lambda place: place.baby_id):
        groups.setdefault((place.enrolment_id, place.released_at is None), []).append(place)
    return [Party(tuple(group)) for group in groups.values()]


def _kind_of(party: Party) -> str:
    place = party.places[0]
    if place.released_at is not None:
        return "away"
    if place.kind == Place.Kind.MAKE_UP:
        return "guests"
    if place.way == Enrolment.Way.STREAM:
        return "stream"
    return "paid" if party.enrolment.price_minor else "funded"


def _by_name(parties: list[Party]) -> list[Party]:
    return sorted(parties, key=lambda party: (party.names[0].casefold(), party.enrolment.pk))
