"""A small world for races and random walks: three series that are soon full, and five families of different size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from classes.models import Series
from config.accounts.models import User
from families.models import Baby, Caregiver, Family
from instructors.models import Instructor
from tests.factories.accounts import make_user
from tests.factories.classes import make_series, make_venue
from tests.factories.families import add_baby, make_family

FAMILY_SIZES = (2, 1, 1, 2, 1)


@dataclass(frozen=True)
class Household:
    user: User
    family: Family
    adult: Caregiver
    babies: list[Baby]


@dataclass(frozen=True)
class SmallWorld:
    series: list[Series]
    households: list[Household]
    teacher: User


def build_small_world(
    instructors: list[Instructor], *, now: datetime, sizes: Sequence[int] = FAMILY_SIZES
) -> SmallWorld:
    """Series of three weeks: one with three places in the room and two by stream, priced by the baby; one with two
    places; one with four, whose places the instructor offers by hand. All teach the same weeks, so that one makes up
    for another."""
    lead, other = instructors[:2]
    venue, today = make_venue("The Small Hall"), now.date()
    both_ways: Any = {"capacity": 3, "stream_capacity": 2, "delivery": Series.Delivery.HYBRID}
    per_baby: Any = {"price_per": Series.PricePer.BABY, "further_baby_percent": 50}
    one = _series(lead, "small-one", today + timedelta(days=3), time(9), venue, late_until=3, **both_ways, **per_baby)
    steps: Any = {"late_until": 2, "part_refund_hours": 12, "part_refund_percent": 50}
    two = _series(other, "small-two", today + timedelta(days=5), time(11), venue, capacity=2, **steps)
    by_hand: Any = {"capacity": 4, "offers_by_hand": True, "single_price_minor": 1700}
    three = _series(lead, "small-three", today + timedelta(days=9), time(15), venue, **by_hand)
    series = [one, two, three]
    return SmallWorld(series, make_households(sizes, now=now), lead.user)


def _series(lead: Instructor, slug: str, first: date, clock: time, venue: Any, **fields: Any) -> Series:
    terms: Any = {"makeups_at_most": 1, "moves_at_most": 1, "makeup_notice_hours": 24, "makeup_days": 4}
    when: Any = {"first": first, "clock": clock, "weeks": 3, "venue": venue}
    return make_series(lead, title=slug, slug=slug, price_minor=5000, **when, **terms, **fields)


def make_households(sizes: Sequence[int], *, now: datetime, prefix: str = "small") -> list[Household]:
    """Families with so many babies each, twelve weeks old, and one adult who signs in: small0@example.org and so on."""
    return [_household(f"{prefix}{number}", size, now) for number, size in enumerate(sizes)]


def _household(name: str, size: int, now: datetime) -> Household:
    user = make_user(f"{name}@example.org", name.title())
    family = make_family(user)
    born = (now - timedelta(weeks=12)).date()
    babies = [add_baby(family, f"{letter} of {name}", born_on=born) for letter in "ABCDEF"[:size]]
    return Household(user, family, family.caregivers.get(), babies)
