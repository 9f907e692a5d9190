"""What candidates hand in: taken by its content, judged once, frozen afterwards, forgotten in the end."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from PIL import Image

from instructors import assessing, conduct, handing_in, practicum, retention, work_files
from instructors import traineeship as training
from instructors.admin.judging_forms import HandInForm
from instructors.attempts import work_on
from instructors.candidate_forms import WorkForm
from instructors.deadlines import add_months
from instructors.models import PracticumSession, Requirement, Submission, Traineeship
from instructors.refusals import CannotTrain
from instructors.work_files import taken
from tests.factories.accounts import make_user
from tests.factories.instructors import AT, FIRST_DAY, LATER, a_traineeship, a_trainer, fresh
from tests.factories.work_files import (
    a_docx,
    a_file,
    a_huge_picture,
    a_photo,
    a_torn_archive,
    an_archive,
    an_archive_of_many,
    an_odt,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files_of_their_own(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def exam(row: Traineeship) -> Requirement:
    return row.programme.requirements.get(key="exam_passed")


def handed_in(row: Traineeship, **said: Any) -> Submission:
    facts = {"text": "My answers.", "by": row.trainee, "now": LATER, **said}
    return handing_in.hand_in(row, exam(row), **facts)


def judged(row: Traineeship, outcome: str = "repeat", score: int = 70) -> Any:
    comment, by = "Question 9 again, please.", row.trainer_of_record
    return assessing.assess(row, exam(row), outcome=outcome, score=score, comment=comment, by=by, now=LATER)


# Files --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "name"),
    [
        (a_file("My exam.PDF"), "My exam.pdf"),
        (a_file("../../etc/passwd.exe"), "passwd.pdf"),
        (a_file("C:\\docs\\übung\u202efdp.txt"), "übung fdp.pdf"),
        (a_file("notes", "Fünf Wochen, fünf Familien.\n".encode()), "notes.txt"),
        (an_odt(), "plan.odt"),
        (a_docx(), "plan.docx"),
        (a_photo(), "page.jpg"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_a_file_is_called_by_what_it_is(file: Any, name: str) -> None:
    assert taken(file).name == name


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (a_file("exam.pdf", b""), "empty"),
        (a_file("exam.pdf", b"MZ\x90\x00 a programme"), "type of file"),
        (a_file("exam.pdf", b"<html>\x00"), "type of file"),
        (a_docx(**{"word/vbaProject.bin": "x"}), "type of file"),
        (an_archive("exam.odt", {"evil.sh": "rm"}), "type of file"),
        (a_file("plan.docx", b"PK\x03\x04 broken"), "type of file"),
        (a_torn_archive(), "type of file"),
        (a_file("page.png", b"\x89PNG\r\n\x1a\n broken"), "cannot be read"),
        (a_huge_picture(), "very large"),
    ],
    ids=["empty", "programme", "zero bytes", "macros", "archive", "broken archive", "torn", "broken picture", "bomb"],
)
def test_a_file_of_another_kind_is_refused_with_a_sentence(file: Any, said: str) -> None:
    with pytest.raises(CannotTrain, match=said):
        taken(file)


@pytest.mark.parametrize("form", [WorkForm, HandInForm])
def test_a_link_longer_than_is_kept_is_refused_beside_its_field(form: Any) -> None:
    """The column holds no more, and one of our two databases says so with an error."""
    column: Any = Submission._meta.get_field("url").max_length
    links = ["https://example.org/".ljust(length, "a") for length in (column, column + 1)]
    assert [list(form({"url": link}).errors) for link in links] == [[], ["url"]]


def test_an_archive_of_very_many_parts_is_refused_before_they_are_listed(monkeypatch: Any) -> None:
    monkeypatch.setattr("zipfile.ZipFile", lambda _file: pytest.fail("its parts were listed"))
    with pytest.raises(CannotTrain, match="type of file"):
        taken(an_archive_of_many(work_files.MOST_PARTS + 1))


def test_a_file_that_is_too_large_is_refused_before_it_is_read() -> None:
    file = a_file()
    file.size = 20 * 1024 * 1024 + 1
    with pytest.raises(CannotTrain, match="larger than 20 MB"):
        taken(file)


def test_a_photograph_is_kept_upright_and_without_the_place() -> None:
    kept = Image.open(io.BytesIO(taken(a_photo()).content.read()))
    assert (kept.size, dict(kept.getexif()), b"GPS" in kept.tobytes()) == ((30, 40), {}, False)


# Handing in ---------------------------------------------------------------------------------------------------------


def test_a_file_is_kept_under_a_name_that_nobody_can_guess() -> None:
    row = handed_in(a_traineeship(a_trainer()), text="", file=a_file("Exam Zoë.pdf"))
    assert (
        row.file_name,
        row.file_size,
        "Exam" in str(row.file.name),
        str(row.file.name).startswith("submissions/"),
    ) == (
        "Exam Zoë.pdf",
        35,
        False,
        True,
    )


def test_the_same_sent_twice_is_one_attempt_and_another_is_refused_while_it_waits() -> None:
    row = a_traineeship(a_trainer())
    first, again = handed_in(row), handed_in(row)
    with pytest.raises(CannotTrain, match="take it back first"):
        handed_in(row, text="Other answers.")
    assert (first.pk, row.submissions.count()) == (again.pk, 1)


def test_nobody_hands_in_for_somebody_else_but_their_trainer() -> None:
    row = a_traineeship(trainer := a_trainer())
    with pytest.raises(CannotTrain, match="by their trainer for them"):
        handed_in(row, by=make_user("yan@example.org", "Yan Okafor"))
    handed_in(row, by=trainer)
    assert [attempt.is_for_candidate for attempt in work_on(fresh(row), exam(row)).attempts] == [True]


def test_work_that_was_judged_stays_and_is_not_taken_back() -> None:
    row = a_traineeship(a_trainer())
    attempt = handed_in(row)
    judged(row)
    with pytest.raises(CannotTrain, match="judged"):
        handing_in.take_back(attempt, by=row.trainee, now=LATER)


def test_what_was_taken_back_is_deleted_and_its_line_stays(django_capture_on_commit_callbacks: Any) -> None:
    row = a_traineeship(a_trainer())
    attempt = handed_in(row, file=a_file())
    kept = str(attempt.file.name)
    with django_capture_on_commit_callbacks(execute=True):
        handing_in.take_back(attempt, by=row.trainee, now=LATER)
    again = handing_in.take_back(attempt, by=row.trainee, now=LATER + timedelta(hours=1))
    second = handed_in(row)
    assert (default_storage.exists(kept), again.withdrawn_at, again.text, second.no) == (False, LATER, "", 2)


def test_work_on_one_requirement_says_what_can_be_done_now() -> None:
    row = a_traineeship(a_trainer())
    before = work_on(fresh(row), exam(row))
    handed_in(row)
    waits = work_on(fresh(row), exam(row))
    judged(row)
    again = work_on(fresh(row), exam(row))
    handed_in(row, text="Better answers.")
    judged(row, "passed", 88)
    passed = work_on(fresh(row), exam(row))
    told = [(work.may_hand_in, [one.state for one in work.attempts]) for work in (before, waits, again, passed)]
    assert told == [(True, []), (False, ["waiting"]), (True, ["judged"]), (False, ["judged", "judged"])]


def test_a_declaration_is_ticked_line_by_line_by_the_candidate_alone() -> None:
    row = a_traineeship(trainer := a_trainer())
    asked = Requirement(programme=row.programme, key="declaration", kind="declaration", title="Declaration")
    ticked = {point.key for point in conduct.POINTS}
    with pytest.raises(CannotTrain, match="Only the candidate"):
        handing_in.declare(row, asked, ticked=ticked, by=trainer, now=LATER)
    with pytest.raises(CannotTrain, match="tick it"):
        handing_in.declare(row, asked, ticked=ticked - {"own_hands"}, by=row.trainee, now=LATER)
    assert "I never massage a baby." in conduct.declared(ticked)


# The database -------------------------------------------------------------------------------------------------------


def refused(row: Submission, **change: Any) -> bool:
    try:
        with transaction.atomic():
            Submission.objects.filter(pk=row.pk).update(**change)
    except IntegrityError:
        return True
    return False


def test_the_database_keeps_what_was_handed_in() -> None:
    row = a_traineeship(a_trainer())
    attempt = handed_in(row)
    changes: list[dict[str, Any]] = [
        {"text": "Better."},
        {"sha256": "0"},
        {"submitted_at": AT},
        {"file": "submissions/other.pdf"},
        {"forgotten_on": LATER.date()},
    ]
    before = [refused(attempt, **change) for change in changes]
    judged(row)
    assert (before, refused(attempt, withdrawn_at=LATER)) == ([True] * 5, True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Submission.objects.filter(pk=attempt.pk)._raw_delete("default")
    assert not refused(attempt, forgotten_on=LATER.date(), text="", url="", file="")


def test_the_database_refuses_a_second_attempt_while_one_waits() -> None:
    row = a_traineeship(a_trainer())
    handed_in(row)
    with pytest.raises(IntegrityError), transaction.atomic():
        Submission.objects.create(
            traineeship=row, requirement=exam(row), no=2, text="More.", submitted_by=row.trainee, submitted_at=LATER
        )


# Forgetting ---------------------------------------------------------------------------------------------------------


def test_words_and_files_go_two_years_after_the_training_and_decisions_stay(
    django_capture_on_commit_callbacks: Any,
) -> None:
    row = a_traineeship(trainer := a_trainer())
    attempt = handed_in(row, file=a_file())
    judged(row)
    family = practicum.note_family(row, alias="Birch", by=trainer, now=LATER)
    practicum.note_session(family, no=1, held_on=FIRST_DAY, feedback="Kind.", by=trainer, now=LATER)
    training.withdraw(row, by=row.trainee, now=LATER)
    early = retention.sweep(LATER.replace(year=2028))
    with django_capture_on_commit_callbacks(execute=True):
        late = retention.sweep(LATER.replace(year=2028) + timedelta(days=1))
    session, kept = PracticumSession.objects.get(), Submission.objects.get()
    assert {
        "swept": (early, late, retention.sweep(LATER.replace(year=2029))),
        "work": (kept.text, kept.file.name, kept.forgotten_on, default_storage.exists(str(attempt.file.name))),
        "decision": kept.assessments.get().comment,
        "session": (session.feedback, session.held_on),
    } == {
        "swept": (0, 2, 0),
        "work": ("", "", add_months(LATER.date(), 24) + timedelta(days=1), False),
        "decision": "Question 9 again, please.",
        "session": ("", FIRST_DAY),
    }
