"""The keys with which this site signs in a body's name, and the document that tells everyone their public halves.

A private half lies in a file of SIGNING_KEYS_DIR that only the site may read, or in SIGNING_KEYS of the environment.
"""

from __future__ import annotations

import os
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from config.audit.trail import record
from instructors.models import CertifyingBody, CredentialType, SigningKey
from instructors.proofs import CannotBeSigned, new_private_key, public_key_of
from instructors.refusals import CannotIssue

CONTEXTS = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"]
_FRAME = "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n"


def make_key(body: CertifyingBody, *, by: Any, now: datetime, private: bytes = b"") -> SigningKey:
    """A new key that signs from now on; the one before is retired and stays listed.

    `private` is a key in PEM that there is already. Raises CannotIssue for a body that does not sign here.
    """
    with transaction.atomic():
        row = CertifyingBody.objects.select_for_update(of=("self",), no_key=True).get(pk=body.pk)
        if not row.signs_here:
            raise CannotIssue(_("%(body)s issues its own certificates, so it has no key here.") % {"body": row})
        public = lay_down(private or new_private_key())
        SigningKey.objects.of(row).not_retired().update(retired_at=now)
        key = SigningKey.objects.create(body=row, public_key=public, valid_from=now)
        record("made a signing key", by=by, about=key, now=now, detail={"body": row.slug, "public_key": public})
    return key


def mark_compromised(key: SigningKey, *, by: Any, now: datetime) -> SigningKey:
    """Nothing that it signed counts any more, and it is no longer listed. For good; pressed twice is once."""
    with transaction.atomic():
        row = SigningKey.objects.select_for_update(of=("self",), no_key=True).select_related("body").get(pk=key.pk)
        if row.compromised_at is None:
            row.compromised_at, row.retired_at = now, row.retired_at or now
            row.save(update_fields=["compromised_at", "retired_at"])
            record("a signing key got out", by=by, about=row, now=now, detail={"public_key": row.public_key})
    return row


def key_to_sign(body: CertifyingBody, *, now: datetime) -> SigningKey | None:
    """The key in use for new badges, if its private half is at hand."""
    key = SigningKey.objects.of(body).in_use(now).select_related("body").first()
    return key if key and private_of(key) else None


def key_for_lists(body: CertifyingBody) -> SigningKey | None:
    """The newest key that is trusted and at hand. A list is signed for as long as any badge of the body is about."""
    trusted = SigningKey.objects.of(body).trusted().select_related("body").order_by("-pk")[:10]
    return next((key for key in trusted if private_of(key)), None)


def private_of(key: SigningKey) -> bytes:
    """The private half as PEM; empty where it is not at hand."""
    file = settings.SIGNING_KEYS_DIR / f"{key.public_key}.pem"
    found = [file.read_bytes()] if file.is_file() else []
    found += [_FRAME.format(line.strip()).encode() for line in settings.SIGNING_KEYS]
    return next((private for private in found if _is_half_of(private, key)), b"")


def lay_down(private: bytes) -> str:
    """Put it into a file that nobody but the site's own user may read, and return the public half.

    One that lies there already stays. Raises CannotBeSigned for what is no Ed25519 key.
    """
    public = public_key_of(private)
    settings.SIGNING_KEYS_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(settings.SIGNING_KEYS_DIR / f"{public}.pem", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return public
    with os.fdopen(handle, "wb") as file:
        file.write(private)
    return public


def issuer_at(slug: str) -> CertifyingBody | None:
    """The body under that short address, if it ever had a key here."""
    return CertifyingBody.objects.filter(slug=slug, signingkey__isnull=False).distinct().first()


def credential_at(slug: str, code: str) -> CredentialType | None:
    """The title of such a body with those letters."""
    found = CredentialType.objects.filter(body__slug=slug, code=code, body__signingkey__isnull=False)
    return found.select_related("body", "requires").distinct().first()


def did_of(body: CertifyingBody) -> str:
    """Who the issuer is, as did:web:example.org:issuers:school; a port is part of the name."""
    host = quote(urlsplit(settings.SITE_URL).netloc, safe="")
    return f"did:web:{host}:issuers:{body.slug}"


def method_of(key: SigningKey) -> str:
    """The key's name in a proof. Its fragment is the key itself, so that some verifiers need to fetch nothing."""
    return f"{did_of(key.body)}#{key.public_key}"


def did_document_of(body: CertifyingBody) -> dict[str, Any]:
    """The document behind the issuer's name: every key but for compromised ones, the newest first."""
    did = did_of(body)
    keys = SigningKey.objects.of(body).trusted().select_related("body").order_by("-pk")[:100]
    methods = [
        {"id": method_of(key), "type": "Multikey", "controller": did, "publicKeyMultibase": key.public_key}
        for key in keys
    ]
    return {
        "@context": CONTEXTS,
        "id": did,
        "alsoKnownAs": [body.website] if body.website else [],
        "verificationMethod": methods,
        # Names and not objects: some verifiers read nothing else here.
        "assertionMethod": [method["id"] for method in methods],
    }


def address_of(name: str, *args: Any) -> str:
    """The whole address of a page of ours, as it stands in signed documents."""
    return f"{settings.SITE_URL}{reverse(f'instructors:{name}', args=args)}"


def _is_half_of(private: bytes, key: SigningKey) -> bool:
    try:
        return public_key_of(private) == key.public_key
    except CannotBeSigned:
        return False
