"""What may never be said, from `data/forbidden.toml`: claims that evidence contradicts or goes nowhere near (C8)."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path

DATA = Path(__file__).resolve().parent / "data"


@lru_cache(maxsize=2)
def _pattern(audience: str) -> re.Pattern[str]:
    rules = tomllib.loads((DATA / "forbidden.toml").read_text(encoding="utf-8"))
    patterns = rules["patterns"] + (rules["parents"] if audience == "parents" else [])
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


def forbidden_in(text: str, *, audience: str = "everyone") -> list[str]:
    """The forbidden claims found in a text, as written there. `audience` "parents" is stricter than "everyone"."""
    return [match.group(0) for match in _pattern(audience).finditer(text)]
