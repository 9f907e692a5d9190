"""Signatures on documents: W3C Data Integrity with `eddsa-rdfc-2022`, and bits that say which documents still stand.

The only module that knows openbadgeslib, which has one maintainer: PyLD and cryptography alone give the same signature
in some 25 lines. It is imported where it is used, for it is heavy; contexts come with it, nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

PURPOSE = "revocation"


class CannotBeSigned(Exception):
    """A document that a signature would not wholly cover, or a key of another kind."""


@dataclass(frozen=True)
class _Whole:
    """What the library's signer takes for a credential: it asks for the document and nothing else."""

    document: dict[str, Any]

    def to_vc(self) -> dict[str, Any]:
        return self.document


def new_private_key() -> bytes:
    """A new Ed25519 key as PEM (PKCS 8, without a password)."""
    return as_pem(Ed25519PrivateKey.generate())


def as_pem(private: Ed25519PrivateKey) -> bytes:
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def public_key_of(private: bytes) -> str:
    """The public half as a Multikey, such as z6Mk…. Raises CannotBeSigned for what is no Ed25519 key in PEM."""
    from openbadgeslib.ob3 import multikey_from_pem

    try:
        key = load_pem_private_key(private, password=None)
    except (ValueError, TypeError) as error:
        raise CannotBeSigned("not a private key in PEM without a password") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise CannotBeSigned("not an Ed25519 key")
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return str(multikey_from_pem(public))


def sign(document: dict[str, Any], *, private: bytes, method: str, at: datetime) -> dict[str, Any]:
    """The document with its proof. `method` names the key, as in did:web:example.org:issuers:school#z6Mk….

    Raises CannotBeSigned rather than sign what the signature would not cover, such as an address with a space in it.
    """
    from openbadgeslib.errors import ErrorSigningFile
    from openbadgeslib.ob3 import OB3LdpSigner

    try:
        whole: Any = _Whole(document)
        return dict(OB3LdpSigner(private, method).sign(whole, created=at))
    except ErrorSigningFile as error:
        raise CannotBeSigned(str(error)) from error


def holds(document: dict[str, Any], *, public_key: str) -> bool:
    """Whether the document's proof was made with that key over every word of it."""
    from openbadgeslib.ob3 import OB3VerificationError, verify_data_integrity_proof
    from openbadgeslib.ob3.did import resolve_did

    try:
        verify_data_integrity_proof(document, resolve_did(f"did:key:{public_key}"))
    except OB3VerificationError:
        return False
    return True


def status_of(address: str, index: int) -> dict[str, Any]:
    """What a credential says of where its bit stands."""
    from openbadgeslib.ob3 import status_entry

    return dict(status_entry(address, PURPOSE, index))


def list_of_bits(
    bits: Iterable[int], *, issuer: str, address: str, size: int, begins: datetime, ends: datetime, seconds: int
) -> dict[str, Any]:
    """The list as a document to be signed. `seconds` is how long a reader may keep it."""
    from openbadgeslib.ob3 import build_status_list_credential

    built = build_status_list_credential(
        issuer, address, PURPOSE, bits, size, issued=begins, valid_until=ends, ttl=seconds * 1000
    )
    return dict(built)
