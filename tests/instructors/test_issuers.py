"""What machines and strangers read of badges, and where whoever runs the site looks after keys."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from instructors import achievements
from instructors.models import Certificate, CertificateDocument, SigningKey
from instructors.signing_keys import private_of
from tests.answers import said
from tests.cast import sign_in
from tests.factories.accounts import make_user
from tests.factories.badges import a_badge_of, an_issued_certificate
from tests.factories.instructors import a_body, a_certificate, a_credential, a_programme, a_trainer
from tests.factories.keys import a_key

pytestmark = pytest.mark.django_db
PAGE = "/issuers/example-school/achievements/CIMI/"


def badge_page(code: str) -> str:
    return reverse("instructors:certificate_badge", args=[code])


def test_certificate_badge_is_the_bytes_that_were_signed_for_any_site_to_read(client: Client) -> None:
    certificate = an_issued_certificate()
    answer = client.get(badge_page(certificate.public_code))
    kept = CertificateDocument.objects.current(certificate).of_kind("ob3").get()
    assert answer.content == bytes(kept.content)
    assert {name: answer.headers[name] for name in WANTED} == {
        "Content-Type": "application/vc+ld+json",
        "Content-Disposition": f'inline; filename="{certificate.number}.json"',
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Cache-Control": "public, max-age=300",
        "X-Robots-Tag": "noindex",
    }
    again = client.get(badge_page(certificate.public_code), headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content, again.headers["Access-Control-Allow-Origin"]) == (304, b"", "*")


WANTED = (
    *("Content-Type", "Content-Disposition", "Access-Control-Allow-Origin", "Cross-Origin-Resource-Policy"),
    *("Cache-Control", "X-Robots-Tag"),
)


def test_certificate_badge_shows_the_present_one_and_reads_a_code_as_people_write_it(client: Client) -> None:
    certificate = an_issued_certificate()
    old = client.get(badge_page(certificate.public_code)).content
    new = a_badge_of(certificate, reason="reinstated")
    spaced = " ".join((certificate.public_code[:4], certificate.public_code[4:8], certificate.public_code[8:])).lower()
    assert client.get(badge_page(spaced)).content == bytes(new.content) != old


def test_certificate_badge_answers_alike_for_missing_hidden_and_recorded(client: Client) -> None:
    hidden = an_issued_certificate()
    Certificate.objects.filter(pk=hidden.pk).update(is_published=False)
    recorded = a_certificate(a_trainer(), "CIMI")
    codes = ("0" * 12, hidden.public_code, recorded.public_code, "x", "é" * 12)
    answers = [client.get(badge_page(code)) for code in codes]
    assert {answer.status_code for answer in answers} == {404}
    assert len({repr(said(one, badge_page(code))) for one, code in zip(answers, codes, strict=True)}) == 1


def test_certificate_badge_lets_nobody_try_codes_one_by_one(client: Client) -> None:
    answers = [client.get(badge_page("0" * 12)).status_code for _try in range(61)]
    assert (answers[:60], answers[60]) == ([404] * 60, 429)


def test_did_document_lists_the_keys_of_a_body_that_signs_here(client: Client) -> None:
    body = a_body(website="https://school.example/")
    a_body("other-school", signs_here=False)
    answer = client.get("/issuers/example-school/did.json")
    key = SigningKey.objects.get().public_key
    did = "did:web:localhost%3A8000:issuers:example-school"
    assert answer.headers["Content-Type"] == "application/did+ld+json"
    assert answer.json() == {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "alsoKnownAs": [body.website],
        "verificationMethod": [
            {"id": f"{did}#{key}", "type": "Multikey", "controller": did, "publicKeyMultibase": key}
        ],
        "assertionMethod": [f"{did}#{key}"],
    }
    assert client.get("/issuers/other-school/did.json").status_code == 404


def test_did_document_asks_as_much_of_the_database_for_three_keys_as_for_one(
    client: Client, django_assert_num_queries: Any
) -> None:
    body = a_body()
    with django_assert_num_queries(2):
        client.get("/issuers/example-school/did.json")
    a_key(body, name="second")
    a_key(body, name="third")
    with django_assert_num_queries(2):
        assert len(client.get("/issuers/example-school/did.json").json()["assertionMethod"]) == 3


def test_status_list_is_signed_kept_for_minutes_and_changes_at_once(client: Client) -> None:
    certificate = an_issued_certificate()
    page = reverse("instructors:status_list", args=["example-school", 1])
    first = client.get(page)
    same = client.get(page, headers={"If-None-Match": first.headers["ETag"]})
    a_badge_of(certificate)
    second = client.get(page, headers={"If-None-Match": first.headers["ETag"]})
    assert [first.status_code, same.status_code, second.status_code] == [200, 304, 200]
    assert (first.headers["Content-Type"], first.headers["Cache-Control"]) == (
        "application/vc+ld+json",
        "public, max-age=300",
    )
    assert first.json()["credentialSubject"]["ttl"] == 300_000
    assert client.get(reverse("instructors:status_list", args=["example-school", 2])).status_code == 404


def test_status_list_without_a_key_at_hand_is_no_silent_yes(client: Client, settings: Any, tmp_path: Any) -> None:
    an_issued_certificate()
    settings.SIGNING_KEYS_DIR = tmp_path
    answer = client.get(reverse("instructors:status_list", args=["example-school", 1]))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "300")


def test_achievement_is_a_page_for_people_and_json_for_programs(client: Client) -> None:
    programme = a_programme()
    page, told = client.get(PAGE), client.get(PAGE, headers={"Accept": "application/ld+json"})
    asked = achievements.asked_by(programme)
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert [line for line in (*asked, "The title CIMI", "Example School") if line not in page.content.decode()] == []
    assert (told.headers["Content-Type"], told.json()["id"]) == ("application/ld+json", f"http://localhost:8000{PAGE}")
    assert "Accept" in page.headers["Vary"]
    assert [client.get(PAGE, headers={"Accept": kind}).headers["Content-Type"] for kind in ("*/*", "text/css")] == [
        "text/html; charset=utf-8",
        "text/html; charset=utf-8",
    ]


def test_achievement_without_an_open_way_says_so_and_of_others_there_is_none(client: Client) -> None:
    a_credential()
    other = a_credential(a_body("other-school", signs_here=False))
    assert "No way to this title is open at the moment." in client.get(PAGE).content.decode()
    assert client.get(f"/issuers/other-school/achievements/{other.code}/").status_code == 404
    assert client.get("/issuers/example-school/achievements/cimi/").status_code == 404


# Where keys are looked after ---------------------------------------------------------------------------------------


def test_whoever_runs_the_site_makes_a_key_and_reads_how_each_stands(client: Client, now: Any) -> None:
    body = a_body()
    sign_in(client, make_user("owner@example.org", "Olu Peters", is_staff=True, is_superuser=True))
    made = client.post(reverse("admin:instructors_signingkey_add"), {"body": body.pk}, follow=True)
    new = SigningKey.objects.not_retired().get()
    page = made.content.decode()
    assert "Signs new badges." in page
    assert "Retired. What it signed still counts." in page
    detail = client.get(reverse("admin:instructors_signingkey_change", args=[new.pk])).content.decode()
    assert (new.public_key in detail, private_of(new).decode().splitlines()[1] in detail) == (True, False)


def test_a_key_that_got_out_is_replaced_on_one_page_and_pressed_twice_is_once(client: Client, now: Any) -> None:
    an_issued_certificate()
    old = SigningKey.objects.get()
    sign_in(client, make_user("owner@example.org", "Olu Peters", is_staff=True, is_superuser=True))
    page = reverse("admin:instructors_signingkey_got_out", args=[old.pk])
    unsure = client.post(page, {})
    answers = [client.post(page, {"sure": "on"}, follow=True).content.decode() for _press in range(2)]
    assert unsure.status_code == 422
    assert "Badges waiting to be signed anew: 1." in answers[0]
    assert (SigningKey.objects.compromised().get(), SigningKey.objects.count()) == (old, 2)


def test_a_registrar_does_not_look_after_keys(client: Client, now: Any) -> None:
    a_body()
    sign_in(client, make_user("registrar@example.org", "Carla Nunes", is_staff=True))
    old = SigningKey.objects.get()
    for name, args in (("changelist", []), ("add", []), ("change", [old.pk]), ("got_out", [old.pk])):
        answer = client.post(reverse(f"admin:instructors_signingkey_{name}", args=args), {"sure": "on"})
        assert answer.status_code in (403, 404), name
    assert SigningKey.objects.get().compromised_at is None


def test_a_badge_in_any_language_of_the_page_is_json_that_reads_back(client: Client) -> None:
    certificate = an_issued_certificate()
    answer = client.get(badge_page(certificate.public_code), headers={"Accept-Language": "ar"})
    assert json.loads(answer.content)["credentialSubject"]["licenseNumber"] == certificate.number
