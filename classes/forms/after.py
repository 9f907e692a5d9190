"""A last word to everyone of a series."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from classes.forms.parts import helper_of

MOST_LETTERS = 200


class ClosingWordForm(forms.Form):
    """It stands on each family's keepsake, so it names nobody. Left empty, there is none."""

    words = forms.CharField(
        label=_("A word for the keepsake"),
        required=False,
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Every family of this series reads it, on a page to print. Please name no baby, and nothing of health."
        ),
    )

    def __init__(self, data: Any = None, *, words: str = "") -> None:
        super().__init__(data, initial={"words": words}, label_suffix="")
        self.helper = helper_of("words")
