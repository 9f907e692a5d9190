"""Who may, in the rooms of training and certificates."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest

from config.accounts.guards import guard
from instructors.models import Certificate, CertifyingBody, Traineeship


def is_or_was_candidate(request: HttpRequest) -> bool:
    return Traineeship.objects.of(request.user).exists()


# Their own training stays readable after it has ended.
candidate_only = guard("candidate_only", is_or_was_candidate)


def may_certify(user: Any, body: CertifyingBody, *, on: date) -> bool:
    """Whether the user holds a credential of that body that lets them train and certify, valid on that day."""
    return Certificate.objects.held_by(user).to_train(body).valid(on).exists()


def is_registrar(user: Any, body: CertifyingBody) -> bool:
    return bool(user.is_active and body.registrars.filter(pk=user.pk).exists())


def is_trainer_of(user: Any, traineeship: Traineeship) -> bool:
    """The trainer of record, and never the candidate themselves."""
    return bool(traineeship.trainer_of_record_id == user.pk and traineeship.trainee_id != user.pk)
