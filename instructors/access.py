"""Who may, in the rooms of training and certificates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from config.accounts.guards import guard
from instructors.models import Certificate, CertifyingBody, Traineeship


def is_or_was_candidate(request: HttpRequest) -> bool:
    return Traineeship.objects.of(request.user).exists()


# Their own training stays readable after it has ended.
candidate_only = guard("candidate_only", is_or_was_candidate)


def holds_a_certificate(request: HttpRequest) -> bool:
    return Certificate.objects.held_by(request.user).exists()


# Whatever became of it: the page says how it stands.
holder_only = guard("holder_only", holds_a_certificate)


def may_certify(user: Any, body: CertifyingBody, *, on: date) -> bool:
    """Whether the user holds a credential of that body that lets them train and certify, valid on that day."""
    return Certificate.objects.held_by(user).to_train(body).valid(on).exists()


def is_registrar(user: Any, body: CertifyingBody) -> bool:
    return bool(user.is_active and body.registrars.filter(pk=user.pk).exists())


def is_auditor(user: Any) -> bool:
    """Who reads all of certification and changes nothing of it, whatever else they may."""
    return bool(user.is_active and not user.is_superuser and user.has_perm("instructors.audit_certificate"))


def is_trainer_of(user: Any, traineeship: Traineeship) -> bool:
    """The trainer of record, and never the candidate themselves."""
    return bool(traineeship.trainer_of_record_id == user.pk and traineeship.trainee_id != user.pk)


def is_deputy_for(user: Any, traineeship: Traineeship, *, task: str = "") -> bool:
    """Appointed by a registrar for this candidate and not ended; with a task, for that task."""
    if traineeship.trainee_id == user.pk:
        return False
    return any(
        row.trainer_id == user.pk and row.ended_at is None and (not task or row.task == task)
        for row in traineeship.deputies.all()
    )


def may_sign_for(user: Any, traineeship: Traineeship) -> bool:
    """The trainer of record or a deputy of theirs; that they hold a valid certificate is asked by `may_certify`."""
    return is_trainer_of(user, traineeship) or is_deputy_for(user, traineeship, task="sign")


@dataclass(frozen=True)
class Acting:
    """For which bodies (by number) somebody changes anything; `why_not` says why a trainer only reads."""

    bodies: frozenset[int]
    why_not: str = ""


def acting(user: Any, *, on: date) -> Acting:
    """Two questions to the database. A trainer whose certificate does not stand, and an auditor, only read."""
    if is_auditor(user):
        return Acting(frozenset(), _("You read here as an auditor: everything is shown, and nothing can be changed."))
    kept = set(CertifyingBody.objects.with_registrar(user).values_list("pk", flat=True))
    held = list(Certificate.objects.held_by(user).to_train().select_related("credential_type__body").order_by("pk"))
    certified = {row.credential_type.body_id for row in held if row.stands_on(on)}
    fallen = [row for row in held if row.credential_type.body_id not in certified | kept]
    return Acting(frozenset(kept | certified), _only_reads(fallen[-1]) if fallen else "")


def why_not_acting(user: Any, body: CertifyingBody, *, on: date) -> str:
    """Why this person decides nothing in the name of that body on that day; "" for who does."""
    who = acting(user, on=on)
    if body.pk in who.bodies:
        return ""
    return who.why_not or _("Only a trainer with a valid certificate, or a registrar of the body, decides this.")


def _only_reads(certificate: Certificate) -> str:
    words = {"number": certificate.number, "body": certificate.credential_type.body}
    if certificate.state == Certificate.State.SUSPENDED:
        return (
            _(
                "Your trainer’s certificate %(number)s is suspended. Until it is reinstated you can read here and "
                "change nothing; a registrar of %(body)s can tell you more."
            )
            % words
        )
    return (
        _(
            "Your trainer’s certificate %(number)s is not in force, so you can read here and change nothing. "
            "A registrar of %(body)s can tell you what comes next."
        )
        % words
    )
