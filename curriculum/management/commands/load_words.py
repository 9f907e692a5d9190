"""`manage.py load_words`: bring what is taught in other languages in step with curriculum/data/words."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from curriculum import words


class Command(BaseCommand):
    help = "Loads the curriculum's translations. Safe to run again; what was translated or reviewed by hand is kept."

    def handle(self, *args: Any, **options: Any) -> None:
        for kept in words.keep_in_step(folder=words.WORDS):
            line = f"{kept.language}: {kept.translated} texts of the curriculum translated, {kept.open} in English"
            self.stdout.write(line + (f", {kept.left} left as edited by hand" if kept.left else ""))
