"""From what someone types to a place on Earth: a town, or the area of a postcode. Nothing typed is written down."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from classes.models import Locality, LocalityName

MOST_LOOKED_AT = 24
MOST_OTHERS = 3
LONGEST_TYPED = 80
# The outward part of a British postcode, and what may follow it.
OUTWARD = re.compile(r"\b([a-z]{1,2}\d[a-z\d]?)(?: ?\d[a-z]{2})?\b")
NUMBERED = re.compile(r"\b\d[\d -]{1,8}\d\b")


def folded(text: str) -> str:
    """The text as names are looked up by: no case, no accents, no punctuation, single spaces."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(sign for sign in apart if not unicodedata.combining(sign))
    plain = re.sub(r"[’'`.]", "", plain)
    return " ".join(re.sub(r"[^\w]+|_", " ", plain).split())


@dataclass(frozen=True)
class Lookup:
    """What was found: the likeliest place, and others of the very same name, for "did you mean"."""

    locality: Locality | None = None
    others: tuple[Locality, ...] = ()


def find(text: str, country: str | None = None, *, key: str = "") -> Locality | None:
    """The place that these words name: of several the likeliest, which is mostly the biggest. One query.

    `country` (two letters) leaves other countries out; `key` says which of several of the same name is meant.
    """
    return look_up(text, country, key=key).locality


def look_up(text: str, country: str | None = None, *, key: str = "") -> Lookup:
    """As `find`, with the others that it might have been. "Newport, Wales" asks for the one in Wales."""
    name, _comma, where = text[:LONGEST_TYPED].partition(",")
    name, where = folded(name), folded(where)
    areas = postcodes_in(folded(text[:LONGEST_TYPED]))
    name = " ".join(OUTWARD.sub(" ", name).split()) if areas else name
    if not name and not areas:
        return Lookup()
    rows = LocalityName.objects.called(name, areas)
    rows = rows.filter(locality__country=country) if country else rows
    found = list(rows[:MOST_LOOKED_AT])
    if postcode := [row for area in areas for row in found if row.folded == area]:
        return Lookup(postcode[0].locality)
    return _chosen(found, name, where, key)


def postcodes_in(words: str) -> list[str]:
    """Areas that may stand in the table for a postcode in these words, the narrowest first."""
    outward = [match[1] for match in OUTWARD.finditer(words)]
    numbered = [re.sub(r"[ -]", "", match[0]) for match in NUMBERED.finditer(words)]
    wide = [re.sub(r"\d.*", "", one) for one in outward]
    return list(dict.fromkeys([*outward, *numbered, *wide]))


def _chosen(found: list[LocalityName], name: str, where: str, key: str) -> Lookup:
    """The first of those found; of those of its name, the one that was pointed at by `key` or by `where`."""
    if not found:
        return Lookup()
    same = [row for row in found if row.folded == name] or found[:1]
    namesakes = list({row.locality_id: row.locality for row in same}.values())
    meant = [one for one in namesakes if key and one.key == key]
    meant += [one for one in namesakes if where and where in (folded(one.region), one.country.casefold())]
    first = meant[0] if meant else namesakes[0]
    others = [one for one in namesakes if one is not first and one.name == first.name]
    return Lookup(first, tuple(others[:MOST_OTHERS]))
