"""The letters about a date that changed, with its calendar file, and about a series that was called off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from classes.models import Enrolment, Place, SessionChange
from config.accounts.models import User


def key_of(change: SessionChange, *, enrolment: Enrolment, to: User) -> str:
    """The key of that letter in the outbox."""
    return f"changed:{change.reference}:{enrolment.reference}:{to.pk}"


def queue_changed(
    change: SessionChange, *, enrolment: Enrolment, places: Sequence[Place], notice_url: str, to: User, now: datetime
) -> None:
    """Tell one adult what became of the date, with the calendar file. `notice_url` is where they say that they saw it.

    `telling.tell` calls this for each adult whom it writes to, in the transaction of the change.
    """
    raise NotImplementedError
