"""What an instructor sets about the places of a series: how many, how they are offered, and one offered by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crispy_forms.layout import Div, Field
from django import forms
from django.utils.translation import gettext_lazy as _

from classes.capacity import BY_STREAM, IN_A_ROOM
from classes.forms.parts import helper_of
from classes.forms.teaching import whole_number
from classes.models import Series
from config.lib.tiles import Tile

MOST_MATS, MOST_BY_STREAM = 60, 200
LEAST_HOURS, MOST_HOURS = 2, 96
RULE, HAND = "rule", "hand"
HOW = [
    (RULE, Tile(_("By itself"), small=_("To the first family in line that it fits"))),
    (HAND, Tile(_("By hand"), small=_("You choose, and are reminded here"))),
]


def hours_field() -> forms.IntegerField:
    return whole_number(_("Hours to answer an offer"), LEAST_HOURS, MOST_HOURS)


class PlacesForm(forms.Form):
    """How many places, by each way in which families join this series."""

    def __init__(self, series: Series, data: Mapping[str, Any] | None = None) -> None:
        start = {"room": series.capacity, "stream": series.stream_capacity}
        super().__init__(data, initial=start, label_suffix="", prefix="places")
        if series.delivery in IN_A_ROOM:
            self.fields["room"] = whole_number(_("Mats in the room"), 1, MOST_MATS)
        if series.delivery in BY_STREAM:
            self.fields["stream"] = whole_number(_("Places by stream"), 1, MOST_BY_STREAM)
        pair = Div(*self.fields, css_class="pair-fields pair-2")
        self.helper = helper_of(pair if len(self.fields) > 1 else next(iter(self.fields)))

    @property
    def room(self) -> int:
        return int(self.cleaned_data.get("room") or 0)

    @property
    def stream(self) -> int:
        return int(self.cleaned_data.get("stream") or 0)


class OffersForm(forms.Form):
    """How long an offer lasts, and who makes it."""

    hours = hours_field()
    how = forms.ChoiceField(label=_("A place that comes free is offered"), choices=HOW, widget=forms.RadioSelect)

    def __init__(self, series: Series, data: Mapping[str, Any] | None = None) -> None:
        start = {"hours": series.offer_hours, "how": HAND if series.offers_by_hand else RULE}
        super().__init__(data, initial=start, label_suffix="", prefix="offers")
        self.fields["hours"].help_text = _(
            "From 7:00 to 21:00, where the family lives. At night the clock stands still."
        )
        self.helper = helper_of("hours", Field("how", template="crispy/choice_tiles.html"))


class HandForm(forms.Form):
    """An offer to one family, with a few words where it comes before others."""

    reason = forms.CharField(
        label=_("Why before the others?"),
        max_length=200,
        required=False,
        help_text=_("A few words, without names and health. They are kept with the offer."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, key: int, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, label_suffix="", prefix=f"hand{key}")
        self.helper = helper_of("reason")
