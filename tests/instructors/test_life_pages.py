"""The pages of a certificate's life: the holder's own, and one decision a page in the office."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from classes.models import Series
from classes.obstacles import unpublished_obstacles
from instructors import certificate_asks, learning, life, renewing
from instructors.groups import AUDITOR, REGISTRAR, join
from instructors.models import CERecord, Certificate, CertificateAsk, RenewalApplication
from tests.cast import Cast, sign_in
from tests.factories.accounts import make_user
from tests.factories.instructors import (
    a_body,
    a_certificate,
    a_programme,
    a_registrar,
    a_trainer,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 20, 9, tzinfo=UTC)
HOURS = {"title": "Refresher", "category": "course", "held_on": "2026-03-01", "hours": "4", "evidence": "In Leeds."}


@pytest.fixture(autouse=True)
def _the_clock_stands() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def zoe(**fields: Any) -> Certificate:
    a_programme(requirements=[], renewal_window_days=90, grace_days=30, ce_hours=12)
    holder = make_user("zoe@example.org", "Zoë Lindqvist")
    return a_certificate(holder, valid_from=date(2023, 7, 1), valid_until=date(2026, 7, 1), **fields)


def hours(certificate: Certificate, count: str, **said: Any) -> CERecord:
    facts: dict[str, Any] = {"title": f"{count} hours", "evidence": "Leeds", "held_on": date(2026, 3, 1), **said}
    return learning.note_hours(certificate, hours=Decimal(count), by=certificate.holder, now=NOW, **facts)


def page(name: str, certificate: Certificate) -> str:
    return reverse(f"instructors:{name}", args=[certificate.public_code])


def office(model: str, deed: str, row: Any) -> str:
    return reverse(f"admin:instructors_{model}_{deed}", args=[row.pk])


# The holder ------------------------------------------------------------------------------------------------------


def test_my_certificate_says_how_it_stands_and_asks_no_more_for_more_hours(client: Client) -> None:
    certificate = zoe()
    hours(certificate, "4")
    sign_in(client, certificate.holder)
    with CaptureQueriesContext(connection) as first:
        words = client.get(reverse("instructors:my_certificate")).content.decode()
    for count in ("1", "2", "3"):
        hours(certificate, count)
    with CaptureQueriesContext(connection) as second:
        client.get(reverse("instructors:my_certificate"))
    assert (len(second) <= len(first), "for 42 more days. You can renew it now." in words) == (True, True)
    assert "12 hours of learning are missing." in words


def test_somebody_elses_certificate_is_as_if_it_were_not_there(client: Client) -> None:
    certificate = zoe()
    other = make_user("other@example.org", "Other")
    a_certificate(other)
    sign_in(client, other)
    names = ("note_hours", "renew_certificate", "correct_name")
    assert [client.get(page(name, certificate)).status_code for name in names] == [404, 404, 404]
    assert client.get(reverse("instructors:my_certificate")).status_code == 200
    sign_in(client, make_user("nobody@example.org", "Nobody"))
    assert client.get(reverse("instructors:my_certificate")).status_code == 404


def test_note_hours_keeps_what_was_typed_and_take_back_hours_takes_it_back(client: Client) -> None:
    certificate = zoe()
    sign_in(client, certificate.holder)
    wrong = client.post(page("note_hours", certificate), {**HOURS, "hours": "1.3"})
    early = client.post(page("note_hours", certificate), {**HOURS, "held_on": "2020-01-01"})
    right = [client.post(page("note_hours", certificate), HOURS).status_code for _twice in range(2)]
    assert (wrong.status_code, early.status_code, right) == (422, 409, [302, 302])
    assert ("Whole and half hours" in wrong.content.decode(), "In Leeds." in early.content.decode()) == (True, True)
    noted = CERecord.objects.get()
    back = reverse("instructors:take_back_hours", args=[certificate.public_code, noted.pk])
    client.post(back)
    assert CERecord.objects.get().state == "withdrawn"
    assert client.post(reverse("instructors:take_back_hours", args=["0" * 12, noted.pk])).status_code == 404


def test_renew_certificate_says_what_is_missing_and_is_handed_in_once_whole(client: Client) -> None:
    certificate = zoe()
    registrar = a_registrar()
    learning.accept(hours(certificate, "8"), by=registrar, now=NOW)
    sign_in(client, certificate.holder)
    begun = client.post(page("renew_certificate", certificate))
    early = client.post(page("renew_certificate", certificate), {"do": "hand_in"})
    assert (begun.status_code, early.status_code, "4 hours of learning are missing." in early.content.decode()) == (
        200,
        409,
        True,
    )
    learning.accept(hours(certificate, "4"), by=registrar, now=NOW)
    handed_in = client.post(page("renew_certificate", certificate), {"do": "hand_in"})
    assert (handed_in.status_code, RenewalApplication.objects.get().state) == (302, "submitted")


def test_correct_name_asks_the_registrar_and_may_be_taken_back(client: Client) -> None:
    certificate = zoe()
    sign_in(client, certificate.holder)
    same = client.post(page("correct_name", certificate), {"name": "Zoë Lindqvist", "reason": "x"})
    asked = client.post(page("correct_name", certificate), {"name": "Zoë Bauer", "reason": "married"})
    shown = client.get(page("correct_name", certificate)).content.decode()
    client.post(page("correct_name", certificate), {"do": "take_back"})
    assert (same.status_code, asked.status_code, "You asked for “Zoë Bauer”" in shown) == (409, 302, True)
    assert CertificateAsk.objects.get().state == "withdrawn"


def test_a_name_that_was_answered_in_the_same_moment_is_not_taken_back(client: Client, monkeypatch: Any) -> None:
    certificate, registrar = zoe(), a_registrar()
    ask = certificate_asks.ask_for_name(certificate, name="Zoë Bauer", reason="married", by=certificate.holder, now=NOW)
    take_back = certificate_asks.take_back

    def late(*args: Any, **said: Any) -> CertificateAsk:
        certificate_asks.refuse(ask, word="Please send the paper.", by=registrar, now=NOW)
        return take_back(*args, **said)

    monkeypatch.setattr(certificate_asks, "take_back", late)
    sign_in(client, certificate.holder)
    answer = client.post(page("correct_name", certificate), {"do": "take_back"}, follow=True)
    assert (answer.status_code, "This was answered already." in answer.content.decode()) == (200, True)


# The office ------------------------------------------------------------------------------------------------------


def test_hours_are_answered_on_a_page_and_a_no_needs_its_word(client: Client) -> None:
    certificate = zoe()
    noted = hours(certificate, "4")
    sign_in(client, a_trainer())
    address = office("cerecord", "answer", noted)
    shown = client.get(address)
    bare = client.post(address, {"answer": "no", "word": ""})
    client.post(address, {"answer": "no", "word": "A programme of the day would do."})
    assert (shown.status_code, bare.status_code, CERecord.objects.get().state) == (200, 422, "refused")
    assert client.get(address).status_code == 403
    assert client.get(office("cerecord", "change", noted)).status_code == 200
    sign_in(client, a_trainer("bea@example.org", "Bea", a_body("other-school")))
    assert [client.get(one).status_code for one in (address, office("cerecord", "change", noted))] == [404, 404]


def test_a_registrar_decides_on_a_renewal_on_its_page(client: Client) -> None:
    certificate = zoe()
    registrar = a_registrar()
    learning.accept(hours(certificate, "12"), by=registrar, now=NOW)
    application = renewing.begin(certificate, by=certificate.holder, now=NOW)
    renewing.submit(application, by=certificate.holder, now=NOW)
    sign_in(client, registrar)
    shown = client.get(office("renewalapplication", "decide", application)).content.decode()
    answered = client.post(office("renewalapplication", "decide", application), {"answer": "yes"})
    assert ("until 1 July 2029" in shown, answered.status_code) == (True, 302)
    assert Certificate.objects.get(pk=certificate.pk).valid_until == date(2029, 7, 1)


def test_revoking_is_asked_on_one_page_and_confirmed_on_another(client: Client) -> None:
    certificate = zoe()
    first, second = a_registrar(), a_registrar(email="second@example.org")
    sign_in(client, first)
    client.post(office("certificate", "ask", certificate), {"kind": "revoke", "reason_code": "fraud"})
    ask = CertificateAsk.objects.get()
    assert client.get(office("certificateask", "answer", ask)).status_code == 403
    assert client.get(office("certificate", "change", certificate)).context["asked"] == [(ask, "")]
    sign_in(client, second)
    shown = client.get(office("certificate", "change", certificate)).context["asked"]
    assert shown == [(ask, office("certificateask", "answer", ask))]
    assert client.get(office("certificateask", "answer", ask)).status_code == 200
    client.post(office("certificateask", "answer", ask), {"answer": "yes"})
    assert Certificate.objects.get(pk=certificate.pk).state == "revoked"
    assert client.get(office("certificate", "ask", certificate)).status_code == 403


def test_an_auditor_decides_nothing_even_as_a_registrar(client: Client) -> None:
    certificate, first, second = zoe(), a_registrar(), a_registrar(email="second@example.org")
    learning.accept(hours(certificate, "12"), by=first, now=NOW)
    application = renewing.begin(certificate, by=certificate.holder, now=NOW)
    renewing.submit(application, by=certificate.holder, now=NOW)
    ask = certificate_asks.ask_for(certificate, "revoke", reason="fraud", by=first, now=NOW)
    join(second, AUDITOR)
    sign_in(client, second)
    pages = [
        office("certificateask", "answer", ask),
        office("renewalapplication", "decide", application),
        office("certificate", "ask", certificate),
        *(reverse(f"admin:instructors_certificate_{name}") for name in ("record", "import", "import_template")),
    ]
    answers = [client.post(one, {"answer": "yes"}).status_code for one in pages]
    certificate.refresh_from_db()
    assert (answers, certificate.state, certificate.valid_until) == ([403] * 6, "active", date(2026, 7, 1))


def test_what_its_body_renewed_is_written_down_by_a_registrar(client: Client) -> None:
    certificate = a_certificate(make_user("zoe@example.org", "Zoë"), valid_until=date(2026, 7, 1))
    sign_in(client, a_registrar())
    early = client.post(office("certificate", "prolong", certificate), {"until": "2026-06-01", "reason": "letter"})
    client.post(office("certificate", "prolong", certificate), {"until": "2029-07-01", "reason": "letter"})
    assert (early.status_code, certificate.periods.count()) == (409, 2)


def test_the_page_before_a_suspension_names_classes_and_no_family(client: Client, cast: Cast) -> None:
    certificate = Certificate.objects.get(holder=cast.instructor)
    join(cast.registrar, REGISTRAR)
    with time_machine.travel(datetime(2026, 3, 24, 17, 5, tzinfo=UTC), tick=False):
        sign_in(client, cast.registrar)
        words = client.get(office("certificate", "suspend", certificate)).content.decode()
    assert [name in words for name in ("Gentle Thursdays", "2 families booked", "Moreau", "Ada", "Haddad")] == [
        True,
        True,
        False,
        False,
        False,
    ]


# Classes ---------------------------------------------------------------------------------------------------------


def test_a_suspended_instructors_open_series_takes_no_new_bookings_until_reinstated(cast: Cast) -> None:
    certificate = Certificate.objects.get(holder=cast.instructor)
    said: dict[str, Any] = {"reason_code": "insurance", "by": cast.registrar, "now": NOW}
    march = datetime(2026, 3, 24, 17, 5, tzinfo=UTC)

    def standing() -> tuple[list[str], bool, bool]:
        found = Series.objects.open_to_book(march)
        codes = [one.code for one in unpublished_obstacles(cast.open)]
        return codes, found.filter(pk=cast.open.pk).exists(), found.filter(pk=cast.stream.pk).exists()

    before = standing()
    life.suspend(certificate, **said)
    during = standing()
    life.reinstate(certificate, **said)
    assert (before, during, standing()) == (([], True, True), (["paused"], False, True), ([], True, True))


def test_a_revocation_that_is_asked_for_waits_on_the_second_registrars_first_page(client: Client) -> None:
    certificate = zoe()
    first, second = a_registrar(), a_registrar(email="second@example.org")
    certificate_asks.ask_for(certificate, "revoke", reason="fraud", by=first, now=NOW)
    kinds = [[line.kind for line in renewing.waiting_for(user, now=NOW)] for user in (first, second)]
    assert kinds == [[], ["sign"]]
