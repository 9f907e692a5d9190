"""Practice families that are written down by hand, self-evaluations, observations; and what the database keeps."""

from __future__ import annotations

import time
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from config.audit.models import AuditEntry
from instructors import counting, practicum
from instructors.admin.waiting import waiting_for
from instructors.aliases import TREES, next_alias, why_no_alias, why_no_words
from instructors.counting import CountedDate, CountedFamily, CountedSession
from instructors.models import PracticeDate, PracticumFamily, PracticumSession, Traineeship
from instructors.progress import progress_of
from instructors.refusals import CannotTrain
from tests.factories.instructors import AT, LATER, a_date, a_programme, a_traineeship, a_trainer, fresh

pytestmark = pytest.mark.django_db
DAY = date(2026, 4, 1)


def a_family(row: Traineeship, alias: str = "Birch", **facts: Any) -> PracticumFamily:
    return practicum.note_family(row, alias=alias, by=row.trainee, now=LATER, **facts)


def refused(deed: Any, *, naming: str = "") -> bool:
    try:
        with transaction.atomic():
            deed()
    except (IntegrityError, DatabaseError) as no:
        return naming in str(no)
    return False


# Aliases -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("alias", ["Birch", "Birch 2", "Erle", "شجرة", "白樺"])
def test_a_word_that_is_no_name_is_an_alias(alias: str) -> None:
    assert why_no_alias(alias) is None


@pytest.mark.parametrize(
    ("alias", "said"),
    [
        ("Anna Schmidt", "somebody’s name"),
        ("Mary-Jane", "somebody’s name"),
        ("anna@example.org", "e-mail address"),
        ("@anna", "e-mail address"),
        ("07700 900142", "phone number"),
        ("+44 (0)7700 900-142", "phone number"),
        ("B", "somebody’s name"),
        ("Birch 123", "somebody’s name"),
    ],
)
def test_what_may_be_a_name_or_an_address_is_refused_kindly(alias: str, said: str) -> None:
    row = a_traineeship(a_trainer())
    with pytest.raises(CannotTrain, match=said):
        a_family(row, alias)


def test_trees_are_drawn_one_after_another_and_numbered_once_all_are_taken() -> None:
    trees = [str(tree) for tree in TREES]
    assert [next_alias(taken, language="en") for taken in ([], ["birch"], trees, [*trees, "Birch 2"])] == [
        "Birch",
        "Linden",
        "Birch 2",
        "Linden 2",
    ]


@pytest.mark.parametrize("words", ["Write to anna@example.org.", "Call 07700 900142 at night."])
def test_words_by_which_a_family_could_be_reached_are_refused(words: str) -> None:
    family = a_family(a_traineeship(a_trainer()))
    by = family.traineeship.trainee
    with pytest.raises(CannotTrain, match="leave out"):
        practicum.note_session(family, no=1, held_on=DAY, self_evaluation=words, by=by, now=LATER)
    with pytest.raises(CannotTrain, match="leave out"):
        practicum.note_feedback(family, words=words, by=by, now=LATER)
    assert why_no_words("She waited for 10 minutes, 3 times.") is None


def test_looking_for_addresses_takes_no_longer_than_reading() -> None:
    """Words come from anybody: none may keep the site busy for minutes."""
    began = time.process_time()
    assert [why_no_words(piece * 20_000) for piece in ("a@", "a", ".@", "1 x(")] == [None] * 4
    assert time.process_time() - began < 2


# By hand -----------------------------------------------------------------------------------------------------------


def test_a_session_to_come_or_of_five_hours_is_refused() -> None:
    family = a_family(a_traineeship(a_trainer()))
    by = family.traineeship.trainee
    tomorrow = LATER.date() + timedelta(days=1)
    with pytest.raises(CannotTrain, match="still to come"):
        practicum.note_session(family, no=1, held_on=tomorrow, by=by, now=LATER)
    with pytest.raises(CannotTrain, match="minutes"):
        practicum.note_session(family, no=1, held_on=DAY, minutes=300, by=by, now=LATER)


def test_a_family_that_left_can_come_back_and_both_leave_one_trace() -> None:
    family = a_family(a_traineeship(a_trainer()))
    by = family.traineeship.trainee
    for _ in range(2):
        practicum.family_left(family, on=DAY, by=by, now=LATER)
    for _ in range(2):
        back = practicum.family_came_back(family, by=by, now=LATER)
    said = list(
        AuditEntry.objects.filter(what__startswith="practice family").order_by("pk").values_list("what", flat=True)
    )
    assert (back.left_on, said) == (None, ["practice family left", "practice family came back"])


