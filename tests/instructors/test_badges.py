"""The certificate as an Open Badge: what stands in it, who can check it, and when it falls."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.test import Client, override_settings
from django.utils import translation
from openbadgeslib.ob3 import OB3LdpVerifier, OB3VerificationError

from instructors import demo, proofs
from instructors.badge import make_badge
from instructors.models import Certificate, CertificateDocument, SigningKey, StatusEntry, StatusList
from instructors.refusals import CannotIssue
from instructors.signing_keys import method_of
from instructors.status_lists import is_set, set_bits, signed_list
from tests.factories.accounts import make_user
from tests.factories.badges import a_badge_of, an_issued_certificate
from tests.factories.instructors import AT, LATER, a_body, a_certificate, a_ready_traineeship, a_trainer
from tests.factories.keys import a_key

pytestmark = pytest.mark.django_db
HOST = "http://localhost:8000"


def badge_of(certificate: Certificate) -> CertificateDocument:
    return CertificateDocument.objects.current(certificate).of_kind("ob3").get()


def told(document: CertificateDocument) -> dict[str, Any]:
    return dict(json.loads(bytes(document.content)))


def subject_of(document: CertificateDocument) -> dict[str, Any]:
    return dict(told(document)["credentialSubject"])


# What stands in it -------------------------------------------------------------------------------------------------


def test_a_badge_says_what_the_certificate_says() -> None:
    certificate = an_issued_certificate()
    badge, subject = told(badge_of(certificate)), subject_of(badge_of(certificate))
    assert {
        "id": badge["id"],
        "title": badge["name"],
        "issuer": badge["issuer"],
        "dates": (badge["awardedDate"], badge["validFrom"], badge["validUntil"]),
        "name": subject["identifier"][0]["identityHash"],
        "number": subject["licenseNumber"],
        "achievement": {name: subject["achievement"][name] for name in ("id", "name", "version")},
        "method": badge["proof"]["verificationMethod"],
    } == {
        "id": f"urn:uuid:{badge_of(certificate).credential_uuid}",
        "title": "The title CIMI",
        "issuer": {
            "id": "did:web:localhost%3A8000:issuers:example-school",
            "type": ["Profile"],
            "name": "Example School",
        },
        "dates": ("2026-03-01T00:00:00Z", "2026-03-01T09:00:00Z", "2029-03-01T23:59:59Z"),
        "name": "Zoë Lindqvist",
        "number": certificate.number,
        "achievement": {
            "id": f"{HOST}/issuers/example-school/achievements/CIMI/",
            "name": "The title CIMI",
            "version": "four-days 1",
        },
        "method": method_of(SigningKey.objects.get()),
    }


def test_a_badge_that_is_issued_names_who_judged_and_when_it_was_learned() -> None:
    trainer = a_trainer()
    certificate = demo.certify(a_ready_traineeship(trainer), trainer=trainer, now=LATER)
    own = Certificate.objects.get(holder=trainer, credential_type__code="CIIT")
    subject = subject_of(badge_of(certificate))
    assert (subject["source"], subject["activityStartDate"], subject["activityEndDate"]) == (
        {"id": f"{HOST}/c/{own.public_code}/", "type": ["Profile"], "name": "Aisha Noor"},
        "2026-03-02T09:00:00Z",
        "2026-05-20T09:00:00Z",
    )


def test_the_address_of_the_holder_can_be_compared_and_not_read() -> None:
    badge = badge_of(an_issued_certificate())
    said = subject_of(badge)["identifier"][1]
    digest = hashlib.sha256(f"zoe@example.org{said['salt']}".encode()).hexdigest()
    assert (said["hashed"], said["identityHash"]) == (True, f"sha256${digest}")
    assert b"zoe@example.org" not in bytes(badge.content)


def test_a_badge_is_the_same_in_every_language() -> None:
    certificate = an_issued_certificate()
    first = subject_of(badge_of(certificate))
    with translation.override("es"):
        again = subject_of(a_badge_of(certificate))
    assert first["achievement"] == again["achievement"]


@pytest.mark.parametrize(
    "name", ["الزهراء بنت أحمد", 'O’Neill & <Sons> #1 $* \\ "x"', "\u200fמרים", "李小龍", "Zoe\u0308"]
)
def test_a_name_in_any_script_is_signed_as_it_is(name: str) -> None:
    badge = badge_of(an_issued_certificate(name_as_issued=name))
    assert subject_of(badge)["identifier"][0]["identityHash"] == name
    assert proofs.holds(told(badge), public_key=SigningKey.objects.get().public_key)


# Who makes none ----------------------------------------------------------------------------------------------------


def no_key(certificate: Certificate) -> None:
    SigningKey.objects.update(retired_at=AT)


def not_in_its_name(certificate: Certificate) -> None:
    body = certificate.credential_type.body
    body.signs_here = False
    body.save()


def authorised_no_longer(certificate: Certificate) -> None:
    body = certificate.credential_type.body
    body.authorised_until = AT.date() - timedelta(days=1)
    body.save()


@pytest.mark.parametrize(
    ("happens", "words"),
    [
        (
            no_key,
            "No key to sign for Example School is at hand. Whoever runs the site makes one with “make_signing_key”.",
        ),
        (not_in_its_name, "Example School issues its own certificates; record it instead."),
        (authorised_no_longer, "The authorisation to sign for Example School has run out. Please ask for a new one."),
    ],
)
def test_no_badge_is_made_without_a_right_to_sign(happens: Callable[[Certificate], None], words: str) -> None:
    certificate = an_issued_certificate()
    happens(certificate)
    certificate = Certificate.objects.with_names().get(pk=certificate.pk)
    with pytest.raises(CannotIssue) as refusal:
        make_badge(certificate, certificate.periods.get(), now=AT)
    assert (str(refusal.value), StatusEntry.objects.count()) == (words, 1)


def test_a_recorded_certificate_gets_no_badge() -> None:
    certificate = a_certificate(a_trainer(), "CIMI")
    with pytest.raises(CannotIssue, match="issues its own"):
        make_badge(certificate, certificate.periods.get(), now=AT)


def test_a_certificate_that_has_run_out_gets_no_badge() -> None:
    certificate = an_issued_certificate()
    with pytest.raises(CannotIssue, match="has run out"):
        make_badge(certificate, certificate.periods.get(), now=datetime.fromisoformat("2029-03-02T00:00:00Z"))


@override_settings(SITE_URL="https://example.org/not an address")
def test_what_a_signature_would_not_cover_is_not_signed() -> None:
    with pytest.raises(CannotIssue, match="cannot be signed"):
        an_issued_certificate()


# Who can check it --------------------------------------------------------------------------------------------------


def fetch(address: str) -> bytes:
    """What a verifier elsewhere would be answered, without a network."""
    answer = Client().get(urlsplit(address).path)
    assert answer.status_code == 200
    return bytes(answer.content)


def verify(document: bytes) -> Any:
    """By a verifier that knows nothing but the badge, and looks up the rest under the addresses in it."""
    with time_machine.travel(LATER, tick=False):
        verifier = OB3LdpVerifier()
        return verifier.verify(document, check_status=True, verify_status_list=False, download=fetch)


def test_a_verifier_finds_key_and_status_by_the_addresses_in_the_badge() -> None:
    certificate = an_issued_certificate()
    seen = verify(bytes(badge_of(certificate).content))
    assert (seen.issuer.name, seen.achievement.name) == ("Example School", "The title CIMI")


def test_one_changed_letter_fails() -> None:
    content = bytes(badge_of(an_issued_certificate()).content)
    with pytest.raises(OB3VerificationError):
        verify(content.replace("Zoë".encode(), "Zoé".encode()))


def test_a_badge_signed_by_another_key_fails() -> None:
    certificate = an_issued_certificate()
    other = a_key(a_body("other-school"))
    assert not proofs.holds(told(badge_of(certificate)), public_key=other.public_key)


# When it falls -----------------------------------------------------------------------------------------------------


def change_state(certificate: Certificate, state: str) -> None:
    """As the verbs do: the event first, then the state that follows of it."""
    second = make_user("second@example.org", "Second Registrar") if state == "revoked" else None
    certificate.events.create(
        kind=state, at=AT, effective_on=AT.date(), actor=a_trainer(), second_actor=second, reason_code="insurance"
    )
    certificate.state = state
    certificate.save(update_fields=["state"])


@pytest.mark.parametrize("state", ["suspended", "revoked", "superseded"])
def test_the_badge_of_a_certificate_that_is_not_active_has_fallen(state: str) -> None:
    certificate = an_issued_certificate()
    document = badge_of(certificate)
    before = is_set(document.credential_uuid)
    change_state(certificate, state)
    assert (before, is_set(document.credential_uuid)) == (False, True)
    with pytest.raises(OB3VerificationError, match="revocation"):
        verify(bytes(document.content))


def test_a_badge_that_was_replaced_has_fallen_and_the_new_one_stands() -> None:
    certificate = an_issued_certificate()
    old = badge_of(certificate)
    new = a_badge_of(certificate, now=LATER, reason="reinstated")
    assert (is_set(old.credential_uuid), is_set(new.credential_uuid)) == (True, False)
    assert told(new)["validFrom"] > told(old)["validFrom"]
    assert (told(new)["awardedDate"], subject_of(new)["licenseNumber"]) == (
        told(old)["awardedDate"],
        certificate.number,
    )
    verify(bytes(new.content))


def test_a_badge_that_nobody_kept_has_fallen() -> None:
    certificate = an_issued_certificate()
    lost = make_badge(certificate, certificate.periods.get(), now=AT)
    assert is_set(lost.credential_uuid)


def test_a_list_is_signed_covers_every_bit_and_changes_with_the_first_that_falls() -> None:
    certificate = an_issued_certificate()
    (found,) = StatusList.objects.all()
    first = json.loads(signed_list(found, now=AT))
    assert json.loads(signed_list(found, now=LATER)) == first  # kept while nothing changed
    change_state(certificate, "suspended")
    second = json.loads(signed_list(found, now=LATER))
    public = SigningKey.objects.get().public_key
    assert [proofs.holds(one, public_key=public) for one in (first, second)] == [True, True]
    assert first["credentialSubject"]["encodedList"] != second["credentialSubject"]["encodedList"]
    assert (second["id"], second["validUntil"]) == (f"{HOST}/issuers/example-school/status/1/", "2026-05-21T09:00:00Z")
    assert set_bits(found) == [badge_of(certificate).status_index]


def test_bits_are_drawn_at_random_and_never_twice() -> None:
    certificate = an_issued_certificate()
    for _again in range(4):
        a_badge_of(certificate)
    bits = list(StatusEntry.objects.values_list("index", flat=True))
    assert len(set(bits)) == 5
    assert bits != sorted(bits) or bits[-1] - bits[0] > 5


def test_the_bits_of_a_list_are_found_in_one_question_for_three_badges_as_for_one(
    django_assert_num_queries: Any,
) -> None:
    certificate = an_issued_certificate()
    (found,) = StatusList.objects.all()
    with django_assert_num_queries(1):
        set_bits(found)
    a_badge_of(certificate)
    a_badge_of(certificate)
    with django_assert_num_queries(1):
        assert len(set_bits(found)) == 2
