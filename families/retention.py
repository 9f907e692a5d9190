"""Forgetting on time."""

from __future__ import annotations

from datetime import datetime, timedelta

from families import quiet
from families.models import HealthAnswers, Invitation, ReasonsOfThisWeek

INVITATIONS_KEPT = timedelta(days=90)


def sweep(now: datetime) -> int:
    """Delete health answers and reasons told at home when their day is over, old quiet notes and invitations.

    Returns how many. An invitation holds the address of someone who may never have come.
    """
    deleted, _ = HealthAnswers.objects.filter(forget_on__lt=now.date()).delete()
    invited, _ = Invitation.objects.over_since(now - INVITATIONS_KEPT).delete()
    reasons, _ = ReasonsOfThisWeek.objects.over(now).delete()
    return deleted + invited + reasons + quiet.forget_notes(now)
