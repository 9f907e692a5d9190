"""What may never be said, from `data/forbidden.toml`: claims that evidence contradicts or goes nowhere near (C8)."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent / "data"
EVERY_LANGUAGE = "any"


@lru_cache(maxsize=1)
def _rules() -> dict[str, Any]:
    return tomllib.loads((DATA / "forbidden.toml").read_text(encoding="utf-8"))


def languages() -> list[str]:
    """The languages that have rules of their own."""
    return [language for language in _rules() if language != EVERY_LANGUAGE]


@lru_cache(maxsize=32)
def _pattern(language: str, audience: str) -> re.Pattern[str]:
    own = _rules().get(language, {})
    patterns = _rules()[EVERY_LANGUAGE]["patterns"] + own.get("patterns", [])
    patterns += own.get("parents", []) if audience == "parents" else []
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


def forbidden_in(text: str, *, audience: str = "everyone", language: str = "en") -> list[str]:
    """The forbidden claims found in a text of this language, as written there.

    `audience` "parents" is stricter than "everyone". A language without rules of its own has those of every language.
    A mark that nobody sees, such as a soft hyphen, parts no word.
    """
    seen = "".join(letter for letter in text if unicodedata.category(letter) != "Cf")
    return [match.group(0) for match in _pattern(language, audience).finditer(seen)]
