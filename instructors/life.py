"""What happens to a certificate after it was issued. Its state is a fold of its events; expiry is computed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.audit.trail import record
from instructors import life_letters
from instructors.access import is_registrar
from instructors.documents import make_documents
from instructors.models import Certificate, CertificateEvent, CertificatePeriod
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
MOST_YEARS = 30
"""No certificate ends later than so many years from now; a later day is a slip of the keys."""


def fold(events: Iterable[CertificateEvent]) -> Folded:
    """State and dates that the events, in order, lead to. An event with dates begins a new period.

    A period that follows on without a gap prolongs: the certificate is still valid from where it began.
    """
    found = Folded(state="")
    for event in events:
        if found.state in FINAL:
            break
        found = Folded(AFTER.get(Kind(event.kind), found.state), *_dates(found, event))
    return found


def _dates(found: Folded, event: CertificateEvent) -> tuple[date | None, date | None]:
    if event.valid_from is None:
        return found.valid_from, found.valid_until
    follows_on = found.valid_until is not None and event.valid_from <= found.valid_until + timedelta(days=1)
    return (found.valid_from if follows_on else event.valid_from), event.valid_until


def standing(certificate: Certificate, *, on: date) -> Standing:
    """How the certificate stands on that day."""
    if certificate.state != State.ACTIVE:
        return Standing(certificate.state)
    if certificate.valid_from > on:
        return Standing.NOT_YET
    if certificate.valid_until and certificate.valid_until < on:
        return Standing.LAPSED
    return Standing.VALID


def day_of(certificate: Certificate, now: datetime) -> date:
    """The day it is where the training was held."""
    return today_of(certificate.traineeship, now) if certificate.traineeship else now.date()


def held(certificate: Certificate) -> Certificate:
    """The row as it is now, held until the transaction ends. Whatever changes a certificate holds it first."""
    rows = Certificate.objects.select_for_update(of=("self",)).with_names().select_related("traineeship__event")
    return rows.get(pk=certificate.pk)


def suspend(
    certificate: Certificate, *, reason_code: str, by: Any, now: datetime, public_note: str = "", private_note: str = ""
) -> CertificateEvent:
    """At once. Raises CannotChange unless it is active, a reason is given, and a registrar of the body does it.

    What a valid certificate opens is asked of the certificate each time, so all of it shuts in this transaction.
    """
    words = {"reason_code": reason_code, "public_note": public_note, "private_note": private_note}
    with transaction.atomic():
        row = _to_change(certificate, by, allowed=(State.ACTIVE,))
        event = _happened(row, Kind.SUSPENDED, by=by, now=now, **words)
        life_letters.tell_suspended(row, event, now=now)
    return event


def reinstate(
    certificate: Certificate, *, reason_code: str, by: Any, now: datetime, private_note: str = ""
) -> CertificateEvent:
    """Active again, with the dates it had, and with new papers: the old ones were told to be out of force.

    One whose time ended meanwhile gets its papers with its renewal, to which this opens the way again.
    Raises CannotChange unless it is suspended; a revoked one stays so.
    """
    with transaction.atomic():
        row = _to_change(certificate, by, allowed=(State.SUSPENDED,))
        event = _happened(row, Kind.REINSTATED, by=by, now=now, reason_code=reason_code, private_note=private_note)
        has_run_out = row.valid_until is not None and row.valid_until < now.date()
        made = [] if has_run_out else make_documents(row, reason="reinstated", by=by, now=now)
        is_valid = standing(row, on=day_of(row, now)) == Standing.VALID
        life_letters.tell_reinstated(row, event, is_valid=is_valid, has_papers=bool(made), now=now)
    return event


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
    with transaction.atomic():
        row = _to_change(certificate, by, allowed=(State.ACTIVE, State.SUSPENDED))
        event = _happened(row, Kind.REVOKED, by=by, now=now, second_actor=confirmed_by, **words)
        life_letters.tell_revoked(row, event, now=now)
    return event


def renew(
    certificate: Certificate, *, until: date, by: Any, now: datetime, reason_code: str = "renewal", counted: Any = ()
) -> CertificatePeriod:
    """Another period, from the day after the last one, or from today where that is over. Number and code stay.

    Raises CannotChange unless it is active and has an end, or where the new end is not later than the old one.
    """
    with transaction.atomic():
        row = _to_change(certificate, by, allowed=(State.ACTIVE,))
        if row.valid_until is None:
            raise CannotChange(_("This certificate has no end, so there is nothing to renew."))
        if until <= row.valid_until or until <= day_of(row, now):
            raise CannotChange(_("The new last day must be later than the one it has."))
        if until.year > day_of(row, now).year + MOST_YEARS:
            raise CannotChange(_("Please look at the year again."))
        begins = max(row.valid_until + timedelta(days=1), day_of(row, now))
        period = CertificatePeriod.objects.create(
            certificate=row,
            seq=row.periods.count() + 1,
            valid_from=begins,
            valid_until=until,
            reason=CertificatePeriod.Reason.RENEWAL,
            ce_snapshot=list(counted),
        )
        dates = {"valid_from": begins, "valid_until": until}
        event = _happened(row, Kind.RENEWED, by=by, now=now, reason_code=reason_code, **dates)
        made = make_documents(row, reason="renewed", by=by, now=now)
        life_letters.tell_renewed(row, event, has_papers=bool(made), now=now)
    return period


def correct_name(certificate: Certificate, *, name: str, reason_code: str, by: Any, now: datetime) -> CertificateEvent:
    """The name as its holder writes it, with new papers; the old ones are kept and marked. Number and dates stay.

    Raises CannotChange for an empty name, the same one, or a certificate that has ended.
    """
    name = " ".join(name.split())
    with transaction.atomic():
        row = _to_change(certificate, by, allowed=(State.ACTIVE, State.SUSPENDED))
        if not name or name == row.name_as_issued:
            raise CannotChange(_("Please give the name as it should stand; this one stands there already."))
        was = row.name_as_issued
        event = _happened(
            row, Kind.NAME_CORRECTED, by=by, now=now, reason_code=reason_code, private_note=f"{was} → {name}"
        )
        row.name_as_issued = name
        row.save(update_fields=["name_as_issued"])
        if row.state == State.ACTIVE:
            make_documents(row, reason="name corrected", by=by, now=now)
        life_letters.tell_name_corrected(row, event, now=now)
    return event


def supersede_older(certificate: Certificate, *, by: Any, now: datetime) -> list[Certificate]:
    """Mark those of the same kind and holder that this one replaces, inside the transaction that issued it."""
    older = Certificate.objects.held_by(certificate.holder_id).of_kind(certificate.credential_type)
    rows = [held(row) for row in older.in_state(State.ACTIVE).exclude(pk=certificate.pk).order_by("pk")]
    for row in rows:
        _happened(row, Kind.SUPERSEDED, by=by, now=now, reason_code="replaced", private_note=certificate.number)
    return rows


def _to_change(certificate: Certificate, by: Any, *, allowed: tuple[str, ...]) -> Certificate:
    row = held(certificate)
    if by.pk == row.holder_id or not is_registrar(by, row.credential_type.body):
        raise CannotChange(_("Only a registrar of the body decides this, and never on their own certificate."))
    if row.state not in allowed:
        raise CannotChange(_("The certificate is “%(state)s”.") % {"state": row.get_state_display()})
    return row


def _happened(row: Certificate, kind: str, *, by: Any, now: datetime, **said: Any) -> CertificateEvent:
    """One more line in the story of the row, which is held; its state and dates are what the story now leads to."""
    if not said["reason_code"].strip():
        raise CannotChange(_("Please give the reason."))
    event = CertificateEvent.objects.create(
        certificate=row, kind=kind, at=now, effective_on=day_of(row, now), actor=by, **said
    )
    folded = fold(row.events.all())
    row.state = folded.state
    if event.valid_from and folded.valid_from:
        row.valid_from, row.valid_until = folded.valid_from, folded.valid_until
    row.save(update_fields=["state", "valid_from", "valid_until"])
    record(f"certificate {kind}", by=by, about=row, now=now, detail={"reason": said["reason_code"]})
    return event
