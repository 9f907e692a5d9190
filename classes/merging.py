"""What stands of one baby where several phones marked it: the last choice by time of tapping, and where they differ.

It follows from the rows alone, in whichever order they came, so that every phone arrives at the same register.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from classes.models import RegisterMark, Session
from classes.models.attendance import Mark
from config.lib.times import local

UNDO = "undo-"
# A phone keeps what waits for a day, so nothing that was really tapped is older when it comes.
OLDEST = timedelta(hours=24)


@dataclass(frozen=True)
class Tap:
    """One mark that was not taken back. `seen` is None where nobody wrote down what its maker saw."""

    key: str
    mark: str
    tapped_at: datetime
    seen: str | None
    is_rest: bool
    by_id: int


@dataclass(frozen=True)
class Conflict:
    """Two choices for one baby, where whoever made the later did not see the earlier. The later stands."""

    stands: Tap
    other: Tap


def on_our_clock(tapped_at: datetime | None, *, now: datetime) -> datetime:
    """When it was tapped, as a phone says it; never in the future, and never further back than a phone keeps a tap."""
    return now if tapped_at is None else min(max(tapped_at, now - OLDEST), now)


def taps_of(place_ids: Iterable[int]) -> dict[int, list[Tap]]:
    """{place id: what stands, the last choice last}. Taps taken back are left out. One query."""
    wanted = list(place_ids)
    return {**{place_id: [] for place_id in wanted}, **_merged(RegisterMark.objects.filter(place__in=wanted))}


def taps_in(session: Session) -> dict[int, list[Tap]]:
    """The same of a whole session, where anything was tapped. One query."""
    return _merged(RegisterMark.objects.filter(place__session=session))


def _merged(marks: QuerySet[RegisterMark]) -> dict[int, list[Tap]]:
    taps: dict[int, list[Tap]] = {}
    rows = marks.order_by("tapped_at", "pk")
    fields = ("place_id", "key", "mark", "tapped_at", "seen", "is_rest", "by_id", "arrived_at")
    taken_back = set()
    for place_id, key, mark, tapped_at, seen, is_rest, by_id, arrived_at in rows.values_list(*fields):
        tap = key.partition(":")[2]
        if tap.startswith(UNDO):
            taken_back.add(f"{place_id}:{tap.removeprefix(UNDO)}")
        else:
            taps.setdefault(place_id, []).append(
                Tap(key, mark, tapped_at, seen if arrived_at else None, is_rest, by_id)
            )
    return {
        # The sort keeps the order of the rows among choices, and puts "everyone left" before all of them.
        place_id: sorted((tap for tap in listed if tap.key not in taken_back), key=lambda tap: not tap.is_rest)
        for place_id, listed in taps.items()
    }


def mark_of(taps: Sequence[Tap]) -> str:
    """A value of Mark, or "" where nothing stands."""
    return taps[-1].mark if taps else ""


def conflict_of(taps: Sequence[Tap]) -> Conflict | None:
    """The two choices that differ; None where the last one was made in sight of the one before it."""
    choices = [tap for tap in taps if not tap.is_rest]
    if len(choices) < 2:
        return None
    other, stands = choices[-2:]
    knew = stands.seen is None or stands.seen == other.mark
    return None if knew or stands.mark == other.mark else Conflict(stands, other)


def in_words(conflict: Conflict, *, zone: str) -> str:
    """What two phones said of one baby, on the clock of the class, and what stands."""
    stands, other = conflict.stands, conflict.other
    said = _("Two phones differ: %(other)s at %(earlier)s, %(stands)s at %(later)s. “%(stands)s” stands until you tap.")
    return said % {
        "other": Mark(other.mark).label,
        "earlier": f"{local(other.tapped_at, zone):%H:%M}",
        "stands": Mark(stands.mark).label,
        "later": f"{local(stands.tapped_at, zone):%H:%M}",
    }
