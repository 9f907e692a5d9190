"""A day or an hour in the reader's language, as people say it: "Tuesday 24 November", "Dienstag, 24. November"."""

from __future__ import annotations

from datetime import datetime

from babel.dates import format_date, format_skeleton
from django.conf import settings
from django.utils.translation import get_language

STYLES = {
    "date": ("EEEE", "MMMMd"),
    "date_short": ("MMMEd",),
    "day": ("MMMMd",),
    "date_year": ("full",),
    "day_year": ("long",),
    "weekday": ("EEEE",),
    "time": ("Hm",),
}
AFTER_WEEKDAY = {"de": ", "}
"""Between the day of the week and the day, where a language does not simply go on: "Montag, 30. November"."""


def spoken(moment: datetime, style: str) -> str:
    """A moment, already on the clock that counts, in one of STYLES."""
    language = babel_language()
    return AFTER_WEEKDAY.get(language, " ").join(_written(moment, shape, language) for shape in STYLES[style])


def babel_language() -> str:
    """The active language as babel names it; English is British here."""
    language = get_language() or settings.LANGUAGE_CODE
    return {"en": "en_GB"}.get(language, language.replace("-", "_"))


def _written(moment: datetime, shape: str, language: str) -> str:
    if shape in ("full", "long", "EEEE"):
        return format_date(moment, shape, locale=language)
    return format_skeleton(shape, moment, locale=language)
