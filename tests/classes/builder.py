"""Filling in the form of a series, for the tests of its pages."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from tests.cast import Cast

NEW = "classes:build_series"
TYPED = {
    **{"plan": "five-weeks", "title": "Friday mornings", "about": "", "delivery": "in_person", "language": "en"},
    **{"first_on": "2026-03-27", "clock": "18:00", "weeks": "3", "total_minutes": "45", "massage_minutes": "30"},
    **{"capacity": "8", "min_age_weeks": "4", "max_age_weeks": "26"},
    **{"price": "60", "currency": "GBP", "price_per": "family", "skips_holidays_of": "GB-ENG"},
}


def typed(cast: Cast, **fields: Any) -> dict[str, Any]:
    return {**TYPED, "venue": cast.venue.pk, **{name.replace("__", "-"): value for name, value in fields.items()}}


def post(client: Client, cast: Cast, **fields: Any) -> Any:
    return client.post(reverse(NEW), typed(cast, **fields))
