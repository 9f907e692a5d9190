"""What a person types into the forms of booking, as a browser posts it."""

from __future__ import annotations

import re
from typing import Any

from config.letters.models import Letter

NEW_FAMILY = {
    "rows": "1",
    "new_0_name": "Mina",
    "new_0_born": "2026-01-10",
    "name": "Priya Sharma",
    "email": "priya@example.org",
    "relation": "mother",
    "phone": "07700 900142",
    "language": "en",
    "way": "room",
    "born_early": "no",
    "notes": "",
    "companion": "",
    "zone": "Europe/London",
    "request_key": "one-press",
    "consent_only_we_massage": "on",
    "consent_follow_cues": "on",
}


def new_family(**changes: Any) -> dict[str, Any]:
    """The form of someone without an account; None takes a field away."""
    return {name: value for name, value in {**NEW_FAMILY, **changes}.items() if value is not None}


def own_family(*babies: int, **changes: Any) -> dict[str, Any]:
    """The form of someone signed in, with these of their babies ticked."""
    known = {"babies": [str(baby) for baby in babies], "rows": "0", "name": "Ines Moreau"}
    return new_family(**{"new_0_name": None, "new_0_born": None, "email": None, **known, **changes})


def newest_code(email: str) -> str:
    """The six digits of the last letter to that address."""
    letter = Letter.objects.filter(to=email).order_by("-pk")[0]
    found = re.search(r"\b\d{6}\b", letter.text)
    assert found, letter.text
    return found.group()
