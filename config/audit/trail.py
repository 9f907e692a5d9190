"""Writing down what was done. Call it inside the transaction of the deed."""

from __future__ import annotations

from collections.abc import Iterable
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
    entry = _entry(what, by=by, about=about, now=now, detail=detail)
    entry.save()
    return entry


def record_each(
    what: str,
    *,
    by: Any,
    about: Iterable[models.Model | str],
    now: datetime,
    detail: dict[str, Any] | None = None,
) -> None:
    """Write one entry about each row, in one statement."""
    AuditEntry.objects.bulk_create(_entry(what, by=by, about=row, now=now, detail=detail) for row in about)


def _entry(
    what: str, *, by: Any, about: models.Model | str, now: datetime, detail: dict[str, Any] | None
) -> AuditEntry:
    return AuditEntry(
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
