"""When a course is over: what a family can do now, its favourites, what comes next, and a keepsake.

The keepsake is no qualification, and it counts nothing: neither dates nor moments.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from classes import company, feeding_back, next_steps, one_more, own_pace, sharing_diaries
from classes.models import ClosingWord, Enrolment, Series
from classes.my_classes import Booking
from classes.next_steps import NextSteps
from classes.one_more import Suggestion
from classes.practice import Course, Practice, course_of
from config.lib.times import local
from curriculum.models import Region, Stroke
from families import favourites
from families.models import Baby, Caregiver, FavouriteStroke

MOST_PICTURES = 4
MOST_HEARTS_PICTURED = 2
HELLO = "ask-permission"
STILL_FRESH = timedelta(days=60)


class NotOver(Exception):
    """The course of this booking is not over. `opens_at` is when it will be; None at one's own pace."""

    def __init__(self, opens_at: datetime | None) -> None:
        super().__init__()
        self.opens_at = opens_at


@dataclass(frozen=True)
class Picture:
    """A stroke on the keepsake, and why it stands there."""

    stroke: Stroke
    caption: str


@dataclass(frozen=True)
class Learned:
    """Strokes of one part of the body that this family can do now; each with whether it has a heart.

    `is_open`: the part has a heart, or it is the first and none has.
    """

    name: str
    strokes: list[tuple[Stroke, bool]]
    is_open: bool


@dataclass(frozen=True)
class Done:
    """Everything on the page. `word` is what the instructor said to everyone of the series, or empty."""

    enrolment: Enrolment
    babies: list[Baby]
    baby: Baby
    names: str
    ended_on: date
    pictures: list[Picture]
    learned: list[Learned]
    word: str
    steps: list[NextSteps]
    one_more: Suggestion | None
    has_feedback: bool

    @property
    def series(self) -> Series:
        return self.enrolment.series

    @property
    def pictured(self) -> list[Stroke]:
        return [one.stroke for one in self.pictures]


def done_for(enrolment: Enrolment, *, baby: str, by: Caregiver, now: datetime) -> Done | None:
    """The page of this booking, as this adult sees it; hearts are those of the baby of that number, or of the first.

    None where the booking did not stand to the end, or none of its babies is there. Raises NotOver.
    """
    babies = sharing_diaries.babies_of(enrolment)
    shown = babies[0] if babies and not baby else next((one for one in babies if str(one.pk) == baby), None)
    if enrolment.state != Enrolment.State.BOOKED or shown is None:
        return None
    shown.family = by.family
    course = course_of(Practice(enrolment, shown), now=now)
    _refuse_unless_over(course, now=now)
    today = local(now, by.family.time_zone).date()
    hearts = favourites.of_family(by.family, babies)
    words = ClosingWord.objects.filter(series=enrolment.series).values_list("words", flat=True).first()
    return Done(
        enrolment=enrolment,
        babies=babies,
        baby=shown,
        names=_names(enrolment, babies),
        ended_on=local(enrolment.series.last_session_at or now, enrolment.series.time_zone).date(),
        pictures=_pictures(course, hearts, babies),
        learned=_learned(course, {row.stroke_id for row in hearts if row.baby_id == shown.pk}),
        word=words or "",
        steps=next_steps.next_steps(babies, on=today),
        one_more=one_more.suggested(by.family, now=now) if by.may_book else None,
        has_feedback=feeding_back.given_for(enrolment) is not None,
    )


def to_keep(bookings: Sequence[Booking], *, now: datetime) -> Enrolment | None:
    """The booking whose course ended last, while that is fresh: home leads to its page. Two queries at most."""
    booked = [one.enrolment for one in bookings if one.is_booked and one.enrolment.kind == Enrolment.Kind.SERIES]
    over = {one.pk: one.series.last_session_at for one in booked if is_over(one, now=now)}
    ended = {**over, **own_pace.finished_at(booked)}
    fresh = [(at, one.pk, one) for one in booked if (at := ended.get(one.pk)) and now - STILL_FRESH <= at <= now]
    return max(fresh)[2] if fresh else None


def is_over(enrolment: Enrolment, *, now: datetime) -> bool:
    """Whether a booking of dates is over, as its page says. At one's own pace the page itself knows."""
    is_whole = enrolment.kind == Enrolment.Kind.SERIES and not enrolment.series.is_own_pace
    return enrolment.state == Enrolment.State.BOOKED and is_whole and enrolment.series.is_over(now)


def _refuse_unless_over(course: Course, *, now: datetime) -> None:
    series = course.practice.series
    if series.is_own_pace:
        if not all(week.is_open for week in course.weeks):
            raise NotOver(None)
    elif not series.is_over(now):
        raise NotOver(series.last_session_at)


def strokes_of(course: Course) -> list[Stroke]:
    """What this family was shown, each stroke once, in the order of teaching."""
    every = [stroke for number in sorted(course.brought) for stroke in course.brought[number].new]
    return list({stroke.pk: stroke for stroke in every}.values())


def _learned(course: Course, hearts: set[int]) -> list[Learned]:
    order = list(Region)
    strokes = sorted(strokes_of(course), key=lambda stroke: order.index(Region(stroke.region)))
    parts = list(dict.fromkeys(stroke.region for stroke in strokes))
    opened = {stroke.region for stroke in strokes if stroke.pk in hearts} or set(parts[:1])
    return [
        Learned(
            str(Region(part).label), [(one, one.pk in hearts) for one in strokes if one.region == part], part in opened
        )
        for part in parts
    ]


def _pictures(course: Course, hearts: Sequence[FavouriteStroke], babies: Sequence[Baby]) -> list[Picture]:
    """Favourites first, then where it began and where it ended; no stroke twice."""
    known = {stroke.pk: stroke for stroke in strokes_of(course)}
    loved = [row for row in hearts if row.stroke_id in known]
    rest = [stroke for stroke in known.values() if stroke.slug != HELLO and stroke.has_movement]
    found: dict[int, Picture] = {}
    for baby in babies:
        for row in [one for one in loved if one.baby_id == baby.pk][: MOST_HEARTS_PICTURED if len(babies) == 1 else 1]:
            caption = _("%(name)s’s favourite") % {"name": baby.first_name}
            found.setdefault(row.stroke_id, Picture(known[row.stroke_id], caption))
    if rest:
        found.setdefault(rest[0].pk, Picture(rest[0], _("Where you began")))
        found.setdefault(rest[-1].pk, Picture(rest[-1], _("Where you ended")))
    return list(found.values())[:MOST_PICTURES]


def _names(enrolment: Enrolment, babies: Sequence[Baby]) -> str:
    adults = company.still_here(enrolment.who_comes.all())
    return get_text_list([*(one.first_name for one in babies), *(one.first_name for one in adults)], _("and"))
