"""Making a certificate of a sign-off, and recording one that another body issued."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from config.audit.trail import record
from instructors import training_letters
from instructors.access import is_registrar, may_sign_for
from instructors.certification import why_not_another
from instructors.deadlines import add_months
from instructors.documents import make_documents
from instructors.life import supersede_older
from instructors.models import (
    Certificate,
    CertificateEvent,
    CertificatePeriod,
    CredentialType,
    NumberCounter,
    SignOff,
    Traineeship,
)
from instructors.numbering import compose, new_code, read_number
from instructors.profiles import ensure_profile
from instructors.refusals import CannotIssue
from instructors.traineeship import locked, today_of


def issue(traineeship: Traineeship, *, by: Any, now: datetime) -> Certificate:
    """The certificate of a signed-off candidate; asked twice, the first one again.

    Raises CannotIssue where nobody signed, a signature is missing, or the body does not sign here.
    """
    with transaction.atomic():
        row = locked(traineeship)
        if standing := Certificate.objects.filter(traineeship=row).first():
            return standing
        _must_be_signed(row, by)
        today = today_of(row, now)
        if sentence := why_not_another(row.trainee, row.programme, on=today):
            raise CannotIssue(sentence)
        certificate = Certificate.objects.create(
            number=_next_number(row.credential_type, today.year),
            public_code=new_code(),
            holder=row.trainee,
            name_as_issued=str(row.trainee),
            credential_type=row.credential_type,
            programme=row.programme,
            traineeship=row,
            origin=Certificate.Origin.ISSUED_HERE,
            issued_on=today,
            valid_from=today,
            valid_until=valid_until(row, today),
        )
        _begin(certificate, CertificateEvent.Kind.ISSUED, by=by, now=now)
        Traineeship.objects.filter(pk=row.pk).update(state=Traineeship.State.CERTIFIED, closed_at=now, closed_by=by)
        supersede_older(certificate, by=by, now=now)
        if row.credential_type.may_teach:
            ensure_profile(row.trainee)
        make_documents(certificate, reason=CertificateEvent.Kind.ISSUED, by=by, now=now)
        record("issued a certificate", by=by, about=certificate, now=now, detail={"number": certificate.number})
        training_letters.tell_certified(row, now=now)
    return certificate


def record_certificate(
    credential_type: CredentialType,
    *,
    holder: Any,
    number: str,
    valid_from: date,
    by: Any,
    now: datetime,
    valid_until: date | None = None,
    name: str = "",
) -> Certificate:
    """Write down a certificate that its own body issued, checked by `by`.

    Raises CannotIssue for a number in use, one's own certificate, or dates the wrong way round.
    """
    with transaction.atomic():
        number = read_number(number)
        if by.pk == holder.pk:
            raise CannotIssue(_("Nobody checks their own certificate."))
        if not number or Certificate.objects.filter(number=number).exists():
            raise CannotIssue(_("A certificate with this number is on record already."))
        if valid_until and valid_until <= valid_from:
            raise CannotIssue(_("It must end after it begins."))
        certificate = Certificate.objects.create(
            number=number,
            public_code=new_code(),
            holder=holder,
            name_as_issued=name or str(holder),
            credential_type=credential_type,
            origin=Certificate.Origin.RECORDED,
            issued_on=valid_from,
            valid_from=valid_from,
            valid_until=valid_until,
            verified_by=by,
            verified_on=now.date(),
        )
        _begin(certificate, CertificateEvent.Kind.RECORDED, by=by, now=now)
        record("recorded a certificate", by=by, about=certificate, now=now, detail={"number": number})
    return certificate


def valid_until(traineeship: Traineeship, on: date) -> date | None:
    """The last day of a certificate begun on that day; None where the programme sets no end."""
    months = traineeship.programme.validity_months
    return add_months(on, months) if months else None


def _must_be_signed(row: Traineeship, by: Any) -> None:
    body = row.credential_type.body
    signature = SignOff.objects.filter(traineeship=row, withdrawn_at__isnull=True).first()
    if signature is None or row.state != Traineeship.State.SIGNED_OFF:
        raise CannotIssue(_("Nobody has signed this candidate off."))
    if not body.signs_here:
        raise CannotIssue(_("%(body)s issues its own certificates; record it instead.") % {"body": body})
    if row.programme.second_signature and signature.second_by_id is None:
        raise CannotIssue(_("The registrar's signature is missing."))
    if not (may_sign_for(by, row) or is_registrar(by, body)):
        raise CannotIssue(_("Only the trainer who signed or a registrar of the body issues it."))


def _next_number(credential: CredentialType, year: int) -> str:
    """The next number of this body, credential and year. The counter is locked until the certificate is written."""
    key: dict[str, Any] = {"body": credential.body, "credential_code": credential.code, "year": year}
    NumberCounter.objects.get_or_create(**key)
    counter = NumberCounter.objects.select_for_update().get(**key)
    counter.last += 1
    counter.save(update_fields=["last"])
    return compose(credential.body.number_prefix, credential.code, year, counter.last)


def _begin(certificate: Certificate, kind: str, *, by: Any, now: datetime) -> None:
    """The first period and the first event, from which state and dates can be folded again."""
    dates = {"valid_from": certificate.valid_from, "valid_until": certificate.valid_until}
    CertificatePeriod.objects.create(certificate=certificate, seq=1, reason=CertificatePeriod.Reason.INITIAL, **dates)
    CertificateEvent.objects.create(
        certificate=certificate, kind=kind, at=now, effective_on=certificate.valid_from, actor=by, **dates
    )
