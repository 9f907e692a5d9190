"""What a clinician agreed to, as a family tells it; and the instructor's own waiting time after a vaccination."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from crispy_forms.layout import Div
from django import forms
from django.utils.translation import gettext_lazy as _

from classes.clearing import Word
from classes.forms.parts import day_input, helper_of
from families.household import NewBaby
from families.models import Baby


class ClearanceForm(forms.Form):
    """Who agreed, for which baby, and until when. Who has no family here yet says who they are and names the baby."""

    said_by = forms.CharField(
        label=_("Who agreed"),
        max_length=120,
        help_text=_("A name, and what they are: for instance Sister Okafor, ward 4."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    given_on = forms.DateField(label=_("Said on"))
    until = forms.DateField(label=_("Good until"))
    limits = forms.CharField(
        label=_("Anything to leave out or to mind"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("As they said it. You can leave it empty."),
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, babies: Sequence[Baby], needs_name: bool, today: date
    ) -> None:
        super().__init__(data)
        self.babies, self.today = list(babies), today
        who: list[str] = []
        if needs_name:
            self.fields["name"] = forms.CharField(label=_("Your name"), max_length=120)
            who.append("name")
        if self.babies:
            self.fields["baby"] = forms.TypedChoiceField(
                label=_("For"), coerce=int, choices=[(baby.pk, baby.first_name) for baby in self.babies]
            )
            who.append("baby")
        else:
            self.fields["first_name"] = forms.CharField(label=_("Your baby’s first name"), max_length=60)
            self.fields["born_on"] = forms.DateField(label=_("Born on"), widget=day_input(max=today.isoformat()))
            who += ["first_name", "born_on"]
        self.fields["given_on"].widget = day_input(max=today.isoformat())
        self.fields["until"].widget = day_input(min=today.isoformat())
        self.helper = helper_of(*who, "said_by", Div("given_on", "until", css_class="two"), "limits")

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if told.get("given_on") and told["given_on"] > self.today:
            self.add_error("given_on", _("That day is still to come. Please look at the date again."))
        if told.get("until") and told["until"] < self.today:
            self.add_error("until", _("That day is over. Ask the team for a newer word."))
        if told.get("born_on") and told["born_on"] > self.today:
            self.add_error("born_on", _("That day is still to come. Please look at the date again."))
        return told

    @property
    def word(self) -> Word:
        """Of a valid form."""
        told = self.cleaned_data
        return Word(told["said_by"].strip(), told["given_on"], told["until"], told["limits"].strip())

    @property
    def known_baby(self) -> Baby | None:
        key = self.cleaned_data.get("baby")
        return next((baby for baby in self.babies if baby.pk == key), None)

    @property
    def new_baby(self) -> NewBaby:
        return NewBaby(self.cleaned_data["first_name"], self.cleaned_data["born_on"])


class AnswerForm(forms.Form):
    """What the instructor does about one clearance, and which words of it stood on the page."""

    clearance = forms.IntegerField()
    seen = forms.CharField(max_length=40)
    do = forms.ChoiceField(choices=[("confirm", "confirm"), ("again", "again")])


class WaitForm(forms.Form):
    """How long an instructor waits after a vaccination, in hours; 0 is not at all."""

    hours = forms.IntegerField(
        label=_("Hours to wait after a vaccination"),
        min_value=0,
        max_value=336,
        help_text=_("0 is no wait at all; 336 is two weeks. Most instructors wait 24, 48 or 72 hours."),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, hours: int) -> None:
        super().__init__(data, initial={"hours": hours})
        self.helper = helper_of("hours")
