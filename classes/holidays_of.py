"""Public holidays of a region: which regions there are to choose from, and which days they keep.

A region is a country and, where its parts keep other days, the part: "NP", "GB-ENG". Names come from the CLDR and from
the calendar itself, in the reader's language where it has one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any

from babel.core import Locale, get_global
from django.utils.translation import get_language
from django.utils.translation import gettext as _

# The column of a series holds no longer code.
LONGEST_CODE = 12


def country_of_zone(zone: str) -> str:
    """The country of that IANA zone, as two letters; empty where it has none, as UTC."""
    found: str = get_global("zone_territories").get(zone, "")
    return found if len(found) == 2 and found.isalpha() else ""


def regions_of(countries: Iterable[str]) -> list[tuple[str, str]]:
    """(code, name) of each of these countries that has a calendar, followed by its parts by name."""
    found: list[tuple[str, str]] = []
    for country in dict.fromkeys(countries):
        name = _country_name(country)
        parts = [(f"{country}-{code}", f"{name}: {part}") for code, part in _parts_of(country)]
        parts = [(code, part) for code, part in parts if len(code) <= LONGEST_CODE]
        if parts:
            found += [(country, _("%(country)s, everywhere") % {"country": name}), *parts]
        elif _calendar(country):
            found.append((country, name))
    return found


def name_of(region: str) -> str:
    """ "United Kingdom: England" of "GB-ENG"; empty for none."""
    country, _dash, code = region.partition("-")
    if not country:
        return ""
    part = next((name for key, name in _parts_of(country) if key == code), "")
    return f"{_country_name(country)}: {part}" if part else _country_name(country)


def is_region(code: str) -> bool:
    """Whether there is a calendar for that code."""
    country, _dash, part = code.partition("-")
    return _calendar(country) is not None and (not part or part in {key for key, _name in _parts_of(country)})


def holidays_between(region: str, first: date, last: date) -> dict[date, str]:
    """{day: name} of the public holidays of that region from `first` to `last`; none for no region."""
    if not is_region(region):
        return {}
    country, _dash, part = region.partition("-")
    days = _days(country, part, first.year, last.year, get_language() or "en")
    return {day: name for day, name in days.items() if first <= day <= last}


@lru_cache(maxsize=64)
def _days(country: str, part: str, first_year: int, last_year: int, language: str) -> dict[date, str]:
    import holidays

    wanted = language.partition("-")[0]
    spoken = [one for one in _calendar(country).supported_languages if one.partition("_")[0] == wanted]
    years = range(first_year, last_year + 1)
    found = holidays.country_holidays(country, subdiv=part or None, years=years, language=spoken[0] if spoken else None)
    return dict(found)


def _calendar(country: str) -> Any:
    """The library's calendar of that country; None where it has none."""
    import holidays

    return getattr(holidays, country, None) if country in holidays.list_supported_countries() else None


@lru_cache(maxsize=64)
def _parts_of(country: str) -> tuple[tuple[str, str], ...]:
    calendar = _calendar(country)
    if calendar is None:
        return ()
    names = {code: name for name, code in calendar.subdivisions_aliases.items()}
    parts = [(code, names.get(code, code)) for code in calendar.subdivisions]
    return tuple(sorted(parts, key=lambda part: part[1]))


def _country_name(country: str) -> str:
    named: str | None = Locale.parse((get_language() or "en").replace("-", "_")).territories.get(country)
    return named or country
