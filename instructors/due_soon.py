"""Telling candidates, 30 days and 7 days before their time is over, that something is still missing."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from instructors import training_letters
from instructors.models import Traineeship
from instructors.progress import progress_of
from instructors.traineeship import today_of

MARKS = (7, 30)
AT_ONCE = 500


def remind(now: datetime) -> int:
    """Queue the letters of today, each once; returns for how many candidates. Who waits for the trainer gets none."""
    told = 0
    for row in Traineeship.objects.ending(now.date(), within=timedelta(days=max(MARKS))).with_work()[:AT_ONCE]:
        assert row.deadline_on is not None  # `ending` asks for it
        days = (row.deadline_on - today_of(row, now)).days
        mark = next((mark for mark in MARKS if days <= mark), None)
        if mark is None or days < 0 or not progress_of(row).open:
            continue
        with transaction.atomic():
            training_letters.tell_deadline(row, days=days, mark=mark, now=now)
        told += 1
    return told
