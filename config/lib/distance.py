"""How far apart two points of the earth are, near enough to say which class is the nearer one."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

Point = tuple[float, float]
"""Latitude and longitude in degrees."""

EARTH_KM = 6371.0


def kilometres(one: Point, other: Point) -> float:
    """The way as the crow flies (haversine formula, the earth a ball: half a percent off at most)."""
    north, south = radians(one[0]), radians(other[0])
    half_up, half_along = (north - south) / 2, radians(one[1] - other[1]) / 2
    part = sin(half_up) ** 2 + cos(north) * cos(south) * sin(half_along) ** 2
    return 2 * EARTH_KM * asin(min(sqrt(part), 1.0))
