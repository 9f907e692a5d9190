"""The registrar's pages for old certificates, the register as a table, and two accounts of one person."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from config.accounts.models import User
from instructors.models import Certificate, CertifyingBody, Merger
from instructors.numbering import compose
from tests.cast import sign_in
from tests.factories.accounts import make_user
from tests.factories.instructors import (
    LATER,
    a_body,
    a_certificate,
    a_credential,
    a_registrar,
    a_trainer,
)

pytestmark = pytest.mark.django_db
RECORD = "/admin/instructors/certificate/record/"
IMPORT = "/admin/instructors/certificate/import/"
REGISTER = "/admin/instructors/certificate/register/"
HEADS = "number,letters,name,email,valid_from,valid_until\n"


@pytest.fixture(autouse=True)
def _the_clock_stands() -> Iterator[None]:
    with time_machine.travel(LATER, tick=False):
        yield


def iaim() -> CertifyingBody:
    body = a_body("international-association-infant-massage", signs_here=False, number_prefix="IAIM")
    a_credential(body)
    return body


def typed(body: CertifyingBody, **other: Any) -> dict[str, Any]:
    said = {"credential": a_credential(body).pk, "number": "IAIM 77", "name": "Ruth Adeyemi", "is_checked": "on"}
    dates = {"valid_from": "2024-03-31", "valid_until": "2029-03-30"}
    return {**said, **dates, "email": "ruth@example.org", **other}


def the_table(*lines: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("old.csv", (HEADS + "\n".join(lines)).encode("utf-8-sig"), "text/csv")


def test_record_writes_down_a_checked_certificate_and_shows_it(client: Client) -> None:
    body = iaim()
    by = a_registrar(body)
    answer = sign_in(client, by).post(reverse("admin:instructors_certificate_record"), typed(body))
    made = Certificate.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (
        302,
        reverse("admin:instructors_certificate_change", args=[made.pk]),
    )
    page = client.get(f"/c/{made.public_code}/").content.decode()
    said = ["IAIM-77", "Ruth Adeyemi", "Valid today", "Checked by Carla Nunes on 20 May 2026"]
    assert [words for words in said if words not in page] == []


def test_record_says_what_is_wrong_and_keeps_what_was_typed(client: Client) -> None:
    body, other = iaim(), a_body("other-school")
    a_certificate(make_user("zoe@example.org", "Zoë"), body=body, number="IAIM-77")
    sign_in(client, a_registrar(body))
    answers = [
        client.post(RECORD, typed(body)),
        client.post(RECORD, typed(body, email="ruth", is_checked="")),
        client.post(RECORD, typed(body, credential=a_credential(other).pk)),
    ]
    pages = [answer.content.decode() for answer in answers]
    assert [answer.status_code for answer in answers] == [409, 422, 422]
    assert ("on record already" in pages[0], "Ruth Adeyemi" in pages[0], "Please tick this" in pages[1]) == (
        True,
        True,
        True,
    )
    assert (Certificate.objects.count(), User.objects.filter(email="ruth@example.org").exists()) == (1, False)


def test_import_shows_every_line_and_then_writes_exactly_that(client: Client) -> None:
    body = iaim()
    sign_in(client, a_registrar(body))
    right = compose("IAIM", "CIMI", 2019, 1)
    good = [
        f"{right},CIMI,Ruth Adeyemi,ruth@example.org,2019-03-31,2029-03-30",
        "5,CIMI,Yan,yan@example.org,2020-01-01,",
    ]
    bad = [*good, f"{right[:-1]}{'1' if right[-1] != '1' else '2'},CIMI,Zoë,zoe@example.org,2019-03-31,"]
    wrong = client.post(IMPORT, {"body": body.pk, "table": the_table(*bad)})
    assert ("mistyped" in wrong.content.decode(), 'name="seen"' in wrong.content.decode()) == (True, False)
    tried = client.post(IMPORT, {"body": body.pk, "table": the_table(*good)})
    assert ("Record all 2 certificates" in tried.content.decode(), Certificate.objects.count()) == (True, 0)
    shown = {"body": body.pk, "content": tried.context["content"], "seen": tried.context["trial"].seen}
    make_user("yan@example.org", "Yan")
    changed = client.post(IMPORT, shown)
    assert (changed.status_code, "Something has changed" in changed.content.decode()) == (409, True)
    shown["seen"] = changed.context["trial"].seen
    # A browser sends other line ends than it was given.
    answers = [client.post(IMPORT, {**shown, "content": shown["content"].replace("\n", "\r\n")}) for _twice in (1, 2)]
    assert ([answer.status_code for answer in answers], Certificate.objects.count()) == ([302, 409], 2)


def test_import_says_what_is_no_table(client: Client) -> None:
    body, other = iaim(), a_body("other-school")
    sign_in(client, a_registrar(body))
    picture = SimpleUploadedFile("old.csv", b"PK\x03\x04\x00\x00", "text/csv")
    answers = [
        client.post(IMPORT, {"body": body.pk, "table": picture}),
        client.post(IMPORT, {"body": body.pk}),
        client.post(IMPORT, {"body": body.pk, "table": SimpleUploadedFile("old.csv", b"a,b\n1,2")}),
        client.post(IMPORT, {"body": other.pk, "table": the_table("5,CIMI,Yan,yan@example.org,2020-01-01,")}),
        client.post(IMPORT, {"body": other.pk, "content": HEADS, "seen": "x"}),
    ]
    assert [answer.status_code for answer in answers] == [422] * 5
    assert "Missing: number" in answers[2].content.decode()


def test_import_template_is_a_table_to_fill_in(client: Client) -> None:
    sign_in(client, a_registrar(iaim()))
    answer = client.get(reverse("admin:instructors_certificate_import_template"))
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert (",".join(lines[0]) + "\n", lines[1][0], answer["Content-Type"]) == (
        HEADS,
        "IAIM-1234",
        "text/csv; charset=utf-8",
    )


def test_register_holds_what_the_reader_sees_and_no_formula(client: Client) -> None:
    body, other = iaim(), a_body("other-school")
    a_certificate(make_user("yan@example.org", "=HYPERLINK(1)"), body=body)
    a_certificate(make_user("zoe@example.org", "Zoë"), body=other)
    sign_in(client, a_registrar(body))
    page = client.get(reverse("admin:instructors_certificate_register"))
    answer = client.post(REGISTER)
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert (page.status_code, [line[1] for line in lines], "@" in answer.content.decode()) == (
        200,
        ["Name", "'=HYPERLINK(1)"],
        False,
    )


@pytest.mark.parametrize("count", [1, 3])
def test_register_asks_as_much_for_three_as_for_one(
    client: Client, count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    body = iaim()
    for number in range(count):
        a_certificate(make_user(f"n{number}@example.org", f"N{number}"), body=body)
    sign_in(client, a_registrar(body))
    with django_assert_max_num_queries(18):
        client.post(REGISTER)


def test_pages_of_records_are_for_registrars(client: Client) -> None:
    sign_in(client, a_trainer())
    answers = [client.get(page).status_code for page in (RECORD, IMPORT, f"{IMPORT}template/", REGISTER)]
    assert answers == [403, 403, 403, 200]


def test_merge_shows_what_would_move_and_then_moves_it(client: Client) -> None:
    body = a_body()
    by = a_registrar(body)
    row = a_certificate(make_user("new@example.org", "Aisha Noor"))
    other = a_trainer("old@example.org", "Aisha Noor")
    sign_in(client, by)
    page = reverse("admin:instructors_certificate_merge", args=[row.pk])
    typed_in = {"email": "OLD@example.org", "reason": "She rang."}
    shown = client.post(page, typed_in)
    assert ("Moves from Aisha Noor to Aisha Noor" in shown.content.decode(), Merger.objects.count()) == (True, 0)
    seen = shown.context["planned"].seen
    done = [client.post(page, {**typed_in, "seen": seen}) for _twice in (1, 2)]
    assert ([answer.status_code for answer in done], Certificate.objects.held_by(other).count()) == ([302, 409], 0)
    refused = [client.post(page, {"email": who, "reason": "x"}).status_code for who in ("no@example.org", "", by.email)]
    foreign = a_certificate(make_user("zoe@example.org", "Zoë"), body=a_body("other-school"))
    hidden = client.get(reverse("admin:instructors_certificate_merge", args=[foreign.pk])).status_code
    assert (refused, hidden) == ([409, 422, 409], 404)
