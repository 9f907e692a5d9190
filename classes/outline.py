"""What an instructor asks for before there is a series: its outline, and the dates that follow from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from classes.arrangement import Arrangement
from classes.models import Series, Venue
from classes.terms import Terms
from curriculum.models import Lesson, Plan
from instructors.models import Instructor


class CannotSchedule(Exception):
    """The series cannot be laid out so. `field` names the field of Outline that the sentence is about."""

    def __init__(self, sentence: str, *, field: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class Move:
    """Where one date went: another day, and another hour unless that of the series stays."""

    day: date
    clock: time | None = None


@dataclass(frozen=True)
class Outline:
    """What an instructor asks for: one series at one wall-clock time, week by week.

    `clock` is local time in `time_zone`, which is the venue's where there is a venue. Ages are in whole weeks.
    The price is in minor units, for all sessions; `single_price_minor` is that of one date.
    Days of public holidays in `skips_holidays_of` are skipped, but for those `held_anyway`; so are those `left_out`.
    `moves` are by planned day. `people_at_most` counts babies and the adults who come with them.
    With `fewest_families` it is decided `decide_days` before the first date whether the series runs.
    A new series begins with the `strokes` arranged before, in what `strokes_from` says; None is the plan as it is.
    """

    instructor: Instructor
    plan: Plan
    title: str
    first_on: date
    clock: time
    weeks: int
    time_zone: str
    venue: Venue | None = None
    delivery: str = Series.Delivery.IN_PERSON
    about: str = ""
    language: str = "en"
    min_age_weeks: int = 4
    max_age_weeks: int = 26
    capacity: int = 8
    stream_capacity: int = 0
    massage_minutes: int = 30
    total_minutes: int = 45
    price_minor: int = 0
    currency: str = "GBP"
    price_per: str = Series.PricePer.FAMILY
    is_practice: bool = False
    offer_hours: int = 24
    offers_by_hand: bool = False
    people_at_most: int | None = None
    stream_url: str = ""
    is_recorded: bool = False
    single_price_minor: int | None = None
    further_baby_percent: int = 100
    late_until: int = 1
    terms: Terms = field(default_factory=Terms)
    fewest_families: int = 0
    decide_days: int = 3
    skips_holidays_of: str = ""
    held_anyway: frozenset[date] = frozenset()
    left_out: frozenset[date] = frozenset()
    moves: Mapping[date, Move] = field(default_factory=dict)
    strokes: Arrangement | None = None
    strokes_from: str = ""


@dataclass(frozen=True)
class PlannedSession:
    """One date of a series, made or to be made.

    `clock_change` is how far the clocks moved since the date before, and `clocks_change_on` the day on which they did.
    `day` is the day that the weekly rhythm gives it, whether or not it was moved. Where the clocks skip its hour
    (`is_skipped_hour`), `starts_at` is the same hour by the clock before the change; where it comes twice, the first.
    """

    number: int
    starts_at: datetime
    minutes: int
    lesson: Lesson | None = None
    clock_change: timedelta = timedelta()
    clocks_change_on: date | None = None
    day: date | None = None
    is_moved: bool = False
    is_skipped_hour: bool = False
    comes_twice: bool = False

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)


@dataclass(frozen=True)
class SkippedDay:
    """A day of the weekly rhythm without a session: a public holiday by its `name`, or one that was left out."""

    day: date
    name: str = ""


@dataclass(frozen=True)
class Layout:
    """The dates of an outline in their order, the days skipped between them, and the day that would come next."""

    dates: list[PlannedSession]
    skipped: list[SkippedDay]
    next_day: date
