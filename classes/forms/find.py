"""What someone looks for: the fields of the catalogue, all of them optional, all in the address."""

from __future__ import annotations

from typing import Any

from babel.dates import get_day_names
from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Field, Layout
from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from classes.catalogue import Search
from classes.forms.zones import language_name
from classes.models import Series
from config.lib.tiles import Tile

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DELIVERIES = (
    (Series.Delivery.IN_PERSON, Tile(_("In the room"), icon="hall")),
    (Series.Delivery.LIVE_STREAM, Tile(_("Live-stream"), icon="live")),
    (Series.Delivery.SELF_PACED, Tile(_("At your own pace"), icon="self")),
)
ELSEWHERE = (Series.Delivery.HYBRID, Series.Delivery.PRIVATE_VISIT, Series.Delivery.HOSPITAL)


class SearchForm(forms.Form):
    """The filters. An address that someone changed by hand never fails: what makes no sense is left out."""

    near = forms.CharField(label=_("Near"), max_length=80, required=False)
    delivery = forms.MultipleChoiceField(label=_("How you join"), required=False, widget=forms.CheckboxSelectMultiple)
    day = forms.MultipleChoiceField(label=_("Days"), required=False, widget=forms.CheckboxSelectMultiple)
    language = forms.ChoiceField(label=_("Language"), required=False)
    age_weeks = forms.IntegerField(
        label=_("Your baby’s age in weeks"),
        required=False,
        min_value=0,
        max_value=156,
        help_text=_("Born early? Count from the due date."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(self, data: Any, *, languages: list[str]) -> None:
        super().__init__(data)
        # The rarer ways are understood in an address, and offered only to someone who came with one.
        asked = data.getlist("delivery")
        rare = [(way.value, way.label) for way in ELSEWHERE if way.value in asked]
        self._choices("delivery", [*((way.value, tile) for way, tile in DELIVERIES), *rare])
        self._choices("day", list(zip(DAYS, day_names(), strict=True)))
        self._choices("language", [("", _("Any language")), *((code, language_name(code)) for code in languages)])
        self.helper = self._helper()

    def _choices(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def _helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(
            Field("delivery", template="crispy/chips.html"),
            Field("day", template="crispy/chips.html"),
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
            delivery=tuple(told.get("delivery", ())),
            days=tuple(DAYS.index(day) + 1 for day in told.get("day", ())),
            language=told.get("language", ""),
            age_weeks=told.get("age_weeks"),
        )

    @property
    def narrowed_by(self) -> int:
        """How many filters are set, the place left out: it stands above them."""
        return sum(bool(value) or value == 0 for name, value in self.cleaned_data.items() if name != "near")


def day_names() -> list[str]:
    """Short names of the days in the reader's language, Monday first."""
    names = get_day_names("abbreviated", locale=(get_language() or "en").replace("-", "_"))
    return [names[number].capitalize() for number in range(7)]
