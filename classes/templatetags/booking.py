"""`{% load booking %}`: how old, how many, and when, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from html import unescape
from typing import Any

from babel.dates import format_datetime
from django import template
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString
from django.utils.text import capfirst, get_text_list
from django.utils.translation import get_language, get_language_bidi, ngettext
from django.utils.translation import gettext as _

from classes.ages import age_of, in_words
from classes.forms.zones import language_name
from classes.models import Series, Session
from classes.my_classes import Booking
from config.lib.times import daytime_between, local
from config.templatetags.warm import DELIVERIES, icon, when
from families.models import Baby

register = template.Library()
register.simple_tag(age_of)

MOST_MATS = 6
# The tile is narrow: a longer name of a month is told short.
LONGEST_MONTH = 7
READ_FROM_THE_RIGHT, AS_BEFORE = "\N{RIGHT-TO-LEFT ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"


@register.simple_tag
def when_plain(moment: datetime, zone: str, style: str = "full", until: datetime | None = None) -> str:
    """As `{% when %}`, without markup: for subjects and letters in plain text.

    Where one reads from the right it stands in marks of its own, so that a Latin name before it keeps its place.
    """
    said = unescape(strip_tags(when(moment, zone, style, until)))
    return f"{READ_FROM_THE_RIGHT}{said}{AS_BEFORE}" if get_language_bidi() else said


@register.filter
def in_a_row(names: list[str]) -> str:
    """Names as in a sentence: "Ada, Theo and Noor"."""
    return get_text_list(names, _("and"))


@register.simple_tag
def names_of(babies: Iterable[Baby]) -> str:
    """Their first names as in a sentence."""
    return get_text_list([baby.first_name for baby in babies], _("and"))


@register.filter
def is_before(moment: datetime, now: datetime) -> bool:
    return moment <= now


@register.filter
def sessions_to_come(booking: Booking, now: datetime) -> list[Session]:
    return booking.to_come(now)


@register.filter
def as_mats(places: int) -> range:
    """To draw as many mats as places."""
    return range(min(places, MOST_MATS))


@register.simple_tag
def ahead_in_words(sizes: Sequence[int]) -> str:
    """Why one stands where one stands: how many families are ahead, and what they wait for."""
    if not sizes:
        return _("You are first in line.")
    told = {"families": len(sizes), "places": sum(sizes)}
    if len(sizes) == 1:
        sentence = ngettext(
            "One family is ahead of you, waiting for %(places)d place.",
            "One family is ahead of you, waiting for %(places)d places together.",
            told["places"],
        )
        return sentence % told
    if told["places"] == told["families"]:
        sentence = ngettext(
            "%(families)d family is ahead of you, waiting for one place.",
            "%(families)d families are ahead of you, each waiting for one place.",
            told["families"],
        )
        return sentence % told
    sentence = ngettext(
        "%(families)d family is ahead of you, waiting for %(places)d places in all.",
        "%(families)d families are ahead of you, waiting for %(places)d places in all.",
        told["families"],
    )
    return sentence % told


@register.simple_tag
def time_left(until: datetime, now: datetime, zone: str = "") -> str:
    """Hours and minutes until then, never seconds: "17 h 55 min". With a zone, daytime there alone counts."""
    left = daytime_between(now, until, zone=zone) if zone else until - now
    minutes = max(int(left.total_seconds()) // 60, 0)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}
    return _("%(minutes)d min") % {"minutes": minutes}


@register.inclusion_tag("classes/_day.html")
def day_tile(moment: datetime | None, zone: str, delivery: str = "") -> dict[str, Any]:
    """The tile with weekday, day and month, tinted by the way of joining; without a moment it says "any time"."""
    if moment is None:
        return {"moment": None}
    at, locale = local(moment, zone), (get_language() or "en").replace("-", "_")
    month = format_datetime(at, "LLLL", locale=locale)
    return {
        "moment": moment,
        "tint": DELIVERIES[delivery][0] if delivery else "",
        "weekday": format_datetime(at, "EEE", locale=locale),
        "day": format_datetime(at, "d", locale=locale),
        "month": month if len(month) <= LONGEST_MONTH else format_datetime(at, "LLL", locale=locale),
    }


@register.simple_tag
def language_badge(code: str) -> SafeString:
    """The language of a class, by its own name."""
    return format_html(
        '<span class="badge">{}<span lang="{}">{}</span></span>', icon("globe"), code, language_name(code)
    )


@register.simple_tag
def ages_of(babies: Iterable[Baby], on: date) -> str:
    """All of them in a sentence: "Ada and Theo are 13 weeks old." """
    named: dict[str, list[str]] = {}
    for baby in babies:
        named.setdefault(age_of(baby, on), []).append(baby.first_name)
    told = []
    for age, names in named.items():
        sentence = ngettext("%(names)s is %(age)s.", "%(names)s are %(age)s.", len(names))
        told.append(sentence % {"names": get_text_list(names, _("and")), "age": age})
    return " ".join(told)


@register.simple_tag
def age_span(series: Series) -> str:
    """For whom a series is, as a label: "Newborn to 6 months", "6 weeks to 9 months"."""
    return capfirst(age_span_plain(series))


@register.simple_tag
def age_span_plain(series: Series) -> str:
    """The same within a sentence: "newborn to 6 months"."""
    return _("%(from)s to %(until)s") % {
        "from": in_words(series.min_age_weeks),
        "until": in_words(series.max_age_weeks),
    }