def test_what_a_family_says_counts_as_its_feedback() -> None:
    asked = [{"key": "said", "kind": "practicum", "title": "Parents’ feedback", "params": {"feedback": 1}}]
    a_programme(requirements=asked)
    family = a_family(a_traineeship(a_trainer()))
    before = progress_of(fresh(family.traineeship)).needs[0].state
    practicum.note_feedback(family, words="We felt welcome.", by=family.traineeship.trainee, now=LATER)
    assert (before, progress_of(fresh(family.traineeship)).needs[0].state) == ("open", "met")


def test_only_the_candidates_own_trainer_marks_a_family_as_seen() -> None:
    trainer = a_trainer()
    family = a_family(a_traineeship(trainer))
    with pytest.raises(CannotTrain, match="own trainer"):
        practicum.mark_seen(family, by=family.traineeship.trainee, now=LATER)
    seen = practicum.mark_seen(family, by=trainer, now=LATER)
    assert (seen.seen_by, seen.seen_at) == (trainer, LATER)


# From the register -------------------------------------------------------------------------------------------------


def a_counted(*days: int, key: str = "classes.Enrolment:1", **facts: Any) -> CountedFamily:
    sessions = [CountedSession(f"classes.Session:{no}", no, DAY + timedelta(weeks=no), 60) for no in days]
    return CountedFamily(key=key, age_band="0-3m", consented_on=DAY, sessions=sessions, **facts)


def test_counted_rows_and_rows_by_hand_live_side_by_side() -> None:
    row = a_traineeship(a_trainer())
    counting.count(row, families=[a_counted(1, 2)], dates=[], now=LATER)
    family = PracticumFamily.objects.get()
    visit = LATER.date()
    practicum.note_session(family, no=practicum.next_no(family), held_on=visit, by=row.trainee, now=LATER)
    changed = counting.count(row, families=[a_counted(1, 2)], dates=[], now=LATER)
    held = [(one.no, bool(one.counted_from), one.is_cancelled) for one in family.sessions.all()]
    assert (changed, held) == (0, [(1, True, False), (2, True, False), (3, False, False)])


def test_a_counted_session_is_corrected_in_the_register_alone() -> None:
    row = a_traineeship(a_trainer())
    counting.count(row, families=[a_counted(1)], dates=[], now=LATER)
    with pytest.raises(CannotTrain, match="register"):
        practicum.note_session(PracticumFamily.objects.get(), no=1, held_on=DAY, by=row.trainee, now=LATER)


def test_aliases_are_drawn_in_the_candidates_language_and_none_twice() -> None:
    row = a_traineeship(a_trainer())
    a_family(row, "Birch")
    told = [a_counted(1, key=f"classes.Enrolment:{number}") for number in range(3)]
    counting.count(row, families=told, dates=[], now=LATER)
    assert list(row.families.values_list("alias", flat=True)) == ["Birch", "Linden", "Maple", "Alder"]


def test_a_date_that_is_told_no_longer_is_cancelled_and_never_deleted() -> None:
    row = a_traineeship(a_trainer())
    told = CountedDate("classes.Session:1", "Fridays", 1, AT, "Europe/London", 60, families=3, is_held=True)
    counting.count(row, families=[], dates=[told], now=LATER)
    counting.count(row, families=[], dates=[], now=LATER)
    one = PracticeDate.objects.get()
    assert (one.is_held, one.is_cancelled, one.families) == (False, True, 0)


def test_lesson_plans_and_self_evaluations_of_a_series_wait_for_the_trainer() -> None:
    asked = [
        {"key": "lesson_plans", "kind": "document", "title": "Lesson plans", "params": {"count": 1}},
        {"key": "self_evaluation", "kind": "document", "title": "Self-evaluation"},
    ]
    a_programme(requirements=asked)
    row = a_traineeship(a_trainer())
    one = a_date(row, strokes=["milking"])
    plans_only = [need.state for need in progress_of(fresh(row)).needs]
    counting.reflect(one, words="I spoke too much.", by=row.trainee, now=LATER)
    assert (plans_only, [need.state for need in progress_of(fresh(row)).needs]) == (["wait", "open"], ["wait", "wait"])
    trainer: Any = row.trainer_of_record
    assert [(line.what, line.why) for line in waiting_for(trainer, now=LATER)] == [
        ("Read Zoë Lindqvist’s lesson plans", "1 lesson plan of the practice series is with the trainer"),
        ("Read Zoë Lindqvist’s self-evaluation", "1 self-evaluation of the practice series is with the trainer"),
    ]


