"""A certificate after it was issued: suspended, reinstated, renewed, corrected, revoked, replaced. The verbs alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from config.audit.models import AuditEntry
from config.letters.models import Letter
from instructors import certificate_asks, demo, life, signing
from instructors.certification import may_lead, why_not_another
from instructors.life import Standing, standing
from instructors.models import (
    Certificate,
    CertificateAsk,
    CertificateDocument,
    CertificateEvent,
    Instructor,
    Programme,
    Traineeship,
)
from instructors.progress import progress_of
from instructors.refusals import CannotChange, CannotIssue, CannotSign, CannotTrain
from instructors.traineeship import apply
from tests.factories.accounts import make_user
from tests.factories.badges import an_issued_certificate
from tests.factories.instructors import (
    LATER,
    a_body,
    a_certificate,
    a_programme,
    a_ready_traineeship,
    a_registrar,
    a_traineeship,
    a_trainer,
    an_instructor,
    fresh,
)

pytestmark = pytest.mark.django_db
DAY = LATER.date()


def zoe(**fields: Any) -> Certificate:
    return a_certificate(make_user("zoe@example.org", "Zoë Lindqvist"), **fields)


def now_of(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)


def last_of(certificate: Certificate) -> CertificateEvent:
    return certificate.events.order_by("-pk")[0]


def event_of(certificate: Certificate) -> Any:
    return certificate.traineeship.event if certificate.traineeship else None


def subjects() -> list[str]:
    return list(Letter.objects.order_by("pk").values_list("subject", flat=True))


# Suspending and reinstating --------------------------------------------------------------------------------------


def test_suspending_shuts_teaching_and_the_directory_and_reinstating_opens_them_again() -> None:
    ruth = an_instructor(make_user("ruth@example.org", "Ruth"))
    certificate, registrar = Certificate.objects.get(holder=ruth.user), a_registrar()

    def stands() -> tuple[bool, bool, Standing]:
        listed = Instructor.objects.certified(DAY).of(ruth.user).exists()
        return may_lead(ruth, on=DAY), listed, standing(now_of(certificate), on=DAY)

    before = stands()
    life.suspend(certificate, reason_code="insurance", by=registrar, now=LATER)
    during = stands()
    life.reinstate(certificate, reason_code="papers came", by=registrar, now=LATER)
    assert (before, during, stands(), subjects()) == (
        (True, True, Standing.VALID),
        (False, False, Standing.SUSPENDED),
        (True, True, Standing.VALID),
        ["Your certificate is suspended", "Your certificate is in force again"],
    )


def test_what_ran_out_while_it_was_suspended_is_reinstated_without_papers_and_can_be_renewed() -> None:
    certificate, registrar, after = an_issued_certificate(), a_registrar(), datetime(2029, 3, 20, 9, tzinfo=UTC)
    before = list(CertificateDocument.objects.current(certificate))
    life.suspend(certificate, reason_code="insurance", by=registrar, now=LATER)
    life.reinstate(certificate, reason_code="papers came", by=registrar, now=after)
    row = now_of(certificate)
    assert (standing(row, on=after.date()), list(CertificateDocument.objects.current(row))) == (Standing.LAPSED, before)
    assert subjects() == ["Your certificate is suspended", "The certificate was reinstated"]
    life.renew(row, until=date(2032, 3, 1), by=registrar, now=after)
    assert standing(now_of(row), on=after.date()) == Standing.VALID


def test_no_letter_speaks_of_new_papers_for_a_certificate_that_has_none_here() -> None:
    certificate, registrar = zoe(), a_registrar()
    life.suspend(certificate, reason_code="insurance", by=registrar, now=LATER)
    life.reinstate(certificate, reason_code="papers came", by=registrar, now=LATER)
    life.renew(certificate, until=date(2033, 1, 1), by=registrar, now=LATER)
    assert ["New papers" in letter.text for letter in Letter.objects.all()] == [False, False, False]


def test_a_letter_about_a_certificate_names_no_reason_and_no_note() -> None:
    notes = {"public_note": "Until the papers come.", "private_note": "Asked three times."}
    life.suspend(zoe(), reason_code="insurance", by=a_registrar(), now=LATER, **notes)
    letter = Letter.objects.get()
    said = f"{letter.subject} {letter.text} {letter.html}"
    assert [word in said for word in ("insurance", *notes.values())] == [False, False, False]
    assert "/train/certificate/" in letter.text


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("holder", "Only a registrar of the body decides this, and never on their own certificate."),
        ("stranger", "Only a registrar of the body decides this, and never on their own certificate."),
    ],
)
def test_only_a_registrar_decides_and_never_on_their_own(who: str, words: str) -> None:
    certificate = zoe()
    a_body().registrars.add(certificate.holder)
    by = certificate.holder if who == "holder" else make_user("stranger@example.org", "Stranger")
    with pytest.raises(CannotChange, match=words):
        life.suspend(certificate, reason_code="insurance", by=by, now=LATER)
    assert now_of(certificate).state == "active"


def test_a_step_needs_its_reason_and_a_state_that_it_fits() -> None:
    certificate, registrar = zoe(), a_registrar()
    with pytest.raises(CannotChange, match="Please give the reason"):
        life.suspend(certificate, reason_code=" ", by=registrar, now=LATER)
    with pytest.raises(CannotChange, match="The certificate is “Active”"):
        life.reinstate(certificate, reason_code="papers came", by=registrar, now=LATER)
    assert certificate.events.count() == 1


# A suspended trainer ---------------------------------------------------------------------------------------------


def test_a_suspended_trainer_cannot_sign_and_the_candidates_need_another_one() -> None:
    trainer = a_trainer()
    row = a_ready_traineeship(trainer)
    done = demo.certify(
        a_ready_traineeship(trainer, make_user("yan@example.org", "Yan"), row.event), trainer=trainer, now=LATER
    )
    ciit = Certificate.objects.get(holder=trainer, credential_type__code="CIIT")
    life.suspend(ciit, reason_code="complaint", by=a_registrar(), now=LATER)
    seen = signing.hash_of(signing.snapshot(progress_of(fresh(row))))
    with pytest.raises(CannotSign, match="valid trainer's certificate"):
        signing.sign_off(fresh(row), seen=seen, statement="Read.", by=trainer, now=LATER)
    assert list(Traineeship.objects.needing_a_trainer(DAY)) == [row]
    assert standing(now_of(done), on=DAY) == Standing.VALID


# Renewing --------------------------------------------------------------------------------------------------------


def test_an_early_renewal_prolongs_without_a_gap_and_number_and_code_stay() -> None:
    certificate = zoe(valid_from=date(2023, 7, 1), valid_until=date(2026, 7, 1))
    before = (certificate.number, certificate.public_code)
    period = life.renew(certificate, until=date(2029, 7, 1), by=a_registrar(), now=LATER)
    row = now_of(certificate)
    assert (row.number, row.public_code) == before
    assert (row.valid_from, row.valid_until, standing(row, on=DAY)) == (
        date(2023, 7, 1),
        date(2029, 7, 1),
        Standing.VALID,
    )
    assert (period.seq, period.valid_from, period.valid_until, subjects()) == (
        2,
        date(2026, 7, 2),
        date(2029, 7, 1),
        ["Your certificate is renewed"],
    )


def test_a_late_renewal_begins_on_its_day_and_does_not_mend_the_gap() -> None:
    certificate = zoe(valid_from=date(2023, 5, 1), valid_until=date(2026, 5, 1))
    life.renew(certificate, until=date(2029, 5, 1), by=a_registrar(), now=LATER)
    row = now_of(certificate)
    assert (row.valid_from, row.valid_until) == (DAY, date(2029, 5, 1))


@pytest.mark.parametrize(
    ("fields", "until", "words"),
    [
        ({"valid_until": None}, date(2029, 1, 1), "has no end"),
        ({}, date(2030, 1, 1), "must be later than the one it has"),
        ({}, date(9999, 12, 31), "look at the year"),
        ({"valid_until": date(2024, 5, 1)}, DAY, "must be later than the one it has"),
    ],
)
def test_what_cannot_be_renewed_is_said(fields: dict[str, Any], until: date, words: str) -> None:
    certificate = zoe(**fields)
    with pytest.raises(CannotChange, match=words):
        life.renew(certificate, until=until, by=a_registrar(), now=LATER)
    assert certificate.periods.count() == 1


# The name --------------------------------------------------------------------------------------------------------


def test_a_holder_asks_for_another_name_and_a_registrar_corrects_it() -> None:
    certificate, registrar = zoe(), a_registrar()
    asked: dict[str, Any] = {
        "name": " Zoë  Lindqvist-Bauer ",
        "reason": "married",
        "by": certificate.holder,
        "now": LATER,
    }
    ask = certificate_asks.ask_for_name(certificate, **asked)
    again = certificate_asks.ask_for_name(certificate, **asked)
    certificate_asks.grant(ask, by=registrar, now=LATER)
    certificate_asks.grant(ask, by=registrar, now=LATER)
    row = now_of(certificate)
    assert (ask, row.name_as_issued, row.number) == (again, "Zoë Lindqvist-Bauer", certificate.number)
    assert [event.kind for event in row.events.all()] == ["recorded", "name_corrected"]
    assert subjects() == ["The name on your certificate"]


def test_a_refused_name_has_a_word_and_may_be_asked_again() -> None:
    certificate, registrar = zoe(), a_registrar()
    asked: dict[str, Any] = {"reason": "nicer", "by": certificate.holder, "now": LATER}
    ask = certificate_asks.ask_for_name(certificate, name="Zoé", **asked)
    with pytest.raises(CannotChange, match="Please write a word"):
        certificate_asks.refuse(ask, word=" ", by=registrar, now=LATER)
    certificate_asks.refuse(ask, word="Please send the register office’s paper.", by=registrar, now=LATER)
    with pytest.raises(CannotChange, match="answered already"):
        certificate_asks.grant(ask, by=registrar, now=LATER)
    second = certificate_asks.ask_for_name(certificate, name="Zoé", **asked)
    certificate_asks.take_back(second, by=certificate.holder, now=LATER)
    assert [now_of(one).state for one in (ask, second)] == ["refused", "withdrawn"]
    assert now_of(certificate).name_as_issued == "Zoë Lindqvist"


# Revoking --------------------------------------------------------------------------------------------------------


def test_revoking_takes_two_people_and_is_final() -> None:
    certificate, first = zoe(), a_registrar()
    second = a_registrar(email="second@example.org", name="Dora Klein")
    ask = certificate_asks.ask_for(certificate, "revoke", reason="fraud", by=first, now=LATER)
    with pytest.raises(CannotChange, match="neither the one who asked nor the holder"):
        certificate_asks.grant(ask, by=first, now=LATER)
    assert now_of(certificate).state == "active"
    certificate_asks.grant(ask, by=second, now=LATER)
    event = last_of(certificate)
    assert (now_of(certificate).state, event.actor, event.second_actor) == ("revoked", first, second)
    with pytest.raises(CannotChange, match="The certificate is “Revoked”"):
        life.reinstate(certificate, reason_code="sorry", by=second, now=LATER)


def test_the_sites_owner_confirms_a_revocation_and_can_do_nothing_else() -> None:
    certificate, registrar = zoe(), a_registrar()
    owner = make_user("owner@example.org", "Olu Peters", is_staff=True, is_superuser=True)
    ask = certificate_asks.ask_for(certificate, "revoke", reason="fraud", by=registrar, now=LATER)
    name = certificate_asks.ask_for_name(certificate, name="Zoé", reason="x", by=certificate.holder, now=LATER)
    with pytest.raises(CannotChange, match="Only a registrar"):
        certificate_asks.grant(name, by=owner, now=LATER)
    certificate_asks.grant(ask, by=owner, now=LATER)
    assert now_of(certificate).state == "revoked"


def test_a_trainers_ask_for_a_revocation_is_none_of_the_two() -> None:
    trainer = a_trainer()
    certificate = demo.certify(a_ready_traineeship(trainer), trainer=trainer, now=LATER)
    first, second = a_registrar(), a_registrar(email="second@example.org", name="Dora Klein")
    ask = certificate_asks.ask_for(certificate, "revoke", reason="fraud", by=trainer, now=LATER)
    theirs = certificate_asks.grant(ask, by=first, now=LATER)
    states = [now_of(certificate).state, theirs.asked_by, theirs.state]
    certificate_asks.grant(theirs, by=second, now=LATER)
    assert (states, now_of(certificate).state) == (["active", first, "open"], "revoked")


def test_a_trainer_asks_for_a_suspension_and_a_stranger_does_not() -> None:
    trainer = a_trainer()
    certificate = demo.certify(a_ready_traineeship(trainer), trainer=trainer, now=LATER)
    with pytest.raises(CannotChange, match="A trainer of the holder or a registrar"):
        certificate_asks.ask_for(certificate, "suspend", reason="x", by=a_trainer("bea@example.org", "Bea"), now=LATER)
    ask = certificate_asks.ask_for(certificate, "suspend", reason="insurance", by=trainer, now=LATER)
    certificate_asks.grant(ask, by=a_registrar(), now=LATER)
    assert (now_of(certificate).state, CertificateAsk.objects.get().state) == ("suspended", "granted")


def test_the_next_number_is_another_one_after_a_revocation() -> None:
    trainer = a_trainer()
    first = demo.certify(a_ready_traineeship(trainer), trainer=trainer, now=LATER)
    registrar, second = a_registrar(), a_registrar(email="second@example.org", name="Dora Klein")
    life.revoke(first, reason_code="fraud", by=registrar, confirmed_by=second, now=LATER)
    yan = make_user("yan@example.org", "Yan")
    next_one = demo.certify(a_ready_traineeship(trainer, yan, event_of(first)), trainer=trainer, now=LATER)
    assert (first.number[:20], next_one.number[:20]) == ("ES-CIMI-2026-000001-", "ES-CIMI-2026-000002-")


# Coming back -----------------------------------------------------------------------------------------------------


def a_way_back() -> Programme:
    return a_programme(code="way-back", requirements=[], is_way_back=True)


def test_the_way_back_is_for_those_whose_certificate_has_lapsed() -> None:
    back = a_way_back()
    ended = zoe(valid_from=date(2020, 1, 1), valid_until=date(2023, 1, 1))
    never = make_user("yan@example.org", "Yan")
    with pytest.raises(CannotTrain, match="for people whose certificate has lapsed"):
        apply(back, trainee=never, now=LATER)
    assert apply(back, trainee=ended.holder, now=LATER).state == "applied"


def test_a_new_certificate_takes_the_place_of_the_lapsed_one() -> None:
    trainer = a_trainer()
    row = a_ready_traineeship(trainer)
    old = a_certificate(row.trainee, valid_from=date(2020, 1, 1), valid_until=date(2023, 1, 1))
    new = demo.certify(row, trainer=trainer, now=LATER)
    assert (now_of(old).state, last_of(old).private_note, now_of(new).state) == (
        "superseded",
        new.number,
        "active",
    )


def test_a_suspension_is_not_walked_around_by_training_again() -> None:
    trainer = a_trainer()
    row = a_ready_traineeship(trainer)
    old = a_certificate(row.trainee)
    life.suspend(old, reason_code="complaint", by=a_registrar(), now=LATER)
    with pytest.raises(CannotIssue, match="It is reinstated or revoked before"):
        demo.certify(row, trainer=trainer, now=LATER)
    assert why_not_another(row.trainee, row.programme, on=DAY) is not None
    assert Certificate.objects.held_by(row.trainee).get() == old


def test_each_step_is_in_the_trail() -> None:
    certificate, registrar = zoe(valid_until=date(2026, 6, 1)), a_registrar()
    life.renew(certificate, until=date(2029, 6, 1), by=registrar, now=LATER)
    life.suspend(certificate, reason_code="insurance", by=registrar, now=LATER + timedelta(days=1))
    about = f"instructors.Certificate:{certificate.pk}"
    found = AuditEntry.objects.filter(about=about, what__startswith="certificate ").order_by("pk")
    assert [(entry.what, entry.by_name) for entry in found] == [
        ("certificate renewed", "Carla Nunes"),
        ("certificate suspended", "Carla Nunes"),
    ]


def test_the_day_of_a_step_is_where_the_training_was_held() -> None:
    trainer = a_trainer()
    certificate = demo.certify(a_ready_traineeship(trainer), trainer=trainer, now=LATER)
    event = event_of(certificate)
    event.time_zone = "Pacific/Auckland"
    event.save()
    late = datetime(2026, 6, 1, 23, tzinfo=UTC)
    life.suspend(now_of(certificate), reason_code="insurance", by=a_registrar(), now=late)
    assert last_of(certificate).effective_on == date(2026, 6, 2)


def test_a_traineeship_that_goes_on_is_not_touched_by_its_holders_old_certificate() -> None:
    row = a_traineeship(a_trainer())
    a_certificate(row.trainee, valid_from=date(2020, 1, 1), valid_until=date(2023, 1, 1))
    assert why_not_another(row.trainee, row.programme, on=DAY) is None
