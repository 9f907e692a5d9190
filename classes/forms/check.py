"""Two taps before a class: what has changed, or that nothing has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from crispy_forms.layout import Div, Field
from django import forms
from django.utils.translation import gettext_lazy as _

from classes import adapting
from classes.adapting import FEVER, MEDICINE, OIL, SKIN, VACCINATION
from classes.anything_changed import Told
from classes.forms.parts import day_input, helper_of
from config.lib.tiles import Tile
from config.lib.times import NoSuchLocalTime, at_local_time, local
from families.models import Baby

LONGEST_WORDS = 300
# A vaccination that is longer ago than any instructor waits needs no telling.
LONGEST_AGO = timedelta(days=30)
END_OF_DAY = time(23, 59)
ICONS = {FEVER: "ill", SKIN: "hand", VACCINATION: "plus", MEDICINE: "tube", OIL: "drop"}
CHOICES = [(key, Tile(words, icon=ICONS[key])) for key, words in adapting.ASKED]


class CheckForm(forms.Form):
    """What has changed, baby by baby. `zone` is the family's, whose clock the vaccination is told by."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        babies: Sequence[Baby],
        zone: str,
        now: datetime,
        known: Mapping[int, Mapping[str, Any]] | None = None,
    ) -> None:
        super().__init__(data)
        self.babies, self.zone, self.now = list(babies), zone, now
        for baby in self.babies:
            self._ask_about(baby, (known or {}).get(baby.pk, {}))
        self.helper = helper_of(*(self._layout_of(baby) for baby in self.babies))

    def _ask_about(self, baby: Baby, facts: Mapping[str, Any]) -> None:
        moment = local(adapting.vaccinated_at(facts), self.zone) if facts.get("vaccinated_at") else None
        name = f"b{baby.pk}"
        self.fields[f"{name}-changed"] = forms.MultipleChoiceField(
            label=baby.first_name if len(self.babies) > 1 else _("What has changed?"),
            choices=CHOICES,
            required=False,
            widget=forms.CheckboxSelectMultiple,
            initial=facts.get("changed", []),
        )
        self.fields[f"{name}-day"] = forms.DateField(
            label=_("Vaccination on"),
            required=False,
            widget=day_input(max=local(self.now, self.zone).date().isoformat(), autocomplete="off"),
            initial=moment.date() if moment else None,
        )
        self.fields[f"{name}-clock"] = forms.TimeField(
            label=_("At about"),
            required=False,
            widget=forms.TimeInput(attrs={"type": "time", "autocomplete": "off"}, format="%H:%M"),
            initial=moment.time() if moment and moment.time() < END_OF_DAY else None,
            help_text=_("If you know. Else we count from the end of that day."),
        )
        self.fields[f"{name}-words"] = forms.CharField(
            label=_("A few words, if you like"),
            required=False,
            max_length=LONGEST_WORDS,
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
            initial=facts.get("words", ""),
        )

    def _layout_of(self, baby: Baby) -> Any:
        name = f"b{baby.pk}"
        when = Div(Div(f"{name}-day", f"{name}-clock", css_class="two"), css_class="if-vaccinated")
        fields = (Field(f"{name}-changed", template="crispy/chips.html"), when, f"{name}-words")
        return Div(*fields, css_class="check-baby")

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        for baby in self.babies:
            self._check_day(f"b{baby.pk}", told)
        if not self.errors and not any(self._has_told(baby) for baby in self.babies):
            first = f"b{self.babies[0].pk}-changed" if self.babies else None
            self.add_error(first, _("Tap what has changed, or “Nothing has changed”."))
        return told

    def _check_day(self, name: str, told: Mapping[str, Any]) -> None:
        day: date | None = told.get(f"{name}-day")
        today = local(self.now, self.zone).date()
        if day is None or VACCINATION not in told.get(f"{name}-changed", ()):
            return
        if day > today:
            self.add_error(f"{name}-day", _("That day is still to come. Tell us once it has been."))
        elif day < today - LONGEST_AGO:
            self.add_error(f"{name}-day", _("That is long ago, and needs no waiting. Please look at the date again."))

    def _has_told(self, baby: Baby) -> bool:
        told = self.cleaned_data
        return bool(told.get(f"b{baby.pk}-changed") or told.get(f"b{baby.pk}-words", "").strip())

    def told(self) -> dict[int, Told]:
        """{baby id: what was told}, of a valid form. A baby of whom nothing is said has not changed."""
        return {baby.pk: self._told_of(f"b{baby.pk}") for baby in self.babies}

    def _told_of(self, name: str) -> Told:
        said = self.cleaned_data
        changed = tuple(said[f"{name}-changed"])
        at = self._moment(said[f"{name}-day"], said[f"{name}-clock"]) if VACCINATION in changed else None
        return Told(changed, at, said[f"{name}-words"].strip())

    def _moment(self, day: date | None, clock: time | None) -> datetime:
        """That time of that day, else the end of it; where no day was said, of today. Never later than that."""
        day = day or local(self.now, self.zone).date()
        if clock is not None:
            try:
                return at_local_time(day, clock, zone=self.zone)
            except NoSuchLocalTime:
                pass  # the clocks skipped it: the end of the day is on the safe side
        return _end_of(day, zone=self.zone)


def _end_of(day: date, *, zone: str) -> datetime:
    """The last moment of that day by the clock of that zone, in UTC."""
    return datetime.combine(day, END_OF_DAY, tzinfo=ZoneInfo(zone)).astimezone(UTC)
