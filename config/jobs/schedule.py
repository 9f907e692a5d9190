"""Which jobs are due, and running them once a slot."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.module_loading import import_string

from config.jobs.models import JobRun

log = structlog.get_logger(__name__)
KEPT_RUNS = timedelta(days=7)


def slot_of(now: datetime, every_seconds: int) -> datetime:
    """The start of the slot that `now` is in."""
    return datetime.fromtimestamp(now.timestamp() // every_seconds * every_seconds, tz=UTC)


def run_due_jobs(now: datetime) -> list[str]:
    """Run every job whose slot nobody has had yet; returns their names. A job in trouble does not stop the others."""
    ran = []
    for name, (path, every_seconds) in settings.JOBS.items():
        if run := _take_slot(name, slot_of(now, every_seconds), now):
            _carry_out(run, path, now)
            ran.append(name)
    return ran


def _take_slot(name: str, slot_at: datetime, now: datetime) -> JobRun | None:
    if JobRun.objects.filter(name=name, slot_at=slot_at).exists():
        return None
    try:
        with transaction.atomic():
            JobRun.objects.filter(name=name, slot_at__lt=now - KEPT_RUNS).delete()
            return JobRun.objects.create(name=name, slot_at=slot_at, started_at=now)
    except IntegrityError:
        return None


def _carry_out(run: JobRun, path: str, now: datetime) -> None:
    try:
        run.did = import_string(path)(now)
    except Exception as trouble:  # a job must not end the scheduler; the trouble is kept where staff see it
        log.exception("job in trouble", job=run.name)
        run.trouble = f"{type(trouble).__name__}: {trouble}"[:2000]
    run.ended_at = datetime.now(UTC)
    run.save(update_fields=["did", "trouble", "ended_at"])
