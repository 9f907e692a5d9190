from __future__ import annotations

import signal
import threading
from datetime import timedelta
from typing import Any

import structlog
from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from config.letters.post import LEASE, send_next

log = structlog.get_logger(__name__)
PAUSE_S = 1.0
PAUSE_IN_TROUBLE_S = 5.0


class Command(BaseCommand):
    help = "Sends the letters of the outbox. Several workers share the work."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--until-empty", action="store_true", help="Stop when nothing is due.")
        parser.add_argument(
            "--lease",
            type=float,
            default=LEASE.total_seconds(),
            help="Seconds after which the letter of a worker that died is taken up again.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        lease = timedelta(seconds=options["lease"])
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        while not stop.is_set():
            try:
                sent = send_next(timezone.now(), lease=lease)
            except DatabaseError:
                # The database may be restarting; the letters stay where they are.
                log.exception("outbox out of reach")
                close_old_connections()
                stop.wait(PAUSE_IN_TROUBLE_S)
                continue
            if not sent and options["until_empty"]:
                return
            if not sent:
                stop.wait(PAUSE_S)
