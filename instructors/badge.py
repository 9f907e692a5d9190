"""The certificate as an Open Badge 3.0: readable JSON that any verifier can check against the body's public key."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext as _

from instructors.achievements import achievement_of, issuer_of
from instructors.models import (
    Certificate,
    CertificateDocument,
    CertificatePeriod,
    SigningKey,
    SignOff,
    StatusEntry,
    TrainingEvent,
)
from instructors.numbering import read_code
from instructors.proofs import CannotBeSigned, sign, status_of
from instructors.refusals import CannotIssue
from instructors.signing_keys import address_of, key_to_sign, method_of, private_of
from instructors.status_lists import address_of_list, take_bit

# In this order. Without the third, the type of the schema would not be covered by the signature.
CONTEXTS = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
]
SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
# Signed documents are for machines all over the world: one language, whoever presses the button.
LANGUAGE = "en"


@dataclass(frozen=True)
class Badge:
    """What was signed. `content` is UTF-8 JSON, to be kept byte for byte."""

    content: bytes
    credential_uuid: UUID
    status_index: int
    signing_key: SigningKey


def make_badge(certificate: Certificate, period: CertificatePeriod, *, now: datetime) -> Badge:
    """A new signed badge, with a bit of its own in the body's status list.

    Inside the caller's transaction, which stores it as a document. Raises CannotIssue where the body does not sign
    here, where no key of it is at hand, or where the period is over.
    """
    key = _key_for(certificate, now)
    begins, ends = validity(certificate, period, now=now)
    if ends and ends <= begins:
        raise CannotIssue(_("The certificate has run out, so no new badge is made. Renew it first."))
    entry = take_bit(key.body, key, now=now)
    with translation.override(LANGUAGE):
        document = _document(certificate, entry, begins, ends)
    try:
        signed = sign(document, private=private_of(key), method=method_of(key), at=now)
    except CannotBeSigned as error:
        said = {"body": key.body, "trouble": str(error)}
        raise CannotIssue(
            _("The badge of %(body)s cannot be signed. Please show this to the office: %(trouble)s") % said
        ) from error
    content = json.dumps(signed, ensure_ascii=False, indent=2).encode()
    return Badge(content, entry.credential_uuid, entry.index, key)


def keep_badge(
    certificate: Certificate, period: CertificatePeriod, badge: Badge, *, reason: str, now: datetime
) -> CertificateDocument:
    """The badge as a document of the certificate; the one before is marked replaced, and so its bit is set."""
    documents = CertificateDocument.objects.current(certificate).of_kind(CertificateDocument.Kind.OB3)
    documents.update(replaced_at=now)
    return CertificateDocument.objects.create(
        certificate=certificate,
        period=period,
        kind=CertificateDocument.Kind.OB3,
        content=badge.content,
        sha256=hashlib.sha256(badge.content).hexdigest(),
        credential_uuid=badge.credential_uuid,
        status_index=badge.status_index,
        created_at=now,
        reason=reason,
    )


def shown_badge(code: str) -> CertificateDocument | None:
    """The present badge under that code of a public page; None where there is none to show."""
    read = read_code(code)
    documents = CertificateDocument.objects.of_kind(CertificateDocument.Kind.OB3).select_related("certificate")
    return documents.filter(
        certificate__public_code=read or "-", certificate__is_published=True, replaced_at__isnull=True
    ).first()


def validity(certificate: Certificate, period: CertificatePeriod, *, now: datetime) -> tuple[datetime, datetime | None]:
    """From when and until when the badge holds: until the end of the last day.

    A badge made anew holds from its making, and so is the later one. Only a certificate that is valid from a later day
    begins with that day; "today" may have come already where the training was held.
    """
    first = certificate.periods.order_by("seq").values_list("valid_from", flat=True).first() or period.valid_from
    begins = _at(first, time.min)
    if begins - now < timedelta(days=1):
        begins = now
    return begins, _at(period.valid_until, time(23, 59, 59)) if period.valid_until else None


def _key_for(certificate: Certificate, now: datetime) -> SigningKey:
    body = certificate.credential_type.body
    if certificate.origin != Certificate.Origin.ISSUED_HERE or not body.signs_here:
        raise CannotIssue(_("%(body)s issues its own certificates; record it instead.") % {"body": body})
    if body.authorised_until and body.authorised_until < now.date():
        raise CannotIssue(
            _("The authorisation to sign for %(body)s has run out. Please ask for a new one.") % {"body": body}
        )
    key = key_to_sign(body, now=now)
    if key is None:
        raise CannotIssue(
            _("No key to sign for %(body)s is at hand. Whoever runs the site makes one with “make_signing_key”.")
            % {"body": body}
        )
    return key


def _document(certificate: Certificate, entry: StatusEntry, begins: datetime, ends: datetime | None) -> dict[str, Any]:
    credential = certificate.credential_type
    document: dict[str, Any] = {
        "@context": CONTEXTS,
        "id": f"urn:uuid:{entry.credential_uuid}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": credential.title,
        "issuer": issuer_of(credential),
        "validFrom": _said(begins),
        "awardedDate": _said(_at(certificate.issued_on, time.min)),
        "credentialSubject": _subject(certificate),
        "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
        # One and not two: the schema takes no list here, so a suspension is a revocation of this one document.
        "credentialStatus": status_of(address_of_list(entry.status_list), entry.index),
    }
    if ends:
        document["validUntil"] = _said(ends)
    return document


def _subject(certificate: Certificate) -> dict[str, Any]:
    subject: dict[str, Any] = {
        "type": ["AchievementSubject"],
        "identifier": _identifiers(certificate),
        "licenseNumber": certificate.number,
        "achievement": achievement_of(certificate.credential_type, certificate.programme),
    }
    signature = SignOff.objects.standing_for(certificate.traineeship_id or 0).first()
    if signature:
        subject["source"] = _source(certificate, signature)
        subject["activityEndDate"] = _said(signature.signed_at)
    if certificate.traineeship and (first := _first_day(certificate.traineeship.event)):
        subject["activityStartDate"] = _said(first)
    return subject


def _identifiers(certificate: Certificate) -> list[dict[str, Any]]:
    """Who it is: the name as it is printed, and the address so that only who knows it already can compare."""
    salt = secrets.token_hex(16)
    address = certificate.holder.email.lower()
    digest = hashlib.sha256(f"{address}{salt}".encode()).hexdigest()
    return [
        {
            "type": "IdentityObject",
            "hashed": False,
            "identityType": "name",
            "identityHash": certificate.name_as_issued,
        },
        {
            "type": "IdentityObject",
            "hashed": True,
            "identityType": "emailAddress",
            "identityHash": f"sha256${digest}",
            "salt": salt,
        },
    ]


def _source(certificate: Certificate, signature: SignOff) -> dict[str, Any]:
    """Who judged it: the trainer, under the address of their own certificate where anyone may see it."""
    body, day = certificate.credential_type.body, signature.signed_at.date()
    own = Certificate.objects.held_by(signature.signed_by).to_train(body).valid(day).published().first()
    address = address_of("certificate", own.public_code) if own else f"urn:uuid:{UUID(bytes=secrets.token_bytes(16))}"
    return {"id": address, "type": ["Profile"], "name": str(signature.signed_by)}


def _first_day(event: TrainingEvent | None) -> datetime | None:
    day = event.days.first() if event else None
    return datetime.combine(day.on, day.starts, tzinfo=ZoneInfo(event.time_zone)) if event and day else None


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, tzinfo=UTC)


def _said(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
