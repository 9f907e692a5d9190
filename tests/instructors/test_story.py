"""From the application to a certificate, through the verbs."""

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
from instructors.models import Assessment, Certificate, Instructor, Requirement, Traineeship
from instructors.progress import progress_of
from instructors.refusals import CannotAssess, CannotChange, CannotIssue, CannotSign, CannotTrain, ChangedSinceShown
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
        training.accept(applied, trainer=trainer, by=trainer, now=AT)


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


def test_sweep_ends_what_ran_past_its_deadline_and_only_that() -> None:
    trainer = a_trainer()
    late, going = a_traineeship(trainer), a_traineeship(trainer, make_user("yan@example.org", "Yan Okafor"))
    training.extend(going, until=date(2026, 7, 31), reason="Ill for two weeks.", by=trainer, now=LATER)
    on_the_day = training.sweep(LATER.replace(month=7, day=5))
    day_after = training.sweep(LATER.replace(month=7, day=6))
    assert (on_the_day, day_after, fresh(late).state, fresh(going).state) == (0, 1, "lapsed", "accepted")


def test_extend_brings_a_lapsed_traineeship_back_and_keeps_the_reason() -> None:
    trainer = a_trainer()
    row = a_traineeship(trainer)
    after = LATER.replace(month=7, day=6)
    training.sweep(after)
    given = training.extend(row, until=date(2026, 8, 1), reason="A family was ill.", by=trainer, now=after)
    assert (given.old_on, given.new_on, given.reason, fresh(row).state) == (
        date(2026, 7, 5),
        date(2026, 8, 1),
        "A family was ill.",
        "active",
    )


@pytest.mark.parametrize(
    ("until", "reason", "said"),
    [(date(2026, 7, 5), "Because.", "later day"), (date(2026, 8, 1), "  ", "reason")],
)
def test_extend_refuses_to_move_back_or_without_a_reason(until: date, reason: str, said: str) -> None:
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
        "Only the candidate's own trainer assesses this work.",
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
        "last deeds": ["signed off", "issued a certificate"],
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
        "Only the candidate's own trainer signs.",
        "Only the candidate's own trainer signs.",
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
    row = a_ready_traineeship(trainer)
    with pytest.raises(CannotIssue, match="Nobody has signed"):
        issuing.issue(row, by=trainer, now=LATER)
    row.programme.second_signature = True
    row.programme.save()
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
        listed = Instructor.objects.listed().certified(DAY).exists()
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
    found = [bool(by_number(certificate.number.lower(), name, on=DAY)) for name in asked]
    assert found == [True, True, True, False, False, False]


def test_what_is_not_published_is_found_by_nobody() -> None:
    certificate = a_certificate(make_user("zoe@example.org", "Zoë Lindqvist"))
    certificate.is_published = False
    certificate.save()
    assert (by_code(certificate.public_code, on=DAY), by_number(certificate.number, "Lindqvist", on=DAY)) == (
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
