"""What the form of a series begins with: nothing but good sense, another series, a template, or its own draft."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any

from classes.capacity import BY_STREAM, IN_A_ROOM
from classes.forms.policy import USUAL, policy_of
from classes.laying_out import TERMS
from classes.models import Series, SeriesLayout, Venue
from classes.terms import terms_of
from config.lib.money import Money
from config.lib.times import local
from curriculum.models import Plan

Delivery = Series.Delivery

FRESH: dict[str, Any] = {
    "delivery": Delivery.IN_PERSON,
    "total_minutes": 45,
    "massage_minutes": 30,
    "capacity": 8,
    "stream_capacity": 4,
    "min_age_weeks": 4,
    "max_age_weeks": 26,
    "currency": "GBP",
    "price_per": Series.PricePer.FAMILY,
    "further_baby_percent": 100,
    "offer_hours": 24,
    "policy": USUAL,
    "fewest_families": 0,
    "decide_days": 3,
}
# What a template does not keep: what is new each time, and what is nobody's business outside its series.
NOT_IN_TEMPLATE = frozenset(("key", "seen_version", "first_on", "stream_url", "strokes_of", "strokes_offered"))


def like(series: Series) -> dict[str, Any]:
    """Everything of that series but its name, its first date and its weeks."""
    terms, first = terms_of(series), series.first_session_at
    begins = local(first, series.time_zone) if first else None
    single = series.single_price_minor
    return {
        **{name: getattr(terms, name) for name in TERMS},
        "late_until": series.late_until,
        "policy": policy_of(terms, late_until=series.late_until),
        "plan": series.plan.slug,
        "about": series.about,
        "delivery": series.delivery if series.delivery != Delivery.SELF_PACED else Delivery.IN_PERSON,
        "venue": series.venue_id,
        "stream_url": series.stream_url,
        "is_recorded": series.is_recorded,
        "weekday": begins.isoweekday() if begins else None,
        "clock": begins.time() if begins else None,
        "total_minutes": series.total_minutes,
        "massage_minutes": min(max(series.massage_minutes, 20), 45),
        "skips_holidays_of": series.skips_holidays_of,
        "capacity": series.capacity if series.delivery in IN_A_ROOM else FRESH["capacity"],
        "stream_capacity": series.stream_capacity if series.delivery in BY_STREAM else FRESH["stream_capacity"],
        "people_at_most": series.people_at_most,
        "min_age_weeks": series.min_age_weeks,
        "max_age_weeks": series.max_age_weeks,
        "language": series.language,
        "fewest_families": series.fewest_families,
        "price": _without_zeros(series.price.decimal),
        "currency": series.currency,
        "price_per": series.price_per,
        "further_baby_percent": series.further_baby_percent,
        "single_price": None if single is None else _without_zeros(Money(single, series.currency).decimal),
        "offer_hours": series.offer_hours,
        "offers_by_hand": series.offers_by_hand,
    }


def draft(series: Series, layout: SeriesLayout | None) -> dict[str, Any]:
    """A draft as it was typed, with its name and its dates."""
    start = {**like(series), "title": series.title, "seen_version": series.version}
    if layout:
        start |= {"first_on": layout.first_on, "clock": layout.clock, "weeks": layout.weeks}
        start["weekday"] = layout.first_on.isoweekday()
    if series.decide_by and series.first_session_at:
        days = [local(one, series.time_zone).date() for one in (series.decide_by, series.first_session_at)]
        start["decide_days"] = (days[1] - days[0]).days
    return start


def values_of(typed: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed into a valid form, as a template keeps it."""
    return {
        name: _plain(value) for name, value in typed.items() if name not in NOT_IN_TEMPLATE and value not in (None, "")
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Plan):
        return value.slug
    if isinstance(value, Venue):
        return value.pk
    if isinstance(value, time):
        return value.isoformat("minutes")
    return str(value) if isinstance(value, (Decimal, date)) else value


def _without_zeros(amount: Decimal) -> Decimal:
    """60 for 60.00, and 7.50 as it is."""
    whole = amount.to_integral_value()
    return whole if whole == amount else amount
