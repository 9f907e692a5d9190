"""What the holder of a certificate has under way, for tests."""

from __future__ import annotations

from typing import Any

from instructors.models import CERecord, Certificate, CertificateAsk, Programme, RenewalApplication
from tests.cast import NOW, TODAY


def a_life_of(certificate: Certificate) -> dict[str, Any]:
    """Hours that nobody has looked at, a renewal handed in, and another name asked for."""
    own: dict[str, Any] = {"certificate": certificate, "holder": certificate.holder}
    said: dict[str, Any] = {"title": "Refresher", "held_on": TODAY, "hours": 4, "evidence": "Leeds", "noted_at": NOW}
    programme = Programme.objects.create(
        credential_type=certificate.credential_type,
        code="lasting",
        title="Lasting",
        validity_months=36,
        status=Programme.Status.RETIRED,
    )
    renewal: dict[str, Any] = {"programme": programme, "state": "submitted", "begun_at": NOW, "submitted_at": NOW}
    asked = {"asked_by": certificate.holder, "asked_at": NOW, "kind": "name", "reason": "married"}
    return {
        "hours": CERecord.objects.create(**own, **said).pk,
        "renewal": RenewalApplication.objects.create(**own, **renewal).pk,
        "ask": CertificateAsk.objects.create(**own, **asked, name_before="Ruth", name_after="Ruth Adeyemi-Cole").pk,
    }
