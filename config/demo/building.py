"""What an instructor has built besides what runs: a series of the past, a draft with a moved date, a template."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

from classes import scheduling, series_templates
from classes.dates import Move, Outline
from classes.forms import building_start
from classes.models import Series
from config.demo.timetable import Laid
from config.lib.times import local
from instructors.models import Instructor

TEMPLATE = "My five weeks"
PAST_WEEKS_AGO = 16
DRAFT_WEEKS_AHEAD = 9


def build_series(laid: list[Laid], teachers: dict[str, Instructor], *, now: datetime) -> None:
    """For the instructor of the cast, like the first series of the timetable."""
    hester = teachers["hester"]
    model = next(one.series for one in laid if one.series.instructor_id == hester.pk and one.series.venue)
    values = building_start.values_of({**building_start.FRESH, **building_start.like(model)})
    made_at = now - timedelta(weeks=PAST_WEEKS_AGO + 4)
    series_templates.keep_template(hester, name=TEMPLATE, values=values, by=hester.user, now=made_at)
    past = _outline(hester, model, title="Late summer mornings", weeks_away=-PAST_WEEKS_AGO, now=now)
    scheduling.make_and_publish(past, by=hester.user, now=made_at)
    scheduling.make_series(_with_changes(hester, model, now=now), by=hester.user, now=now - timedelta(days=2))


def _with_changes(hester: Instructor, model: Series, *, now: datetime) -> Outline:
    """Holidays are skipped, the second date is a day later, and three families are needed."""
    plain = _outline(hester, model, title="Saturday mornings, two by two", weeks_away=DRAFT_WEEKS_AHEAD, now=now)
    second = plain.first_on + timedelta(weeks=1)
    return replace(plain, moves={second: Move(second + timedelta(days=1), time(11))})


def _outline(hester: Instructor, model: Series, *, title: str, weeks_away: int, now: datetime) -> Outline:
    today = local(now, hester.time_zone).date()
    saturday = today + timedelta(days=5 - today.weekday(), weeks=weeks_away)
    return Outline(
        instructor=hester,
        plan=model.plan,
        title=title,
        about="Slow mornings with time for questions.",
        first_on=saturday,
        clock=time(9, 30),
        weeks=5,
        time_zone=hester.time_zone,
        venue=model.venue,
        price_minor=model.price_minor,
        currency=model.currency,
        people_at_most=20,
        fewest_families=3,
        skips_holidays_of="GB-ENG",
        late_until=2,
    )
