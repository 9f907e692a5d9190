"""What a family told at home of these days: sore skin since yesterday, in the second family of the cast."""

from __future__ import annotations

from datetime import datetime, timedelta

from config.demo.households import Home
from families import reasons


def let_families_tell(homes: dict[str, list[Home]], *, now: datetime) -> None:
    """The last family of the cast keeps in mind that a baby's skin is sore."""
    cast = [home for town in homes.values() for home in town if home.is_cast]
    for home in cast[-1:]:
        for baby in home.babies[:1]:
            reasons.tell(baby, keys=["skin"], by=home.caregiver, now=now - timedelta(hours=20))
