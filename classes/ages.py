"""Ages in words: in weeks as long as families count them, then in months."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from families.models import Baby

WEEKS_TOLD = 16
WEEKS_A_MONTH = 52 / 12


def age_of(baby: Baby, on: date) -> str:
    """How old a baby is on that day: "11 weeks old", "5 months old", "still expected"."""
    if baby.born_on is None or baby.born_on > on:
        return _("still expected")
    weeks = baby.age_in_weeks(on)
    if weeks < 1:
        return _("newborn")
    if weeks <= WEEKS_TOLD:
        return ngettext("%(count)d week old", "%(count)d weeks old", weeks) % {"count": weeks}
    months = int(weeks / WEEKS_A_MONTH)
    return ngettext("%(count)d month old", "%(count)d months old", months) % {"count": months}


def in_words(weeks: int) -> str:
    """A number of weeks as one end of a span: "newborn", "6 weeks", "9 months"."""
    if weeks == 0:
        return _("newborn")
    if weeks < WEEKS_TOLD:
        return ngettext("%(count)d week", "%(count)d weeks", weeks) % {"count": weeks}
    months = round(weeks / WEEKS_A_MONTH)
    return ngettext("%(count)d month", "%(count)d months", months) % {"count": months}
