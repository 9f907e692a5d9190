"""Is the process up; can it do its work."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse, JsonResponse
from django.utils import timezone

from config.jobs.backup import is_fresh
from config.jobs.models import JobRun
from config.letters.models import Letter

OLDEST_LETTER = timedelta(minutes=15)
ONE_SLOT = datetime(2000, 1, 1, tzinfo=UTC)  # one row, written again and again


def health_answer(path: str) -> HttpResponse | None:
    """The answer to /healthz and /readyz; None for every other address."""
    if path == "/healthz":
        return HttpResponse("up\n", content_type="text/plain; charset=utf-8")
    if path == "/readyz":
        return _readiness()
    return None


def _readiness() -> HttpResponse:
    """503 unless a row can be written, all migrations are in, the queue moves, and backups (if expected) are fresh.

    A check that only reads says "well" while the disk is full and every booking fails; so this one writes.
    """
    checks = {"database": _can_write(), "letters": False, "migrations": False}
    if checks["database"]:
        checks["letters"] = _letters_move()
        checks["migrations"] = _migrated()
    if settings.BACKUP_DIR is not None:
        checks["backups"] = is_fresh(settings.BACKUP_DIR, now=timezone.now())
    return JsonResponse({"ready": all(checks.values()), **checks}, status=200 if all(checks.values()) else 503)


def _can_write() -> bool:
    now = timezone.now()
    try:
        with transaction.atomic():
            JobRun.objects.update_or_create(name="readiness", slot_at=ONE_SLOT, defaults={"started_at": now})
    except DatabaseError:
        return False
    return True


def _letters_move() -> bool:
    """No urgent letter waits longer than it should."""
    return not Letter.objects.due(timezone.now() - OLDEST_LETTER).exists()


def _migrated() -> bool:
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())
