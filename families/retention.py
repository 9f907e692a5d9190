"""Forgetting on time."""

from __future__ import annotations

from datetime import datetime

from families import quiet
from families.models import HealthAnswers


def sweep(now: datetime) -> int:
    """Delete health answers whose day has passed, and quiet notes that have done their work; returns how many."""
    deleted, _ = HealthAnswers.objects.filter(forget_on__lt=now.date()).delete()
    return deleted + quiet.forget_notes(now)
