"""A trainer's signature under everything that a candidate has done."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from config.audit.trail import record
from instructors.access import is_registrar, may_certify, may_sign_for
from instructors.models import SignOff, Traineeship
from instructors.progress import Progress, progress_of
from instructors.refusals import CannotSign, ChangedSinceShown
from instructors.requirements import why_not_in_its_name
from instructors.traineeship import locked, today_of


def snapshot(progress: Progress) -> list[dict[str, Any]]:
    """What is signed, as plain JSON: the name, and each requirement with its key, outcome, assessor and date.

    It holds facts and no sentences, so that it is the same in every language.
    """
    traineeship = progress.traineeship
    standing = {need.key: need for need in progress.needs}
    newest = {row.requirement_id: row for row in sorted(traineeship.assessments.all(), key=lambda row: row.pk)}
    facts: list[dict[str, Any]] = [{"name": str(traineeship.trainee)}]
    for key, need in standing.items():
        row = newest.get(need.requirement.pk)
        facts.append(
            {
                "key": key,
                "title": need.title,
                "state": need.state,
                "assessment": row.pk if row else None,
                "outcome": row.outcome if row else None,
                "score": row.score if row else None,
                "assessor": str(row.assessor) if row else None,
                "on": row.assessed_at.date().isoformat() if row else None,
                "counted": _counted(traineeship, need.requirement.kind),
            }
        )
    return facts


def signed_name(signature: SignOff) -> str:
    """The name that stood there when it was signed: it goes onto the certificate, whatever the account says by then."""
    return next((fact["name"] for fact in signature.snapshot if "name" in fact), str(signature.trainee))


def hash_of(facts: list[dict[str, Any]]) -> str:
    """The sha256 of a snapshot; the page carries it, and signing compares it."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def obstacle(traineeship: Traineeship, progress: Progress, *, by: Any, now: datetime) -> str | None:
    """Why this person cannot sign this candidate off now; None where they can. The page and the deed both ask it."""
    return next(_obstacles(traineeship, progress, by, now), None)


def _obstacles(traineeship: Traineeship, progress: Progress, by: Any, now: datetime) -> Iterator[str]:
    body = traineeship.credential_type.body
    if by.pk == traineeship.trainee_id:
        yield _("Nobody signs off their own training.")
    if not may_sign_for(by, traineeship):
        yield _("Only the candidate's own trainer signs, or a deputy whom a registrar appoints.")
    if not may_certify(by, body, on=today_of(traineeship, now)):
        yield _("It takes a valid trainer's certificate of %(body)s to sign.") % {"body": body}
    today = today_of(traineeship, now)
    if sentence := why_not_in_its_name(traineeship.credential_type, holder=traineeship.trainee, on=today):
        yield sentence
    if traineeship.state != Traineeship.State.ACTIVE:
        yield _("“%(state)s”, so there is nothing to sign.") % {"state": traineeship.get_state_display()}
    if not traineeship.trainee.name.strip():
        yield _("Still missing: %(missing)s.") % {"missing": _("name")}
    if not progress.is_ready:
        yield _("Still missing: %(missing)s.") % {"missing": progress.missing}


def sign_off(traineeship: Traineeship, *, seen: str, statement: str, by: Any, now: datetime) -> SignOff:
    """Sign a candidate off. `seen` is the hash of what was on the screen.

    Raises CannotSign with the `obstacle`; ChangedSinceShown where the facts are no longer those that were shown.
    """
    with transaction.atomic():
        locked(traineeship)
        row = Traineeship.objects.with_work().get(pk=traineeship.pk)
        progress = progress_of(row)
        facts = snapshot(progress)
        if hash_of(facts) != seen:
            raise ChangedSinceShown(changed_sentence(row))
        if sentence := obstacle(row, progress, by=by, now=now):
            raise CannotSign(sentence)
        signature = SignOff.objects.create(
            traineeship=row,
            trainee_id=row.trainee_id,
            signed_by=by,
            signed_at=now,
            statement=statement,
            snapshot=facts,
            seen=seen,
        )
        Traineeship.objects.filter(pk=row.pk).update(state=Traineeship.State.SIGNED_OFF)
        record("signed off", by=by, about=signature, now=now, detail={"traineeship": row.pk, "seen": seen})
    return signature


def changed_sentence(traineeship: Traineeship) -> str:
    return _("Something about %(name)s has changed since you looked.") % {"name": traineeship}


def sign_second(signature: SignOff, *, by: Any, now: datetime) -> SignOff:
    """The registrar's signature, where the programme asks for two.

    Raises CannotSign for the candidate, the first signer, or anybody who is not a registrar of the body.
    """
    with transaction.atomic():
        row = locked(signature.traineeship)
        signature = SignOff.objects.select_for_update().get(pk=signature.pk)
        if by.pk in (row.trainee_id, signature.trainee_id, signature.signed_by_id):
            raise CannotSign(_("The second signature is another person's."))
        if not is_registrar(by, row.credential_type.body):
            raise CannotSign(_("Only a registrar of the body signs second."))
        if signature.second_by_id or signature.withdrawn_at:
            raise CannotSign(_("This needs no second signature any more."))
        signature.second_by, signature.second_at = by, now
        signature.save(update_fields=["second_by", "second_at"])
        record("signed second", by=by, about=signature, now=now)
    return signature


def withdraw(signature: SignOff, *, reason: str, by: Any, now: datetime) -> SignOff:
    """Take a signature back before a certificate was made of it; the candidate is in training again.

    Raises CannotSign without a reason, for another's signature, or once the certificate is issued.
    """
    with transaction.atomic():
        row = locked(signature.traineeship)
        signature = SignOff.objects.select_for_update().get(pk=signature.pk)
        if by.pk != signature.signed_by_id:
            raise CannotSign(_("Only the one who signed takes the signature back."))
        if not reason.strip():
            raise CannotSign(_("Please give the reason."))
        if row.state != Traineeship.State.SIGNED_OFF or signature.withdrawn_at:
            raise CannotSign(_("A certificate was made of it, so the signature stands."))
        signature.withdrawn_by, signature.withdrawn_at, signature.withdrawn_reason = by, now, reason
        signature.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_reason"])
        Traineeship.objects.filter(pk=row.pk).update(state=Traineeship.State.ACTIVE)
        record("withdrew a sign-off", by=by, about=signature, now=now)
    return signature


def _counted(traineeship: Traineeship, kind: str) -> list[list[Any]]:
    """The rows that a counted requirement is counted from."""
    if kind == "attendance":
        return sorted([row.day_id, row.status, row.minutes] for row in traineeship.attendance.all())
    if kind == "practicum":
        return sorted(
            [family.pk, session.no, session.held_on.isoformat(), session.is_cancelled, bool(session.feedback)]
            for family in traineeship.families.all()
            for session in family.sessions.all()
        )
    return []
