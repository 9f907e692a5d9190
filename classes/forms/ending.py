"""Agreeing to what an end of a booking comes to: the sum on the button is the sum that is sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from classes.place_end import Choice
from config.lib.money import Money
from families.quiet import Reason


class AgreedForm(forms.Form):
    """`agreed` is the sum that was seen, in minor units: what is left to pay; below zero, what comes back."""

    agreed = forms.IntegerField()

    def sum_in(self, currency: str) -> Money:
        return Money(self.cleaned_data["agreed"], currency)


class MoveForm(AgreedForm):
    """Where to move. Only what has room at this moment can be chosen."""

    to = forms.ChoiceField(
        label=_("To"),
        error_messages={
            "required": _("Please choose a series."),
            "invalid_choice": _("This series has just filled up, or is no longer open. Please choose another one."),
        },
    )

    def __init__(self, *args: Any, choices: Sequence[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_value = {choice.value: choice for choice in choices}
        self.fields["to"].choices = [(value, value) for value in self.by_value]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Choice:
        return self.by_value[self.cleaned_data["to"]]


class QuietForm(forms.Form):
    """One press is enough. A reason may be given, and need not be."""

    reason = forms.ChoiceField(choices=Reason.choices, required=False, widget=forms.RadioSelect)
