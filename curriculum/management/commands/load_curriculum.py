"""`manage.py load_curriculum`: bring what is taught in step with the data files."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from curriculum.loading import load


class Command(BaseCommand):
    help = "Loads what is taught from curriculum/data. Safe to run again; edits by hand are kept."

    def handle(self, *args: Any, **options: Any) -> None:
        done = load()
        self.stdout.write(
            f"Curriculum: {done.created} created, {done.updated} updated, {done.retired} retired, "
            f"{done.unchanged} as they were."
        )
        if done.left:
            self.stdout.write(f"Left as edited by hand ({len(done.left)}):")
            for line in done.left:
                self.stdout.write(f"  {line}")
