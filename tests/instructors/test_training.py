"""A traineeship up to the day it is ready, through the verbs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from instructors import assessing, demo, lapsing, signing
from instructors import traineeship as training
from instructors.models import Assessment, Requirement, Traineeship
from instructors.progress import progress_of
from instructors.refusals import CannotAssess, CannotTrain
from tests.factories.accounts import make_user
from tests.factories.instructors import (
    AT,
    LATER,
    a_body,
    a_programme,
    a_traineeship,
    a_trainer,
    an_event,
    fresh,
)

pytestmark = pytest.mark.django_db
DAY = LATER.date()


def need(row: Traineeship, key: str) -> tuple[str, str]:
    found = next(need for need in progress_of(fresh(row)).needs if need.key == key)
    return found.state, found.sentence


def requirement(row: Traineeship, key: str) -> Requirement:
    return row.programme.requirements.get(key=key)


def seen(row: Traineeship) -> str:
    return signing.hash_of(signing.snapshot(progress_of(fresh(row))))


# The traineeship ---------------------------------------------------------------------------------------------------


def test_accept_writes_the_deadline_four_months_after_the_last_day() -> None:
    row = a_traineeship(a_trainer())
    assert (row.state, row.deadline_on) == ("accepted", date(2026, 7, 5))


def test_apply_refuses_a_second_open_traineeship() -> None:
    row = a_traineeship(a_trainer())
    with pytest.raises(CannotTrain, match="open traineeship"):
        training.apply(row.programme, trainee=row.trainee, now=AT)


def test_accept_refuses_a_trainer_who_is_the_candidate() -> None:
    trainer = a_trainer()
    applied = training.apply(a_programme(), trainee=trainer, now=AT)
    with pytest.raises(CannotTrain, match="own trainer"):
        training.accept(applied, trainer=trainer, by=a_trainer("bea@example.org", "Bea Moss"), now=AT)


def test_accept_refuses_a_trainer_of_another_body() -> None:
    other = a_trainer("bea@example.org", "Bea Other", a_body("other-school"))
    applied = training.apply(a_programme(), trainee=make_user("zoe@example.org", "Zoë"), now=AT)
    with pytest.raises(CannotTrain, match="no valid trainer"):
        training.accept(applied, trainer=other, by=other, now=AT)


def test_accept_refuses_when_every_place_is_taken() -> None:
    trainer = a_trainer()
    event = an_event(trainer)
    event.capacity = 1
    event.save()
    a_traineeship(trainer, event=event)
    with pytest.raises(CannotTrain, match="taken"):
        a_traineeship(trainer, make_user("yan@example.org", "Yan"), event)


def test_a_registrar_who_trains_decides_nothing_for_themselves() -> None:
    trainer, person = a_trainer(), make_user("carla@example.org", "Carla Nunes")
    a_body().registrars.add(person)
    event = an_event(trainer)
    said: dict[str, Any] = {"by": person, "now": AT}
    applied = training.apply(event.programme, trainee=person, event=event, now=AT)
    with pytest.raises(CannotTrain, match="Nobody decides on their own training"):
        training.accept(applied, trainer=trainer, **said)
    row = training.accept(applied, trainer=trainer, by=trainer, now=AT)
    deeds: list[Any] = [
        lambda: training.extend(row, until=date(2026, 8, 1), reason="I need it.", **said),
        lambda: training.grant_access(row, on=AT.date(), **said),
        lambda: training.hand_over(row, trainer=a_trainer("bea@example.org", "Bea"), **said),
    ]
    for deed in deeds:
        with pytest.raises(CannotTrain, match="Nobody decides on their own training"):
            deed()
    assert (fresh(row).deadline_on, fresh(row).trainer_of_record) == (date(2026, 7, 5), trainer)


def test_sweep_ends_what_ran_past_its_deadline_and_only_that() -> None:
    trainer = a_trainer()
    late, going = a_traineeship(trainer), a_traineeship(trainer, make_user("yan@example.org", "Yan Okafor"))
    training.extend(going, until=date(2026, 7, 31), reason="Ill for two weeks.", by=trainer, now=LATER)
    on_the_day = lapsing.sweep(LATER.replace(month=7, day=5))
    day_after = lapsing.sweep(LATER.replace(month=7, day=6))
    assert (on_the_day, day_after, fresh(late).state, fresh(going).state) == (0, 1, "lapsed", "accepted")


def test_extend_brings_a_lapsed_traineeship_back_and_keeps_the_reason() -> None:
    trainer = a_trainer()
    row = a_traineeship(trainer)
    after = LATER.replace(month=7, day=6)
    lapsing.sweep(after)
    given = training.extend(row, until=date(2026, 8, 1), reason="A family was ill.", by=trainer, now=after)
    assert (given.old_on, given.new_on, given.reason, fresh(row).state) == (
        date(2026, 7, 5),
        date(2026, 8, 1),
        "A family was ill.",
        "active",
    )


@pytest.mark.parametrize(
    ("until", "reason", "said"),
    [
        (date(2026, 7, 5), "Because.", "later day"),
        (date(9999, 12, 31), "Because.", "look at the year"),
        (date(2026, 8, 1), "  ", "reason"),
    ],
)
def test_extend_refuses_to_move_back_or_far_ahead_or_without_a_reason(until: date, reason: str, said: str) -> None:
    trainer = a_trainer()
    with pytest.raises(CannotTrain, match=said):
        training.extend(a_traineeship(trainer), until=until, reason=reason, by=trainer, now=LATER)


def test_extend_refuses_a_strangers_candidate() -> None:
    row = a_traineeship(a_trainer())
    bea = a_trainer("bea@example.org", "Bea")
    with pytest.raises(CannotTrain, match="Only the candidate's trainer"):
        training.extend(row, until=date(2026, 8, 1), reason="Because.", by=bea, now=LATER)


# Attendance and practice -------------------------------------------------------------------------------------------


def test_attendance_is_met_when_a_missing_day_was_made_up() -> None:
    trainer = a_trainer()
    row = a_traineeship(trainer)
    demo.attend(row, trainer=trainer, now=AT, away=(3,))
    before = need(row, "training_days")
    missing = progress_of(fresh(row)).needs[0].missing
    from instructors.attendance import note_attendance

    assert row.event
    day = row.event.days.all()[2]
    note_attendance(row, day=day, status="made_up", made_up_on=date(2026, 4, 12), by=trainer, now=LATER)
    assert (before, missing, need(row, "training_days"), fresh(row).state) == (
        ("open", "Training days: three of four attended, 24 of 28 hours."),
        "training day 3",
        ("met", "Training days: all four attended, 28 of 28 hours."),
        "active",
    )


def test_practice_counts_whole_families_and_not_the_one_that_left() -> None:
    trainer = a_trainer()
    row = a_traineeship(trainer)
    demo.practise(row, by=row.trainee, now=LATER, first_on=date(2026, 3, 12), held=(5, 5, 5, 5, 3))
    from instructors.practicum import family_left

    family_left(row.families.get(alias="Rowan"), on=date(2026, 4, 1), by=row.trainee, now=LATER)
    before = need(row, "families_completed")
    from instructors.practicum import note_family, note_session

    sixth = note_family(row, alias="Maple", by=row.trainee, now=LATER)
    for no in range(1, 6):
        note_session(sixth, no=no, held_on=date(2026, 4, 1) + timedelta(weeks=no), by=row.trainee, now=LATER)
    assert (before, need(row, "families_completed")) == (
        ("open", "Practice families: 4 of 5 families done, 23 of 25 sessions held."),
        ("met", "Practice families: 5 of 5 families done, 25 of 25 sessions held."),
    )


def test_a_family_that_left_with_all_its_sessions_counts_and_is_not_said_to_have_left() -> None:
    from instructors.practicum import family_left

    row = a_traineeship(a_trainer())
    demo.practise(row, by=row.trainee, now=LATER, first_on=date(2026, 3, 12), held=(5, 3))
    for family in row.families.all():
        family_left(family, on=date(2026, 5, 1), by=row.trainee, now=LATER)
    practice = next(need for need in progress_of(fresh(row)).needs if need.key == "families_completed")
    assert practice.detail == "One family left. It does not count, and that is no fault."


def test_note_session_refuses_sessions_four_days_apart() -> None:
    from instructors.practicum import note_family, note_session

    row = a_traineeship(a_trainer())
    family = note_family(row, alias="Birch", by=row.trainee, now=LATER)
    note_session(family, no=1, held_on=date(2026, 4, 1), by=row.trainee, now=LATER)
    with pytest.raises(CannotTrain, match="at least 6 days apart"):
        note_session(family, no=2, held_on=date(2026, 4, 5), by=row.trainee, now=LATER)


# Assessing ---------------------------------------------------------------------------------------------------------


def test_assess_walks_from_repeat_to_passed() -> None:
    from instructors.handing_in import hand_in

    trainer = a_trainer()
    row = a_traineeship(trainer)
    exam = requirement(row, "exam_passed")
    hand_in(row, exam, text="First answers", by=row.trainee, now=LATER)
    handed_in = need(row, "exam_passed")
    assessing.assess(row, exam, outcome="repeat", score=76, comment="Question 9 again.", by=trainer, now=LATER)
    repeated = need(row, "exam_passed")
    hand_in(row, exam, text="Second answers", by=row.trainee, now=LATER)
    again = progress_of(Traineeship.objects.with_work().get(pk=row.pk)).waiting[0].detail
    assert again == "The attempt before: 76 of 100. Question 9 again."
    passed = assessing.assess(row, exam, outcome="passed", score=88, by=trainer, now=LATER)
    assert (handed_in, repeated, need(row, "exam_passed"), passed.submission_id == row.submissions.get(no=2).pk) == (
        ("wait", "Written exam: first attempt handed in, waiting for the trainer."),
        ("open", "Written exam: please repeat."),
        ("met", "Written exam: passed with 88 of 100."),
        True,
    )


@pytest.mark.parametrize(
    ("outcome", "score", "comment", "said"),
    [
        ("repeat", 76, " ", "what to look at again"),
        ("passed", 79, "", "80 or more"),
        ("passed", None, "", "80 or more"),
        ("failed", 101, "", "from 0 to 100"),
    ],
)
def test_assess_refuses_a_judgement_that_is_not_whole(outcome: str, score: int, comment: str, said: str) -> None:
    trainer = a_trainer()
    row = a_traineeship(trainer)
    exam = requirement(row, "exam_passed")
    with pytest.raises(CannotAssess, match=said):
        assessing.assess(row, exam, outcome=outcome, score=score, comment=comment, by=trainer, now=LATER)


def test_assess_refuses_the_candidate_a_strange_trainer_and_what_is_counted() -> None:
    trainer = a_trainer()
    row = a_traineeship(trainer)
    bea = a_trainer("bea@example.org", "Bea")
    exam, days = requirement(row, "exam_passed"), requirement(row, "training_days")
    said = [
        assessing.obstacle(row, exam, by=row.trainee, now=LATER),
        assessing.obstacle(row, exam, by=bea, now=LATER),
        assessing.obstacle(row, days, by=trainer, now=LATER),
        assessing.obstacle(row, exam, by=trainer, now=LATER),
    ]
    assert said == [
        "Nobody assesses their own work.",
        "Only the candidate's own trainer, or a deputy whom a registrar appoints, assesses this work.",
        "This requirement is counted from what was noted, so nobody needs to judge it.",
        None,
    ]


def test_correct_adds_a_row_and_the_old_one_stays() -> None:
    trainer = a_trainer()
    row = a_traineeship(trainer)
    exam = requirement(row, "exam_passed")
    first = assessing.assess(row, exam, outcome="passed", score=88, by=trainer, now=LATER)
    second = assessing.correct(
        first, outcome="passed", score=98, reason="Two points were overlooked.", by=trainer, now=LATER
    )
    rows = list(Assessment.objects.values_list("pk", "score", "supersedes"))
    assert (rows, need(row, "exam_passed")[1]) == (
        [(first.pk, 88, None), (second.pk, 98, first.pk)],
        "Written exam: passed with 98 of 100.",
    )


def test_correct_refuses_a_second_correction_of_one_row_and_one_without_a_reason() -> None:
    trainer = a_trainer()
    row = a_traineeship(trainer)
    first = assessing.assess(row, requirement(row, "exam_passed"), outcome="passed", score=88, by=trainer, now=LATER)
    with pytest.raises(CannotAssess, match="reason"):
        assessing.correct(first, outcome="passed", score=98, reason="", by=trainer, now=LATER)
    assessing.correct(first, outcome="failed", reason="Not their own words.", by=trainer, now=LATER)
    with pytest.raises(CannotAssess, match="corrected before"):
        assessing.correct(first, outcome="passed", score=98, reason="Again.", by=trainer, now=LATER)
