from __future__ import annotations

import signal
import threading
from typing import Any

import structlog
from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from config.jobs.schedule import run_due_jobs

log = structlog.get_logger(__name__)
PAUSE_S = 5.0


class Command(BaseCommand):
    help = "Runs the jobs of settings.JOBS, each once in its slot of time. Several schedulers do no harm."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        while not stop.is_set():
            try:
                run_due_jobs(timezone.now())
            except DatabaseError:
                # The database may be restarting; the next slot is soon enough.
                log.exception("database out of reach")
            close_old_connections()
            stop.wait(PAUSE_S)
