"""Deputies: whom a registrar appoints judges and signs in the trainer's place, and nobody else does."""

from __future__ import annotations

from typing import Any

import pytest

from config.accounts.models import User
from config.audit.models import AuditEntry
from instructors import demo, deputies
from instructors.access import is_auditor, may_sign_for
from instructors.assessing import assess, obstacle
from instructors.groups import AUDITOR, join
from instructors.life import suspend
from instructors.models import Certificate, Deputy, Traineeship
from instructors.progress import progress_of
from instructors.refusals import CannotSign, CannotTrain
from instructors.signing import hash_of, sign_off, snapshot
from tests.factories.accounts import make_user
from tests.factories.instructors import (
    AT,
    LATER,
    REQUIREMENTS,
    a_body,
    a_programme,
    a_ready_traineeship,
    a_registrar,
    a_traineeship,
    a_trainer,
    fresh,
)

pytestmark = pytest.mark.django_db


def appointed(row: Traineeship, trainer: User, by: User, task: str = "sign") -> Deputy:
    return deputies.appoint(row, trainer=trainer, task=task, reason="Aisha is ill.", by=by, now=LATER)


def said_no(deed: Any) -> str:
    with pytest.raises((CannotTrain, CannotSign)) as no:
        deed()
    return str(no.value)


def test_a_deputy_judges_signs_and_certifies_until_it_ends() -> None:
    row = a_ready_traineeship(a_trainer())
    bea, registrar = a_trainer("bea@example.org", "Bea Moss"), a_registrar()
    before = may_sign_for(bea, row)
    named = appointed(row, bea, registrar)
    assert (before, may_sign_for(bea, fresh(row)), list(Traineeship.objects.visible_to(bea))) == (False, True, [row])
    deputies.end(named, by=registrar, now=LATER)
    seen = hash_of(snapshot(progress_of(fresh(row))))
    refused = said_no(lambda: sign_off(row, seen=seen, statement="Read.", by=bea, now=LATER))
    ended = list(Traineeship.objects.visible_to(bea))
    appointed(row, bea, registrar)
    certificate = demo.certify(row, trainer=bea, now=LATER)
    assert (refused, ended, certificate.traineeship) == (
        "Only the candidate's own trainer signs, or a deputy whom a registrar appoints.",
        [],
        row,
    )
    deeds = AuditEntry.objects.filter(what__endswith="a deputy").order_by("pk")
    assert [entry.what for entry in deeds] == ["appointed a deputy", "ended a deputy", "appointed a deputy"]


def test_a_deputy_whose_certificate_is_suspended_signs_nothing() -> None:
    row = a_ready_traineeship(a_trainer())
    bea, registrar = a_trainer("bea@example.org", "Bea Moss"), a_registrar()
    appointed(row, bea, registrar)
    held = Certificate.objects.held_by(bea).to_train().get()
    suspend(held, reason_code="complaint", by=registrar, now=LATER)
    assert said_no(lambda: demo.certify(row, trainer=bea, now=LATER)) == (
        f"It takes a valid trainer's certificate of {a_body()} to sign."
    )


def test_a_second_reader_judges_what_another_trainer_must_and_signs_nothing() -> None:
    aisha, bea, registrar = a_trainer(), a_trainer("bea@example.org", "Bea Moss"), a_registrar()
    a_programme(requirements=[{**one, "assessor": "not_own_trainer"} for one in REQUIREMENTS])
    row = a_traineeship(aisha)
    exam = row.programme.requirements.get(key="exam_passed")
    appointed(row, bea, registrar, task="read")
    assert obstacle(row, exam, by=aisha, now=LATER) == (
        "A trainer other than the candidate's own assesses this work; a registrar appoints one."
    )
    judged = assess(row, exam, outcome="passed", score=84, by=bea, now=LATER)
    assert (judged.assessor, may_sign_for(bea, fresh(row))) == (bea, False)


def test_appointing_refuses_with_a_sentence_for_each_obstacle() -> None:
    aisha, bea, registrar = a_trainer(), a_trainer("bea@example.org", "Bea Moss"), a_registrar()
    row, nobody = a_traineeship(aisha), make_user("nobody@example.org", "No Body")
    both = a_trainer("both@example.org", "Both Roles")
    a_body().registrars.add(both)
    ended = a_traineeship(aisha, make_user("yan@example.org", "Yan Okafor"), row.event)
    Traineeship.objects.filter(pk=ended.pk).update(state="lapsed")

    def asked(who: User, by: User = registrar, about: Traineeship = row, **said: str) -> str:
        words = {"task": "sign", "reason": "Ill.", **said}
        return said_no(lambda: deputies.appoint(about, trainer=who, by=by, now=LATER, **words))

    assert [
        asked(bea, by=aisha),
        asked(row.trainee),
        asked(both, by=both),
        asked(aisha),
        asked(nobody),
        asked(bea, task="all"),
        asked(bea, reason=" "),
        asked(bea, about=ended),
    ] == [
        "Only a registrar of the body appoints deputies and ends it.",
        "Nobody acts as deputy in their own training, or appoints one.",
        "Nobody appoints themselves; please ask another registrar of the body.",
        "Aisha Noor is the candidate’s trainer already.",
        f"No Body holds no valid trainer's certificate of {a_body()}.",
        "Please choose what the deputy is for.",
        "Please give the reason.",
        "A deputy is appointed while somebody is in training.",
    ]


def test_appointed_twice_is_one_and_another_task_follows_the_first() -> None:
    row, bea, registrar = a_traineeship(a_trainer()), a_trainer("bea@example.org", "Bea Moss"), a_registrar()
    first = appointed(row, bea, registrar, task="read")
    again = appointed(row, bea, registrar, task="read")
    more = appointed(row, bea, registrar)
    rows = Deputy.objects.values_list("task", "ended_at", "ended_by")
    assert (first, list(rows)) == (again, [("read", LATER, registrar.pk), ("sign", None, None)])
    assert may_sign_for(bea, Traineeship.objects.get(pk=more.traineeship_id))


def test_an_auditor_reads_all_but_their_own_and_a_superuser_is_none() -> None:
    row = a_traineeship(a_trainer())
    auditor = make_user("auditor@example.org", "Au Ditor", is_staff=True)
    join(auditor, AUDITOR)
    own = a_traineeship(a_trainer("bea@example.org", "Bea Moss"), auditor)
    boss = make_user("boss@example.org", "Boss", is_staff=True, is_superuser=True)
    seen = list(Traineeship.objects.visible_to(User.objects.get(pk=auditor.pk)))
    assert (seen, own in seen) == ([row], False)
    assert (is_auditor(User.objects.get(pk=auditor.pk)), is_auditor(boss), is_auditor(row.trainee)) == (
        True,
        False,
        False,
    )


@pytest.mark.parametrize("passed_twice", [True, False])
def test_a_judgement_sent_twice_is_one_and_one_beside_another_reader_is_refused(passed_twice: bool) -> None:
    from instructors.assessing import sight
    from instructors.refusals import ChangedSinceRead

    aisha = a_trainer()
    row = a_traineeship(aisha)
    exam = row.programme.requirements.get(key="exam_passed")
    said: dict[str, Any] = {"outcome": "repeat", "comment": "Question 7.", "by": aisha, "now": AT}
    seen = sight(row, exam)
    first = assess(row, exam, seen=seen, score=76, **said)
    if passed_twice:
        assert assess(row, exam, seen=seen, score=76, **said) == first
    else:
        with pytest.raises(ChangedSinceRead):
            assess(row, exam, seen=seen, score=77, **said)
    assert row.assessments.count() == 1
