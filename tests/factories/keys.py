"""Keys of bodies that sign here, for tests. Drawn from the body's name, so that the same file serves each run."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from instructors.models import CertifyingBody, SigningKey
from instructors.proofs import as_pem
from instructors.signing_keys import lay_down

LONG_AGO = datetime(2015, 1, 1, tzinfo=UTC)


def a_key(body: CertifyingBody, *, at: datetime = LONG_AGO, name: str = "") -> SigningKey:
    """The key in use of that body; the same one when asked again. With a name another one, used from then on."""
    standing = SigningKey.objects.of(body).not_retired()
    if (found := standing.first()) and not name:
        return found
    private = a_private_key(f"{body.slug} {name}".strip())
    standing.update(retired_at=at)
    return SigningKey.objects.create(body=body, public_key=lay_down(private), valid_from=at)


def a_private_key(name: str) -> bytes:
    return as_pem(Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest()))
