"""The dates of a series before it is made: at one wall-clock time week by week, and what else is on then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from classes.models import Series, Session, Venue
from config.lib.times import NoSuchLocalTime, clock_change_between, local, weekly_moments
from curriculum.models import Lesson, Plan
from instructors.models import Instructor

MOST_WEEKS = 26
# No session is longer, so what began earlier than this before a moment is over by then.
LONGEST_SESSION = timedelta(hours=8)
# Any day within these years has weeks to count on and a moment in every zone; the calendar's own ends have not.
YEARS = range(2000, 2100)


class CannotSchedule(Exception):
    """The series cannot be laid out so. `field` names the field of Outline that the sentence is about."""

    def __init__(self, sentence: str, *, field: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class Outline:
    """What an instructor asks for: one series at one wall-clock time, week by week.

    `clock` is local time in `time_zone`, which is the venue's where there is a venue. Ages are in whole weeks.
    The price is in minor units, for all sessions.
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


@dataclass(frozen=True)
class PlannedSession:
    """One date of a series, made or to be made.

    `clock_change` is how far the clocks moved since the date before, and `clocks_change_on` the day on which they did.
    """

    number: int
    starts_at: datetime
    minutes: int
    lesson: Lesson | None = None
    clock_change: timedelta = timedelta()
    clocks_change_on: date | None = None

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)


@dataclass(frozen=True)
class Clash:
    """A date on which the instructor or the room is taken by another published series."""

    number: int
    sentence: str


def planned_sessions(outline: Outline) -> list[PlannedSession]:
    """The dates of an outline, each with its lesson; weeks beyond the plan have none. One query.

    Raises CannotSchedule where the clocks skip the time on one of the days.
    """
    moments = _moments(outline)
    lessons = {lesson.week: lesson for lesson in outline.plan.lessons.all() if not lesson.is_retired}
    return [
        PlannedSession(
            number=number,
            starts_at=moment,
            minutes=outline.total_minutes,
            lesson=lessons.get(number),
            clock_change=clock_change_between(before, moment, zone=outline.time_zone),
            clocks_change_on=_day_of_clock_change(before, moment, zone=outline.time_zone),
        )
        for number, (before, moment) in enumerate(zip([moments[0], *moments], moments, strict=False), start=1)
    ]


def _day_of_clock_change(earlier: datetime, later: datetime, *, zone: str) -> date | None:
    if not clock_change_between(earlier, later, zone=zone):
        return None
    before = local(earlier, zone).utcoffset()
    moment = earlier
    while local(moment, zone).utcoffset() == before:
        moment += timedelta(hours=1)
    return local(moment, zone).date()


def _moments(outline: Outline) -> list[datetime]:
    if not 1 <= outline.weeks <= MOST_WEEKS:
        sentence = _("A series has between 1 and %(most)d weeks.") % {"most": MOST_WEEKS}
        raise CannotSchedule(sentence, field="weeks")
    if outline.first_on.year not in YEARS:
        raise CannotSchedule(_("Please look at the year of this date again."), field="first_on")
    moments: list[datetime] = []
    try:
        for moment in weekly_moments(outline.first_on, outline.clock, zone=outline.time_zone, weeks=outline.weeks):
            moments.append(moment)
    except NoSuchLocalTime as skipped:
        day = outline.first_on + timedelta(weeks=len(moments))
        sentence = _("On %(day)s the clocks skip %(clock)s. Please choose another time, or another first date.")
        said = {"day": date_format(day, "DATE_FORMAT"), "clock": f"{outline.clock:%H:%M}"}
        raise CannotSchedule(sentence % said, field="clock") from skipped
    return moments


def clashes(
    dates: Sequence[PlannedSession],
    *,
    instructor: Instructor,
    venue: Venue | None,
    zone: str,
    leaving_out: Series | None = None,
) -> list[Clash]:
    """Published sessions at the same time with the same instructor or in the same room, by date. One query."""
    if not dates:
        return []
    near = Q()
    for planned in dates:
        near |= Q(starts_at__gt=planned.starts_at - LONGEST_SESSION, starts_at__lt=planned.ends_at)
    busy = Q(series__instructor=instructor, substitute__isnull=True) | Q(substitute=instructor)
    if venue:
        busy |= Q(series__venue=venue)
    others = Session.objects.held().filter(near, busy, series__state=Series.State.PUBLISHED)
    if leaving_out:
        others = others.exclude(series=leaving_out)
    found = []
    for other in others.select_related("series__instructor", "series__venue").order_by("starts_at", "pk"):
        found += [
            Clash(planned.number, _clash_sentence(other, instructor=instructor, zone=zone))
            for planned in dates
            if other.starts_at < planned.ends_at and planned.starts_at < other.ends_at
        ]
    return found


def _clash_sentence(other: Session, *, instructor: Instructor, zone: str) -> str:
    begins, ends = local(other.starts_at, zone), local(other.ends_at, zone)
    said = {
        "day": date_format(begins, "DATE_FORMAT"),
        "from": f"{begins:%H:%M}",
        "until": f"{ends:%H:%M}",
        "series": other.series.title,
        "instructor": other.series.instructor.display_name,
        "room": other.series.venue.name if other.series.venue else "",
    }
    if instructor.pk in (other.series.instructor_id, other.substitute_id):
        return _("On %(day)s you teach %(series)s from %(from)s until %(until)s.") % said
    return _("On %(day)s %(room)s is taken from %(from)s until %(until)s: %(instructor)s, %(series)s.") % said
