"""What candidates wrote is not kept for ever: work, and what families said, goes some time after the training.

Decisions stay: that something was handed in, when, how it was judged, and which sessions were held.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Model, Q

from config.audit.trail import record
from instructors.deadlines import add_months
from instructors.handing_in import forget
from instructors.models import PracticeDate, PracticumFamily, PracticumSession, Submission, Traineeship

AT_ONCE = 500
# Where something was said in practice: the model, its way to the training, and its fields, emptied.
SAID: tuple[tuple[type[Model], str, dict[str, Any]], ...] = (
    (PracticumFamily, "traineeship", {"words": "", "answers": {}}),
    (PracticumSession, "family__traineeship", {"feedback": "", "self_evaluation": ""}),
    (PracticeDate, "traineeship", {"self_evaluation": "", "observation": ""}),
)


def sweep(now: datetime) -> int:
    """Delete the words and files of trainings that ended long enough ago; returns how many rows lost theirs."""
    before = add_months(now.date(), -settings.WORK_KEPT_MONTHS)
    return _forget_work(before, now) + _forget_feedback(before, now)


def _forget_work(before: date, now: datetime) -> int:
    found = list(Submission.objects.kept().of_ended(before).order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    for pk in found:
        with transaction.atomic():
            row = Submission.objects.select_for_update().get(pk=pk)
            forget(row, on=now.date())
            record("forgot handed-in work", by=None, about=row, now=now)
    return len(found)


def _forget_feedback(before: date, now: datetime) -> int:
    ended = Traineeship.objects.ended(before).values("pk")
    return sum(_emptied(model, Q(**{f"{path}__in": ended}), empty, now) for model, path, empty in SAID)


def _emptied(model: type[Model], of_ended: Q, empty: dict[str, Any], now: datetime) -> int:
    """Empty these fields of the rows where one of them holds something."""
    nothing = Q(**empty)
    with transaction.atomic():
        rows = model._default_manager.filter(of_ended).exclude(nothing).order_by("pk")
        found = list(rows.values_list("pk", flat=True)[:AT_ONCE])
        model._default_manager.filter(pk__in=found).update(**empty)
        if found:
            about = model._meta.label
            record("forgot what was said in practice", by=None, about=about, now=now, detail={"rows": len(found)})
    return len(found)
