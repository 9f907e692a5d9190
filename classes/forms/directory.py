"""Whom someone looks for: the fields of the directory, all of them optional, all in the address."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Field
from django import forms
from django.utils.translation import gettext_lazy as _

from classes.directory import Wanted
from classes.forms.parts import helper_of
from config.lib.tiles import Tile
from instructors.certificate_check import language_name
from instructors.models import Way

WAYS = (
    (Way.IN_PERSON, Tile(Way.IN_PERSON.label, icon="hall")),
    (Way.LIVE_STREAM, Tile(Way.LIVE_STREAM.label, icon="live")),
    (Way.SELF_PACED, Tile(Way.SELF_PACED.label, icon="self")),
    (Way.PRIVATE_VISIT, Tile(Way.PRIVATE_VISIT.label, icon="home")),
)
RARE = (Way.HYBRID, Way.HOSPITAL)


class DirectoryForm(forms.Form):
    """An address that someone changed by hand never fails: what makes no sense is left out."""

    near = forms.CharField(label=_("Near"), max_length=80, required=False)
    place = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    way = forms.MultipleChoiceField(label=_("How they teach"), required=False, widget=forms.CheckboxSelectMultiple)
    language = forms.ChoiceField(label=_("Language"), required=False)
    after = forms.IntegerField(min_value=1, max_value=2**53, required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, spoken: list[str]) -> None:
        super().__init__(data)
        # The rarer ways are understood in an address, and offered only to someone who came with one.
        asked = data.getlist("way")
        rare = [(way.value, Tile(way.label)) for way in RARE if way.value in asked]
        named = sorted(((code, language_name(code)) for code in spoken), key=lambda pair: pair[1])
        self._choices("way", [*((way.value, tile) for way, tile in WAYS), *rare])
        self._choices("language", [("", _("Any language")), *named])

    def _choices(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]  # a choice field

    @property
    def helper(self) -> FormHelper:
        buttons = HTML('{% include "classes/_directory_buttons.html" %}')
        return helper_of("place", Field("way", template="crispy/chips.html"), "language", buttons)

    def wanted(self) -> Wanted:
        self.is_valid()
        told = self.cleaned_data
        near = told.get("near", "")
        return Wanted(
            near=near,
            place=told.get("place", "") if near else "",
            language=told.get("language", ""),
            ways=tuple(told.get("way", ())),
        )

    @property
    def after_key(self) -> int | None:
        """The instructor after whom this page begins."""
        found: int | None = self.cleaned_data.get("after")
        return found

    @property
    def narrowed_by(self) -> int:
        wanted = self.wanted()
        return bool(wanted.language) + bool(wanted.ways)


def query_of(wanted: Wanted, **more: Any) -> str:
    """What is wanted as an address tells it, "?" included."""
    return "?" + urlencode(
        [
            *([("near", wanted.near)] if wanted.near else []),
            *([("place", wanted.place)] if wanted.place else []),
            *(("way", way) for way in wanted.ways),
            *([("language", wanted.language)] if wanted.language else []),
            *((name, value) for name, value in more.items() if value),
        ]
    )
