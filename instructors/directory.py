"""The public list of instructors: only those whose certificate is valid, in pages."""

from __future__ import annotations

from datetime import date

from instructors.certificate_check import language_name
from instructors.models import Instructor

PAGE = 24
MOST_LANGUAGES = 500


def directory_page(*, on: date, near: str = "", language: str = "", after: int | None = None) -> list[Instructor]:
    """Up to PAGE instructors and one more, which says that there is a next page. `after` is the last one's key."""
    found = Instructor.objects.listed().certified(on).near(near.strip()).speaking(language)
    last = Instructor.objects.filter(pk=after).first() if after else None
    found = found.further_than(last) if last else found
    rows = list(found.with_letters(on).order_by("display_name", "pk")[: PAGE + 1])
    for row in rows:
        row.spoken = [language_name(code) for code in row.languages]  # type: ignore[attr-defined]
    return rows


def languages_spoken(*, on: date) -> list[str]:
    """Codes of the languages that the listed instructors teach in."""
    rows = Instructor.objects.listed().certified(on).values_list("languages", flat=True).order_by().distinct()
    return sorted({code for codes in rows[:MOST_LANGUAGES] for code in codes})
