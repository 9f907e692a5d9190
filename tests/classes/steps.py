"""What must hold between two readings of the books, before and after one deed: who was told, what was written down, who
was passed over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from config.audit.models import AuditEntry
from config.letters.models import Letter
from config.lib.times import next_daytime
from families.models import Caregiver
from tests.classes.invariants import REAL, Books, Row

NOUNS = {
    "enrolments": "classes.Enrolment",
    "holds": "classes.Hold",
    "offers": "classes.Offer",
    "parties": "classes.WaitingParty",
    "rights": "classes.MakeUpRight",
}
# What the family hears of: it became this, and it was not so before.
TOLD_OF = ("booked", "cancelled", "moved", "ended")
MOST_LETTERS = 2


@dataclass(frozen=True)
class Step:
    """One deed: the books before and after, and what was written into the trail and the outbox."""

    before: Books
    after: Books
    trail: list[Row]
    letters: list[str]

    def changed(self, table: str) -> list[Row]:
        """Rows that are in another state than before."""
        old: dict[int, Row] = getattr(self.before, table)
        rows: dict[int, Row] = getattr(self.after, table)
        return [row for key, row in rows.items() if key not in old or old[key]["state"] != row["state"]]

    @property
    def charges(self) -> list[Row]:
        """Charges that were raised, settled or waived."""
        return [row for key, row in self.after.charges.items() if self.before.charges.get(key) != row]

    @property
    def places(self) -> list[Row]:
        """Places that were taken or given back."""
        old = self.before.places
        return [
            row
            for key, row in self.after.places.items()
            if key not in old or (old[key]["released_at"] is None) != (row["released_at"] is None)
        ]


@dataclass
class Mark:
    """How far the trail and the outbox went at some moment."""

    entry: int = 0
    letter: int = 0

    @classmethod
    def here(cls) -> Mark:
        entry = AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first()
        letter = Letter.objects.order_by("-pk").values_list("pk", flat=True).first()
        return cls(entry or 0, letter or 0)

    def since(self) -> tuple[list[Row], list[str]]:
        """(audit entries, addresses of letters) since then."""
        entries = AuditEntry.objects.filter(pk__gt=self.entry).order_by("pk").values("what", "about", "detail")
        trail: list[Row] = [dict(entry) for entry in entries]
        return trail, list(Letter.objects.filter(pk__gt=self.letter).values_list("to", flat=True))


def wrong_in_step(step: Step) -> list[str]:
    """What is wrong with how the books went from one to the other."""
    checks = (deletions, moves, written_down, told, told_of_dates, overtaken)
    return [sentence for check in checks for sentence in check(step)]


def left_something(step: Step) -> list[str]:
    """I2. What a refused deed left behind: nothing."""
    changed = [name for name in Books.__dataclass_fields__ if getattr(step.before, name) != getattr(step.after, name)]
    return [f"I2: a refusal changed {name}" for name in changed if name != "now"] + (
        [f"I2: a refusal wrote {len(step.trail)} entries and {len(step.letters)} letters"]
        if step.trail or step.letters
        else []
    )


def deletions(step: Step) -> Iterator[str]:
    """Nothing of a booking is ever deleted."""
    for table in (*NOUNS, "places", "charges"):
        gone = set(getattr(step.before, table)) - set(getattr(step.after, table))
        if gone:
            yield f"I8: {table} {sorted(gone)} are gone"


def moves(step: Step) -> Iterator[str]:
    """I8, seen from outside: a place that was given back stays so, whatever else happens to it."""
    for key, old in step.before.places.items():
        row = step.after.places[key]
        if old["released_at"] is not None and row["released_at"] != old["released_at"]:
            yield f"I8: place {key} was given back at {old['released_at']}, and now at {row['released_at']}"
        fixed = ("session_id", "baby_id", "enrolment_id", "way", "kind")
        if any(old[name] != row[name] for name in fixed):
            yield f"I8: place {key} is another one now"


def written_down(step: Step) -> Iterator[str]:
    """I7. Each row that changed is spoken of by an entry of the trail, and no two entries say the same."""
    spoken_of = {entry["about"] for entry in step.trail}
    spoken_of |= {f"classes.Hold:{entry['detail']['hold']}" for entry in step.trail if "hold" in entry["detail"]}
    for table, label in NOUNS.items():
        for row in step.changed(table):
            if not spoken_of & {f"{label}:{row['id']}", *_kin(step, table, row)}:
                yield f"I7: {label}:{row['id']} became {row['state']} and the trail says {sorted(spoken_of)}"
    for place in step.places:
        if not spoken_of & _kin(step, "places", place):
            yield f"I7: place {place['id']} changed and the trail says {sorted(spoken_of)}"
    for (what, about), count in Counter((entry["what"], entry["about"]) for entry in step.trail).items():
        if count > 1:
            yield f"I7: the trail says {count} times “{what}” of {about}"


def _kin(step: Step, table: str, row: Row) -> set[str]:
    """Other rows that an entry may speak of instead: the booking of a place, the party of an offer."""
    books = step.after
    if table in ("rights", "places"):
        return _of_enrolment(books, row["enrolment_id"])
    if table == "enrolments":
        return _of_enrolment(books, row["id"])
    if table == "holds" and row["session_id"]:
        return {f"classes.Session:{row['session_id']}"}
    if table == "offers":
        return _of_enrolment(books, row["enrolment_id"])
    if table == "parties":
        new = {e["id"] for e in step.changed("enrolments") if e["family_id"] == row["family_id"]}
        return {f"classes.Enrolment:{key}" for key in new} | {f"families.Family:{row['family_id']}"}
    return set()


def _of_enrolment(books: Books, key: int) -> set[str]:
    parties = {offer["party_id"] for offer in books.offers.values() if offer["enrolment_id"] == key}
    offers = {offer["id"] for offer in books.offers.values() if offer["enrolment_id"] == key}
    moved = {one["id"] for one in books.enrolments.values() if one["moved_from_id"] == key}
    return {
        f"classes.Enrolment:{key}",
        *(f"classes.WaitingParty:{party}" for party in parties),
        *(f"classes.Offer:{offer}" for offer in offers),
        *(f"classes.Enrolment:{other}" for other in moved),
        f"families.Family:{books.enrolments[key]['family_id']}",
    }


def told(step: Step) -> Iterator[str]:
    """I7. Whoever is concerned gets one letter about it, or two; a family that wants to be left alone gets none."""
    changed = [row for row in step.changed("enrolments") if row["state"] in (*TOLD_OF, "offered")]
    if not changed:
        return
    readers = _addresses({row["family_id"] for row in changed})
    # A sweep does several deeds at once: of each booking, and of each list that a family waits in, it may write.
    deeds = Counter(row["family_id"] for row in changed)
    lists = Counter(row["family_id"] for row in step.changed("parties"))
    for row in changed:
        addresses, quiet = readers.get(row["family_id"], (set(), False))
        most = MOST_LETTERS * deeds[row["family_id"]] + max(lists[row["family_id"]] - 1, 0)
        count = max((Counter(step.letters)[address] for address in addresses), default=0)
        if quiet and count:
            yield f"I7: quiet family {row['family_id']} got {count} letters"
        if not quiet and not 1 <= count <= most:
            yield f"I7: family {row['family_id']} got {count} letters when {row['id']} became {row['state']}"


def told_of_dates(step: Step) -> Iterator[str]:
    """I7. Whoever comes to a date that changed gets a letter about each of its bookings there, or two."""
    changed = {row["session_id"] for key, row in step.after.changes.items() if key not in step.before.changes}
    places = step.after.places if changed - set(step.before.sessions) else step.before.places
    booked = {
        place["enrolment_id"]
        for place in places.values()
        if place["session_id"] in changed and place["released_at"] is None
    }
    rows = [step.after.enrolments[key] for key in booked]
    comes = Counter(row["family_id"] for row in rows if row["state"] == "booked")
    lists = Counter(row["family_id"] for row in step.changed("parties"))
    readers = _addresses(set(comes)) if comes else {}
    for family, bookings in comes.items():
        addresses, quiet = readers.get(family, (set(), False))
        count = max((Counter(step.letters)[address] for address in addresses), default=0)
        least, most = (0, 0) if quiet else (bookings, MOST_LETTERS * bookings + lists[family])
        if not least <= count <= most:
            yield f"I7: family {family} got {count} letters when {bookings} of its bookings had a date changed"


def _addresses(families: set[int]) -> dict[int, tuple[set[str], bool]]:
    """{family: (its accounts' addresses, whether it wants to be left alone)}."""
    rows: dict[int, tuple[set[str], Any]] = {}
    found = Caregiver.objects.filter(family__in=families, user__isnull=False)
    for family, address, quiet_at in found.values_list("family_id", "user__email", "family__quiet_at"):
        rows.setdefault(family, (set(), quiet_at is not None))[0].add(address)
    return rows


def overtaken(step: Step) -> Iterator[str]:
    """I3. Nobody gets what a party that waited longer could have had."""
    by_hand = {offer["enrolment_id"] for offer in step.after.offers.values() if offer["by_id"] is not None}
    held = any(hold["state"] == "used" for hold in step.changed("holds"))
    for row in step.changed("enrolments"):
        is_new = row["id"] not in step.before.enrolments and row["kind"] == "series"
        if not is_new or row["id"] in by_hand or held:
            continue
        places = len({p["baby_id"] for p in step.after.places.values() if p["enrolment_id"] == row["id"]})
        left = step.after.left(row["series_id"], row["way"]) + places
        since = _joined_at(step.after, row)
        for party in waiting(step.after, row["series_id"]):
            earlier = (since is None or party["joined_at"] < since) and party["family_id"] != row["family_id"]
            fits = party["way"] == row["way"] and len(step.after.babies_of[party["id"]]) <= left
            if earlier and fits and is_eligible(step.after, party):
                yield f"I3: party {party['id']} waits, and enrolment {row['id']} got the places"


def _joined_at(books: Books, enrolment: Row) -> Any:
    """Since when the party behind an offer waits; None where somebody booked."""
    for offer in books.offers.values():
        if offer["enrolment_id"] == enrolment["id"]:
            return books.parties[offer["party_id"]]["joined_at"]
    return None


def waiting(books: Books, series_id: int) -> list[Row]:
    found = [one for one in books.parties.values() if one["series_id"] == series_id and one["state"] == "waiting"]
    return sorted(found, key=lambda one: (one["joined_at"], one["id"]))


def is_eligible(books: Books, party: Row) -> bool:
    """Whether the published order lets it be asked: none of its babies has a place on one of the dates, it did not decline
    since it joined, and since an offer of its own ran out another place has come free."""
    dates = {one["id"] for one in books.to_come(party["series_id"])}
    babies = set(books.babies_of[party["id"]])
    mine = [one for one in books.places.values() if one["session_id"] in dates and one["baby_id"] in babies]
    if any(books.is_live(place) for place in mine):
        return False
    passed = list(_passed(books, party))
    if not passed:
        return True
    opened = [
        place["released_at"]
        for place in books.places.values()
        if place["session_id"] in dates and place["way"] == party["way"] and place["release"] not in ("", "lapsed")
    ]
    return None not in passed and any(at > max(passed) for at in opened)


def _passed(books: Books, party: Row) -> Iterator[Any]:
    """When offers of this series to its family ran out, since it joined; None for one that was declined."""
    for offer in books.offers.values():
        enrolment = books.enrolments[offer["enrolment_id"]]
        if (enrolment["series_id"], enrolment["family_id"]) != (party["series_id"], party["family_id"]):
            continue
        if offer["state"] == "declined" and offer["answered_at"] >= party["joined_at"]:
            yield None
        if offer["state"] == "lapsed" and enrolment["expires_at"] >= party["joined_at"]:
            yield enrolment["expires_at"]


def waiting_in_vain(books: Books) -> list[str]:
    """I3. Parties that fit into what is free, where offers are made by themselves and the clock stood still since."""
    found = []
    for series in books.series.values():
        if series["state"] != "published" or series["offers_by_hand"] or not _is_open(books, series):
            continue
        for party in waiting(books, series["id"]):
            need, left = len(books.babies_of[party["id"]]), books.left(series["id"], party["way"])
            if left >= need and is_eligible(books, party):
                found.append(
                    f"I3: {left} places are free in series {series['id']} and party {party['id']} waits for {need}"
                )
    return found


def _is_open(books: Books, series: Row) -> bool:
    """Whether it can be joined, and no offer of it is over and still to be tidied."""
    if any(
        one["series_id"] == series["id"] and one["state"] == "offered" and one["expires_at"] <= books.now
        for one in books.enrolments.values()
    ):
        return False
    dates = books.to_come(series["id"])
    if dates and next_daytime(books.now, zone="Europe/London") >= min(one["starts_at"] for one in dates):
        return False  # nobody can be asked before it begins, because it is night
    begun = series["first_session_at"] is not None and series["first_session_at"] <= books.now
    return bool(dates) and (not begun or any(one["number"] <= series["late_until"] for one in dates))


__all__ = ["REAL", "Mark", "Step", "left_something", "waiting_in_vain", "wrong_in_step"]
