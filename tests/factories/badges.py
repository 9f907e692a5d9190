"""Certificates that were issued here with their badge, and without the hours of training or the paper."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from config.accounts.models import User
from instructors.badge import keep_badge, make_badge
from instructors.models import Certificate, CertificateDocument, CertificateEvent, CertificatePeriod, Traineeship
from instructors.numbering import compose, new_code
from tests.factories.accounts import make_user
from tests.factories.instructors import AT, a_checker, a_programme


def an_issued_certificate(holder: User | None = None, *, now: datetime = AT, **fields: Any) -> Certificate:
    """Active for three years from that day on, with a badge. `programme` says of which body."""
    person = holder or make_user("zoe@example.org", "Zoë Lindqvist")
    programme = fields.pop("programme", None) or a_programme()
    credential, today = programme.credential_type, now.date()
    row = Traineeship.objects.create(
        trainee=person, programme=programme, credential_type=credential, state="certified", applied_at=now
    )
    dates = {"valid_from": today, "valid_until": date(today.year + 3, today.month, today.day)}
    said = {"number": compose(credential.body.number_prefix, credential.code, today.year, row.pk), **dates, **fields}
    certificate = Certificate.objects.create(
        public_code=new_code(),
        holder=person,
        credential_type=credential,
        programme=programme,
        traineeship=row,
        issued_on=today,
        **{"name_as_issued": str(person), **said},
    )
    begun = {name: said[name] for name in ("valid_from", "valid_until")}
    CertificatePeriod.objects.create(certificate=certificate, seq=1, reason="initial", **begun)
    CertificateEvent.objects.create(
        certificate=certificate, kind="issued", at=now, effective_on=today, actor=a_checker(), **begun
    )
    a_badge_of(certificate, now=now)
    return certificate


def a_badge_of(certificate: Certificate, *, now: datetime = AT, reason: str = "issued") -> CertificateDocument:
    """A new badge; the one before is replaced."""
    period = certificate.periods.order_by("-seq")[0]
    return keep_badge(certificate, period, make_badge(certificate, period, now=now), reason=reason, now=now)