def test_who_reflects_and_who_observes() -> None:
    trainer = a_trainer()
    row = a_traineeship(trainer)
    one = a_date(row)
    with pytest.raises(CannotTrain, match="Only the candidate"):
        counting.reflect(one, words="Well.", by=trainer, now=LATER)
    with pytest.raises(CannotTrain, match="own trainer"):
        counting.observe(one, words="Well.", by=row.trainee, now=LATER)
    seen = counting.observe(one, words="She waits.", by=trainer, now=LATER)
    assert (seen.observer, seen.observed_at, seen.observation) == (trainer, LATER, "She waits.")


def test_a_date_that_was_not_held_is_neither_reflected_on_nor_observed() -> None:
    trainer = a_trainer()
    row = a_traineeship(trainer)
    one = a_date(row, is_held=False)
    with pytest.raises(CannotTrain, match="not been held"):
        counting.reflect(one, words="Well.", by=row.trainee, now=LATER)
    with pytest.raises(CannotTrain, match="not been held"):
        counting.observe(one, words="Well.", by=trainer, now=LATER)


# What the database keeps -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["signed_off", "certified"])
def test_once_signed_off_the_database_keeps_everything_but_lets_words_be_forgotten(state: str) -> None:
    row = a_traineeship(a_trainer())
    family = a_family(row)
    practicum.note_session(family, no=1, held_on=DAY, feedback="Calm.", by=row.trainee, now=LATER)
    practicum.note_feedback(family, words="Welcome.", by=row.trainee, now=LATER)
    a_date(row, self_evaluation="Well.")
    Traineeship.objects.filter(pk=row.pk).update(state=state)
    families, sessions, dates = (
        PracticumFamily.objects.all(),
        PracticumSession.objects.all(),
        PracticeDate.objects.all(),
    )
    kept = "what was signed stays"
    frozen = [
        refused(lambda: families.update(left_on=DAY), naming=kept),
        refused(lambda: families.update(alias="Fig"), naming=kept),
        refused(lambda: families.update(words="Other."), naming=kept),
        refused(lambda: sessions.update(is_cancelled=True), naming=kept),
        refused(lambda: sessions.update(feedback="Other."), naming=kept),
        refused(lambda: dates.update(families=9), naming=kept),
        refused(PracticumFamily(traineeship=row, alias="Fig").save, naming=kept),
        refused(PracticumSession(family=family, no=9, held_on=DAY).save, naming=kept),
        refused(lambda: a_date(row, counted_from="classes.Session:9"), naming=kept),
    ]
    forgotten = [
        refused(lambda: families.update(words="", answers={})),
        refused(lambda: sessions.update(feedback="", self_evaluation="")),
        refused(lambda: dates.update(self_evaluation="", observation="")),
    ]
    assert (frozen, forgotten) == ([True] * 9, [False] * 3)


def test_no_row_of_the_practicum_is_ever_deleted() -> None:
    row = a_traineeship(a_trainer())
    session = practicum.note_session(a_family(row), no=1, held_on=DAY, by=row.trainee, now=LATER)
    one = a_date(row)
    rows = {"practicumsession": session.pk, "practicumfamily": session.family_id, "practicedate": one.pk}
    assert [refused(lambda t=t, pk=pk: delete_row(t, pk), naming="kept") for t, pk in rows.items()] == [True] * 3


def test_the_database_takes_no_address_for_an_alias_and_no_half_observation() -> None:
    row = a_traineeship(a_trainer())
    one = a_date(row)
    assert [
        refused(PracticumFamily(traineeship=row, alias="anna@example.org").save),
        refused(PracticumFamily(traineeship=row, alias="").save),
        refused(lambda: PracticeDate.objects.filter(pk=one.pk).update(observer=row.trainer_of_record)),
        refused(lambda: PracticeDate.objects.filter(pk=one.pk).update(is_cancelled=True)),
    ] == [True] * 4


def delete_row(table: str, pk: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM instructors_{table} WHERE id = %s", [pk])
