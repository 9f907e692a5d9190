"""How far it is, in the database: a box that an index can answer, then the great circle within it.

The same numbers come out of SQLite and PostgreSQL. The Earth is a ball here, which is right to half a percent.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, cos, degrees, radians, sin
from typing import Any

from django.db.models import Case, ExpressionWrapper, F, FloatField, IntegerField, Q, Value, When
from django.db.models.functions import ASin, Cast, Cos, Least, Power, Radians, Sin, Sqrt

EARTH_KM = 6371.0
KM_A_MILE = 1.609344
# The box is drawn a little wider than the circle, so that rounding loses nobody on its edge.
MARGIN = 1.001


@dataclass(frozen=True)
class Point:
    """A place on Earth, in degrees."""

    latitude: float
    longitude: float


def metres_from(here: Point, *, latitude: str, longitude: str) -> Any:
    """Whole metres from `here` to the row's own place, an expression; NULL where the row has none.

    The haversine, clamped: rounding may carry the sum above 1 for places on opposite sides of the Earth.
    """
    north, east = Radians(Cast(F(latitude), FloatField())), Radians(Cast(F(longitude), FloatField()))
    phi, lam = Value(radians(here.latitude), FloatField()), Value(radians(here.longitude), FloatField())
    across = Power(Sin(_float(north - phi) / 2.0), 2.0)
    along = Power(Sin(_float(east - lam) / 2.0), 2.0) * Cos(north) * Value(cos(radians(here.latitude)), FloatField())
    arc = ASin(Sqrt(Least(Value(1.0, FloatField()), _float(across + along))))
    metres = Cast(_float(arc * Value(2000 * EARTH_KM, FloatField())), IntegerField())
    # PostgreSQL's LEAST passes over NULL, and would put a row without a place at the end of the world.
    nowhere = Q(**{f"{latitude}__isnull": True}) | Q(**{f"{longitude}__isnull": True})
    return Case(When(nowhere, then=None), default=metres, output_field=IntegerField(null=True))


def _float(expression: Any) -> Any:
    return ExpressionWrapper(expression, output_field=FloatField())


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
