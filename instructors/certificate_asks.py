"""What takes two people: asking for a step in the life of a certificate, and somebody else's answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from config.audit.trail import record
from instructors import life, life_letters
from instructors.access import is_registrar, is_trainer_of, may_certify
from instructors.life import day_of, held
from instructors.models import Certificate, CertificateAsk
from instructors.refusals import CannotChange

Kind = CertificateAsk.Kind
State = CertificateAsk.State
FITTING = {
    Kind.NAME: (Certificate.State.ACTIVE, Certificate.State.SUSPENDED),
    Kind.SUSPEND: (Certificate.State.ACTIVE,),
    Kind.REINSTATE: (Certificate.State.SUSPENDED,),
    Kind.REVOKE: (Certificate.State.ACTIVE, Certificate.State.SUSPENDED),
}


def ask_for_name(certificate: Certificate, *, name: str, reason: str, by: Any, now: datetime) -> CertificateAsk:
    """The holder asks for another name on it. Raises CannotChange for anybody else, and for the name that stands."""
    name = " ".join(name.split())
    with transaction.atomic():
        row = held(certificate)
        if by.pk != row.holder_id:
            raise CannotChange(_("Only the holder asks for another name."))
        if not name or name == row.name_as_issued:
            raise CannotChange(_("Please give the name as it should stand; this one stands there already."))
        names = {"name_before": row.name_as_issued, "name_after": name}
        return _asked(row, Kind.NAME, reason=reason, by=by, now=now, **names)


def ask_for(
    certificate: Certificate,
    kind: str,
    *,
    reason: str,
    by: Any,
    now: datetime,
    public_note: str = "",
    private_note: str = "",
) -> CertificateAsk:
    """A trainer asks for a step; a registrar, or the site's owner, asks for a revocation, which another confirms.

    Raises CannotChange for the holder, for a stranger, and for a step that the certificate's state does not allow.
    """
    with transaction.atomic():
        row = held(certificate)
        if by.pk == row.holder_id or not may_ask(by, row, on=day_of(row, now)):
            raise CannotChange(_("A trainer of the holder or a registrar of the body asks for this, and nobody else."))
        notes = {"public_note": public_note.strip(), "private_note": private_note.strip()}
        return _asked(row, kind, reason=reason, by=by, now=now, **notes)


def may_ask(user: Any, certificate: Certificate, *, on: Any) -> bool:
    body = certificate.credential_type.body
    if user.is_superuser or is_registrar(user, body):
        return True
    own = certificate.traineeship is not None and is_trainer_of(user, certificate.traineeship)
    return own and may_certify(user, body, on=on)


def grant(ask: CertificateAsk, *, by: Any, now: datetime, word: str = "") -> CertificateAsk:
    """Do what is asked, in the same transaction. Granted twice is done once.

    Where a trainer asked for a revocation, the registrar's yes is the first of two: it comes back as an ask of theirs.
    Raises CannotChange for whoever asked, for the holder, and for anybody who may not decide it.
    """
    with transaction.atomic():
        row = _held(ask)
        if row.state == State.GRANTED:
            return row
        _must_answer(row, by)
        row.state, row.answered_by, row.answered_at, row.word = State.GRANTED, by, now, word.strip()
        row.save(update_fields=["state", "answered_by", "answered_at", "word"])
        record("granted a request about a certificate", by=by, about=row, now=now, detail={"kind": row.kind})
        return _carried_out(row, by, now) or row


def refuse(ask: CertificateAsk, *, word: str, by: Any, now: datetime) -> CertificateAsk:
    """Say no, with a word. Raises CannotChange without one, and as `grant` does."""
    if not word.strip():
        raise CannotChange(_("Please write a word to whoever asked."))
    with transaction.atomic():
        row = _held(ask)
        _must_answer(row, by)
        row.state, row.answered_by, row.answered_at, row.word = State.REFUSED, by, now, word.strip()
        row.save(update_fields=["state", "answered_by", "answered_at", "word"])
        life_letters.tell_ask_refused(row, now=now)
        record("refused a request about a certificate", by=by, about=row, now=now, detail={"kind": row.kind})
    return row


def take_back(ask: CertificateAsk, *, by: Any, now: datetime) -> CertificateAsk:
    """Ask no more. Raises CannotChange for anybody else's, and once it was answered."""
    with transaction.atomic():
        row = _held(ask)
        if by.pk != row.asked_by_id:
            raise CannotChange(_("Only the one who asked takes it back."))
        if row.state == State.WITHDRAWN:
            return row
        if row.state != State.OPEN:
            raise CannotChange(_("This was answered already."))
        row.state = State.WITHDRAWN
        row.save(update_fields=["state"])
        record("took back a request about a certificate", by=by, about=row, now=now, detail={"kind": row.kind})
    return row


