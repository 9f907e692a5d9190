"""Forgetting on time."""

from __future__ import annotations

from datetime import datetime, timedelta

from families import quiet
from families.models import HealthAnswers, Invitation

INVITATIONS_KEPT = timedelta(days=90)


def sweep(now: datetime) -> int:
    """Delete health answers whose day has passed, and quiet notes and invitations after their time; returns how many.

    An invitation holds the address of someone who may never have come.
    """
    deleted, _ = HealthAnswers.objects.filter(forget_on__lt=now.date()).delete()
    invited, _ = Invitation.objects.over_since(now - INVITATIONS_KEPT).delete()
    return deleted + invited + quiet.forget_notes(now)
