"""What must hold of the books of booking at every moment, read from the tables alone.

An independent reading: none of the house's own counting (`places`, `offers`, `dues`) is asked. Each function returns
sentences about what is wrong. I1 to I9 are the numbers that this house's documents give them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from classes.models import (
    Amends,
    Charge,
    Enrolment,
    Hold,
    MakeUpRight,
    Offer,
    Place,
    Series,
    Session,
    SessionChange,
    WaitingParty,
    WalkIn,
)

Row = dict[str, Any]
LIVE_OFFER = ("offered",)
REAL = ("booked", "cancelled", "moved", "ended")
RELEASED_WHILE_BOOKED = ("told", "switched", "off")


@dataclass(frozen=True)
class Books:
    """Every row that booking writes, by key."""

    now: datetime
    series: dict[int, Row]
    sessions: dict[int, Row]
    enrolments: dict[int, Row]
    places: dict[int, Row]
    holds: dict[int, Row]
    offers: dict[int, Row]
    parties: dict[int, Row]
    rights: dict[int, Row]
    charges: dict[int, Row]
    babies_of: dict[int, tuple[int, ...]]
    amends: dict[int, Row]
    changes: dict[int, Row]
    walk_ins: dict[int, Row]
    added_at: dict[int, datetime]

    def is_live(self, place: Row) -> bool:
        """Whether nobody else can have it at this moment."""
        enrolment = self.enrolments[place["enrolment_id"]]
        if place["released_at"] is not None:
            return False
        return enrolment["state"] in REAL or (enrolment["state"] == "offered" and enrolment["expires_at"] > self.now)

    def kept(self) -> Iterator[tuple[int, str, int]]:
        """(session, way, places) that live holds keep. Who came in from the street is counted as there instead."""
        at_the_door = {one["hold_id"] for one in self.walk_ins.values()}
        for hold in self.holds.values():
            if hold["state"] == "open" and hold["expires_at"] > self.now and hold["id"] not in at_the_door:
                for session in self.to_come(hold["series_id"]):
                    if hold["session_id"] in (None, session["id"]):
                        yield session["id"], hold["way"], hold["places"]

    def to_come(self, series_id: int) -> list[Row]:
        return [
            one
            for one in self.sessions.values()
            if one["series_id"] == series_id and one["state"] != "cancelled" and one["starts_at"] > self.now
        ]

    def occupied(self) -> Counter[tuple[int, str]]:
        """{(session, way): places that are taken, offered or held}."""
        found: Counter[tuple[int, str]] = Counter()
        for place in self.places.values():
            found[place["session_id"], place["way"]] += self.is_live(place)
        for one in self.walk_ins.values():
            found[one["session_id"], "room"] += one["places"] if one["gone_at"] is None else 0
        for session, way, places in self.kept():
            found[session, way] += places
        return found

    def left(self, series_id: int, way: str) -> int:
        """What a booking of all dates to come would find."""
        occupied = self.occupied()
        sessions = self.to_come(series_id)
        return min((_capacity(one, way) - occupied[one["id"], way] for one in sessions), default=0)


def read_books(now: datetime) -> Books:
    def by_key(model: Any, *fields: str) -> dict[int, Row]:
        return {row["id"]: row for row in model.objects.values(*fields)}

    session = ("id", "series_id", "number", "starts_at", "minutes", "state", "capacity", "stream_capacity")
    series = ("id", "state", "instructor_id", "venue_id", "late_until", "offers_by_hand", "first_session_at")
    babies: dict[int, list[int]] = defaultdict(list)
    for party, baby in WaitingParty.babies.through.objects.values_list("waitingparty_id", "baby_id"):
        babies[party].append(baby)
    return Books(
        now,
        by_key(Series, *series),
        by_key(Session, *session, "substitute_id", "online_at", "changed_at"),
        by_key(Enrolment),
        by_key(Place),
        by_key(Hold),
        by_key(Offer),
        by_key(WaitingParty),
        by_key(MakeUpRight),
        by_key(Charge),
        {party: tuple(sorted(found)) for party, found in babies.items()},
        by_key(Amends),
        by_key(SessionChange, "id", "session_id", "kind", "compensation", "was_starts_at", "starts_at", "at"),
        by_key(WalkIn, "id", "session_id", "hold_id", "places", "gone_at"),
        dict(SessionChange.objects.filter(kind="added").values_list("session", "at")),
    )


def findings(books: Books) -> list[str]:
    """What is wrong at this moment."""
    checks = (capacity, one_place_a_baby, all_dates_or_none, worth, states_fit, rights_fit, hours)
    return [sentence for check in checks for sentence in check(books)]


def _capacity(session: Row, way: str) -> int:
    return int(session["stream_capacity"] if way == "stream" else session["capacity"])


def capacity(books: Books) -> Iterator[str]:
    """I1. Taken, offered and held places of a session are within its capacity."""
    for (session_id, way), count in books.occupied().items():
        session = books.sessions[session_id]
        if count > _capacity(session, way):
            yield f"I1: session {session_id} {way} has {count} of {_capacity(session, way)} places"


def one_place_a_baby(books: Books) -> Iterator[str]:
    """I4. A baby has one live place in a session."""
    found = Counter((one["session_id"], one["baby_id"]) for one in books.places.values() if one["released_at"] is None)
    for (session, baby), count in found.items():
        if count > 1:
            yield f"I4: baby {baby} has {count} places in session {session}"


def all_dates_or_none(books: Books) -> Iterator[str]:
    """I5. A booking of a series has a place for each of its babies on every date that was to come, or none at all."""
    of: dict[int, list[Row]] = defaultdict(list)
    for place in books.places.values():
        of[place["enrolment_id"]].append(place)
    for enrolment in books.enrolments.values():
        yield from _dates_of(books, enrolment, of[enrolment["id"]])


def _dates_of(books: Books, enrolment: Row, places: list[Row]) -> Iterator[str]:
    name = f"I5: enrolment {enrolment['id']} ({enrolment['state']})"
    standing = enrolment["state"] in ("booked", "offered")
    for place in places:
        starts_at = books.sessions[place["session_id"]]["starts_at"]
        if standing and place["released_at"] is not None and place["release"] not in RELEASED_WHILE_BOOKED:
            yield f"{name} lost place {place['id']} ({place['release']})"
        if not standing and place["released_at"] is None and starts_at > (enrolment["ended_at"] or books.now):
            yield f"{name} still has place {place['id']}"
    if enrolment["kind"] != "series":
        return
    own = [place for place in places if place["kind"] == "series"]
    since = enrolment["booked_at"] or min(
        (o["made_at"] for o in books.offers.values() if o["enrolment_id"] == enrolment["id"]), default=books.now
    )
    dates = {
        one["id"]
        for one in books.sessions.values()
        if one["series_id"] == enrolment["series_id"]
        and one["state"] != "cancelled"
        and one["starts_at"] > since
        # One that was added later may be for whoever books it.
        and (one["id"] not in books.added_at or books.added_at[one["id"]] < since)
    }
    for baby in {place["baby_id"] for place in own}:
        missing = dates - {place["session_id"] for place in own if place["baby_id"] == baby}
        if missing:
            yield f"{name} has nothing for baby {baby} on {sorted(missing)}"
    if dates and not own:
        yield f"{name} has no place at all"


def worth(books: Books) -> Iterator[str]:
    """I6, first half. The places of an enrolment are worth together what it costs, to the penny.

    What came off the price for dates that were changed is no place's any more. A series that is called off gives dates
    back that were never made up for, so there is less of it.
    """
    sums: Counter[int] = Counter()
    for place in books.places.values():
        sums[place["enrolment_id"]] += place["price_minor"]
    for one in books.amends.values():
        sums[one["enrolment_id"]] += one["minor"]
    for enrolment in books.enrolments.values():
        if books.series[enrolment["series_id"]]["state"] == "cancelled":
            continue
        if sums[enrolment["id"]] != enrolment["price_minor"]:
            yield f"I6: enrolment {enrolment['id']} costs {enrolment['price_minor']}, its places {sums[enrolment['id']]}"


def states_fit(books: Books) -> Iterator[str]:
    """I8. An offered enrolment, an open offer and a party with an offer in hand are three sides of one thing.

    One whose family left the line is over at that moment, and is tidied by the next who looks.
    """
    open_by_enrolment = {o["enrolment_id"]: o for o in books.offers.values() if o["state"] == "open"}
    for enrolment in books.enrolments.values():
        is_over = enrolment["state"] == "offered" and enrolment["expires_at"] <= books.now
        if (enrolment["state"] == "offered") != (enrolment["id"] in open_by_enrolment) and not is_over:
            yield f"I8: enrolment {enrolment['id']} is {enrolment['state']}, its offer is not"
    holders = Counter(offer["party_id"] for offer in open_by_enrolment.values())
    for party in books.parties.values():
        if (party["state"] == "offered") != (holders[party["id"]] == 1):
            yield f"I8: party {party['id']} is {party['state']} with {holders[party['id']]} open offers"
        if (party["left_at"] is None) != (party["state"] in ("waiting", "offered")):
            yield f"I8: party {party['id']} is {party['state']} and left at {party['left_at']}"


def rights_fit(books: Books) -> Iterator[str]:
    """I8. A make-up place stands on one used right, and a used right on a place that is or was had."""
    used = {right["place_id"]: right for right in books.rights.values() if right["state"] == "used"}
    for place in books.places.values():
        if place["kind"] == "make_up" and place["released_at"] is None and place["id"] not in used:
            yield f"I8: make-up place {place['id']} stands on no right"
    for place_id, right in used.items():
        if books.places[place_id]["released_at"] is not None and _is_late(books, right):
            continue
        if books.places[place_id]["released_at"] is not None:
            yield f"I8: right {right['id']} is used for place {place_id}, which was given back in time"
    for key, count in Counter(
        (right["enrolment_id"], right["baby_id"])
        for right in books.rights.values()
        if right["state"] in ("open", "used")
    ).items():
        most = max(r["at_most"] for r in books.rights.values() if (r["enrolment_id"], r["baby_id"]) == key)
        if count > most:
            yield f"I8: enrolment and baby {key} have {count} rights of {most}"


def _is_late(books: Books, right: Row) -> bool:
    """Whether the make-up place was given back too late to open its right again, by the terms of the booking."""
    place = books.places[right["place_id"]]
    notice = timedelta(hours=books.enrolments[right["enrolment_id"]]["policy"].get("makeup_notice_hours", 24))
    session = books.sessions[place["session_id"]]
    # What was late by the date as it stood then stays so, wherever the date goes.
    changed_since = session["changed_at"] is not None and session["changed_at"] > place["released_at"]
    return bool(place["released_at"] > session["starts_at"] - notice or changed_since)


def hours(books: Books) -> Iterator[str]:
    """I9. No two sessions of one instructor, or in one room, at the same time; of series that are public."""
    public = [one for one in books.sessions.values() if one["state"] == "planned" and _is_public(books, one)]
    for what, key in (("instructor", _leader), ("room", _room)):
        by: dict[int, list[Row]] = defaultdict(list)
        for session in public:
            if (holder := key(books, session)) is not None:
                by[holder].append(session)
        for holder, listed in by.items():
            yield from (f"I9: {what} {holder} has sessions {pair} at once" for pair in _overlapping(listed))


def _is_public(books: Books, session: Row) -> bool:
    return bool(books.series[session["series_id"]]["state"] == "published")


def _leader(books: Books, session: Row) -> Any:
    return session["substitute_id"] or books.series[session["series_id"]]["instructor_id"]


def _room(books: Books, session: Row) -> Any:
    needs_room = session["capacity"] and session["online_at"] is None
    return books.series[session["series_id"]]["venue_id"] if needs_room else None


def _overlapping(sessions: Iterable[Row]) -> Iterator[tuple[int, int]]:
    in_order = sorted(sessions, key=lambda one: one["starts_at"])
    for one, following in pairwise(in_order):
        if one["starts_at"] + timedelta(minutes=one["minutes"]) > following["starts_at"]:
            yield one["id"], following["id"]
