"""What must hold of every certification, whoever does what in whatever order: one test for each rule, in their order.

Each says the rule as a sentence, tries to break it by the verbs, and where the database keeps it too, straight against
the tables, on whichever engine these tests run. The first words of each say where it is looked at more deeply.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from pypdf import PdfReader

from classes.profile import shown
from config.accounts.models import User
from config.audit.models import AuditEntry
from config.lib.append_only import MustNotChange
from instructors import assessing, demo, issuing, life, life_watch, merging, publishing, signing
from instructors.certification import may_lead
from instructors.deadlines import add_months, after
from instructors.documents import sheet
from instructors.models import (
    Assessment,
    Certificate,
    CertificateDocument,
    CertificatePeriod,
    Extension,
    Instructor,
    Programme,
    SignOff,
    Traineeship,
)
from instructors.progress import progress_of
from instructors.refusals import CannotAssess, CannotChange, CannotMerge, CannotPublish, CannotSign, ChangedSinceShown
from instructors.status_lists import is_set
from tests.factories.accounts import make_user
from tests.factories.badges import a_badge_of, an_issued_certificate
from tests.factories.instructors import (
    LATER,
    a_body,
    a_certificate,
    a_ready_traineeship,
    a_registrar,
    a_traineeship,
    a_trainer,
    an_instructor,
    fresh,
)
from tests.instructors.test_last_line import a_sign_off, an_assessment, delete_row, refused

pytestmark = pytest.mark.django_db
TODAY = LATER.date()


def on_the_screen(row: Traineeship) -> str:
    """The hash that a page of this candidate carries now."""
    return signing.hash_of(signing.snapshot(progress_of(fresh(row))))


def sign(row: Traineeship, by: User, *, seen: str | None = None) -> SignOff:
    said: dict[str, Any] = {"statement": "Every requirement is met.", "by": by, "now": LATER}
    return signing.sign_off(fresh(row), seen=seen or on_the_screen(row), **said)


def the_trainers_certificate(trainer: User) -> Certificate:
    return Certificate.objects.get(holder=trainer, credential_type__code="CIIT")


def now_of(certificate: Certificate) -> Certificate:
    return Certificate.objects.get(pk=certificate.pk)


def raises(kind: type[Exception], deed: Callable[[], Any]) -> bool:
    with pytest.raises(kind):
        deed()
    return True


def test_01_nobody_judges_or_signs_for_themselves_and_a_second_signature_is_a_second_persons() -> None:
    """More in test_last_line.py, test_certifying.py and test_deputies.py."""
    row = a_ready_traineeship(a_trainer())
    me: Any = {"by": row.trainee, "now": LATER}
    exam = row.programme.requirements.get(key="exam_passed")
    signature = a_sign_off(row)
    second = {"second_at": LATER}
    assert raises(CannotSign, lambda: sign(row, row.trainee))
    assert raises(CannotAssess, lambda: assessing.assess(row, exam, outcome="passed", score=99, **me))
    assert [
        refused(an_assessment(row, assessor=row.trainee).save),
        refused(a_sign_off(row, signed_by=row.trainee).save),
        refused(a_sign_off(row, second_by=row.trainee, **second).save),
        refused(a_sign_off(row, second_by=row.trainer_of_record, **second).save),
        refused(signature.save),
    ] == [True, True, True, True, False]


def test_02_who_signs_holds_a_valid_trainers_certificate_of_that_body_and_is_the_trainer_of_record() -> None:
    """Deputies whom a registrar appoints are in test_deputies.py."""
    trainer = a_trainer()
    row = a_ready_traineeship(trainer)
    colleague = a_trainer("bea@example.org", "Bea Rossi")
    elsewhere = a_trainer("cem@example.org", "Cem Kaya", a_body("other-school"))
    progress = progress_of(row)

    def says(by: User, now: Any = LATER) -> str:
        return signing.obstacle(row, progress, by=by, now=now) or ""

    assert (says(trainer), says(colleague), says(elsewhere)) == (
        "",
        *["Only the candidate's own trainer signs, or a deputy whom a registrar appoints."] * 2,
    )
    Traineeship.objects.filter(pk=row.pk).update(trainer_of_record=elsewhere)
    row.trainer_of_record = elsewhere
    words = "It takes a valid trainer's certificate of Example School to sign."
    assert says(elsewhere) == words
    row.trainer_of_record = trainer
    assert says(trainer, LATER + timedelta(days=365 * 5)) == words


def test_03_what_is_signed_is_ready_in_that_moment_and_is_what_the_screen_showed() -> None:
    """More in test_certifying.py and test_admin_work.py."""
    trainer = a_trainer()
    row = a_ready_traineeship(trainer)
    seen = on_the_screen(row)
    exam = Assessment.objects.get(traineeship=row, requirement__key="exam_passed")
    assessing.correct(exam, outcome="repeat", score=70, reason="Counted wrongly.", by=trainer, now=LATER)
    assert raises(ChangedSinceShown, lambda: sign(row, trainer, seen=seen))
    with pytest.raises(CannotSign, match="Still missing"):
        sign(row, trainer)
    low = Assessment.objects.get(supersedes=exam)
    assessing.correct(low, outcome="passed", score=88, reason="Counted again.", by=trainer, now=LATER)
    signature = sign(row, trainer)
    assert signature.seen == signing.hash_of(signature.snapshot)


def test_04_one_training_gives_one_certificate_and_issuing_again_gives_the_first() -> None:
    """More in test_last_line.py and test_papers.py."""
    certificate = an_issued_certificate()
    row = certificate.traineeship
    assert row is not None
    again = issuing.issue(row, by=a_trainer(), now=LATER)
    copy = now_of(certificate)
    copy.pk, copy._state.adding, copy.number, copy.public_code = None, True, "ES-OTHER", "0" * 12
    assert (again.pk, refused(copy.save)) == (certificate.pk, True)


def test_05_number_and_code_are_given_once_and_never_again() -> None:
    """More in test_numbering.py; the next number after a revocation is in test_life.py."""
    certificate = a_certificate(make_user("zoe@example.org", "Zoë"))
    life.revoke(
        certificate,
        reason_code="forged",
        by=a_registrar(),
        confirmed_by=a_registrar(email="two@example.org", name="Two"),
        now=LATER,
    )
    same = []
    for name in ("number", "public_code"):
        copy = now_of(certificate)
        copy.pk, copy._state.adding = None, True
        setattr(copy, "public_code" if name == "number" else "number", "Z" * 12)
        same.append(refused(copy.save))
    rows = Certificate.objects.filter(pk=certificate.pk)
    gone = [
        refused(lambda: delete_row("instructors_certificate", certificate.pk)),
        raises(MustNotChange, certificate.delete),
    ]
    assert (same, gone, refused(lambda: rows.update(number="ES-CIMI-2026-9"))) == ([True, True], [True, True], True)


def test_06_what_was_judged_told_signed_or_handed_out_is_never_changed_by_anybody() -> None:
    """Each table more closely in test_last_line.py and test_life_last_line.py; all triggers in house/test_triggers.py."""
    row = a_traineeship(a_trainer())
    judged, signature = an_assessment(row), a_sign_off(row)
    judged.save()
    signature.save()
    certificate = an_issued_certificate(make_user("yan@example.org", "Yan"))
    event, document = certificate.events.get(), certificate.documents.get()
    written: list[Any] = [judged, event, certificate.periods.get(), signature, document]
    changes: list[dict[str, Any]] = [
        *({"score": 98}, {"kind": "revoked"}, {"seq": 9}, {"snapshot": [{"key": "exam"}]}, {"content": b"another"}),
    ]
    for one, change in zip(written, changes, strict=True):
        rows = type(one)._default_manager.filter(pk=one.pk)
        table = one._meta.db_table
        tried = [refused(lambda r=rows, c=change: r.update(**c)), refused(lambda t=table, o=one: delete_row(t, o.pk))]
        assert tried == [True, True], table
        assert raises(MustNotChange, one.delete), table
    assert [raises(MustNotChange, one.save) for one in written[:3]] == [True] * 3
    assert not refused(lambda: CertificateDocument.objects.filter(pk=document.pk).update(replaced_at=LATER))


def test_07_a_published_programme_in_use_is_frozen_and_a_training_keeps_its_version() -> None:
    """More in test_deadlines.py and in the tests of programmes."""
    row = a_traineeship(a_trainer())
    programme = row.programme
    owner = make_user("owner@example.org", "Owner", is_staff=True, is_superuser=True)
    asked = programme.requirements.get(key="exam_passed")
    facts: Any = {"title": "Another", "by": owner, "now": LATER}
    assert raises(CannotPublish, lambda: publishing.change_programme(programme, **facts))
    assert [
        refused(lambda: Programme.objects.filter(pk=programme.pk).update(validity_months=1)),
        refused(lambda: type(asked).objects.filter(pk=asked.pk).update(params={"pass_mark": 10})),
    ] == [True, True]
    later = publishing.begin_version(programme, by=owner, now=LATER)
    assert (later.version, Traineeship.objects.get(pk=row.pk).programme) == (programme.version + 1, programme)


def test_08_the_story_of_a_certificate_gives_its_state_and_its_dates() -> None:
    """For any story in test_deadlines.py and in the tests of `life`; each night by life_watch.check_stories."""
    one, two = a_registrar(), a_registrar(email="two@example.org", name="Two")
    held = [a_certificate(make_user(f"{n}@example.org", f"N{n}"), valid_until=date(2026, 8, 1)) for n in range(3)]
    said: Any = {"reason_code": "insurance", "by": one, "now": LATER}
    life.suspend(held[0], **said)
    life.reinstate(held[0], **said)
    life.renew(held[1], until=date(2029, 8, 1), by=one, now=LATER)
    life.revoke(held[2], confirmed_by=two, **said)
    assert list(life_watch.differences()) == []
    assert [
        refused(lambda: Certificate.objects.filter(pk=held[2].pk).update(state="active")),
        raises(CannotChange, lambda: life.reinstate(held[2], **said)),
    ] == [True, True]
    Certificate.objects.filter(pk=held[1].pk).update(valid_until=date(2040, 1, 1))
    assert [found.number for found in life_watch.differences()] == [held[1].number]


def test_09_paper_badge_page_and_database_agree(client: Client) -> None:
    """Word for word in test_papers.py and test_badges.py."""
    trainer = a_trainer()
    certificate = demo.certify(a_ready_traineeship(trainer), trainer=trainer, now=LATER)
    badge = json.loads(bytes(CertificateDocument.objects.current(certificate).of_kind("ob3").get().content))
    pdf = PdfReader(io.BytesIO(sheet(certificate) or b""))
    paper = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    page = client.get(f"/c/{certificate.public_code}/").content.decode()
    told = [certificate.number, certificate.name_as_issued, certificate.credential_type.title]
    days = ["20 May 2026", "20 May 2029"]
    assert [(words in paper, words in page) for words in (*told, *days)] == [(True, True)] * 5
    subject = badge["credentialSubject"]
    assert (subject["licenseNumber"], subject["achievement"]["name"], badge["awardedDate"][:10]) == (
        certificate.number,
        told[2],
        "2026-05-20",
    )
    assert ("2029-05-2" in badge["validUntil"], told[1] in json.dumps(subject, ensure_ascii=False)) == (True, True)


def test_10_a_body_that_does_not_sign_here_is_recorded_and_nothing_is_signed_in_its_name(client: Client) -> None:
    """More in test_papers.py, test_badges.py and test_old_certificates.py."""
    body = a_body("international-association", signs_here=False)
    certificate = a_certificate(make_user("zoe@example.org", "Zoë"), body=body)
    paper = CertificateDocument(
        certificate=certificate,
        period=certificate.periods.get(),
        kind="pdf",
        content=b"%PDF",
        sha256="0" * 64,
        created_at=LATER,
    )
    page = client.get(f"/c/{certificate.public_code}/").content.decode()
    assert (certificate.documents.exists(), refused(paper.save)) == (False, True)
    assert (
        "Recorded, issued by International Association" in page,
        client.get(f"/c/{certificate.public_code}/badge/").status_code,
    ) == (True, 404)


def test_11_every_badge_has_fallen_but_the_current_one_of_an_active_certificate() -> None:
    """Read from the signed list in test_badges.py."""
    certificate = an_issued_certificate()
    first = certificate.documents.get()
    second = a_badge_of(certificate, now=LATER, reason="renewed")
    bits = [is_set(first.credential_uuid), is_set(second.credential_uuid)]
    life.suspend(certificate, reason_code="insurance", by=a_registrar(), now=LATER)
    assert (bits, is_set(second.credential_uuid)) == ([True, False], True)


def test_12_a_suspension_shuts_the_page_the_directory_and_new_classes_in_its_own_transaction() -> None:
    """Series are in classes; the directory page is in classes/test_directory.py."""
    ruth = an_instructor(make_user("ruth@example.org", "Ruth"))
    registrar = a_registrar()

    def open_doors() -> tuple[bool, bool, bool]:
        mine = Instructor.objects.filter(pk=ruth.pk)
        listed, page = mine.in_directory(TODAY), shown(LATER).filter(pk=ruth.pk)
        return listed.exists(), page.exists(), may_lead(ruth, on=TODAY)

    seen = [open_doors()]
    try:
        with transaction.atomic():
            life.suspend(Certificate.objects.get(holder=ruth.user), reason_code="insurance", by=registrar, now=LATER)
            seen.append(open_doors())
            raise MustNotChange  # and nothing of it has happened
    except MustNotChange:
        seen.append(open_doors())
    assert seen == [(True,) * 3, (False,) * 3, (True,) * 3]


def test_13_a_suspended_trainer_signs_nothing_and_what_was_certified_stands() -> None:
    """What they still read is in test_judging.py and test_scope.py."""
    trainer = a_trainer()
    row = a_ready_traineeship(trainer)
    certified = an_issued_certificate(make_user("yan@example.org", "Yan"))
    life.suspend(the_trainers_certificate(trainer), reason_code="complaint", by=a_registrar(), now=LATER)
    with pytest.raises(CannotSign, match="valid trainer's certificate"):
        sign(row, trainer)
    assert list(Traineeship.objects.needing_a_trainer(TODAY)) == [row]
    assert life.standing(now_of(certified), on=TODAY) == life.Standing.VALID


def test_14_what_is_valid_ends_after_it_began_and_no_day_is_counted_twice() -> None:
    """More in test_life_last_line.py."""
    certificate = a_certificate(make_user("zoe@example.org", "Zoë"))

    def period(begins: date, ends: date | None) -> Callable[[], None]:
        said: Any = {"certificate": certificate, "seq": 2, "reason": "renewal"}
        return CertificatePeriod(**said, valid_from=begins, valid_until=ends).save

    assert [
        refused(period(date(2031, 1, 1), date(2031, 1, 1))),
        refused(period(date(2029, 12, 31), date(2033, 1, 1))),
        refused(period(date(2020, 1, 1), None)),
        refused(lambda: Certificate.objects.filter(pk=certificate.pk).update(valid_until=certificate.valid_from)),
        refused(period(date(2030, 1, 2), date(2033, 1, 1))),
    ] == [True, True, True, True, False]


def test_15_a_month_is_a_month_of_the_calendar_and_more_time_is_only_ever_more() -> None:
    """For any day in test_deadlines.py and in the tests of steps."""
    ends = [add_months(date(2026, 1, 31), 1), add_months(date(2028, 1, 31), 1), add_months(date(2026, 3, 5), 4)]
    assert ends == [date(2026, 2, 28), date(2028, 2, 29), date(2026, 7, 5)]
    assert after({"amount": 90, "unit": "days"}, date(2026, 3, 5)) == date(2026, 6, 3)
    row = a_traineeship(a_trainer())
    back = Extension(
        traineeship=row,
        old_on=TODAY,
        new_on=TODAY - timedelta(days=1),
        reason="A slip.",
        granted_by=row.trainer_of_record,
        granted_at=LATER,
    )
    assert refused(back.save)


def test_16_two_who_hold_the_same_title_are_not_made_one_and_others_wholly_are() -> None:
    """More in test_merging.py."""
    registrar = a_registrar()
    zoe, zoe_too, yan = (make_user(f"{name}@example.org", name.title()) for name in ("zoe", "zoetoo", "yan"))
    for person in (zoe, yan):
        a_certificate(person)
    trainers = a_certificate(zoe_too, "CIIT")
    assert raises(CannotMerge, lambda: merging.plan(zoe, yan, by=registrar))
    seen = merging.plan(zoe, zoe_too, by=registrar).seen
    merging.merge(zoe, zoe_too, reason="She rang.", seen=seen, by=registrar, now=LATER)
    assert now_of(trainers).holder == zoe
    assert AuditEntry.objects.filter(what="merged two accounts").count() == 1


def test_17_a_stranger_learns_the_same_of_a_hidden_code_and_of_none_and_never_an_address(client: Client) -> None:
    """More in test_public_pages.py and test_papers.py."""
    certificate = a_certificate(make_user("zoe@example.org", "Zoë Lindqvist"))
    open_page = client.get(f"/c/{certificate.public_code}/").content.decode()
    Certificate.objects.filter(pk=certificate.pk).update(is_published=False)
    answers = [client.get(f"/c/{code}/") for code in (certificate.public_code, "0123456789AB")]
    mains = {page.content.decode().partition("<main")[2] for page in answers}
    assert ([page.status_code for page in answers], len(mains)) == ([404, 404], 1)
    assert ("Zoë Lindqvist" in open_page, "zoe@example.org" in open_page) == (True, False)


def test_every_rule_has_its_number() -> None:
    numbered = sorted(name[5:7] for name in globals() if name.startswith("test_") and name[5:7].isdecimal())
    assert numbered == [f"{number:02}" for number in range(1, 18)]