def _asked(row: Certificate, kind: str, *, reason: str, by: Any, now: datetime, **said: str) -> CertificateAsk:
    if row.state not in FITTING[Kind(kind)]:
        raise CannotChange(_("The certificate is “%(state)s”.") % {"state": row.get_state_display()})
    if not reason.strip():
        raise CannotChange(_("Please give the reason."))
    if standing := row.asks.open().filter(kind=kind).first():
        if standing.asked_by_id == by.pk and standing.name_after == said.get("name_after", ""):
            return standing
        raise CannotChange(_("This is asked for already, and waits for an answer."))
    ask = CertificateAsk.objects.create(
        certificate=row, holder_id=row.holder_id, kind=kind, reason=reason.strip(), asked_by=by, asked_at=now, **said
    )
    record("asked about a certificate", by=by, about=ask, now=now, detail={"kind": kind})
    return ask


def _held(ask: CertificateAsk) -> CertificateAsk:
    """The row as it is now, held; its certificate first, as everywhere."""
    certificate = held(ask.certificate)
    row = CertificateAsk.objects.select_for_update(of=("self",)).with_names().get(pk=ask.pk)
    row.certificate = certificate
    return row


def _must_answer(row: CertificateAsk, by: Any) -> None:
    if by.pk in (row.asked_by_id, row.holder_id):
        raise CannotChange(_("Somebody else answers this: neither the one who asked nor the holder."))
    confirms = row.kind == Kind.REVOKE and by.is_superuser
    if not (confirms or is_registrar(by, row.certificate.credential_type.body)):
        raise CannotChange(_("Only a registrar of the body decides this, and never on their own certificate."))
    if row.state != State.OPEN:
        raise CannotChange(_("This was answered already."))


def _carried_out(row: CertificateAsk, by: Any, now: datetime) -> CertificateAsk | None:
    """Change the certificate; the further ask where one more person is needed."""
    words = {"reason_code": row.reason, "private_note": row.private_note}
    if row.kind == Kind.NAME:
        life.correct_name(row.certificate, name=row.name_after, reason_code=row.reason, by=by, now=now)
    elif row.kind == Kind.SUSPEND:
        life.suspend(row.certificate, public_note=row.public_note, by=by, now=now, **words)
    elif row.kind == Kind.REINSTATE:
        life.reinstate(row.certificate, by=by, now=now, **words)
    else:
        return _revoked(row, by, now)
    return None


def _revoked(row: CertificateAsk, by: Any, now: datetime) -> CertificateAsk | None:
    body = row.certificate.credential_type.body
    notes = {"public_note": row.public_note, "private_note": row.private_note}
    if not (row.asked_by.is_superuser or is_registrar(row.asked_by, body)):
        return _asked(row.certificate, Kind.REVOKE, reason=row.reason, by=by, now=now, **notes)
    first, second = (row.asked_by, by) if is_registrar(row.asked_by, body) else (by, row.asked_by)
    life.revoke(row.certificate, reason_code=row.reason, by=first, confirmed_by=second, now=now, **notes)
    return None
