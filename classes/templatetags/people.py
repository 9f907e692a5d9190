"""`{% load people %}`: an instructor's photo, or their initials, and where they teach."""

from __future__ import annotations

from collections.abc import Iterable

from babel import Locale
from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from config.templatetags.warm import monogram
from instructors.models import Portrait, TeachingPlace, Way

register = template.Library()


@register.simple_tag
def portrait(name: str, key: str, classes: str = "", size: str = "small") -> SafeString:
    """The photo of that key, or the initials where there is none; the name itself must stand beside it."""
    if not key:
        return monogram(name, classes)
    side = Portrait.SIZES[size]
    address = reverse("classes:portrait", args=[key, size])
    return format_html(
        '<img class="{}" src="{}" width="{}" height="{}" alt="" decoding="async">',
        f"mono mono-photo {classes}".strip(),
        address,
        side,
        side,
    )


@register.filter
def country_name(country: str) -> str:
    """The country of two letters in the reader's language; other words as they are."""
    if len(country) != 2:
        return country
    return str(_locale().territories.get(country.upper(), country))


@register.filter
def whereabouts_of(place: TeachingPlace) -> str:
    """ "Newport, Wales, United Kingdom": as much as is known."""
    return ", ".join(part for part in (place.name, place.region, country_name(place.country)) if part)


@register.filter
def towns(places: Iterable[TeachingPlace]) -> str:
    """ "Leeds, Bradford, United Kingdom": the towns, and the country where they share one."""
    listed = list(places)
    countries = {place.country for place in listed}
    if len(countries) > 1:
        return "; ".join(whereabouts_of(place) for place in listed)
    named = [*(place.name for place in listed), *(country_name(country) for country in countries)]
    return ", ".join(part for part in named if part)


@register.filter
def way_name(way: str) -> str:
    return str(Way(way).label)


def _locale() -> Locale:
    return Locale.parse((get_language() or "en").replace("-", "_"))
