"""Deciding about a series with too few families, and a family's answer to a merge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from classes.deciding import Numbers, Target
from classes.forms.parts import helper_of
from classes.models import Series
from config.lib.refs import new_token

MOST_WORDS = 500


class DecideForm(forms.Form):
    """One form with three buttons. `seen` is how many families the presser saw, `key` makes two presses one."""

    choice = forms.ChoiceField(choices=Series.Decision.choices)
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)
    words = forms.CharField(
        label=_("A word to the families, if you like"),
        max_length=MOST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, numbers: Numbers, data: Mapping[str, Any] | None = None) -> None:
        start = {"seen": numbers.families, "key": new_token()}
        super().__init__(data, initial=start, label_suffix="", prefix="decide")
        self.targets: Sequence[Target] = numbers.targets
        self.fields["to"] = forms.ChoiceField(
            label=_("Merge with"),
            choices=[(one.series.slug, one.series.title) for one in numbers.targets],
            required=False,
            error_messages={"invalid_choice": _("There is no room there any more. Please choose another series.")},
        )
        self.helper = helper_of("words")

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("choice") == Series.Decision.MERGE and not told.get("to") and "to" not in self.errors:
            self.add_error("to", _("Please choose the series that they would come to."))
        return told

    @property
    def to(self) -> Series | None:
        """The series to merge with; None for any other choice."""
        if self.cleaned_data["choice"] != Series.Decision.MERGE:
            return None
        return next(one.series for one in self.targets if one.series.slug == self.cleaned_data["to"])


class AnswerForm(forms.Form):
    """Yes or no, with one press."""

    answer = forms.ChoiceField(choices=[("yes", _("Yes")), ("no", _("No"))])
