"""Which letters an adult wants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from config.lib.tiles import Tile
from families.messages import Choices
from families.models import MessageChoice

Kind = MessageChoice.Kind
TILES = {
    Kind.REMINDERS: Tile(
        _("Reminder of each date"),
        _("Two days ahead: where, what to bring, and “we can’t come” in one tap"),
        icon="cal",
    ),
    Kind.PRACTICE: Tile(
        _("A nudge to practise"), _("At most one a week, and none where you have practised already"), icon="hand"
    ),
    Kind.THANKS: Tile(
        _("Thanks at the end"), _("One letter after the last date, with three taps on how it was"), icon="note"
    ),
}


class MessagesForm(forms.Form):
    """One box a kind."""

    wanted = forms.MultipleChoiceField(
        label=_("Write to me with"),
        required=False,
        choices=list(TILES.items()),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial, label_suffix="")
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(Field("wanted", template="crispy/choice_tiles.html"))

    def choices(self) -> dict[str, bool]:
        ticked = self.cleaned_data["wanted"]
        return {str(kind): kind in ticked for kind in TILES}


def initial_of(choices: Choices) -> dict[str, list[str]]:
    return {"wanted": [kind for kind, wanted in choices.wanted.items() if wanted]}
