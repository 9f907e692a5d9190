"""What the database itself refuses in the life of a certificate, when every rule in Python has been walked past."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from config.lib.append_only import MustNotChange
from instructors.models import (
    CERecord,
    Certificate,
    CertificateAsk,
    CertificateEvent,
    CertificateNotice,
    CertificatePeriod,
    RenewalApplication,
)
from tests.factories.accounts import make_user
from tests.factories.instructors import LATER, a_certificate, a_programme
from tests.instructors.test_last_line import delete_row, refused

pytestmark = pytest.mark.django_db
DAY = LATER.date()


@pytest.fixture
def certificate() -> Certificate:
    return a_certificate(make_user("zoe@example.org", "Zoë"))


@pytest.fixture
def other() -> Any:
    return make_user("other@example.org", "Other")


def an_event(certificate: Certificate, by: Any, kind: str = "suspended", **facts: Any) -> CertificateEvent:
    said = {"reason_code": "insurance", "at": LATER, "effective_on": DAY}
    return CertificateEvent(certificate=certificate, kind=kind, actor=by, **{**said, **facts})


def some_hours(certificate: Certificate, **facts: Any) -> CERecord:
    said: dict[str, Any] = {
        **{"certificate": certificate, "holder": certificate.holder, "title": "Refresher", "held_on": DAY},
        **{"hours": Decimal(4), "evidence": "Leeds", "noted_at": LATER},
    }
    return CERecord(**{**said, **facts})


def a_renewal(certificate: Certificate, **facts: Any) -> RenewalApplication:
    said: dict[str, Any] = {"certificate": certificate, "holder": certificate.holder, "begun_at": LATER}
    return RenewalApplication(**{**said, "programme": a_programme(), **facts})


def an_ask(certificate: Certificate, by: Any, **facts: Any) -> CertificateAsk:
    said: dict[str, Any] = {"certificate": certificate, "holder": certificate.holder, "asked_by": by, "kind": "revoke"}
    return CertificateAsk(**{**said, "asked_at": LATER, "reason": "fraud", **facts})


def test_a_state_follows_the_newest_event_and_a_name_its_correction(certificate: Certificate, other: Any) -> None:
    rows = Certificate.objects.filter(pk=certificate.pk)
    before = [
        refused(lambda: rows.update(state="suspended"), naming="no event"),
        refused(lambda: rows.update(name_as_issued="Zoé"), naming="a name without its event"),
    ]
    an_event(certificate, other).save()
    after = [
        refused(lambda: rows.update(state="revoked"), naming="no event"),
        refused(lambda: rows.update(state="suspended")),
    ]
    an_event(certificate, other, "name_corrected").save()
    named = [refused(lambda: rows.update(name_as_issued="Zoé")), refused(lambda: rows.update(state="active"))]
    assert (before, after, named) == ([True, True], [True, False], [False, True])


def test_nothing_follows_a_revocation_which_two_people_write(certificate: Certificate, other: Any) -> None:
    second = make_user("second@example.org", "Second")
    alone = [
        refused(an_event(certificate, other, "revoked").save, naming="two people"),
        refused(an_event(certificate, other, "revoked", second_actor=other).save, naming="two people"),
    ]
    an_event(certificate, other, "revoked", second_actor=second).save()
    again = refused(an_event(certificate, other, "reinstated").save, naming="the story has ended")
    assert (alone, again) == ([True, True], True)


@pytest.mark.parametrize("kind", ["renewed", "suspended", "reinstated", "name_corrected"])
def test_nobody_writes_the_story_of_their_own_certificate(certificate: Certificate, kind: str) -> None:
    assert refused(an_event(certificate, certificate.holder, kind).save, naming="not by its holder")


def test_nobody_confirms_the_revocation_of_their_own(certificate: Certificate, other: Any) -> None:
    own = an_event(certificate, other, "revoked", second_actor=certificate.holder)
    assert refused(own.save, naming="not by its holder")


def test_periods_share_no_day(certificate: Certificate) -> None:
    last = date(2030, 1, 1)

    def a_period(begins: date, ends: date | None) -> CertificatePeriod:
        return CertificatePeriod(certificate=certificate, seq=2, valid_from=begins, valid_until=ends, reason="renewal")

    assert [
        refused(a_period(last, date(2033, 1, 1)).save, naming="periods overlap"),
        refused(a_period(date(2020, 1, 1), None).save, naming="periods overlap"),
        refused(a_period(last + timedelta(days=1), date(2033, 1, 1)).save),
    ] == [True, True, False]


def test_hours_are_their_holders_and_somebody_elses_word(certificate: Certificate, other: Any) -> None:
    said = {"state": "accepted", "decided_at": LATER}
    assert [
        refused(some_hours(certificate, holder=other).save, naming="another holder"),
        refused(some_hours(certificate, decided_by=certificate.holder, **said).save, naming="learning_not_own_word"),
        refused(some_hours(certificate, **said).save, naming="learning_decided_by_someone"),
        refused(some_hours(certificate, hours=Decimal("100.5")).save, naming="learning_hours_in_bounds"),
        refused(some_hours(certificate, counted_in=certificate.periods.get()).save, naming="once_accepted"),
        refused(some_hours(certificate, decided_by=other, **said).save),
    ] == [True] * 5 + [False]


def test_what_was_noted_stays_and_an_answer_stands(certificate: Certificate, other: Any) -> None:
    noted = some_hours(certificate)
    noted.save()
    rows = CERecord.objects.filter(pk=noted.pk)
    first = [
        refused(lambda: rows.update(hours=Decimal(12)), naming="what was written stays"),
        refused(lambda: rows.update(holder=other), naming="another holder"),
        refused(lambda: delete_row("instructors_cerecord", noted.pk), naming="rows are kept"),
        refused(lambda: rows.update(state="accepted", decided_by=other, decided_at=LATER)),
    ]
    then = [
        refused(lambda: rows.update(state="refused", word="No."), naming="the answer stands"),
        refused(lambda: rows.update(decided_at=LATER + timedelta(days=1)), naming="what was written stays"),
        refused(lambda: rows.update(counted_in=certificate.periods.get())),
        refused(lambda: rows.update(counted_in=None), naming="what was written stays"),
    ]
    assert (first, then) == ([True, True, True, False], [True, True, False, True])


def test_one_renewal_is_open_and_a_decision_is_somebody_elses_and_stands(certificate: Certificate, other: Any) -> None:
    first = a_renewal(certificate)
    first.save()
    rows = RenewalApplication.objects.filter(pk=first.pk)
    assert [
        refused(a_renewal(certificate).save),
        refused(lambda: rows.update(state="rejected", word="No.", decided_by=certificate.holder)),
        refused(lambda: rows.update(state="rejected", word="", decided_by=other)),
        refused(lambda: rows.update(state="approved", decided_by=other)),
        refused(lambda: rows.update(state="rejected", word="No.", decided_by=other, decided_at=LATER)),
        refused(lambda: rows.update(state="draft", decided_by=None), naming="the answer stands"),
        refused(lambda: delete_row("instructors_renewalapplication", first.pk), naming="rows are kept"),
        refused(a_renewal(certificate).save),
    ] == [True, True, True, True, False, True, True, False]


def test_an_ask_is_answered_once_and_by_another(certificate: Certificate, other: Any) -> None:
    second = make_user("second@example.org", "Second")
    ask = an_ask(certificate, other)
    ask.save()
    rows = CertificateAsk.objects.filter(pk=ask.pk)

    def answer(by: Any, state: str = "granted") -> Any:
        return lambda: rows.update(state=state, answered_by=by, answered_at=LATER)

    assert [
        refused(an_ask(certificate, other).save),
        refused(an_ask(certificate, certificate.holder).save, naming="ask_names_what_it_must"),
        refused(an_ask(certificate, other, kind="name", name_after="Zoé").save, naming="ask_names_what_it_must"),
        refused(answer(other), naming="ask_answered_by_another"),
        refused(answer(certificate.holder), naming="ask_answered_by_another"),
        refused(lambda: rows.update(reason="other"), naming="what was written stays"),
        refused(answer(second)),
        refused(answer(second, "refused"), naming="the answer stands"),
    ] == [True] * 6 + [False, True]


def test_a_reminder_is_told_once_and_never_forgotten(certificate: Certificate) -> None:
    told = {"certificate": certificate, "ends_on": date(2030, 1, 1), "days": 90, "told_at": LATER}
    first = CertificateNotice.objects.create(**told)
    with pytest.raises(MustNotChange):
        first.delete()
    assert [
        refused(CertificateNotice(**told).save),
        refused(lambda: CertificateNotice.objects.update(days=60), naming="append-only"),
        refused(lambda: delete_row("instructors_certificatenotice", first.pk), naming="append-only"),
    ] == [True, True, True]


def test_the_database_refuses_a_certificate_issued_by_its_holder(certificate: Certificate, other: Any) -> None:
    said: dict[str, Any] = {"valid_from": DAY, "reason_code": ""}
    assert refused(an_event(certificate, certificate.holder, "issued", **said).save)
    assert not refused(an_event(certificate, other, "issued", **said).save)
