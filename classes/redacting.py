"""Taking names out of what a family wrote, before somebody reads it who must not know whose it is."""

from __future__ import annotations

import re

from families.models import Baby, Family

REACHED_BY = re.compile(r"\S+@\S+|\+?\d(?:[\s().\-/]*\d){6,}")
GONE = "…"
SHORTEST = 2


def without_names(words: str, family: Family) -> str:
    """The words, with … for each name that the family gave us, for e-mail addresses and phone numbers. Two queries.

    It finds the names that we know. Whoever passes words on says before that they are read by others.
    """
    if not words:
        return ""
    names = [adult.name for adult in family.caregivers.all()]
    names += [adult.user.name for adult in family.caregivers.all() if adult.user_id and adult.user]
    names += list(Baby.objects.of_family(family).values_list("first_name", flat=True))
    parts = {part for name in names for part in re.split(r"[\s\-]+", name) if len(part) >= SHORTEST}
    said = REACHED_BY.sub(GONE, words)
    if parts:
        known = "|".join(re.escape(part) for part in sorted(parts, key=len, reverse=True))
        # Endings such as "Ada's" and "Adas" go too, so that no name is left in another case.
        said = re.sub(rf"(?<!\w)(?:{known})(?:[’']?s)?(?!\w)", GONE, said, flags=re.IGNORECASE)
    return said
