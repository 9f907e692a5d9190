"""Who waits for places of one series, in which order, and who of them may be offered some at this moment.

The rule, as families read it: whoever has waited longest is asked first. A party gets its places together or not at
all; one that does not fit is passed over and keeps its rank. An offer that ran out costs this place alone: the party
keeps its rank and is asked again as soon as another place of the series comes free, and after the second one that ran
out it is off the list. An offer that was declined is not made again, unless the family joins the line of the series
anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q

from classes.models import Offer, Place, Series, WaitingParty
from classes.places import Occupancy
from classes.wishes import may_suit, ways_in, wish_of
from families.models import Baby

# More than wait for any one series; who stands behind them is looked at when they have moved up.
MOST_LOOKED_AT = 500


@dataclass(frozen=True)
class Candidate:
    """A party in line for a series, its babies, and the ways that would do, the best one first."""

    party: WaitingParty
    babies: list[Baby]
    ways: list[str]
    has_offer_elsewhere: bool = False

    @property
    def places(self) -> int:
        return len(self.babies)

    @property
    def is_waiting(self) -> bool:
        return self.party.state == WaitingParty.State.WAITING

    def way_with_room(self, seen: Occupancy) -> str:
        """The first way in which all its babies find a place; "" where there is none."""
        return next((way for way in self.ways if seen.left(way) >= self.places), "")


def line_for(series: Series) -> list[Candidate]:
    """Everybody in line for this series, first come first: who waits for it, and whom it would suit. Two queries.

    A family stands there once. One that asked for quiet is left in peace.
    """
    offered = Offer.objects.filter(answered_at__isnull=True, enrolment__series=series)
    would_take = may_suit(series) & (Q(state=WaitingParty.State.WAITING) | Q(pk__in=offered.values("party")))
    elsewhere = WaitingParty.objects.filter(family=OuterRef("family"), state=WaitingParty.State.OFFERED)
    rows = WaitingParty.objects.in_line().filter(Q(series=series) | would_take)
    rows = rows.filter(family__quiet_at__isnull=True, family__closed_at__isnull=True)
    rows = rows.annotate(has_offer=Exists(elsewhere)).select_related("family", "asked_by__user")
    line: dict[int, Candidate] = {}
    for party in rows.prefetch_related("babies")[:MOST_LOOKED_AT]:
        candidate = _candidate(party, series)
        if candidate.ways and candidate.babies:
            line.setdefault(party.family_id, candidate)
    return list(line.values())


def _candidate(party: WaitingParty, series: Series) -> Candidate:
    babies = sorted((baby for baby in party.babies.all() if baby.removed_at is None), key=lambda baby: baby.pk)
    annotated: Any = party
    is_anywhere = party.series_id is None
    ways = ways_in(series, wish_of(party), babies=babies) if is_anywhere else [party.way]
    return Candidate(party, babies, ways, is_anywhere and annotated.has_offer)


def in_turn(
    series: Series, seen: Occupancy, *, anew: bool = False, line: Iterable[Candidate] | None = None
) -> list[Candidate]:
    """Those of the line who may be offered places now, in order; whether enough are free is for the caller to see.

    `anew` says that there are more places than before, so that an offer that ran out is no reason to pass a party over.
    """
    line = [one for one in line or line_for(series) if one.is_waiting and not one.has_offer_elsewhere]
    line = [one for one in line if not seen.states_of(one.babies)]
    passed = _passes(series, [one.party for one in line])
    opened = _opened(seen) if passed and not anew else {}
    return [one for one in line if _may_be_asked(one, passed.get(one.party.family_id, []), opened, anew=anew)]


# When a family let an offer pass, and whether it said so.
Pass = tuple[datetime, bool]


def _passes(series: Series, parties: Iterable[WaitingParty]) -> dict[int, list[Pass]]:
    """{family id: offers of this series that the family let pass}. One query where anybody waits."""
    families = {party.family_id for party in parties}
    if not families:
        return {}
    rows = Offer.objects.filter(enrolment__series=series, party__family__in=families, state__in=Offer.PASSED)
    found: dict[int, list[Pass]] = {}
    for family, state, expires_at, answered_at in rows.values_list(
        "party__family", "state", "enrolment__expires_at", "answered_at"
    ):
        declined = state == Offer.State.DECLINED
        at = answered_at if declined else expires_at
        assert at is not None  # an offer that was let pass had an end, and has an answer
        found.setdefault(family, []).append((at, declined))
    return found


def _opened(seen: Occupancy) -> dict[str, datetime]:
    """{way: when a place of a session to come was last given back}; a place that was only offered does not count."""
    released = Place.objects.filter(session__in=[one.pk for one in seen.sessions], released_at__isnull=False)
    rows = released.exclude(release=Place.Release.LAPSED).values_list("way").annotate(last=Max("released_at"))
    return dict(rows)


def _may_be_asked(one: Candidate, passes: list[Pass], opened: dict[str, datetime], *, anew: bool) -> bool:
    mine = [passed for passed in passes if passed[0] >= one.party.joined_at]
    if any(declined for _at, declined in mine):
        return False
    if anew or not mine:
        return True
    last = max(at for at, _declined in mine)
    return any(way in opened and opened[way] > last for way in one.ways)


def ahead_of(party: WaitingParty, series: Series) -> list[int]:
    """How many places each family ahead of this party waits for, first come first. Two queries."""
    sizes = []
    for one in line_for(series):
        if one.party.family_id == party.family_id:
            break
        sizes.append(one.places)
    return sizes
