"""Who may read health answers in a register, when, and that the read is written down first."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from classes import minding
from classes.access import may_read_health
from classes.models import Session
from config.audit.models import AuditEntry
from config.audit.trail import name_of
from curriculum.models import Lesson, LessonStroke
from families.health import CONDITIONS
from families.models import HealthAnswers
from instructors.models import Instructor
from tests.cast import NOW, Cast, sign_in
from tests.factories.teaching import answer_health, make_precaution, make_stroke

FIRST = datetime.fromisoformat("2026-03-12T10:00:00+00:00")
LAST = datetime.fromisoformat("2026-04-09T09:00:00+00:00")
SECRET = "no sesame oil, please"


def session_of(cast: Cast, number: int = 3) -> Session:
    return Session.objects.select_related("series", "lesson").get(series=cast.running, number=number)


def lesson_of(session: Session) -> Lesson:
    assert session.lesson
    return session.lesson


def given_to(cast: Cast, substitute: Instructor, number: int = 3) -> Session:
    Session.objects.filter(series=cast.running, number=number).update(substitute=substitute)
    return session_of(cast, number)


def reads(cast: Cast) -> list[tuple[int | None, str]]:
    entries = AuditEntry.objects.filter(what="read health answers").order_by("pk")
    return [(entry.by_id, entry.about) for entry in entries]


def read_at(cast: Cast, moment: datetime, *, reader: Instructor | None = None, session: Session | None = None) -> str:
    """What the register told about Ada: the words, or that it is not the time."""
    who, which = reader or cast.instructor_profile, session or session_of(cast)
    told = minding.to_mind(which, [cast.baby], reader=who, now=moment)
    return "not the time" if told is None else " ".join(hint.what for hint in told.get(cast.baby.pk, []))


@pytest.mark.parametrize(
    ("moment", "may"),
    [
        (FIRST - timedelta(days=7, seconds=1), False),
        (FIRST - timedelta(days=7), True),
        (NOW, True),
        (LAST + timedelta(days=7), True),
        (LAST + timedelta(days=7, seconds=1), False),
    ],
)
def test_the_lead_reads_from_a_week_before_the_first_to_a_week_after_the_last(
    cast: Cast, moment: datetime, may: bool
) -> None:
    answer_health(cast.baby, notes=SECRET)
    assert may_read_health(cast.instructor_profile, session_of(cast), now=moment) is may
    assert read_at(cast, moment) == (f"“{SECRET}”" if may else "not the time")
    assert reads(cast) == ([(cast.instructor.pk, name_of(cast.baby))] if may else [])


@pytest.mark.parametrize(
    ("hours", "may"), [(-24.01, False), (-24, True), (0, True), (24, True), (24.66, True), (24.7, False)]
)
def test_a_substitute_reads_within_a_day_of_that_date(cast: Cast, hours: float, may: bool) -> None:
    answer_health(cast.baby, notes=SECRET)
    session = given_to(cast, cast.other_instructor_profile)
    moment = session.starts_at + timedelta(hours=hours)
    told = read_at(cast, moment, reader=cast.other_instructor_profile, session=session)
    assert told == (f"“{SECRET}”" if may else "not the time")


def test_a_substitute_reads_nothing_for_another_date(cast: Cast) -> None:
    answer_health(cast.baby, notes=SECRET)
    given_to(cast, cast.other_instructor_profile, number=2)
    other = session_of(cast, 3)
    assert read_at(cast, other.starts_at, reader=cast.other_instructor_profile, session=other) == "not the time"


def test_nobody_else_reads_it_at_any_time(cast: Cast) -> None:
    session = session_of(cast)
    others = (cast.other_instructor_profile, cast.candidate_profile)
    assert [may_read_health(one, session, now=session.starts_at) for one in others] == [False, False]


def test_the_lead_keeps_reading_for_a_date_that_a_substitute_takes(cast: Cast) -> None:
    session = given_to(cast, cast.other_instructor_profile)
    assert may_read_health(cast.instructor_profile, session, now=NOW) is True


def test_a_moved_last_session_moves_the_window(cast: Cast) -> None:
    cast.running.last_session_at = LAST + timedelta(days=7)
    cast.running.save(update_fields=["last_session_at"])
    assert may_read_health(cast.instructor_profile, session_of(cast), now=LAST + timedelta(days=14)) is True


def test_where_the_read_cannot_be_written_down_nothing_is_shown(cast: Cast, client: Client) -> None:
    answer_health(cast.baby, notes=SECRET)
    sign_in(client, cast.instructor)
    client.raise_request_exception = False

    def full(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("INSERT") and "audit_auditentry" in sql:
            raise OperationalError("the disk is full")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(full):
        response = client.get(reverse("classes:register", args=[session_of(cast).reference]))
    assert (response.status_code, SECRET in response.content.decode(), reads(cast)) == (503, False, [])


def test_the_read_is_written_down_before_the_answers_are_fetched(cast: Cast) -> None:
    answer_health(cast.baby, notes=SECRET)
    with CaptureQueriesContext(connection) as captured:
        read_at(cast, NOW)
    told = [query["sql"] for query in captured]
    written = [n for n, sql in enumerate(told) if sql.startswith("INSERT") and "audit_auditentry" in sql]
    fetched = [n for n, sql in enumerate(told) if '"families_healthanswers"."answers"' in sql]
    assert (len(written), len(fetched), written < fetched) == (1, 1, True)


def test_every_view_of_the_register_is_a_read_of_its_own(cast: Cast, client: Client) -> None:
    answer_health(cast.baby, notes=SECRET)
    sign_in(client, cast.instructor)
    url = reverse("classes:register", args=[session_of(cast).reference])
    told = [SECRET in client.get(url).content.decode() for _twice in range(2)]
    assert told == [True, True]
    assert reads(cast) == [(cast.instructor.pk, name_of(cast.baby))] * 2
    because = AuditEntry.objects.filter(what="read health answers").values_list("detail", flat=True)
    assert list(because) == [{"because": f"register of session {session_of(cast).reference}"}] * 2


def test_the_page_outside_the_time_says_so_and_reads_nothing(cast: Cast, client: Client) -> None:
    answer_health(cast.baby, notes=SECRET)
    session = session_of(cast, 5)
    with time_machine.travel(LAST + timedelta(days=8), tick=False):
        sign_in(client, cast.instructor)
        told = client.get(reverse("classes:register", args=[session.reference])).content.decode()
    assert (SECRET in told, "Ada" in told, "close a week after the last" in told, reads(cast)) == (
        False,
        True,
        True,
        [],
    )


def test_no_other_page_of_an_instructor_reads_health_answers(cast: Cast, client: Client) -> None:
    answer_health(cast.baby, notes=SECRET)
    sign_in(client, cast.instructor)
    for url in (reverse("classes:teaching"), reverse("classes:run_series", args=[cast.running.slug])):
        assert SECRET not in client.get(url).content.decode()
    assert reads(cast) == []


def test_taps_by_the_script_read_nothing(cast: Cast, client: Client) -> None:
    answer_health(cast.baby, notes=SECRET)
    sign_in(client, cast.instructor)
    url = reverse("classes:register", args=[session_of(cast, 2).reference])
    answer = client.post(url, {"do": "rest", "key": "0123456789ab"}, headers={"Accept": "application/json"})
    assert (answer.status_code, reads(cast)) == (200, [])


def hints(cast: Cast, session: Session) -> list[tuple[str, str]]:
    told = minding.to_mind(session, [cast.baby], reader=cast.instructor_profile, now=NOW)
    return [(hint.what, hint.so) for hint in (told or {}).get(cast.baby.pk, [])]


def test_hints_say_what_may_be_changed_and_never_judge(cast: Cast) -> None:
    make_precaution("skin")
    make_precaution("jaundice", position=10, title="Jaundice", level="ask", lasting=True)
    make_precaution("fever_ill", position=1, title="Fever or feeling ill", level="not_today")
    answer_health(cast.baby, conditions=["skin", "jaundice", "fever_ill", "unknown"], born_early="yes", notes=SECRET)
    assert hints(cast, session_of(cast)) == [
        ("Born early.", "Short and slow may suit."),
        ("Fever or feeling ill.", "A doll may suit better today."),
        ("Skin that is sore, broken or eczema-prone.", "Adapt: ask the carer what to leave alone today."),
        ("Jaundice.", "Ask what their own team has agreed to."),
        (f"“{SECRET}”", ""),
    ]


def test_hints_tell_every_answer_that_can_be_ticked_in_the_words_of_the_question(cast: Cast) -> None:
    answer_health(cast.baby, conditions=[key for key, _words in CONDITIONS])
    assert [what for what, _so in hints(cast, session_of(cast))] == [f"{words}." for _key, words in CONDITIONS]


def test_hints_leave_out_what_is_about_the_moment_or_the_carer(cast: Cast) -> None:
    make_precaution("caregiver", about="carer", title="You, your hands and the room")
    make_precaution("hiccups", about="moment", title="Hiccups")
    answer_health(cast.baby, conditions=["caregiver", "hiccups"])
    assert hints(cast, session_of(cast)) == []


def test_hints_say_what_is_left_out_of_this_week_and_of_the_weeks_before(cast: Cast) -> None:
    session = session_of(cast)
    make_precaution("hernia", title="Hernia", blocks="abdomen", strokes="knees-up resting-hands")
    answer_health(cast.baby, conditions=["hernia"])
    assert hints(cast, session) == [("A hernia.", "Adapt: leave out tummy.")]
    wheel, hold, knees, arms = (
        make_stroke(slug, name, region)
        for slug, name, region in (
            ("water-wheel", "Water wheel", "abdomen"),
            ("resting-hands", "Resting hands", "holding"),
            ("knees-up", "Knees up", "legs_feet"),
            ("arms", "Arms", "arms_hands"),
        )
    )
    LessonStroke.objects.create(lesson=lesson_of(session), stroke=wheel, position=1)
    LessonStroke.objects.create(lesson=lesson_of(session), stroke=hold, position=2)
    assert hints(cast, session) == [("A hernia.", "Adapt: show all of this week’s strokes on a doll.")]
    LessonStroke.objects.create(lesson=lesson_of(session), stroke=arms, position=3)
    LessonStroke.objects.create(lesson=lesson_of(session_of(cast, 2)), stroke=knees, position=1)
    assert hints(cast, session) == [("A hernia.", "Adapt: leave out tummy; Resting hands; Knees up.")]


def test_a_baby_without_answers_has_no_hint_and_no_read(cast: Cast) -> None:
    assert (hints(cast, session_of(cast)), reads(cast), HealthAnswers.objects.count()) == ([], [], 0)
