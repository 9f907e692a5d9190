"""The diagram of states, drawn anew into the README."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from classes.states import diagram

BEGINS, ENDS = "<!-- states: `make states` draws this -->", "<!-- states end -->"


def with_diagram(text: str) -> str:
    """The text with the diagram of today between the two marks. Raises ValueError where a mark is not there."""
    before, began, rest = text.partition(BEGINS)
    _old, ended, after = rest.partition(ENDS)
    if not (began and ended):
        raise ValueError(f"Between {BEGINS} and {ENDS} the diagram is drawn; one of them is missing.")
    return f"{before}{BEGINS}\n```mermaid\n{diagram()}```\n{ENDS}{after}"


class Command(BaseCommand):
    help = "Draws the states of a booking into the README."

    def handle(self, *args: Any, **options: Any) -> None:
        readme = Path(settings.BASE_DIR) / "README.md"
        readme.write_text(with_diagram(readme.read_text(encoding="utf-8")), encoding="utf-8")
        self.stdout.write(f"Drawn into {readme.name}.")
