"""What the database itself refuses, when every rule in Python has been walked past."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from config.lib.append_only import MustNotChange
from instructors import demo
from instructors.models import (
    Assessment,
    Certificate,
    CertificateDocument,
    CertificateEvent,
    CertificatePeriod,
    Deputy,
    Extension,
    SignOff,
    Traineeship,
)
from tests.factories.accounts import make_user
from tests.factories.instructors import AT, LATER, a_certificate, a_ready_traineeship, a_traineeship, a_trainer

pytestmark = pytest.mark.django_db


def refused(deed: Any, *, naming: str = "") -> bool:
    """Whether the database refuses it, with that constraint's or trigger's name in its words where one is asked for."""
    try:
        with transaction.atomic():
            deed()
    except (IntegrityError, DatabaseError) as no:
        return naming in str(no)
    return False


def an_assessment(row: Traineeship, **facts: Any) -> Assessment:
    said: dict[str, Any] = {
        "traineeship": row,
        "trainee": row.trainee,
        "requirement": row.programme.requirements.get(key="exam_passed"),
        "outcome": "failed",
        "assessor": row.trainer_of_record,
        "assessed_at": LATER,
    }
    return Assessment(**{**said, **facts})


def a_sign_off(row: Traineeship, **facts: Any) -> SignOff:
    said: dict[str, Any] = {
        "traineeship": row,
        "trainee": row.trainee,
        "signed_by": row.trainer_of_record,
        "signed_at": LATER,
        "statement": "Read.",
        "snapshot": [],
        "seen": "0" * 64,
    }
    return SignOff(**{**said, **facts})


def test_nobody_assesses_their_own_work() -> None:
    row = a_traineeship(a_trainer())
    assert refused(an_assessment(row, assessor=row.trainee).save)


def test_an_assessment_cannot_name_another_trainee_than_its_traineeships() -> None:
    row = a_traineeship(a_trainer())
    stranger = make_user("stranger@example.org", "Stranger")
    assert refused(an_assessment(row, trainee=stranger, assessor=row.trainee).save, naming="another trainee")


def test_nobody_signs_off_their_own_training() -> None:
    row = a_traineeship(a_trainer())
    stranger = make_user("stranger@example.org", "Stranger")
    assert [
        refused(a_sign_off(row, signed_by=row.trainee).save),
        refused(a_sign_off(row, trainee=stranger, signed_by=row.trainee).save),
        refused(a_sign_off(row, trainee=stranger).save, naming="another trainee"),
    ] == [True, True, True]


def test_only_the_trainer_of_record_and_a_standing_deputy_sign() -> None:
    row, bea = a_traineeship(a_trainer()), a_trainer("bea@example.org", "Bea Moss")
    registrar = make_user("registrar@example.org", "Reg Istrar")
    signs = a_sign_off(row, signed_by=bea).save
    said = {"traineeship": row, "trainee": row.trainee, "trainer": bea, "appointed_by": registrar}
    reads = Deputy.objects.create(**said, task="read", reason="Second reader.", appointed_at=LATER)
    only_reads = refused(signs, naming="neither the trainer nor a deputy")
    Deputy.objects.filter(pk=reads.pk).update(ended_at=LATER, ended_by=registrar)
    ended = Deputy.objects.create(**said, reason="Ill.", appointed_at=LATER)
    Deputy.objects.filter(pk=ended.pk).update(ended_at=LATER, ended_by=registrar)
    has_ended = refused(signs, naming="neither the trainer nor a deputy")
    Deputy.objects.create(**said, reason="Still ill.", appointed_at=LATER)
    assert (only_reads, has_ended, refused(signs)) == (True, True, False)


def test_an_appointment_is_never_the_candidates_never_changed_and_never_deleted() -> None:
    row, bea = a_traineeship(a_trainer()), a_trainer("bea@example.org", "Bea Moss")
    registrar = make_user("registrar@example.org", "Reg Istrar")
    said = {"traineeship": row, "appointed_by": registrar, "reason": "Ill.", "appointed_at": LATER}
    one = Deputy(**said, trainee=row.trainee, trainer=bea)
    one.save()
    rows = Deputy.objects.filter(pk=one.pk)
    assert [
        refused(Deputy(**said, trainee=row.trainee, trainer=row.trainee).save),
        refused(Deputy(**said, trainee=bea, trainer=row.trainee).save, naming="another trainee"),
        refused(Deputy(**{**said, "appointed_by": bea}, trainee=row.trainee, trainer=bea).save),
        refused(Deputy(**said, trainee=row.trainee, trainer=bea).save),
        refused(lambda: rows.update(trainer=registrar)),
        refused(lambda: rows.update(reason="Other.")),
        refused(rows.delete),
    ] == [True] * 7


def test_the_second_signature_is_neither_the_candidates_nor_the_first_signers() -> None:
    row = a_traineeship(a_trainer())
    second: list[dict[str, Any]] = [
        {"second_by": row.trainee, "second_at": LATER},
        {"second_by": row.trainer_of_record, "second_at": LATER},
    ]
    assert [refused(a_sign_off(row, **facts).save) for facts in second] == [True, True]


def test_nobody_is_their_own_trainer() -> None:
    row = a_traineeship(a_trainer())
    assert refused(lambda: Traineeship.objects.filter(pk=row.pk).update(trainer_of_record=row.trainee))


def test_a_repeat_and_a_correction_need_words() -> None:
    row = a_traineeship(a_trainer())
    first = an_assessment(row)
    first.save()
    assert [
        refused(an_assessment(row, outcome="repeat").save),
        refused(an_assessment(row, supersedes=first).save),
        refused(an_assessment(row, score=101).save),
    ] == [True, True, True]


def test_an_assessment_is_never_changed_or_deleted() -> None:
    row = a_traineeship(a_trainer())
    judged = an_assessment(row)
    judged.save()
    with pytest.raises(MustNotChange):
        judged.save()
    with pytest.raises(MustNotChange):
        judged.delete()
    rows = Assessment.objects.filter(pk=judged.pk)
    assert [refused(lambda: rows.update(score=98)), refused(rows.delete)] == [True, True]


def test_one_traineeship_gets_one_certificate() -> None:
    trainer = a_trainer()
    first = demo.certify(a_ready_traineeship(trainer), trainer=trainer, now=LATER)
    second = Certificate.objects.get(pk=first.pk)
    second.pk, second._state.adding, second.number, second.public_code = None, True, "ES-OTHER", "0" * 12
    assert refused(second.save)


@pytest.mark.parametrize("same", ["number", "public_code"])
def test_number_and_code_are_never_given_twice(same: str) -> None:
    first = a_certificate(make_user("zoe@example.org", "Zoë"))
    second = Certificate.objects.get(pk=first.pk)
    second.pk, second._state.adding = None, True
    for name in {"number", "public_code"} - {same}:
        setattr(second, name, "Z" * 12)
    assert refused(second.save)


def test_a_certificate_is_never_deleted_and_keeps_its_number_and_holder() -> None:
    certificate = a_certificate(make_user("zoe@example.org", "Zoë"))
    other = make_user("yan@example.org", "Yan")
    rows = Certificate.objects.filter(pk=certificate.pk)
    with pytest.raises(MustNotChange):
        certificate.delete()
    assert [
        refused(lambda: rows.update(number="ES-CIMI-2026-000009-X")),
        refused(lambda: rows.update(holder=other)),
        refused(lambda: delete_row("instructors_certificate", certificate.pk)),
        refused(lambda: rows.update(is_published=False)),
    ] == [True, True, True, False]


def test_dates_the_wrong_way_round_are_refused() -> None:
    certificate = a_certificate(make_user("zoe@example.org", "Zoë"))
    wrong = {"valid_from": date(2026, 5, 1), "valid_until": date(2026, 5, 1)}
    period = CertificatePeriod(certificate=certificate, seq=2, reason="renewal", **wrong)
    rows = Certificate.objects.filter(pk=certificate.pk)
    assert [refused(period.save), refused(lambda: rows.update(**wrong))] == [True, True]


def test_events_and_periods_are_append_only() -> None:
    a_certificate(make_user("zoe@example.org", "Zoë"))
    deeds = [
        lambda: CertificateEvent.objects.update(kind="revoked"),
        lambda: delete_row("instructors_certificateevent", CertificateEvent.objects.get().pk),
        lambda: CertificatePeriod.objects.update(seq=9),
        lambda: delete_row("instructors_certificateperiod", CertificatePeriod.objects.get().pk),
    ]
    assert [refused(deed, naming="append-only") for deed in deeds] == [True] * 4


def test_what_was_signed_is_frozen_and_a_withdrawal_is_not() -> None:
    row = a_traineeship(a_trainer())
    signature = a_sign_off(row)
    signature.save()
    rows = SignOff.objects.filter(pk=signature.pk)
    assert [
        refused(lambda: rows.update(snapshot=[{"key": "exam"}])),
        refused(lambda: rows.update(seen="1" * 64)),
        refused(lambda: delete_row("instructors_signoff", signature.pk)),
        refused(lambda: rows.update(withdrawn_at=LATER, withdrawn_by=row.trainer_of_record)),
    ] == [True, True, True, False]


def test_a_document_is_frozen_but_for_the_day_it_was_replaced() -> None:
    trainer = a_trainer()
    certificate = demo.certify(a_ready_traineeship(trainer), trainer=trainer, now=LATER)
    rows = CertificateDocument.objects.of(certificate).of_kind("pdf")
    assert [
        refused(lambda: rows.update(content=b"other")),
        refused(lambda: delete_row("instructors_certificatedocument", rows.get().pk)),
        refused(lambda: rows.update(replaced_at=LATER)),
    ] == [True, True, False]


def test_one_person_has_one_open_traineeship_for_a_credential() -> None:
    row = a_traineeship(a_trainer())
    again = Traineeship(
        trainee=row.trainee, programme=row.programme, credential_type=row.credential_type, applied_at=AT
    )
    assert [refused(again.save), refused(_closed(row).save)] == [True, False]


def _closed(row: Traineeship) -> Traineeship:
    return Traineeship(
        trainee=row.trainee,
        programme=row.programme,
        credential_type=row.credential_type,
        applied_at=AT,
        state=Traineeship.State.CLOSED,
    )


def test_an_extension_only_moves_forward() -> None:
    row = a_traineeship(a_trainer())
    back = Extension(
        traineeship=row,
        old_on=date(2026, 7, 5),
        new_on=date(2026, 7, 5),
        reason="Because.",
        granted_by=row.trainer_of_record,
        granted_at=LATER,
    )
    assert refused(back.save)


def test_nobody_vouches_for_their_own_recorded_certificate() -> None:
    certificate = a_certificate(make_user("zoe@example.org", "Zoë"))
    rows = Certificate.objects.filter(pk=certificate.pk)
    assert refused(lambda: rows.update(verified_by=certificate.holder))


def delete_row(table: str, pk: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE id = %s", [pk])
