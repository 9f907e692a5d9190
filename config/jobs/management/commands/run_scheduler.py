from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from config.jobs.schedule import run_due_jobs


class Command(BaseCommand):
    help = "Runs the jobs of settings.JOBS, each once in its slot of time. Several schedulers do no harm."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        while not stop.is_set():
            run_due_jobs(timezone.now())
            stop.wait(5)
