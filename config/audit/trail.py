"""Writing down what was done. Call it inside the transaction of the deed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models

from config.audit.models import AuditEntry


def record(
    what: str, *, by: Any, about: models.Model | str, now: datetime, detail: dict[str, Any] | None = None
) -> AuditEntry:
    """Write one entry.

    `what` is a verb phrase such as "booked"; `by` a User, or None for the site itself; `about` a saved row, or text.
    `detail` holds plain JSON and never a private fact: say which question was answered, not how.
    """
    return AuditEntry.objects.create(
        at=now,
        what=what,
        by_id=getattr(by, "pk", None),
        by_name=str(by) if by is not None else "",
        about=about if isinstance(about, str) else name_of(about),
        detail=detail or {},
    )


def name_of(row: models.Model) -> str:
    """How the trail names a row: "classes.Enrolment:12"."""
    return f"{row._meta.label}:{row.pk}"
