"""The certificate as an Open Badge 3.0: readable JSON that any verifier can check against the body's public key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from instructors.models import Certificate, CertificatePeriod, SigningKey
from instructors.refusals import CannotIssue


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
    here, or where no key of it is at hand.
    """
    raise CannotIssue("…")
