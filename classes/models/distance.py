"""How far it is, in the database: a box that an index can answer, then the great circle within it.

The same numbers come out of SQLite and PostgreSQL. The Earth is a ball here, which is right to half a percent.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, cos, degrees, radians, sin
from typing import Any

from django.db.models import Func, IntegerField, Q

from config.lib.distance import EARTH_KM

KM_A_MILE = 1.609344
# The box is drawn a little wider than the circle, so that rounding loses nobody on its edge.
MARGIN = 1.001


@dataclass(frozen=True)
class Point:
    """A place on Earth, in degrees."""

    latitude: float
    longitude: float


class Metres(Func):
    """Whole metres from a point to a row's own place; NULL where the row has none.

    The haversine, clamped: rounding may carry the sum above 1 for places on opposite sides of the Earth. It is written
    out in one piece, because a tree of thirty expressions takes longer to build than the database takes to answer.
    """

    output_field = IntegerField(null=True)
    arity = 2
    # PostgreSQL's LEAST passes over NULL, and would put a row without a place at the end of the world.
    written = (
        "CASE WHEN {north} IS NULL OR {east} IS NULL THEN NULL ELSE CAST({size!r} * ASIN(SQRT({least}(1.0, "
        "POWER(SIN((RADIANS({north}) - {phi!r}) / 2.0), 2.0) + {cosine!r} * COS(RADIANS({north})) * "
        "POWER(SIN((RADIANS({east}) - {lam!r}) / 2.0), 2.0)))) AS INTEGER) END"
    )

    def __init__(self, latitude: str, longitude: str, *, here: Point) -> None:
        super().__init__(latitude, longitude)
        self.here = here

    def as_sql(self, compiler: Any, connection: Any, *more: Any, **extra: Any) -> tuple[str, tuple[Any, ...]]:
        north, east = (compiler.compile(source)[0] for source in self.get_source_expressions())
        phi, lam = radians(self.here.latitude), radians(self.here.longitude)
        least = "MIN" if connection.vendor == "sqlite" else "LEAST"
        numbers = {"phi": phi, "lam": lam, "cosine": cos(phi), "size": 2000 * EARTH_KM}
        return self.written.format(north=north, east=east, least=least, **numbers), ()


def metres_from(here: Point, *, latitude: str, longitude: str) -> Metres:
    """The expression for how far the place in these two fields is from `here`."""
    return Metres(latitude, longitude, here=here)


def box_around(here: Point, km: float, *, latitude: str, longitude: str) -> Q:
    """Rows that may be within `km` of `here`: all that are, and some beyond.

    Over the date line the box is in two parts; around a pole it is a cap, with every longitude in it.
    """
    angle = min(km * MARGIN / EARTH_KM, radians(180))
    up = degrees(angle)
    north, south = here.latitude + up, here.latitude - up
    band = Q(**{f"{latitude}__gte": max(south, -90.0), f"{latitude}__lte": min(north, 90.0)})
    if north >= 90 or south <= -90:
        return band
    side = degrees(asin(min(sin(angle) / cos(radians(here.latitude)), 1.0)))
    west, east = here.longitude - side, here.longitude + side
    after, before = Q(**{f"{longitude}__gte": west}), Q(**{f"{longitude}__lte": east})
    if west < -180:
        return band & (Q(**{f"{longitude}__gte": west + 360}) | before)
    if east > 180:
        return band & (after | Q(**{f"{longitude}__lte": east - 360}))
    return band & after & before
