"""What a week is called where its instructor shows other parts in it: the same wherever a date is shown."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from importlib import import_module

import icalendar
import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from classes import calendars, my_classes, my_dates, planning, practice, reminding, reports, running, teaching
from classes.catalogue import series_page
from classes.models import MakeUpRight, Series, Session, StrokePlan, TaughtStroke
from classes.planning import desk_of
from config.letters.models import Letter
from curriculum.models import Region, Stroke
from curriculum.words import WORDS, keep_in_step
from tests.cast import NOW, Cast, sign_in
from tests.factories.practice import taught_cast

LONG_AGO = NOW - timedelta(days=30)
OWN, THIRD, FOURTH = ("Chest, arms and hands", "Face and back"), "Face, Back", "Chest, Arms and hands"
REPEATED = "From earlier weeks, as you both like"


@pytest.fixture
def cast(db: None, now: datetime) -> Cast:
    return taught_cast()


def swap(cast: Cast, *, now: datetime = LONG_AGO) -> None:
    """Chest and arms go to week 4, face and back to week 3."""
    desk = desk_of(cast.running, now=now)
    wanted = desk.standing
    for week, other in ((3, 4), (4, 3)):
        for slug in desk.standing.weeks[week]:
            wanted = wanted.moved(slug, other)
    planning.arrange(cast.running, wanted, seen=desk.number, key="", by=cast.instructor, now=now)


def empty(cast: Cast, week: int) -> None:
    desk = desk_of(cast.running, now=LONG_AGO)
    wanted = desk.standing
    for slug in desk.standing.weeks[week]:
        wanted = wanted.moved(slug, 0)
    planning.arrange(cast.running, wanted, seen=desk.number, key="", by=cast.instructor, now=LONG_AGO)


def third(cast: Cast) -> Session:
    return cast.running.sessions.select_related("series", "lesson").get(number=3)


def titles(cast: Cast) -> list[str]:
    return [one.title for one in Session.objects.for_page().filter(series=cast.running).order_by("number")]


def text_of(client: Client, name: str, *args: object) -> str:
    """The page as it is read, with the titles of its head."""
    answer = client.get(reverse(f"classes:{name}", args=args))
    assert answer.status_code == 200, name
    return html.unescape(re.sub(r"<[^>]+>", "", answer.content.decode()))


def of_family(cast: Cast) -> list[tuple[str, list[object]]]:
    reference, session = cast.enrolment.reference, third(cast).reference
    return [
        ("series", [cast.running.slug]),
        ("my_classes", []),
        ("my_place", [reference]),
        ("anything_changed", [reference, session]),
    ]


def of_instructor(cast: Cast) -> list[tuple[str, list[object]]]:
    session = third(cast).reference
    return [
        ("teaching", []),
        ("run_series", [cast.running.slug]),
        ("plan_strokes", [cast.running.slug]),
        ("register", [session]),
        ("session_plan", [session]),
        ("change_session", [session]),
        ("add_guest", [session]),
        ("lead_stream", [session]),
    ]


@pytest.mark.parametrize(("pages", "who"), [(of_family, "parent"), (of_instructor, "instructor")])
def test_every_page_calls_a_week_by_what_is_shown_in_it(
    cast: Cast, client: Client, pages: Callable[[Cast], list[tuple[str, list[object]]]], who: str
) -> None:
    swap(cast)
    cast.open.sessions.update(lesson=None)
    sign_in(client, getattr(cast, who))
    said = {name: text_of(client, name, *args) for name, args in pages(cast)}
    assert [name for name, text in said.items() if THIRD not in text] == []
    assert [name for name, text in said.items() if any(own in text for own in OWN)] == []


def test_the_practice_page_says_the_same(cast: Cast) -> None:
    swap(cast)
    now = third(cast).ends_at + timedelta(hours=1)
    found = practice.course_of(practice.practices_of(cast.family, now=now)[0], now=now)
    assert [week.lesson.title for week in found.weeks] == titles(cast)
    assert titles(cast)[2:4] == [THIRD, FOURTH]


def test_the_reminder_says_the_same(cast: Cast) -> None:
    swap(cast)
    reminding.remind(third(cast).starts_at - timedelta(hours=48))
    letters = list(Letter.objects.filter(subject__startswith="Thursday"))
    assert {one.subject for one in letters} == {f"Thursday at 10:00: {THIRD}"}
    assert [one for one in letters if THIRD not in one.text or OWN[0] in one.text] == []


def test_calendars_say_the_same_and_ask_nobody_to_look_again(cast: Cast) -> None:
    every = cast.running.sessions.all()
    before = calendars.dates_of(cast.family, sessions=every)
    swap(cast)
    after = calendars.dates_of(cast.family, sessions=every)
    assert [one.summary.split(": ")[-1] for one in after] == titles(cast)
    assert [one.sequence for one in after] == [one.sequence for one in before]
    text = calendars.text_for(cast.family, sessions=every, now=NOW)
    events = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert [str(one["SUMMARY"]).split(": ")[-1] for one in events] == titles(cast)


def test_reports_say_the_same(cast: Cast) -> None:
    swap(cast)
    span = reports.Span("own", NOW - timedelta(days=60), NOW + timedelta(days=60))
    asked = reports.Asked(cast.instructor_profile, span)
    known = {week.number: week.title for week in reports.who_came(asked).weeks}
    assert known == dict(enumerate(titles(cast)[: len(known)], start=1))


def test_a_title_asks_the_database_nothing(cast: Cast) -> None:
    """However many dates there are: the series that comes with them knows it."""
    swap(cast)
    cast.running.refresh_from_db()
    MakeUpRight.objects.create(
        enrolment=cast.enrolment,
        baby=cast.baby,
        missed=third(cast),
        number=1,
        at_most=2,
        granted_at=NOW,
        expires_at=NOW + timedelta(days=9),
    )
    page = series_page(cast.running.slug, now=NOW)
    assert page
    loaded = [
        *page.sessions,
        *(session for one in my_classes.bookings_of(cast.family) for session in one.sessions),
        *(date.session for date in my_dates.dates_of(cast.enrolment, now=NOW)),
        *(right.missed for date in my_dates.dates_of(cast.enrolment, now=NOW) for right in date.rights),
        *(date.session for date in running.dates_of(cast.running, now=NOW)),
        teaching.register_of(cast.instructor_profile, third(cast).reference),
    ]
    with CaptureQueriesContext(connection) as asked:
        assert {one.title for one in loaded if (one.series_id, one.number) == (cast.running.pk, 3)} == {THIRD}
    assert len(asked) == 0


class TestTitles:
    def test_without_anything_new_a_week_repeats(self, cast: Cast) -> None:
        empty(cast, 3)
        assert titles(cast)[2] == REPEATED
        found = practice.course_of(practice.practices_of(cast.family, now=NOW)[0], now=NOW)
        [lesson] = [week.lesson for week in found.weeks if week.number == 3]
        assert (lesson.title, lesson.practice_lines) == (REPEATED, [])

    def test_the_first_week_without_its_parts_is_about_holding(self, cast: Cast) -> None:
        empty(cast, 1)
        assert titles(cast)[0] == "Hello and holding"

    def test_in_the_language_of_who_reads(self, cast: Cast) -> None:
        keep_in_step(folder=WORDS)
        swap(cast)
        with override("es"):
            assert titles(cast)[2:4] == ["Cara, Espalda", "Pecho, Brazos y manos"]

    def test_put_back_it_has_its_own_titles(self, cast: Cast) -> None:
        own = titles(cast)
        swap(cast)
        planning.put_back(cast.running, 0, seen=1, key="", by=cast.instructor, now=LONG_AGO)
        assert titles(cast) == own
        cast.running.refresh_from_db()
        assert cast.running.parts_here is None

    def test_a_week_that_was_held_keeps_what_families_know_it_by(self, cast: Cast) -> None:
        """Its arms were not shown, and go to the next week; its page stays as it opened, and so does its name."""
        session = third(cast)
        chest = Stroke.objects.get(slug="chest-open-book")
        TaughtStroke.objects.create(session=session, stroke=chest, tapped_at=session.ends_at, by=cast.instructor)
        now = session.ends_at + timedelta(days=1)
        desk = desk_of(cast.running, now=now)
        wanted = desk.standing
        for slug in wanted.weeks[3]:
            if desk.strokes[slug].region == Region.ARMS_HANDS:
                wanted = wanted.moved(slug, 4)
        planning.arrange(cast.running, wanted, seen=0, key="", by=cast.instructor, now=now)
        found = practice.course_of(practice.practices_of(cast.family, now=now)[0], now=now)
        assert titles(cast)[2:4] == list(OWN)
        assert [week.lesson.title for week in found.weeks] == titles(cast)

    def test_what_was_arranged_before_is_told_with_the_update(self, cast: Cast) -> None:
        swap(cast)
        cast.running.refresh_from_db()
        kept = cast.running.parts_here
        Series.objects.update(parts_here=None)
        import_module("classes.migrations.0028_parts_of_weeks").say_parts(apps, None)
        cast.running.refresh_from_db()
        assert (kept is not None, cast.running.parts_here) == (True, kept)
        assert StrokePlan.objects.count() == 1
        assert list(Series.objects.exclude(pk=cast.running.pk).exclude(parts_here=None)) == []
