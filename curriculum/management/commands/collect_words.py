"""`manage.py collect_words [language …]`: the texts to translate: the curriculum's, and the frame of a new language."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from django.conf import settings
from django.conf.locale import LANG_INFO
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import to_locale

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
        unknown = [language for language in languages if "name" not in LANG_INFO.get(language, {})]
        if unknown:
            raise CommandError(f"No language is called {', '.join(unknown)}. Codes are small, such as it or pt-br.")
        for language in languages:
            begin_frame(language)
        for language in languages or words.languages():
            missing = words.collect(language)
            self.stdout.write(f"{language}: {missing} texts of the curriculum to translate")


def begin_frame(language: str) -> None:
    """An empty catalogue for the sentences of the site, where there is none, with the language's own plurals."""
    file = Path(settings.LOCALE_PATHS[0]) / to_locale(language) / "LC_MESSAGES" / "django.po"
    if file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    plurals = Catalog(locale=to_locale(language)).plural_forms
    head = words.HEAD.format(language=language).strip()
    file.write_text(f'{head}\n"Plural-Forms: {plurals}\\n"\n', encoding="utf-8")
