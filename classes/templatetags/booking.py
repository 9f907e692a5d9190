"""`{% load booking %}`: how old, how many, and when, in words."""

from __future__ import annotations

from datetime import date, datetime
from html import unescape

from django import template
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from classes.models import Series
from config.templatetags.warm import when
from families.models import Baby

register = template.Library()

# Up to here babies are told in weeks, as their families count; from here in months.
WEEKS_TOLD = 16
WEEKS_A_MONTH = 52 / 12


@register.simple_tag
def when_plain(moment: datetime, zone: str, style: str = "full", until: datetime | None = None) -> str:
    """As `{% when %}`, without markup: for subjects and letters in plain text."""
    return unescape(strip_tags(when(moment, zone, style, until)))


@register.simple_tag
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


@register.simple_tag
def age_span(series: Series) -> str:
    """For whom a series is: "Newborn to 6 months", "6 weeks to 9 months"."""
    return _("%(from)s to %(until)s") % {"from": _age(series.min_age_weeks), "until": _age(series.max_age_weeks)}


def _age(weeks: int) -> str:
    if weeks == 0:
        return _("Newborn")
    if weeks < WEEKS_TOLD:
        return ngettext("%(count)d week", "%(count)d weeks", weeks) % {"count": weeks}
    months = round(weeks / WEEKS_A_MONTH)
    return ngettext("%(count)d month", "%(count)d months", months) % {"count": months}
