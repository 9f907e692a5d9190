from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from instructors.groups import ensure_groups
from instructors.loading import load_programmes


class Command(BaseCommand):
    help = "Adds the known bodies and programmes, and the groups of staff. Rows that exist stay as they are."

    def handle(self, *args: Any, **options: Any) -> None:
        added = load_programmes()
        ensure_groups()
        self.stdout.write(f"Bodies and programmes: {added} rows added.")
