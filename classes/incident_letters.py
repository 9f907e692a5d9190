"""The letter that says that there is a note to read. What happened never stands in a mailbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from classes.emails import _queue, address
from classes.models import IncidentNote
from config.accounts.models import User


def queue_written(note: IncidentNote, *, to: Sequence[User], now: datetime) -> None:
    """One letter for each note and reader."""
    context = {
        "session": note.session,
        "series": note.session.series,
        "note_url": address("classes:my_incident", note.reference),
    }
    for reader in to:
        _queue("incident_written", reader, context, key=f"{note.reference}:{reader.pk}", now=now)
