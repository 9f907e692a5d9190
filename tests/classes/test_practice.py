"""Which weeks of practice are open, for whom, and when."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from classes import own_pace, practice
from classes.models import Enrolment, Series, Session
from classes.practice import NothingToPractise
from curriculum.lessons import NoSuchWeek
from families import diary
from families.diary import Moment
from tests.cast import NOW, Cast, sign_in
from tests.factories.families import add_baby
from tests.factories.practice import book_series, taught_cast

SECOND_IS_OVER = datetime(2026, 3, 19, 10, 40, tzinfo=UTC)


@pytest.fixture
def cast(db: None, now: datetime) -> Cast:
    return taught_cast()


def open_weeks(cast: Cast, at: datetime) -> list[int]:
    course = practice.course_of(practice.practices_of(cast.family, now=at)[0], now=at)
    return [week.number for week in course.weeks if week.is_open]


def test_a_week_opens_at_the_minute_its_session_is_over_for_those_whom_nobody_marked(cast: Cast) -> None:
    assert open_weeks(cast, SECOND_IS_OVER - timedelta(seconds=1)) == [1]
    assert open_weeks(cast, SECOND_IS_OVER) == [1, 2]


def test_the_week_of_a_session_called_off_stays_closed_without_a_date(cast: Cast) -> None:
    Session.objects.filter(series=cast.running, number=2).update(state=Session.State.CANCELLED)
    course = practice.course_of(practice.practices_of(cast.family, now=NOW)[0], now=NOW)

    assert [(week.number, week.opens_at, week.is_open) for week in course.weeks][:2] == [
        (1, datetime(2026, 3, 12, 10, 40, tzinfo=UTC), True),
        (2, None, False),
    ]


def test_this_week_is_the_one_taught_last_even_out_of_order(cast: Cast) -> None:
    lessons = {session.number: session.lesson for session in cast.running.sessions.select_related("lesson")}
    cast.running.sessions.filter(number=1).update(lesson=lessons[2])
    cast.running.sessions.filter(number=2).update(lesson=lessons[1])
    course = practice.course_of(practice.practices_of(cast.family, now=NOW)[0], now=NOW)

    assert course.current is not None
    assert (course.current.number, course.current.lesson.title) == (1, "Asking, and legs")


def test_a_session_without_a_lesson_opens_the_week_of_its_number(cast: Cast) -> None:
    cast.running.sessions.update(lesson=None)
    assert open_weeks(cast, NOW) == [1, 2]


def test_nothing_is_open_before_the_first_session_is_over(cast: Cast) -> None:
    at = datetime(2026, 3, 12, 10, 39, tzinfo=UTC)
    course = practice.course_of(practice.practices_of(cast.family, now=at)[0], now=at)
    card = practice.this_week(cast.family, now=at)

    assert course.current is None
    assert card is not None
    assert (card.week, card.opens_at) == (None, datetime(2026, 3, 12, 10, 40, tzinfo=UTC))


def test_at_their_own_pace_the_weeks_that_the_family_opened_are_open(cast: Cast) -> None:
    Series.objects.filter(pk=cast.running.pk).update(delivery=Series.Delivery.SELF_PACED)
    cast.enrolment.refresh_from_db()
    at = datetime(2026, 3, 3, tzinfo=UTC)
    assert open_weeks(cast, at) == []
    for week in (1, 2):
        own_pace.open_week(cast.enrolment, week=week, by=cast.parent, now=at)
    course = practice.course_of(practice.practices_of(cast.family, now=at)[0], now=at)

    assert open_weeks(cast, at) == [1, 2]
    assert course.current == course.week(2)


def test_a_track_without_sessions_is_for_every_baby_of_the_family(cast: Cast) -> None:
    theo = add_baby(cast.family, "Theo")
    cast.enrolment.places.all().delete()
    Series.objects.filter(pk=cast.running.pk).update(delivery=Series.Delivery.SELF_PACED)

    assert [one.baby for one in practice.practices_of(cast.family, now=NOW)] == [cast.baby, theo]


def test_a_cancelled_booking_has_no_practice(cast: Cast) -> None:
    Enrolment.objects.filter(pk=cast.enrolment.pk).update(state=Enrolment.State.CANCELLED)
    assert practice.practices_of(cast.family, now=NOW) == []
    assert practice.this_week(cast.family, now=NOW) is None


def test_the_series_that_runs_comes_before_the_next_and_the_one_long_over(cast: Cast) -> None:
    book_series(cast, cast.baby, slug="long-over", first=date(2025, 9, 4))
    book_series(cast, cast.baby, slug="next-month", first=date(2026, 4, 20))

    order = [one.series.slug for one in practice.practices_of(cast.family, now=NOW)]
    assert order == ["gentle-thursdays", "next-month", "long-over"]


def test_choose_finds_one_s_own_baby_and_nobody_else_s(cast: Cast) -> None:
    theo = add_baby(cast.family, "Theo")
    book_series(cast, cast.baby, theo, slug="mornings", first=date(2026, 3, 10))
    practices = practice.practices_of(cast.family, now=NOW)

    assert practice.choose(practices, baby=str(theo.pk)).baby == theo
    assert practice.choose(practices, series="mornings", baby=str(cast.baby.pk)).series.slug == "mornings"
    for baby, series in ((str(cast.other_baby.pk), ""), ("", "after-the-bath"), ("?", ""), ("0", "")):
        with pytest.raises(NothingToPractise):
            practice.choose(practices, baby=baby, series=series)


def test_a_week_that_the_plan_lacks_is_not_there(cast: Cast) -> None:
    course = practice.course_of(practice.practices_of(cast.family, now=NOW)[0], now=NOW)
    with pytest.raises(NoSuchWeek):
        course.week(6)


def test_this_week_tells_title_and_strokes_and_counts_no_moments(cast: Cast, client: Client) -> None:
    for hours in (1, 30):
        told: dict[str, Any] = {"lesson": None, "by": cast.caregiver, "now": NOW - timedelta(hours=hours)}
        diary.write(cast.baby, moment=Moment(answer="calm"), key=f"this-week-{hours:06d}", **told)
    card = practice.this_week(cast.family, now=NOW)

    assert card is not None
    assert card.week is not None
    assert (card.week.lesson.title, card.strokes) == ("Tummy", 7)
    with time_machine.travel(NOW, tick=False):
        page = sign_in(client, cast.parent).get("/me/").content.decode()
    assert f'href="/me/diary/?baby={cast.baby.pk}"' in page
    assert "written down" not in page


@pytest.mark.parametrize("babies", [1, 3])
def test_this_week_costs_thirteen_queries_however_many_babies(
    cast: Cast, babies: int, django_assert_num_queries: Any
) -> None:
    more = [add_baby(cast.family, f"Baby {n}") for n in range(babies - 1)]
    if more:
        book_series(cast, *more, slug="mornings", first=date(2026, 3, 10))
    with django_assert_num_queries(13):
        practice.this_week(cast.family, now=NOW)
