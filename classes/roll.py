"""The register as it is read: a card for each family, a row for each baby."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from classes import anything_changed, clearing, company, merging, minding
from classes.access import may_read_of_guests
from classes.minding import Hint
from classes.models import Coming, Enrolment, Place, Session
from classes.register import Counts, conflicts_in, counts
from instructors.models import Instructor


@dataclass(frozen=True)
class Row:
    """One baby of a card. `mark` is a value of Mark, or "" where there is none yet."""

    place: Place
    name: str
    mark: str
    note: str
    hints: list[Hint] = field(default_factory=list)
    # What two phones said, in words, where they differ.
    conflict: str = ""


@dataclass(frozen=True)
class Card:
    """One family in one session."""

    names: str
    carers: str
    rows: list[Row]
    is_stream: bool
    is_guest: bool

    @property
    def is_single(self) -> bool:
        return len(self.rows) == 1

    @property
    def is_marked(self) -> bool:
        return all(row.mark for row in self.rows)

    @property
    def has_note(self) -> bool:
        return any(row.note for row in self.rows)

    @property
    def mark(self) -> str:
        """The mark of the card's frame: there is none as long as one baby has none."""
        return self.rows[0].mark if self.is_marked else ""


@dataclass(frozen=True)
class Roll:
    """The register of a session for one reader. `may_mind` is false outside the time for reading health answers."""

    cards: list[Card]
    may_mind: bool

    @property
    def rows(self) -> list[Row]:
        return [row for card in self.cards for row in card.rows]

    @property
    def marks(self) -> dict[int, str]:
        """{place id: mark or ""}"""
        return {row.place.pk: row.mark for row in self.rows}

    @property
    def counts(self) -> Counts:
        return counts(self.marks.values())


def places_in(session: Session) -> list[Place]:
    """The booked places of a session with baby, booking, who comes that day and how it stands. Three queries."""
    places = Place.objects.booked().filter(session=session).select_related("baby", "enrolment", "attendance")
    of_date = Prefetch("enrolment__comings", queryset=Coming.objects.of_dates([session]))
    return list(places.prefetch_related("enrolment__who_comes", of_date).order_by("enrolment_id", "number"))


def roll(session: Session, *, reader: Instructor, now: datetime) -> Roll:
    """The register with everything to mind, for the lead or that date's substitute.

    Reading it writes the reads of health answers, and of what was told before this class, into the audit trail first.
    `session` comes with its series. What is for today stands before what lasts.
    """
    places = places_in(session)
    of_guests = may_read_of_guests(session, now=now)
    babies = [place.baby for place in places if of_guests or place.kind == Place.Kind.SERIES]
    lasting = minding.to_mind(session, babies, reader=reader, now=now)
    today = anything_changed.hints_for(session, [place.baby for place in places], reader=reader, now=now)
    cleared = clearing.hints_for(session, babies, reader=reader, now=now)
    hints = {
        key: [*today.get(key, ()), *clearing.settled((lasting or {}).get(key, ()), cleared.get(key, ()))]
        for key in {place.baby_id for place in places}
    }
    return Roll(cards=_cards(session, places, hints, conflict_words(session)), may_mind=lasting is not None)


def bare_roll(session: Session) -> Roll:
    """The register without anything to mind: names and marks."""
    return Roll(cards=_cards(session, places_in(session), {}, {}), may_mind=False)


@dataclass(frozen=True)
class BareRow:
    """One baby on a register that a phone keeps. `mark` is a value of Mark, or ""."""

    number: int
    name: str
    mark: str


@dataclass(frozen=True)
class BareCard:
    """One family on a register that a phone keeps: by what names they are called, and nothing else of them."""

    names: str
    carers: str
    rows: list[BareRow]

    @property
    def is_single(self) -> bool:
        return len(self.rows) == 1

    @property
    def mark(self) -> str:
        return self.rows[0].mark if all(row.mark for row in self.rows) else ""


def names_and_marks(session: Session) -> list[BareCard]:
    """All that a phone may keep of a register. What is told of health or written in notes is not even looked at."""
    places = Place.objects.booked().filter(session=session).select_related("baby", "enrolment")
    of_date = Prefetch("enrolment__comings", queryset=Coming.objects.of_dates([session]))
    marks = marks_of(session)
    by_booking: dict[int, list[Place]] = {}
    for place in places.prefetch_related("enrolment__who_comes", of_date).order_by("enrolment_id", "number"):
        by_booking.setdefault(place.enrolment_id, []).append(place)
    cards = [
        BareCard(
            names=in_words([place.baby.first_name for place in group]),
            carers=company.told(group[0].enrolment, session=session, babies=len(group)),
            rows=[BareRow(place.pk, place.baby.first_name, marks.get(place.pk, "")) for place in group],
        )
        for group in by_booking.values()
    ]
    return sorted(cards, key=lambda card: card.names.casefold())


def marks_of(session: Session) -> dict[int, str]:
    """{place id: mark or ""} of everyone booked in the session. One query."""
    places = Place.objects.booked().filter(session=session).order_by("pk")
    return {number: mark or "" for number, mark in places.values_list("pk", "attendance__mark")}


def conflict_words(session: Session) -> dict[int, str]:
    """{place id: what two phones said, in words}. `session` comes with its series. One query."""
    zone = session.series.time_zone
    return {place_id: merging.in_words(one, zone=zone) for place_id, one in conflicts_in(session).items()}


def _cards(
    session: Session, places: Sequence[Place], hints: dict[int, list[Hint]], differ: Mapping[int, str]
) -> list[Card]:
    by_booking: dict[int, list[Place]] = {}
    for place in places:
        by_booking.setdefault(place.enrolment_id, []).append(place)
    return sorted(
        (_card(session, group, hints, differ) for group in by_booking.values()), key=lambda card: card.names.casefold()
    )


def _card(session: Session, places: Sequence[Place], hints: dict[int, list[Hint]], differ: Mapping[int, str]) -> Card:
    rows = [_row(place, hints.get(place.baby_id, []), differ.get(place.pk, "")) for place in places]
    return Card(
        names=in_words([row.name for row in rows]),
        carers=company.told(places[0].enrolment, session=session, babies=len(rows)),
        rows=rows,
        is_stream=places[0].way == Enrolment.Way.STREAM,
        is_guest=places[0].kind != Place.Kind.SERIES,
    )


def _row(place: Place, hints: list[Hint], conflict: str) -> Row:
    attendance = getattr(place, "attendance", None)
    return Row(
        place=place,
        name=place.baby.first_name,
        mark=attendance.mark if attendance else "",
        note=attendance.note if attendance else "",
        hints=hints,
        conflict=conflict,
    )


def in_words(names: Sequence[str]) -> str:
    """ "Ada", "Ada and Theo", "Ada, Theo and Bo"."""
    if len(names) < 2:
        return "".join(names)
    return _("%(names)s and %(last)s") % {"names": ", ".join(names[:-1]), "last": names[-1]}
