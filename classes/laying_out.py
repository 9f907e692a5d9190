"""From an outline to the rows of a series, and back from a draft to the outline that it was made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from typing import Any

from classes.models import Series, SeriesLayout
from classes.outline import Move, Outline, PlannedSession
from config.lib.times import at_local_time, local

# What an outline and a series call by the same name.
ALIKE = (
    *("title", "about", "instructor", "plan", "venue", "time_zone", "delivery", "language"),
    *("min_age_weeks", "max_age_weeks", "capacity", "stream_capacity", "people_at_most"),
    *("massage_minutes", "total_minutes", "stream_url", "is_recorded", "skips_holidays_of"),
    *("price_minor", "currency", "price_per", "single_price_minor", "further_baby_percent"),
    *("is_practice", "late_until", "offer_hours", "offers_by_hand", "fewest_families"),
)
# What a series keeps of its terms.
TERMS = (
    *("refund_hours", "part_refund_hours", "part_refund_percent", "makeup_notice_hours"),
    *("makeup_days", "makeups_at_most", "moves_at_most"),
)
# A decision falls in the evening, when families can be reached.
DECIDED_AT = time(18)


def fields_of(outline: Outline, dates: Sequence[PlannedSession]) -> dict[str, Any]:
    """The columns of a series that follow from its outline and its dates, by name."""
    terms = asdict(outline.terms)
    return {
        **{name: getattr(outline, name) for name in ALIKE},
        **{name: terms[name] for name in TERMS},
        "decide_by": decide_by(outline, dates),
        "first_session_at": dates[0].starts_at,
        "last_session_at": dates[-1].starts_at,
    }


def decide_by(outline: Outline, dates: Sequence[PlannedSession]) -> datetime | None:
    """The evening, so many days before the first date, until which it is decided whether the series runs."""
    if not outline.fewest_families:
        return None
    first = local(dates[0].starts_at, outline.time_zone).date()
    day = first - timedelta(days=outline.decide_days)
    return at_local_time(day, DECIDED_AT, zone=outline.time_zone)


def keep_layout(series: Series, outline: Outline, *, key: str | None = None) -> SeriesLayout:
    """Write down how the dates were laid out. `key` is the form that made the series, kept as it was where None."""
    fields: dict[str, Any] = {
        "first_on": outline.first_on,
        "clock": outline.clock,
        "weeks": outline.weeks,
        "held_anyway": sorted(day.isoformat() for day in outline.held_anyway),
        "left_out": sorted(day.isoformat() for day in outline.left_out),
        "moves": {
            day.isoformat(): [move.day.isoformat(), move.clock.isoformat("minutes") if move.clock else ""]
            for day, move in outline.moves.items()
        },
        **({"key": key} if key else {}),
    }
    return SeriesLayout.objects.update_or_create(series=series, defaults=fields)[0]


def layout_of(series: Series) -> SeriesLayout | None:
    """How the dates of this series were laid out; of an older one, as far as its dates tell. None without a date."""
    if kept := SeriesLayout.objects.filter(series=series).first():
        return kept
    moments = [local(one.starts_at, series.time_zone) for one in series.sessions.order_by("starts_at")[:60]]
    if not moments:
        return None
    first = moments[0]
    moves: dict[str, list[str]] = {}
    for week, moment in enumerate(moments):
        day = first.date() + timedelta(weeks=week)
        if (moment.date(), moment.time()) != (day, first.time()):
            moves[day.isoformat()] = [moment.date().isoformat(), moment.time().isoformat("minutes")]
    return SeriesLayout(series=series, first_on=first.date(), clock=first.time(), weeks=len(moments), moves=moves)


def moves_from(told: Mapping[str, Sequence[str]]) -> dict[date, Move]:
    """The moves of a layout as an outline has them. What is no day or hour is passed over."""
    moves: dict[date, Move] = {}
    for key, (day, clock) in told.items():
        try:
            moves[date.fromisoformat(key)] = Move(date.fromisoformat(day), time.fromisoformat(clock) if clock else None)
        except ValueError:
            continue
    return moves


def days_from(told: Sequence[str]) -> frozenset[date]:
    """ISO texts as days; what is none is passed over."""
    days = set()
    for one in told:
        try:
            days.add(date.fromisoformat(one))
        except ValueError:
            continue
    return frozenset(days)
