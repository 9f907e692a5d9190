"""The vault of health answers. Every read for another person is written down before anything is shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from config.accounts.models import User
from config.audit.models import AuditEntry
from config.audit.trail import name_of, record
from families.access import may_read_health
from families.models import Baby, Caregiver, HealthAnswers

KEPT_AFTER_LAST_SESSION = timedelta(days=30)


def write_health_answers(
    baby: Baby, *, facts: dict[str, Any], by: Caregiver, account: User, last_session_on: date, now: datetime
) -> HealthAnswers:
    """Keep these answers, in place of older ones, until 30 days after the last session.

    `facts` is {"born_early": "yes"|"no"|"unsaid", "conditions": [precaution keys], "notes": text}.
    """
    forget_on = last_session_on + KEPT_AFTER_LAST_SESSION
    with transaction.atomic():
        row = HealthAnswers.objects.select_for_update().filter(baby=baby).first() or HealthAnswers(baby=baby)
        row.written_by, row.written_at = by, now
        row.forget_on = max(forget_on, row.forget_on) if row.forget_on else forget_on
        row.facts = facts
        row.save()
        record("wrote health answers", by=account, about=baby, now=now)
    return row


def read_for_class(babies: Iterable[Baby], *, by: User, because: str, now: datetime) -> dict[int, dict[str, Any]]:
    """{baby id: facts} for an instructor. The caller has checked that this is the time for it (`classes.access`).

    One audit entry a baby is committed first; if that fails, nothing is read.
    """
    rows = list(HealthAnswers.objects.filter(baby__in=list(babies)).only("pk", "baby_id"))
    with transaction.atomic():
        for row in rows:
            record("read health answers", by=by, about=f"families.Baby:{row.baby_id}", now=now, detail={"because": because})
    return {row.baby_id: row.facts for row in HealthAnswers.objects.filter(pk__in=[row.pk for row in rows])}


def read_in_family(babies: Sequence[Baby], *, by: Caregiver) -> dict[int, HealthAnswers]:
    """{baby id: answers} that this adult of the family may see."""
    rows = HealthAnswers.objects.filter(baby__in=babies, baby__family=by.family).select_related("written_by")
    return {
        row.baby_id: row
        for row in rows
        if may_read_health(by, written_by=row.written_by, shared_in_family=row.shared_in_family)
    }


def reads_of(baby: Baby, *, most: int = 20) -> list[AuditEntry]:
    """Who has read this baby's answers, newest first, for the family to see."""
    return list(AuditEntry.objects.filter(about=name_of(baby), what="read health answers")[:most])
