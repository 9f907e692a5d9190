"""What someone looks for: the fields of the catalogue, all of them optional, all in the address."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal
from urllib.parse import urlencode

from babel.dates import get_day_names
from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Field, Layout
from django import forms
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from classes.forms.zones import language_name
from classes.models import Series
from classes.searching import ANYWHERE, NEAREST, RADII, SOONEST, USUAL_KM, Search
from config.lib.tiles import Tile

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DELIVERIES = (
    (Series.Delivery.IN_PERSON, Tile(_("In the room"), icon="hall")),
    (Series.Delivery.LIVE_STREAM, Tile(_("Live-stream"), icon="live")),
    (Series.Delivery.SELF_PACED, Tile(_("At your own pace"), icon="self")),
)
ELSEWHERE = (Series.Delivery.HYBRID, Series.Delivery.PRIVATE_VISIT, Series.Delivery.HOSPITAL)
ANY_DISTANCE = "any"
SORTS: tuple[tuple[str, str | Promise], ...] = ((SOONEST, _("Soonest")), (NEAREST, _("Nearest")))


class SearchForm(forms.Form):
    """The filters. An address that someone changed by hand never fails: what makes no sense is left out."""

    near = forms.CharField(label=_("Near"), max_length=80, required=False)
    place = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    km = forms.ChoiceField(label=_("How far"), required=False)
    delivery = forms.MultipleChoiceField(label=_("How you join"), required=False, widget=forms.CheckboxSelectMultiple)
    day = forms.MultipleChoiceField(label=_("Days"), required=False, widget=forms.CheckboxSelectMultiple)
    part = forms.MultipleChoiceField(
        label=_("Time of day"),
        choices=Series.DayPart.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    language = forms.ChoiceField(label=_("Language"), required=False)
    age_weeks = forms.IntegerField(
        label=_("Your baby’s age in weeks"),
        required=False,
        min_value=0,
        max_value=156,
        help_text=_("Born early? Count from the due date."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    sort = forms.ChoiceField(label=_("Sort by"), choices=SORTS, required=False)

    def __init__(self, data: Any, *, languages: list[str]) -> None:
        super().__init__(_with_radius(data))
        # The rarer ways are understood in an address, and offered only to someone who came with one.
        asked = data.getlist("delivery")
        rare = [(way.value, way.label) for way in ELSEWHERE if way.value in asked]
        self._choices("delivery", [*((way.value, tile) for way, tile in DELIVERIES), *rare])
        self._choices("day", list(zip(DAYS, day_names(), strict=True)))
        self._choices("language", [("", _("Any language")), *((code, language_name(code)) for code in languages)])
        self._choices("km", [(km_text(km), radius_words(km)) for km in RADII])
        self.helper = self._helper()

    def _choices(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def _helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(
            "place",
            "km",
            Field("delivery", template="crispy/chips.html"),
            Field("day", template="crispy/chips.html"),
            Field("part", template="crispy/chips.html"),
            "language",
            "age_weeks",
            HTML('{% include "classes/_find_buttons.html" %}'),
        )
        return helper

    def search(self) -> Search:
        self.is_valid()
        told = self.cleaned_data
        return Search(
            near=told.get("near", ""),
            place=told.get("place", ""),
            km=km_of(told.get("km", "")),
            delivery=tuple(told.get("delivery", ())),
            days=tuple(DAYS.index(day) + 1 for day in told.get("day", ())),
            parts=tuple(told.get("part", ())),
            language=told.get("language", ""),
            age_weeks=told.get("age_weeks"),
            sort=told.get("sort") or SOONEST,
        )

    @property
    def narrowed_by(self) -> int:
        """How many fields of the form are set, the place left out: it stands above them."""
        told = self.cleaned_data
        fields = [told.get(name) for name in ("delivery", "day", "part", "language")]
        has_age = told.get("age_weeks") is not None
        return sum(bool(value) for value in fields) + has_age + (km_of(told.get("km", "")) != USUAL_KM)


def _with_radius(data: Any) -> Any:
    """The usual radius is chosen where the address names none, so that the form says what was asked."""
    if data.get("km"):
        return data
    filled = data.copy()
    filled["km"] = km_text(USUAL_KM)
    return filled


def km_text(km: int) -> str:
    return ANY_DISTANCE if km == ANYWHERE else str(km)


def km_of(text: str) -> int:
    """The radius that a field names; the usual one where it names none."""
    if text == ANY_DISTANCE:
        return ANYWHERE
    return int(text) if text else USUAL_KM


def radius_words(km: int) -> str | Promise:
    return _("Any distance") if km == ANYWHERE else _("Within %(km)d km") % {"km": km}


def day_names() -> list[str]:
    """Short names of the days in the reader's language, Monday first."""
    return _named("abbreviated")


def _named(width: Literal["abbreviated", "wide"]) -> list[str]:
    names = get_day_names(width, locale=(get_language() or "en").replace("-", "_"))
    return [names[number].capitalize() for number in range(7)]


def query_of(search: Search) -> str:
    """The search as an address tells it, "?" included; an empty search is "?", which is the page without filters."""
    return "?" + urlencode(
        [
            *([("near", search.near)] if search.near else []),
            *([("place", search.place)] if search.near and search.place else []),
            *([("km", km_text(search.km))] if search.km != USUAL_KM else []),
            *(("delivery", way) for way in search.delivery),
            *(("day", DAYS[day - 1]) for day in search.days),
            *(("part", part) for part in search.parts),
            *([("language", search.language)] if search.language else []),
            *([("age_weeks", str(search.age_weeks))] if search.age_weeks is not None else []),
            *([("sort", search.sort)] if search.sort != SOONEST else []),
        ]
    )


@dataclass(frozen=True)
class Chip:
    """A filter in force, in words, and the address of the same search without it."""

    words: str
    without: str


def chips_of(search: Search) -> list[Chip]:
    """Every filter in force, in the order of the form."""
    return [Chip(words, query_of(without)) for words, without in _filters(search)]


def words_of(search: Search) -> list[str]:
    """The same in words alone, for a list of alerts and for letters."""
    return [words for words, _without in _filters(search)]


def _filters(search: Search) -> Iterator[tuple[str, Search]]:
    if search.near:
        yield near_words(search), replace(search, near="", place="", km=USUAL_KM)
    for way in search.delivery:
        yield str(Series.Delivery(way).label), replace(search, delivery=_without(search.delivery, way))
    for day in search.days:
        yield _named("wide")[day - 1], replace(search, days=_without(search.days, day))
    for part in search.parts:
        yield str(Series.DayPart(part).label), replace(search, parts=_without(search.parts, part))
    if search.language:
        yield language_name(search.language), replace(search, language="")
    if search.age_weeks is not None:
        weeks = ngettext("%(weeks)d week old", "%(weeks)d weeks old", search.age_weeks) % {"weeks": search.age_weeks}
        yield weeks, replace(search, age_weeks=None)


def near_words(search: Search) -> str:
    """ "Within 15 km of Leeds", or "Near Leeds" at any distance."""
    if search.km == ANYWHERE:
        return gettext("Near %(near)s") % {"near": search.near}
    return gettext("Within %(km)d km of %(near)s") % {"near": search.near, "km": search.km}


def _without(values: tuple[Any, ...], one: Any) -> tuple[Any, ...]:
    return tuple(value for value in values if value != one)
