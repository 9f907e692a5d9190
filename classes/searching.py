"""Looking for a class: filters that combine, how far away, how many fit, and what nearly fits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import IntegerField, Subquery

from classes.catalogue import Card, cards_of
from classes.locality import Lookup, look_up
from classes.models import Locality, Series
from classes.models.series import SeriesQuerySet

A_PAGE = 12
MOST_COUNTED = 100
# What nearly fits is counted up to here; beyond it the number says no more.
MOST_NEARLY = 20
ANYWHERE = 0
RADII = (5, 15, 40, ANYWHERE)
USUAL_KM = 15
SOONEST, NEAREST = "soonest", "nearest"


@dataclass(frozen=True)
class Search:
    """What someone looks for; an empty search finds everything that can be booked. `days` are 1 (Monday) to 7.

    `place` is the key of a locality, where the words in `near` name several. `km` is a radius, or ANYWHERE.
    """

    near: str = ""
    place: str = ""
    km: int = USUAL_KM
    delivery: tuple[str, ...] = ()
    days: tuple[int, ...] = ()
    parts: tuple[str, ...] = ()
    language: str = ""
    age_weeks: int | None = None
    sort: str = SOONEST

    @property
    def is_narrow(self) -> bool:
        """Whether anything narrows it: an order alone does not, nor a radius without a place."""
        return self != Search(place=self.place, km=self.km, sort=self.sort)

    @property
    def only_at_home(self) -> bool:
        """Nobody means to leave home: then a room that is far away but streams fits too."""
        return bool(self.delivery) and set(self.delivery) <= set(Series.FROM_HOME)

    @property
    def reaches_home(self) -> bool:
        """Whether what comes to one's home, from however far away, is among the results."""
        return not self.delivery or bool(set(self.delivery) & set(Series.FROM_HOME))


@dataclass(frozen=True)
class Nearly:
    """A search with one filter let go, and how many classes then fit. `let_go` names the filter, as in Search."""

    let_go: str
    search: Search
    count: int

    @property
    def is_more(self) -> bool:
        return self.count > MOST_NEARLY


@dataclass(frozen=True)
class Found:
    """One page of results. `more` begins the next page, or is empty. `counted` goes up to MOST_COUNTED."""

    cards: list[Card]
    counted: int
    is_more_than_counted: bool
    more: str
    lookup: Lookup
    nearly: tuple[Nearly, ...] = ()

    @property
    def place(self) -> Locality | None:
        return self.lookup.locality


def kept(search: Search, *, on: date) -> dict[str, Any]:
    """The search as JSON, to be kept: an age becomes the day of birth, because babies grow. The order is left out."""
    told: dict[str, Any] = {
        "near": search.near,
        "place": search.place if search.near else "",
        "km": search.km if search.near else USUAL_KM,
        "delivery": [way for way in Series.Delivery.values if way in search.delivery],
        "days": sorted(search.days),
        "parts": [part for part in Series.DayPart.values if part in search.parts],
        "language": search.language,
        "born_on": "" if search.age_weeks is None else (on - timedelta(weeks=search.age_weeks)).isoformat(),
    }
    return told


