"""`{% load finding %}`: how far away, and what nearly fits, in words."""

from __future__ import annotations

from dataclasses import replace

from babel import Locale
from babel.numbers import format_decimal
from django import template
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from classes.forms.find import query_of, words_of
from classes.models import Locality
from classes.models.distance import KM_A_MILE
from classes.searching import Nearly, Search
from config.lib.distance import kilometres

register = template.Library()
# Where people drive by miles.
BY_MILES = frozenset(("GB", "US", "LR"))
LEAST_METRES = 100


@register.simple_tag
def distance(metres: int | None, country: str) -> str:
    """ "1.9 km away", with miles where the signs of that country say miles; "" where nobody knows."""
    if metres is None:
        return ""
    kilometres = max(metres, LEAST_METRES) / 1000
    told = {"km": _short(kilometres), "miles": _short(kilometres / KM_A_MILE)}
    if country in BY_MILES:
        return _("%(km)s km (%(miles)s miles) away") % told
    return _("%(km)s km away") % told


def _short(number: float) -> str:
    """One decimal below ten, none above, as the reader's language writes it."""
    shape = "0.0" if number < 9.95 else "#,##0"
    return str(format_decimal(number, format=shape, locale=_locale()))


def _locale() -> str:
    return (get_language() or "en").replace("-", "_")


@register.filter
def whereabouts(place: Locality) -> str:
    """What tells towns of one name apart: "Newport, Wales", "Newport, Kentucky, United States"."""
    country = Locale.parse(_locale()).territories.get(place.country, place.country)
    return ", ".join((place.name, place.region or str(country)))


@register.simple_tag
def namesake(other: Locality, place: Locality) -> str:
    """Another town of the same name; where the words would be the same too, with how far apart the two are."""
    words = whereabouts(other)
    if words != whereabouts(place):
        return words
    far = kilometres((place.latitude, place.longitude), (other.latitude, other.longitude))
    return _("%(place)s, %(km)s km from there") % {"place": words, "km": _short(far)}


@register.simple_tag
def search_query(search: Search) -> str:
    """The address of a search, from "?" on."""
    return query_of(search)


@register.simple_tag
def search_words(search: Search) -> str:
    """What is looked for, in a row: "Within 15 km of Leeds · Saturday · 9 weeks old"."""
    return " · ".join(words_of(search))


@register.simple_tag
def instead_of(search: Search, place: Locality) -> str:
    """The address of the same search in another place of the same name."""
    return query_of(replace(search, near=place.name, place=place.key))


@register.simple_tag
def nearly_words(one: Nearly) -> str:
    """ "2 classes within 15 km", "3 classes on other days": what would fit with one filter let go."""
    count = one.count - 1 if one.is_more else one.count
    classes = ngettext("%(count)d class", "%(count)d classes", count) % {"count": count}
    classes = _("more than %(classes)s") % {"classes": classes} if one.is_more else classes
    let_go = {
        "near": _("%(classes)s anywhere"),
        "days": _("%(classes)s on other days"),
        "parts": _("%(classes)s at other times of day"),
        "age_weeks": _("%(classes)s for other ages"),
        "language": _("%(classes)s in other languages"),
        "delivery": _("%(classes)s joined in another way"),
    }
    said = {"classes": classes}
    if one.let_go != "km":
        return str(let_go[one.let_go]) % said
    if not one.search.km:
        return _("%(classes)s farther away") % said
    return _("%(classes)s within %(km)d km") % {**said, "km": one.search.km}
