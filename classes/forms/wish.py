"""The part of a form that says which classes would fit a family that waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from crispy_forms.layout import Div, Field
from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from classes.forms.parts import WAYS, day_input, helper_of
from classes.forms.zones import language_name
from classes.models import Enrolment, Series
from classes.wishes import KILOMETRES, ROOM, Wish, whereabouts
from config.lib.times import local

WEEKDAYS, WEEKEND = "weekdays", "weekend"
DAYS = {WEEKDAYS: (1, 2, 3, 4, 5), WEEKEND: (6, 7)}
LATEST_START = timedelta(days=2 * 366)
USUAL_KM = 15


class WishPart(forms.Form):
    """Where, how far, which way, when, and in which language; everything but a way to join may stay open."""

    def add_wish(self, languages: Sequence[str]) -> None:
        self.fields["near"] = forms.CharField(
            label=_("Near"),
            max_length=80,
            required=False,
            widget=forms.TextInput(attrs={"autocomplete": "postal-code"}),
            help_text=_("A town, or the first half of your postcode."),
        )
        kilometres = [(km, format_lazy(_("Up to {km} km"), km=km)) for km in KILOMETRES]
        self.fields["km"] = forms.TypedChoiceField(
            label=_("How far"),
            choices=kilometres,
            coerce=int,
            required=False,
            initial=USUAL_KM,
        )
        self._add_chips("ways", _("How you join"), [(way.value, tile) for way, tile in WAYS.items()])
        self._add_chips("days", _("Days"), [(WEEKDAYS, _("Weekdays")), (WEEKEND, _("Weekend"))])
        self._add_chips("parts", _("Times"), Series.DayPart.choices)
        self.fields["until"] = forms.DateField(label=_("Starting by"), required=False, widget=day_input())
        codes = [("", _("Any language")), *((code, language_name(code)) for code in languages)]
        self.fields["spoken"] = forms.ChoiceField(label=_("Language"), choices=codes, required=False)
        self.wish_helper = helper_of(
            Div(
                Div("near", css_class="col-sm-6"),
                Div("km", css_class="col-sm-6"),
                css_class="row gx-3",
            ),
            *(Field(name, template="crispy/chips.html") for name in ("ways", "days", "parts")),
            Div(
                Div("until", css_class="col-sm-6"),
                Div("spoken", css_class="col-sm-6"),
                css_class="row gx-3",
            ),
        )

    def _add_chips(self, name: str, label: Any, choices: Any) -> None:
        self.fields[name] = forms.MultipleChoiceField(
            label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple
        )

    def check_wish(self, today: date) -> None:
        """Put a sentence beside each answer that leads nowhere. `here` then is where `near` lies."""
        told = self.cleaned_data
        self.here: tuple[float, float] | None = None
        if not told.get("ways"):
            self.add_error("ways", _("Please tick at least one way to join."))
        elif ROOM in told["ways"] and not told.get("near"):
            self.add_error("near", _("Please say where you live, so that we know what is near."))
        elif ROOM in told["ways"]:
            self._look_up(told["near"])
        until = told.get("until")
        if until and not today <= until <= today + LATEST_START:
            self.add_error("until", _("Please choose a day that is still to come, within two years."))

    def _look_up(self, near: str) -> None:
        is_known, self.here = whereabouts(near)
        if not is_known:
            self.add_error("near", _("We do not know this place. Please try the name of a town nearby."))

    def wanted(self) -> Wish:
        """What would fit, for the verb."""
        told = self.cleaned_data
        return Wish(
            near=" ".join(told["near"].split()),
            here=self.here,
            km=told["km"] or USUAL_KM,
            ways=tuple(told["ways"]),
            days=tuple(day for days in told["days"] for day in DAYS[days]),
            parts=tuple(told["parts"]),
            language=told["spoken"],
            until=told["until"],
        )


def initial_like(series: Series) -> dict[str, Any]:
    """Where the wish begins on the page of a series: near its room, by its way, at its time."""
    venue = series.venue
    first = series.first_session_at
    days = [name for name, numbers in DAYS.items() if series.weekday in numbers]
    return {
        "near": f"{venue.town} {venue.area}".strip() if venue else "",
        "km": USUAL_KM,
        "ways": [Enrolment.Way.ROOM] if "room" in series.ways else [Enrolment.Way.STREAM],
        "days": days,
        "parts": [series.day_part] if series.day_part else [],
        "until": local(first, series.time_zone).date() + timedelta(weeks=12) if first else None,
    }


def initial_of(wish: Wish) -> Mapping[str, Any]:
    """The fields as a standing wish fills them."""
    return {
        "near": wish.near,
        "km": wish.km or USUAL_KM,
        "ways": list(wish.ways),
        "days": [name for name, numbers in DAYS.items() if set(numbers) & set(wish.days)],
        "parts": list(wish.parts),
        "until": wish.until,
        "spoken": wish.language,
    }
