"""Reasons to wait that a carer tells at home: a vaccination, a fever, sore skin, an upset tummy.

They are health facts: ciphertext, read in the family alone, by who wrote them and by the adults who book, and deleted
after some days. They advise: whoever holds the baby may look at everything all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from config.accounts.models import User
from config.audit.trail import record, record_each
from families import health
from families.models import Baby, Caregiver, ReasonsOfThisWeek

VACCINATION = "vaccination"
TOLD_AT_HOME = ("fever_ill", VACCINATION, "skin", "diarrhoea_vomit")
"""Keys of the precautions that last for days and stand in no record (C4)."""
LAST = timedelta(hours=72)
"""How long something counts of which nobody said that it is over."""
KEPT = timedelta(days=14)


class NotYourBaby(Exception):
    """Only an adult of the family tells something about its babies."""


@dataclass(frozen=True)
class Told:
    """One thing told of a baby, where it still counts for this reader. `since` is the moment it counts from."""

    key: str
    since: datetime
    told_at: datetime
    by: Caregiver
    before_class: bool = False


def tell(
    baby: Baby, *, keys: Sequence[str], vaccinated_at: datetime | None = None, by: Caregiver, now: datetime
) -> None:
    """Keep what asks to wait in these days, in place of what this adult told before. None: it is over.

    A vaccination of which no moment was said was now, to be on the safe side. Told twice, it stands once.
    Raises NotYourBaby.
    """
    if baby.family_id != by.family_id:
        raise NotYourBaby
    at = (vaccinated_at or now).isoformat() if VACCINATION in keys else ""
    row = ReasonsOfThisWeek(baby=baby, written_by=by, written_at=now, forget_at=now + KEPT)
    row.facts = {"changed": [key for key in TOLD_AT_HOME if key in keys], "vaccinated_at": at}
    with transaction.atomic():
        ReasonsOfThisWeek.objects.bulk_create(
            [row],
            update_conflicts=True,
            unique_fields=["baby", "written_by"],
            update_fields=["answers", "written_at", "forget_at"],
        )
        what = "told of reasons to wait" if keys else "said that reasons to wait are over"
        record(what, by=by.user, about=health.name_of_baby(baby.pk), now=now)


def readable(baby: Baby, *, by: Caregiver, now: datetime) -> list[ReasonsOfThisWeek]:
    """What this adult may read: what they wrote, and, who books and pays, what others wrote. One query."""
    if baby.family_id != by.family_id or by.removed_at is not None:
        return []
    rows = ReasonsOfThisWeek.objects.of_baby(baby).kept(now)
    return [row for row in rows.order_by("written_at", "pk") if by.may_book or row.written_by_id == by.pk]


def told_at_home(rows: Sequence[ReasonsOfThisWeek]) -> list[Told]:
    """Everything that these rows tell, one by one."""
    return [
        Told(key, vaccinated_at(row.facts) if key == VACCINATION else row.written_at, row.written_at, row.written_by)
        for row in rows
        for key in row.facts.get("changed", ())
    ]


def vaccinated_at(facts: dict[str, str]) -> datetime:
    return datetime.fromisoformat(facts["vaccinated_at"])


def is_over(told: Told, *, said: Sequence[ReasonsOfThisWeek]) -> bool:
    """Whether somebody who could read it has said since that it is over."""
    return any(
        not row.facts.get("changed")
        and row.written_at >= told.told_at
        and (row.written_by.may_book or row.written_by_id == told.by.pk)
        for row in said
    )


def forget(babies: Sequence[Baby], *, account: User, now: datetime) -> int:
    """Delete all that was told of these babies, at once; returns how many rows."""
    with transaction.atomic():
        rows = list(ReasonsOfThisWeek.objects.filter(baby__in=list(babies)).only("pk", "baby_id"))
        about = [health.name_of_baby(row.baby_id) for row in rows]
        record_each("deleted reasons to wait", by=account, about=about, now=now)
        ReasonsOfThisWeek.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)
