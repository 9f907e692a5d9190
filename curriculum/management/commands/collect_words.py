"""`manage.py collect_words [language …]`: the curriculum's texts to translate, into curriculum/data/words."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from curriculum import words


class Command(BaseCommand):
    help = (
        "Writes each language's file of curriculum texts anew, with what is translated; a new language gets its file."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "languages", nargs="*", help="codes such as it or pt-br; without one, every language there is"
        )

    def handle(self, *args: Any, languages: list[str], **options: Any) -> None:
        for language in languages or words.languages():
            missing = words.collect(language)
            self.stdout.write(f"{language}: {missing} texts of the curriculum to translate")
