"""Asking for more time, and what candidates and trainers are told by letter."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from config.letters.models import Letter
from instructors import asking, assessing, demo, deputies, due_soon, handing_in, lapsing
from instructors import traineeship as training
from instructors.admin.waiting import waiting_for
from instructors.models import TimeRequest, Traineeship
from instructors.refusals import CannotTrain
from tests.factories.accounts import make_user
from tests.factories.instructors import AT, LATER, a_ready_traineeship, a_registrar, a_traineeship, a_trainer, fresh

pytestmark = pytest.mark.django_db
WISHED = date(2026, 7, 31)


def asked(row: Traineeship, **said: Any) -> TimeRequest:
    facts: dict[str, Any] = {"until": WISHED, "reason": "A family was ill.", "by": row.trainee, "now": LATER}
    return asking.ask(row, **{**facts, **said})


def letters(to: str) -> list[str]:
    return list(Letter.objects.filter(to=to).order_by("pk").values_list("subject", flat=True))


def test_more_time_is_given_up_to_the_day_wished_for_and_says_so() -> None:
    row = a_traineeship(trainer := a_trainer())
    given = asking.give(asked(row), by=trainer, now=LATER)
    assert given.extension is not None
    assert (given.state, given.answer, given.answered_by, fresh(row).deadline_on, given.extension.reason) == (
        "given",
        "A family was ill.",
        trainer,
        WISHED,
        "A family was ill.",
    )


def test_more_time_given_without_looking_at_the_question_answers_it() -> None:
    row = a_traineeship(trainer := a_trainer())
    question = asked(row)
    training.extend(row, until=date(2026, 8, 1), reason="Take your time.", by=trainer, now=LATER)
    question.refresh_from_db()
    assert (question.state, question.answer) == ("given", "Take your time.")
    with pytest.raises(CannotTrain, match="answered before"):
        asking.give(question, by=trainer, now=LATER)


def test_a_question_stands_on_the_trainers_list_before_and_after_the_time_ran_out() -> None:
    row = a_traineeship(trainer := a_trainer())
    asked(row)

    def questions() -> list[str]:
        found = [line.what for line in waiting_for(trainer, now=LATER)]
        return [what for what in found if "asks for time" in what]

    before = questions()
    training.lapse(row, now=LATER)
    assert before == questions() == ["Zoë Lindqvist asks for time until 31 July 2026"]


def test_a_question_stands_on_the_list_of_a_deputy_who_signs_and_of_no_reader() -> None:
    row, registrar = a_traineeship(a_trainer()), a_registrar()
    bea, cleo = a_trainer("bea@example.org", "Bea Moss"), a_trainer("cleo@example.org", "Cleo Ray")
    for deputy, task in ((bea, "sign"), (cleo, "read")):
        deputies.appoint(row, trainer=deputy, task=task, reason="Aisha is ill.", by=registrar, now=LATER)
    asked(row)
    lists = [{line.what for line in waiting_for(deputy, now=LATER)} for deputy in (bea, cleo)]
    question = "Zoë Lindqvist asks for time until 31 July 2026"
    assert [question in one for one in lists] == [True, False]


def test_asking_twice_is_asking_once_and_taken_back_it_can_be_asked_again() -> None:
    row = a_traineeship(a_trainer())
    first, again = asked(row), asked(row, until=date(2026, 9, 1))
    asking.take_back(first, by=row.trainee, now=LATER)
    assert (first.pk, asked(row).pk == first.pk) == (again.pk, False)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"reason": "  "}, "why you need it"),
        ({"until": date(2026, 7, 5)}, "later day"),
        ({"until": date(9999, 1, 1)}, "year"),
        ({"by": None}, "Only the candidate"),
    ],
)
def test_asking_is_refused_with_a_sentence(said: dict[str, Any], why: str) -> None:
    row = a_traineeship(trainer := a_trainer())
    with pytest.raises(CannotTrain, match=why):
        asked(row, **({"by": trainer} if "by" in said else said))


def test_a_no_needs_a_word_and_comes_from_the_trainer() -> None:
    row = a_traineeship(trainer := a_trainer())
    question = asked(row)
    stranger = make_user("yan@example.org", "Yan Okafor")
    for by, word, why in ((trainer, " ", "why not"), (row.trainee, "No.", "Only"), (stranger, "No.", "Only")):
        with pytest.raises(CannotTrain, match=why):
            asking.decline(question, word=word, by=by, now=LATER)
    declined = asking.decline(question, word="Let us talk first.", by=trainer, now=LATER)
    assert (declined.state, declined.answer) == ("declined", "Let us talk first.")


def test_the_database_keeps_a_question_and_its_answer_whole() -> None:
    row = a_traineeship(trainer := a_trainer())
    question = asked(row)
    rows = TimeRequest.objects.filter(pk=question.pk)
    wrong: list[dict[str, Any]] = [
        {"reason": "Another."},
        {"wanted_on": WISHED + timedelta(days=1)},
        {"state": "given", "answered_by": trainer, "answered_at": LATER},
        {"state": "declined", "answered_by": trainer, "answered_at": LATER},
        {"state": "declined", "answered_by": row.trainee, "answered_at": LATER, "answer": "Yes."},
    ]
    for change in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        TimeRequest.objects.create(
            traineeship=row, trainee=row.trainee, wanted_on=WISHED, reason="Twice.", asked_at=LATER
        )


# Letters ------------------------------------------------------------------------------------------------------------


def test_candidates_are_told_what_happened_and_never_what_was_said() -> None:
    row = a_traineeship(trainer := a_trainer())
    asking.decline(asked(row), word="Let us talk first.", by=trainer, now=LATER)
    exam = row.programme.requirements.get(key="exam_passed")
    for score in (70, 75):
        now = LATER + timedelta(minutes=score)
        assessing.assess(row, exam, outcome="repeat", score=score, comment="Question nine.", by=trainer, now=now)
    training.extend(row, until=WISHED, reason="Talked.", by=trainer, now=LATER)
    text = "".join(Letter.objects.filter(to=row.trainee.email).values_list("text", flat=True))
    assert letters(row.trainee.email) == [
        "You are accepted",
        "About more time",
        "Your work has been read",
        "You have more time",
    ]
    assert [word for word in ("Question nine", "Let us talk", "Talked", "75") if word in text] == []
    assert "/train/" in text


def test_a_letter_is_in_the_language_of_its_reader() -> None:
    person = make_user("nadia@example.org", "Nadia Haddad", language="ar")
    a_traineeship(a_trainer(), person)
    (letter,) = Letter.objects.filter(to="nadia@example.org")
    assert (letter.language, 'dir="rtl"' in letter.html) == ("ar", True)


def test_a_certificate_is_told_of_once() -> None:
    row = a_ready_traineeship(trainer := a_trainer())
    demo.certify(row, trainer=trainer, now=LATER)
    assert letters(row.trainee.email).count("You are certified") == 1


def test_a_trainer_gets_one_letter_a_day_however_much_comes_in() -> None:
    trainer = a_trainer()
    rows = [a_traineeship(trainer, make_user(f"c{no}@example.org", f"Candidate {no}")) for no in range(3)]
    for minutes, row in enumerate(rows):
        exam = row.programme.requirements.get(key="exam_passed")
        handing_in.hand_in(row, exam, text="Mine.", by=row.trainee, now=LATER + timedelta(minutes=minutes))
        Letter.objects.filter(to=trainer.email).update(state="sent", sent_at=LATER)
    today, tomorrow = Letter.objects.filter(to=trainer.email, queued_at__gte=LATER).order_by("pk")
    assert (today.subject, today.send_after.date(), tomorrow.send_after.date()) == (
        "Something waits for you",
        LATER.date(),
        LATER.date() + timedelta(days=1),
    )


def test_the_last_day_is_told_30_and_7_days_before_once_each_and_again_after_more_time() -> None:
    row = a_traineeship(trainer := a_trainer())
    told = []
    for days in (31, 30, 20, 7, 6):
        due_soon.remind(AT.replace(month=7, day=5) - timedelta(days=days))
        told.append(Letter.objects.filter(about=f"deadline:{row.pk}").count())
    training.extend(row, until=WISHED, reason="Ill.", by=trainer, now=LATER)
    gone = Letter.objects.filter(about=f"deadline:{row.pk}").count()
    due_soon.remind(AT.replace(month=7, day=24))
    again = Letter.objects.filter(about=f"deadline:{row.pk}").get()
    assert (told, gone, again.subject, again.by_day_in) == (
        [0, 1, 1, 2, 2],
        0,
        "Your training: until 31 July 2026",
        "Europe/London",
    )


def test_nobody_is_reminded_who_only_waits_for_the_trainer() -> None:
    row = a_ready_traineeship(a_trainer())
    assert due_soon.remind(AT.replace(month=6, day=28)) == 0
    assert fresh(row).deadline_on == date(2026, 7, 5)


def test_a_training_whose_time_is_over_is_told_once_and_can_ask() -> None:
    row = a_traineeship(a_trainer())
    over = LATER.replace(month=7, day=6)
    assert (lapsing.sweep(over), lapsing.sweep(over)) == (1, 0)
    asked(row, now=over)
    assert letters(row.trainee.email)[-1:] == ["The time of your training is over"]
