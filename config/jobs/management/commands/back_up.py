from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from config.jobs.backup import CannotBackUp, back_up


class Command(BaseCommand):
    help = "Copies the SQLite database into BACKUP_DIR while the site goes on, and deletes copies older than 35 days."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if connection.vendor != "sqlite":
            raise CommandError("This copies SQLite. For PostgreSQL use pg_dump.")
        if settings.BACKUP_DIR is None:
            raise CommandError("BACKUP_DIR is not set: say which folder the copies go to.")
        try:
            made = back_up(Path(settings.DATABASES["default"]["NAME"]), settings.BACKUP_DIR, now=timezone.now())
        except CannotBackUp as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(str(made))
