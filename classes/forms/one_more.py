"""One more class: which of the dates that fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from crispy_forms.layout import Field
from django import forms
from django.utils.translation import gettext_lazy as _

from classes.forms.parts import helper_of
from classes.one_more import Fitting
from config.lib.refs import new_token
from config.lib.spoken import spoken
from config.lib.tiles import Tile
from config.lib.times import local


class OneMoreForm(forms.Form):
    """One tile a date, with its price; the price that was seen comes back with the choice."""

    request_key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, fitting: Sequence[Fitting], language: str, zone: str
    ) -> None:
        super().__init__(data, initial={"request_key": new_token()}, label_suffix="")
        self.fitting = {f"{one.value}:{one.price.minor}": one for one in fitting}
        self.fields["date"] = forms.ChoiceField(
            label=_("Which date would you like?"),
            choices=[(value, _tile(one, language, zone)) for value, one in self.fitting.items()],
            initial=next(iter(self.fitting), None),
            widget=forms.RadioSelect,
            error_messages={
                "invalid_choice": _("This date has just gone, or costs something else by now. Please choose again."),
                "required": _("Please choose a date."),
            },
        )
        self.dates = helper_of(Field("date", template="crispy/choice_tiles.html"))
        self.hidden = helper_of("request_key")

    @property
    def chosen(self) -> Fitting:
        return self.fitting[self.cleaned_data["date"]]


def _tile(one: Fitting, language: str, zone: str) -> Tile:
    """A room is told by its own clock, a stream by the reader's."""
    session, series = one.session, one.session.series
    at = local(session.starts_at, zone if one.way == "stream" else series.time_zone)
    when = spoken(at, "date")
    price = one.price.format(language) if one.price.minor else str(_("Free"))
    where = str(_("by live-stream")) if one.way == "stream" or series.venue is None else str(series.venue)
    lesson = f"{session.title}. " if session.lesson else ""
    km = "" if one.km is None else f", {one.km} km"
    small = f"{lesson}{series.instructor.display_name}, {where}{km}"
    return Tile(f"{when}, {at:%H:%M}: {price}", small, icon="live" if one.way == "stream" else "hall")