def search_of(query: dict[str, Any], *, on: date) -> Search:
    """The search that `kept` wrote, as it reads on that day. What makes no sense any more is left out."""
    born_on = query.get("born_on")
    km = query.get("km")
    return Search(
        near=str(query.get("near", "")),
        place=str(query.get("place", "")),
        km=km if km in RADII else USUAL_KM,
        delivery=tuple(one for one in query.get("delivery", ()) if one in Series.Delivery.values),
        days=tuple(one for one in query.get("days", ()) if one in range(1, 8)),
        parts=tuple(one for one in query.get("parts", ()) if one in Series.DayPart.values),
        language=str(query.get("language", "")),
        age_weeks=max((on - date.fromisoformat(born_on)).days // 7, 0) if born_on else None,
    )


class HowMany(Subquery):
    """How many rows a query has, as a number within another query."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


def find(search: Search, *, page: str, now: datetime) -> Found:
    """The page of results that begins at `page` ("" for the first). Three queries at every size, two without a place.

    The first page of a search that finds nothing asks once more, for what nearly fits.
    """
    lookup = look_up(search.near, key=search.place) if search.near else Lookup()
    every = matching(search, place=lookup.locality, now=now)
    nearest = search.sort == NEAREST and lookup.locality is not None
    begun = cursor_of(page, nearest=nearest)
    ordered = every.nearest() if nearest else every.soonest()
    if begun:
        ordered = ordered.farther(*begun) if nearest else ordered.after(*begun[1:])
    counted = HowMany(every.order_by().values("pk")[: MOST_COUNTED + 1])
    listed: list[Any] = list(ordered.for_page().defer("stream_url").annotate(counted=counted)[: A_PAGE + 1])
    if not listed:
        return Found([], 0, False, "", lookup, () if begun else nearly(search, place=lookup.locality, now=now))
    shown, count = listed[:A_PAGE], listed[0].counted
    more = cursor_text(shown[-1], nearest=nearest) if len(listed) > A_PAGE else ""
    cards = cards_of(shown, now=now)
    return Found(cards, min(count, MOST_COUNTED), count > MOST_COUNTED, more, lookup)


def matching(search: Search, *, place: Locality | None, now: datetime) -> SeriesQuerySet:
    """Every series that fits. The catalogue and the alerts both ask this, so they never disagree.

    `place` is what `search.near` names; where nobody knows it, the words are looked for in the rooms' own names.
    """
    every = Series.objects.open_to_book(now)
    if place is None:
        every = every.near(search.near)
    else:
        every = every.around(place, search.km, streams_from_afar=search.only_at_home)
    return (
        every.joined_by(search.delivery)
        .on_days(search.days)
        .in_parts(search.parts)
        .in_language(search.language)
        .for_age(search.age_weeks, now=now)
    )


def nearly(search: Search, *, place: Locality | None, now: datetime) -> tuple[Nearly, ...]:
    """What fits with one filter let go; one query for all of them. Those that do not help are left out."""
    looser = _looser(search, has_place=place is not None)
    if not looser:
        return ()
    counts = {
        f"n{number}": HowMany(matching(one, place=place, now=now).order_by().values("pk")[: MOST_NEARLY + 1])
        for number, (_let_go, one) in enumerate(looser)
    }
    row = Series.objects.order_by("pk").annotate(**counts).values(*counts).first() or {}
    found = [Nearly(let_go, one, row.get(f"n{number}", 0)) for number, (let_go, one) in enumerate(looser)]
    told: dict[str, Nearly] = {}
    for one in found:
        if one.count:
            told.setdefault(one.let_go, one)
    return tuple(told.values())


def _looser(search: Search, *, has_place: bool) -> list[tuple[str, Search]]:
    """Searches with one filter let go, each with the filter's name. A radius is widened step by step."""
    wider = [radius for radius in RADII if has_place and search.km and (radius > search.km or radius == ANYWHERE)]
    searches = [("km", replace(search, km=radius)) for radius in wider]
    if search.near and not has_place:
        searches.append(("near", replace(search, near="", place="")))
    searches += [
        ("days", replace(search, days=())),
        ("parts", replace(search, parts=())),
        ("age_weeks", replace(search, age_weeks=None)),
        ("language", replace(search, language="")),
        ("delivery", replace(search, delivery=())),
    ]
    return [(let_go, looser) for let_go, looser in searches if looser != search]


def cursor_text(series: Any, *, nearest: bool = False) -> str:
    """Where the next page begins, for an address: the moment and key, and the metres where they decide."""
    first = series.first_session_at
    moment = f"{first.astimezone(UTC):%Y%m%d%H%M%S}" if first else "any"
    far = "" if not nearest else f"{'home' if series.metres is None else series.metres}-"
    return f"{far}{moment}-{series.pk}"


def cursor_of(text: str, *, nearest: bool = False) -> tuple[int | None, datetime | None, int] | None:
    """(metres, first session, key); None where there is no cursor, or where someone made it up."""
    parts = text.split("-")
    if len(parts) != (3 if nearest else 2) or not _is_number(parts[-1]):
        return None
    far, moment, pk = parts[0] if nearest else "home", parts[-2], int(parts[-1])
    if far != "home" and not _is_number(far):
        return None
    metres = None if far == "home" else int(far)
    if moment == "any":
        return metres, None, pk
    try:
        return metres, datetime.strptime(moment, "%Y%m%d%H%M%S").replace(tzinfo=UTC), pk
    except ValueError:
        return None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 18
