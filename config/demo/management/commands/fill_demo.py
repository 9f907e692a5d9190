from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from config.demo import world


class Command(BaseCommand):
    help = "Lays the demo world into an empty database, once. Touches no database that holds anything else."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="Only refuse a database that holds anything else.")

    def handle(self, *args: Any, **options: Any) -> None:
        state = world.state_of_database()
        if state == world.FOREIGN:
            raise CommandError(
                "This database holds something that is not the demo. The demo stays out of it: "
                "set DATABASE_URL to another one, or leave it unset."
            )
        if options["check"] or state == world.DEMO:
            return
        began = time.monotonic()
        self.stdout.write("Laying out the demo world …")
        counts = world.lay_out(now=timezone.now())
        told = ", ".join(f"{number} {name}" for name, number in counts.items())
        self.stdout.write(f"It holds {told} ({time.monotonic() - began:.0f} s).")
