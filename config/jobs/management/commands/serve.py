from __future__ import annotations

import os
import sys
import time
import urllib.error
import urllib.request
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.jobs.supervisor import Process, Supervisor
from config.preflight import port_troubles

ANSWER_S = 2.0


class Command(BaseCommand):
    help = "Serves the site: gunicorn, the mail worker and the scheduler, until Ctrl-C or SIGTERM."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--greet-with", metavar="COMMAND", help="A command to run once the site answers.")

    def handle(self, *args: Any, **options: Any) -> None:
        host = os.environ.get("BIND", "127.0.0.1")
        if troubles := port_troubles(host, str(settings.PORT)):
            raise CommandError(" ".join(troubles))
        began = time.monotonic()

        def greet() -> None:
            took = time.monotonic() - began
            self._say(f"Warm Hands answers at {settings.SITE_URL}/ after {took:.1f} s. Ctrl-C stops it.")
            if options["greet_with"]:
                call_command(options["greet_with"])

        supervisor = Supervisor(processes(), say=self._say, is_ready=lambda: answers(host), when_ready=greet)
        if code := supervisor.run():
            sys.exit(code)
        self._say("Stopped.")

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()


def processes() -> list[Process]:
    """The commands of a whole site, run by the Python that runs this one."""
    manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
    gunicorn = [sys.executable, "-m", "gunicorn", "--chdir", str(settings.BASE_DIR)]
    return [
        Process("gunicorn", [*gunicorn, "--config", "config/gunicorn.conf.py", "config.wsgi"]),
        Process("run_worker", [*manage, "run_worker"]),
        Process("run_scheduler", [*manage, "run_scheduler"]),
    ]


def answers(host: str) -> bool:
    """Whether the site is up and can write to its database."""
    here = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104  (what BIND may say)
    url = f"http://{here}:{settings.PORT}/readyz"
    try:
        with urllib.request.urlopen(url, timeout=ANSWER_S) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False
