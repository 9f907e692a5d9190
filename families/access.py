"""Who may do what in a family."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from config.accounts.guards import guard
from families.models import Caregiver


def caregiver_of(user: Any) -> Caregiver | None:
    """The adult that this account is in its family today, with the family; None where there is none."""
    if not user.is_authenticated:
        return None
    return Caregiver.objects.current().select_related("family").filter(user=user).first()


def is_caregiver(request: HttpRequest) -> bool:
    """Whether the reader belongs to a family; `request.caregiver` is set for the view."""
    request.caregiver = caregiver_of(request.user)  # type: ignore[attr-defined]
    return request.caregiver is not None  # type: ignore[attr-defined]


caregiver_only = guard("caregiver_only", is_caregiver)


def reader(request: HttpRequest) -> Caregiver:
    """The caregiver whom `caregiver_only` let in."""
    found: Caregiver = request.caregiver  # type: ignore[attr-defined]  # set by is_caregiver
    return found


def may_read_health(caregiver: Caregiver, *, written_by: Caregiver, shared_in_family: bool) -> bool:
    """The writer always; another adult of the family where the writer shares it."""
    if caregiver.pk == written_by.pk:
        return True
    return shared_in_family and caregiver.family_id == written_by.family_id and caregiver.removed_at is None
