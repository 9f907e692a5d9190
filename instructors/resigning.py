"""Signing badges anew after a key got out. The paper stays as it is; the number and the code stay for good."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction

from config.audit.trail import record
from instructors.badge import keep_badge, make_badge
from instructors.models import Certificate, CertificateDocument, CertifyingBody, StatusEntry
from instructors.refusals import CannotIssue

REASON = "new key"
log = logging.getLogger(__name__)


def to_sign_anew(body: CertifyingBody, *, now: datetime) -> list[int]:
    """Keys of certificates whose present badge was signed with a key that got out; none that has run out or fallen."""
    lost = StatusEntry.objects.filter(signing_key__body=body, signing_key__compromised_at__isnull=False)
    documents = CertificateDocument.objects.filter(
        kind=CertificateDocument.Kind.OB3,
        replaced_at__isnull=True,
        credential_uuid__in=lost.values("credential_uuid"),
        certificate__state=Certificate.State.ACTIVE,
    )
    lasting = documents.exclude(certificate__valid_until__lt=now.date())
    return list(lasting.order_by("pk").values_list("certificate_id", flat=True))


def sign_anew(body: CertifyingBody, *, by: Any, now: datetime) -> Iterator[tuple[str, str]]:
    """(number, what is in the way, or nothing) of each. One at a time: broken off, it goes on where it stopped."""
    for pk in to_sign_anew(body, now=now):
        try:
            yield _sign_one(pk, by=by, now=now), ""
        except CannotIssue as refusal:
            yield Certificate.objects.values_list("number", flat=True).get(pk=pk), str(refusal)


def sweep(now: datetime) -> int:
    """Of every body; returns how many were signed. What is in the way of one is logged, and tried again."""
    signed = 0
    for body in CertifyingBody.objects.signing_here():
        for number, trouble in sign_anew(body, by=None, now=now):
            signed += not trouble
            if trouble:
                log.warning("The badge of %s was not signed anew: %s", number, trouble)
    return signed


def _sign_one(pk: int, *, by: Any, now: datetime) -> str:
    with transaction.atomic():
        Certificate.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
        certificate = Certificate.objects.with_names().select_related("traineeship__event").get(pk=pk)
        period = certificate.periods.order_by("-seq")[0]
        keep_badge(certificate, period, make_badge(certificate, period, now=now), reason=REASON, now=now)
        record("signed a badge anew", by=by, about=certificate, now=now, detail={"number": certificate.number})
    return certificate.number
