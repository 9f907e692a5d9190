"""At one's own pace: which week to open, which check-in to take, and when one is held."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from classes.check_ins import MINUTES, PLACES
from classes.forms.parts import day_input, helper_of
from config.lib.times import NoSuchLocalTime, at_local_time


class WeekForm(forms.Form):
    week = forms.IntegerField(min_value=1, max_value=52)


class TakeForm(forms.Form):
    """A check-in by its session's reference. `key` makes a button that is pressed twice take one place."""

    session = forms.SlugField(max_length=16)
    key = forms.CharField(max_length=64, min_length=12)


class CheckInForm(forms.Form):
    """When a check-in is held, on the clock of the series."""

    day = forms.DateField(label=_("Day"))
    clock = forms.TimeField(
        label=_("Begins at"), widget=forms.TimeInput(attrs={"type": "time", "autocomplete": "off"}, format="%H:%M")
    )
    minutes = forms.IntegerField(label=_("Minutes"), min_value=10, max_value=90, initial=MINUTES)
    places = forms.IntegerField(label=_("Families, at most"), min_value=1, max_value=30, initial=PLACES)

    def __init__(self, data: Mapping[str, Any] | None = None, *, zone: str, today: date) -> None:
        super().__init__(data)
        self.zone = zone
        self.fields["day"].widget = day_input(min=today.isoformat(), autocomplete="off")
        self.helper = helper_of("day", "clock", "minutes", "places")
        self.starts_at: datetime | None = None

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if told.get("day") and told.get("clock"):
            try:
                self.starts_at = at_local_time(told["day"], told["clock"], zone=self.zone)
            except NoSuchLocalTime:
                self.add_error("clock", _("The clocks skip this time on that day. Please choose another one."))
        return told
