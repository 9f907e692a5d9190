"""Signing, issuing, and what happens to a certificate afterwards."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from config.accounts.models import User
from config.audit.models import AuditEntry
from instructors import assessing, demo, issuing, life, signing
from instructors import traineeship as training
from instructors.certificate_check import by_code, by_number
from instructors.certification import may_lead, may_lead_practice, why_not_lead
from instructors.life import Standing
from instructors.models import Certificate, Instructor, Requirement, Traineeship
from instructors.progress import progress_of
from instructors.refusals import CannotChange, CannotIssue, CannotSign, ChangedSinceShown
from tests.factories.accounts import make_user
from tests.factories.instructors import (
    AT,
    LATER,
    a_body,
    a_certificate,
    a_credential,
    a_programme,
    a_ready_traineeship,
    a_traineeship,
    a_trainer,
    an_event,
    an_instructor,
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


# Signing and issuing -----------------------------------------------------------------------------------------------


def test_a_certificate_is_issued_once_and_the_way_to_it_is_audited() -> None:
    trainer = a_trainer()
    row = a_ready_traineeship(trainer)
    certificate = demo.certify(row, trainer=trainer, now=LATER)
    again = issuing.issue(row, by=trainer, now=LATER)
    deeds = AuditEntry.objects.order_by("pk").values_list("what", flat=True)
    assert {
        "number": certificate.number,
        "again": again.pk,
        "state": fresh(row).state,
        "dates": (certificate.valid_from, certificate.valid_until),
        "profile": Instructor.objects.of(row.trainee).certified(DAY).count(),
        "last deeds": list(deeds)[-2:],
        "open": Traineeship.objects.of(row.trainee).open().exists(),
    } == {
        "number": "ES-CIMI-2026-000001-" + certificate.number[-1],
        "again": certificate.pk,
        "state": "certified",
        "dates": (date(2026, 5, 20), date(2029, 5, 20)),
        "profile": 1,
        "last deeds": ["made the papers of a certificate", "issued a certificate"],
        "open": False,
    }


def test_numbers_of_a_year_follow_each_other() -> None:
    trainer = a_trainer()
    event = an_event(trainer)
    people = [make_user(f"{name}@example.org", name) for name in ("zoe", "yan", "mei")]
    numbers = [
        demo.certify(a_ready_traineeship(trainer, person, event), trainer=trainer, now=LATER).number
        for person in people
    ]
    assert [number[:-2] for number in numbers] == [f"ES-CIMI-2026-00000{count}" for count in (1, 2, 3)]


def test_sign_off_refuses_what_changed_since_it_was_shown() -> None:
    trainer = a_trainer()
    row = a_ready_traineeship(trainer)
    shown = seen(row)
    exam = row.assessments.get(requirement__key="exam_passed")
    assessing.correct(exam, outcome="passed", score=81, reason="Counted again.", by=trainer, now=LATER)
    with pytest.raises(ChangedSinceShown, match="changed since you looked"):
        signing.sign_off(row, seen=shown, statement="Read.", by=trainer, now=LATER)


def test_the_name_on_a_certificate_is_the_one_that_was_signed() -> None:
    """Nobody is signed off under one name and certified under another."""
    trainer = a_trainer()
    row = a_ready_traineeship(trainer)
    account, shown = User.objects.filter(pk=row.trainee_id), seen(row)
    account.update(name="Somebody Else")
    with pytest.raises(ChangedSinceShown):
        signing.sign_off(row, seen=shown, statement="Read.", by=trainer, now=LATER)
    account.update(name="Zoë Lindqvist")
    signing.sign_off(row, seen=shown, statement="Read.", by=trainer, now=LATER)
    account.update(name="Somebody Else")
    assert issuing.issue(row, by=trainer, now=LATER).name_as_issued == "Zoë Lindqvist"


def test_nobody_is_certified_without_a_name() -> None:
    trainer = a_trainer()
    row = a_ready_traineeship(trainer, make_user("zoe@example.org", ""))
    with pytest.raises(CannotSign, match="Still missing: name"):
        signing.sign_off(row, seen=seen(row), statement="Read.", by=trainer, now=LATER)
    assert not Certificate.objects.filter(traineeship=row).exists()


def test_a_registrar_who_is_the_candidate_neither_signs_second_nor_issues() -> None:
    trainer = a_trainer()
    row = a_ready_traineeship(trainer)
    a_body().registrars.add(row.trainee)
    signature = signing.sign_off(row, seen=seen(row), statement="Read.", by=trainer, now=LATER)
    with pytest.raises(CannotSign, match="another person"):
        signing.sign_second(signature, by=row.trainee, now=LATER)
    with pytest.raises(CannotIssue, match="Only the trainer who signed"):
        issuing.issue(row, by=row.trainee, now=LATER)


def test_sign_off_asks_for_readiness_the_own_trainer_and_a_valid_credential_of_the_body() -> None:
    trainer = a_trainer()
    row = a_ready_traineeship(trainer)
    bea = a_trainer("bea@example.org", "Bea")
    boss = make_user("boss@example.org", "The Owner", is_staff=True, is_superuser=True)
    unready = a_traineeship(trainer, make_user("yan@example.org", "Yan"))
    training.start(unready, by=trainer, now=AT)

    def said(traineeship: Traineeship, by: User) -> str | None:
        traineeship = fresh(traineeship)
        return signing.obstacle(traineeship, progress_of(traineeship), by=by, now=LATER)

    certificate = trainer_certificate(trainer)
    before = [said(row, row.trainee), said(row, bea), said(row, boss), said(unready, trainer), said(row, trainer)]
    registrar = make_user("registrar@example.org", "Reg Istrar")
    a_body().registrars.add(registrar)
    life.suspend(certificate, reason_code="complaint", by=registrar, now=LATER)
    assert [*before, said(row, trainer)] == [
        "Nobody signs off their own training.",
        "Only the candidate's own trainer signs, or a deputy whom a registrar appoints.",
        "Only the candidate's own trainer signs, or a deputy whom a registrar appoints.",
        "Still missing: Training days; written exam; five families of five.",
        None,
        "It takes a valid trainer's certificate of Example School to sign.",
    ]


def trainer_certificate(trainer: User) -> Certificate:
    return Certificate.objects.held_by(trainer).to_train().get()


def test_sign_off_refuses_for_a_body_that_does_not_sign_here() -> None:
    trainer = a_trainer()
    row = a_ready_traineeship(trainer)
    body = a_body()
    body.signs_here = False
    body.save()
    with pytest.raises(CannotSign, match="issues its own certificates"):
        signing.sign_off(row, seen=seen(row), statement="Read.", by=trainer, now=LATER)


def test_issue_refuses_without_a_signature_and_without_the_second_where_two_are_asked() -> None:
    trainer = a_trainer()
    a_programme(second_signature=True)
    row = a_ready_traineeship(trainer)
    with pytest.raises(CannotIssue, match="Nobody has signed"):
        issuing.issue(row, by=trainer, now=LATER)
    signature = signing.sign_off(row, seen=seen(row), statement="Read.", by=trainer, now=LATER)
    with pytest.raises(CannotIssue, match="registrar's signature"):
        issuing.issue(row, by=trainer, now=LATER)
    registrar = make_user("registrar@example.org", "Reg Istrar")
    a_body().registrars.add(registrar, trainer)
    with pytest.raises(CannotSign, match="another person"):
        signing.sign_second(signature, by=trainer, now=LATER)
    signing.sign_second(signature, by=registrar, now=LATER)
    assert issuing.issue(row, by=trainer, now=LATER).number.startswith("ES-CIMI-2026-000001-")


def test_withdraw_takes_a_signature_back_before_the_certificate_is_made() -> None:
    trainer = a_trainer()
    row = a_ready_traineeship(trainer)
    signature = signing.sign_off(row, seen=seen(row), statement="Read.", by=trainer, now=LATER)
    signing.withdraw(signature, reason="The exam was another person's.", by=trainer, now=LATER)
    assert fresh(row).state == "active"


def test_record_refuses_ones_own_certificate() -> None:
    user = make_user("zoe@example.org", "Zoë")
    with pytest.raises(CannotIssue, match="own certificate"):
        a_certificate(user, by=user)


# The life of a certificate -----------------------------------------------------------------------------------------


def test_a_suspended_certificate_stops_teaching_and_listing_at_once_and_reinstating_brings_both_back() -> None:
    registrar = make_user("registrar@example.org", "Reg Istrar")
    ruth = an_instructor(make_user("ruth@example.org", "Ruth Adeyemi"))
    a_body().registrars.add(registrar)
    certificate = Certificate.objects.get(holder=ruth.user)

    def stands() -> tuple[str, bool, bool]:
        certificate.refresh_from_db()
        listed = Instructor.objects.in_directory(DAY).exists()
        return str(life.standing(certificate, on=DAY)), may_lead(ruth, on=DAY), listed

    before = stands()
    life.suspend(certificate, reason_code="complaint", public_note="Being looked into.", by=registrar, now=LATER)
    during, why = stands(), why_not_lead(ruth, on=DAY)
    life.reinstate(certificate, reason_code="cleared", by=registrar, now=LATER)
    assert (before, during, why, stands()) == (
        ("valid", True, True),
        ("suspended", False, False),
        f"The certificate {certificate.number} is suspended, so no new series can be published.",
        ("valid", True, True),
    )


def test_a_revoked_certificate_stays_revoked_and_takes_two_people() -> None:
    registrar, second = make_user("one@example.org", "One"), make_user("two@example.org", "Two")
    certificate = a_certificate(make_user("zoe@example.org", "Zoë"))
    a_body().registrars.add(registrar, second)
    with pytest.raises(CannotChange, match="two people"):
        life.revoke(certificate, reason_code="forged", by=registrar, confirmed_by=registrar, now=LATER)
    life.revoke(certificate, reason_code="forged", by=registrar, confirmed_by=second, now=LATER)
    with pytest.raises(CannotChange, match="Revoked"):
        life.reinstate(certificate, reason_code="sorry", by=registrar, now=LATER)
    certificate.refresh_from_db()
    assert (certificate.state, life.fold(certificate.events.all()).state) == ("revoked", "revoked")


def test_suspend_refuses_anyone_but_a_registrar_of_the_body() -> None:
    trainer = a_trainer()
    certificate = a_certificate(make_user("zoe@example.org", "Zoë"))
    boss = make_user("boss@example.org", "The Owner", is_staff=True, is_superuser=True)
    for person in (trainer, boss, certificate.holder):
        with pytest.raises(CannotChange, match="Only a registrar"):
            life.suspend(certificate, reason_code="complaint", by=person, now=LATER)


def test_a_certificate_lapses_the_day_after_its_last() -> None:
    certificate = a_certificate(make_user("zoe@example.org", "Zoë"))
    end = certificate.valid_until or DAY
    on = [life.standing(certificate, on=end + timedelta(days=days)) for days in (0, 1)]
    assert on == [Standing.VALID, Standing.LAPSED]


# Leading classes ---------------------------------------------------------------------------------------------------


def test_a_candidate_leads_practice_and_nothing_else() -> None:
    row = a_traineeship(a_trainer())
    profile = an_instructor(row.trainee, certified=False)
    assert (may_lead(profile, on=DAY), may_lead_practice(profile, on=DAY), why_not_lead(profile, on=DAY)) == (
        False,
        True,
        "Only certified instructors can publish a series. A practice series is open to candidates.",
    )


def test_a_trainers_certificate_alone_is_none_to_teach_with() -> None:
    profile = an_instructor(a_trainer(), certified=False)
    assert (may_lead(profile, on=DAY), may_lead_practice(profile, on=DAY)) == (False, False)


def test_may_lead_is_asked_for_the_day_of_the_class() -> None:
    profile = an_instructor(make_user("ruth@example.org", "Ruth"))
    assert (may_lead(profile, on=date(2030, 1, 1)), may_lead(profile, on=date(2030, 1, 2))) == (True, False)


# Checking ----------------------------------------------------------------------------------------------------------


def test_by_number_needs_the_family_name_whatever_its_accents() -> None:
    certificate = a_certificate(make_user("zoe@example.org", "Zoë Ñandú-Lindqvist"))
    asked = ["lindqvist", "nandu lindqvist", "ZOE NANDU LINDQVIST", "Zoë", "", "quist"]
    found = [bool(by_number(certificate.number.lower(), name)) for name in asked]
    assert found == [True, True, True, False, False, False]


def test_what_is_not_published_is_found_by_nobody() -> None:
    certificate = a_certificate(make_user("zoe@example.org", "Zoë Lindqvist"))
    certificate.is_published = False
    certificate.save()
    assert (by_code(certificate.public_code, on=DAY), by_number(certificate.number, "Lindqvist")) == (
        None,
        None,
    )


def test_a_credential_of_one_body_trains_for_no_other() -> None:
    other = a_body("other-school")
    bea = a_trainer("bea@example.org", "Bea", other)
    assert a_credential(other, "CIIT").body == other
    row = a_ready_traineeship(a_trainer())
    Traineeship.objects.filter(pk=row.pk).update(trainer_of_record=bea)
    with pytest.raises(CannotSign, match="valid trainer's certificate of Example School"):
        signing.sign_off(row, seen=seen(row), statement="Read.", by=bea, now=LATER)
