"""What happens to a certificate after it was issued. Its state is a fold of its events; expiry is computed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.audit.trail import record
from instructors.access import is_registrar
from instructors.models import Certificate, CertificateEvent
from instructors.refusals import CannotChange
from instructors.traineeship import today_of

Kind = CertificateEvent.Kind
State = Certificate.State


class Standing(models.TextChoices):
    """What anyone is told of a certificate today."""

    VALID = "valid", gettext_lazy("Valid")
    NOT_YET = "not_yet", gettext_lazy("Not valid yet")
    LAPSED = "lapsed", gettext_lazy("Lapsed")
    SUSPENDED = "suspended", gettext_lazy("Suspended")
    REVOKED = "revoked", gettext_lazy("Revoked")
    SUPERSEDED = "superseded", gettext_lazy("Replaced by another")


@dataclass(frozen=True)
class Folded:
    state: str
    valid_from: date | None = None
    valid_until: date | None = None


AFTER = {
    Kind.ISSUED: State.ACTIVE,
    Kind.RECORDED: State.ACTIVE,
    Kind.RENEWED: State.ACTIVE,
    Kind.REINSTATED: State.ACTIVE,
    Kind.SUSPENDED: State.SUSPENDED,
    Kind.REVOKED: State.REVOKED,
    Kind.SUPERSEDED: State.SUPERSEDED,
}
FINAL = (State.REVOKED, State.SUPERSEDED)


def fold(events: Iterable[CertificateEvent]) -> Folded:
    """State and dates that the events, in order, lead to. An event with dates begins a new period."""
    found = Folded(state="")
    for event in events:
        state = found.state if found.state in FINAL else AFTER.get(Kind(event.kind), found.state)
        dated = event.valid_from is not None
        found = Folded(
            state=state,
            valid_from=event.valid_from if dated else found.valid_from,
            valid_until=event.valid_until if dated else found.valid_until,
        )
    return found


def standing(certificate: Certificate, *, on: date) -> Standing:
    """How the certificate stands on that day."""
    if certificate.state != State.ACTIVE:
        return Standing(certificate.state)
    if certificate.valid_from > on:
        return Standing.NOT_YET
    if certificate.valid_until and certificate.valid_until < on:
        return Standing.LAPSED
    return Standing.VALID


def suspend(
    certificate: Certificate, *, reason_code: str, by: Any, now: datetime, public_note: str = "", private_note: str = ""
) -> CertificateEvent:
    """At once. Raises CannotChange unless it is active, a reason is given, and a registrar of the body does it."""
    words = {"reason_code": reason_code, "public_note": public_note, "private_note": private_note}
    return _change(certificate, Kind.SUSPENDED, allowed=(State.ACTIVE,), by=by, now=now, words=words)


def reinstate(
    certificate: Certificate, *, reason_code: str, by: Any, now: datetime, private_note: str = ""
) -> CertificateEvent:
    """Active again, with the dates it had. Raises CannotChange unless it is suspended; a revoked one stays so."""
    words = {"reason_code": reason_code, "private_note": private_note}
    return _change(certificate, Kind.REINSTATED, allowed=(State.SUSPENDED,), by=by, now=now, words=words)


def revoke(
    certificate: Certificate,
    *,
    reason_code: str,
    by: Any,
    confirmed_by: Any,
    now: datetime,
    public_note: str = "",
    private_note: str = "",
) -> CertificateEvent:
    """For good, by a registrar and another registrar or a superuser. Raises CannotChange otherwise."""
    body = certificate.credential_type.body
    if confirmed_by.pk in (by.pk, certificate.holder_id):
        raise CannotChange(_("Revoking takes two people, and neither is the holder."))
    if not (confirmed_by.is_superuser or is_registrar(confirmed_by, body)):
        raise CannotChange(_("Another registrar of the body, or the site's owner, must confirm it."))
    words = {"reason_code": reason_code, "public_note": public_note, "private_note": private_note}
    allowed = (State.ACTIVE, State.SUSPENDED)
    return _change(certificate, Kind.REVOKED, allowed=allowed, by=by, now=now, words=words, second=confirmed_by)


def _change(
    certificate: Certificate,
    kind: str,
    *,
    allowed: tuple[str, ...],
    by: Any,
    now: datetime,
    words: dict[str, str],
    second: Any = None,
) -> CertificateEvent:
    with transaction.atomic():
        row = Certificate.objects.select_for_update(of=("self",)).with_names().get(pk=certificate.pk)
        if by.pk == row.holder_id or not is_registrar(by, row.credential_type.body):
            raise CannotChange(_("Only a registrar of the body decides this, and never on their own certificate."))
        if row.state not in allowed:
            raise CannotChange(_("The certificate is “%(state)s”.") % {"state": row.get_state_display()})
        if not words["reason_code"].strip():
            raise CannotChange(_("Please give the reason."))
        today = today_of(row.traineeship, now) if row.traineeship else now.date()
        event = CertificateEvent.objects.create(
            certificate=row, kind=kind, at=now, effective_on=today, actor=by, second_actor=second, **words
        )
        row.state = fold(row.events.all()).state
        row.save(update_fields=["state"])
        detail = {"reason": words["reason_code"]}
        record(f"certificate {kind}", by=by, about=row, now=now, detail=detail)
    return event
