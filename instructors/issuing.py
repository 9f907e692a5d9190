"""Making a certificate of a sign-off, and recording one that another body issued."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from config.audit.trail import record
from instructors import training_letters
from instructors.access import is_registrar, may_sign_for, why_not_acting
from instructors.certification import why_not_another
from instructors.deadlines import add_months
from instructors.documents import make_documents
from instructors.life import MOST_YEARS, supersede_older
from instructors.models import (
    Certificate,
    CertificateEvent,
    CertificatePeriod,
    CertifyingBody,
    CredentialType,
    NumberCounter,
    SignOff,
    Traineeship,
)
from instructors.numbering import compose, in_own_form, is_whole, new_code, read_number
from instructors.profiles import ensure_profile
from instructors.refusals import CannotIssue
from instructors.requirements import why_not_in_its_name
from instructors.signing import signed_name
from instructors.traineeship import locked, today_of

# Of a number of our own form: the body, the letters, the year, the count and the check character.
PARTS = 5
MOST_LETTERS = 48
FIRST_YEAR, MOST_AHEAD = 1976, timedelta(days=366)


def issue(traineeship: Traineeship, *, by: Any, now: datetime) -> Certificate:
    """The certificate of a signed-off candidate; asked twice, the first one again.

    Raises CannotIssue where nobody signed, a signature is missing, or the body does not sign here.
    """
    with transaction.atomic():
        row = locked(traineeship)
        if standing := Certificate.objects.filter(traineeship=row).first():
            return standing
        today = today_of(row, now)
        signature = _must_be_signed(row, by, on=today)
        if sentence := why_not_another(row.trainee, row.programme, on=today):
            raise CannotIssue(sentence)
        certificate = Certificate.objects.create(
            number=_next_number(row.credential_type, today.year),
            public_code=new_code(),
            holder=row.trainee,
            name_as_issued=signed_name(signature),
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

    Raises CannotIssue for anyone but a registrar, a number in use or mistyped, one's own certificate, or dates that
    cannot be.
    """
    with transaction.atomic():
        number = in_own_form(number, credential_type.body.number_prefix, credential_type.code) or read_number(number)
        _must_be_checked(by, credential_type.body, holder)
        _must_hold_the_first(credential_type, holder)
        _must_be_a_number(number, credential_type)
        _must_have_dates(valid_from, valid_until, today=now.date())
        certificate = _recorded(
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


def _recorded(**facts: Any) -> Certificate:
    """The row; refused where another registrar wrote the same number in the same moment."""
    try:
        with transaction.atomic():
            return Certificate.objects.create(**facts)
    except IntegrityError:
        if not Certificate.objects.numbered(facts["number"]).exists():
            raise
        raise CannotIssue(_("A certificate with this number is on record already.")) from None


def _must_be_checked(by: Any, body: CertifyingBody, holder: Any) -> None:
    if by.pk == holder.pk:
        raise CannotIssue(_("Nobody checks their own certificate."))
    if not is_registrar(by, body):
        raise CannotIssue(_("Only a registrar of the body records its certificates."))


def _must_hold_the_first(credential: CredentialType, holder: Any) -> None:
    """What is needed first is on record too, whatever became of it since."""
    first = credential.requires
    if first and not Certificate.objects.held_by(holder).filter(credential_type=first).exists():
        said = {"first": first.code, "code": credential.code}
        raise CannotIssue(
            _("%(code)s asks for %(first)s first. Please record that certificate before this one.") % said
        )


def _must_be_a_number(number: str, credential: CredentialType) -> None:
    """One that is free; where it has the form of the body's own numbers, its check character must be right as well."""
    if not number or len(number) > MOST_LETTERS:
        raise CannotIssue(_("Please give the number as it stands on the certificate."))
    body = credential.body
    parts = number.split("-")
    if parts[0] == body.number_prefix and len(parts) == PARTS:
        if not is_whole(number):
            raise CannotIssue(
                _("The number is mistyped: its last letter or digit does not fit the others. Please compare it again.")
            )
        if parts[1] != credential.code:
            raise CannotIssue(_("The number is one of a %(letters)s certificate.") % {"letters": parts[1]})
    elif _is_of_another(body, number):
        raise CannotIssue(_("This is a number of another body. Please compare what stands on the certificate."))
    if Certificate.objects.numbered(number).exists():
        raise CannotIssue(_("A certificate with this number is on record already."))


def _is_of_another(body: CertifyingBody, number: str) -> bool:
    """Whether this site gives such numbers for another body: none of those is used up here, or taken for theirs."""
    others = CredentialType.objects.filter(body__signs_here=True).exclude(body=body)
    forms = others.values_list("body__number_prefix", "code")
    return any(is_whole(in_own_form(number, prefix, code)) for prefix, code in forms)


def _must_have_dates(begins: date, ends: date | None, *, today: date) -> None:
    if ends and ends <= begins:
        raise CannotIssue(_("It must end after it begins."))
    far = begins.year < FIRST_YEAR or begins > today + MOST_AHEAD
    if far or (ends and ends.year > today.year + MOST_YEARS):
        raise CannotIssue(_("Please look at the year again."))


def valid_until(traineeship: Traineeship, on: date) -> date | None:
    """The last day of a certificate begun on that day; None where the programme sets no end."""
    months = traineeship.programme.validity_months
    return add_months(on, months) if months else None


def _must_be_signed(row: Traineeship, by: Any, *, on: date) -> SignOff:
    body = row.credential_type.body
    signature = SignOff.objects.filter(traineeship=row, withdrawn_at__isnull=True).first()
    if signature is None or row.state != Traineeship.State.SIGNED_OFF:
        raise CannotIssue(_("Nobody has signed this candidate off."))
    if sentence := why_not_in_its_name(row.credential_type, holder=row.trainee, on=on):
        raise CannotIssue(sentence)
    if row.programme.second_signature and signature.second_by_id is None:
        raise CannotIssue(_("The registrar's signature is missing."))
    if by.pk == row.trainee_id or not (may_sign_for(by, row) or is_registrar(by, body)):
        raise CannotIssue(_("Only the trainer who signed or a registrar of the body issues it."))
    if sentence := why_not_acting(by, body, on=on):
        raise CannotIssue(sentence)
    return signature


def _next_number(credential: CredentialType, year: int) -> str:
    """The next number of this body, credential and year. The counter is locked until the certificate is written."""
    parts = (credential.body.number_prefix, credential.code, year)
    key: dict[str, Any] = {"body": credential.body, "credential_code": credential.code, "year": year}
    NumberCounter.objects.get_or_create(**key)
    counter = NumberCounter.objects.select_for_update().get(**key)
    counter.last += 1
    # A number of ours that was on paper already, and recorded, is passed over.
    while Certificate.objects.numbered(compose(*parts, counter.last)).exists():
        counter.last += 1
    counter.save(update_fields=["last"])
    return compose(*parts, counter.last)


def _begin(certificate: Certificate, kind: str, *, by: Any, now: datetime) -> None:
    """The first period and the first event, from which state and dates can be folded again."""
    dates = {"valid_from": certificate.valid_from, "valid_until": certificate.valid_until}
    CertificatePeriod.objects.create(certificate=certificate, seq=1, reason=CertificatePeriod.Reason.INITIAL, **dates)
    CertificateEvent.objects.create(
        certificate=certificate, kind=kind, at=now, effective_on=certificate.valid_from, actor=by, **dates
    )
