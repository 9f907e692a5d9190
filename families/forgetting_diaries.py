"""The diary is kept for two years, and then forgotten by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from families.diary import SAID_SINCE
from families.models import PracticeLog, RemovedPractice

KEPT = timedelta(days=730)
LINES_KEPT_AFTER_LEAVING = timedelta(days=30)
KEYS_KEPT = SAID_SINCE + timedelta(days=30)


def sweep(now: datetime) -> int:
    """Delete moments of two years ago, lines of adults who left, and the keys of what was removed; returns how many."""
    moments, _rows = PracticeLog.objects.over_since(now - KEPT).delete()
    lines = PracticeLog.objects.of_those_who_left(now - LINES_KEPT_AFTER_LEAVING).update(note="")
    keys, _rows = RemovedPractice.objects.filter(removed_at__lt=now - KEYS_KEPT).delete()
    return moments + lines + keys
