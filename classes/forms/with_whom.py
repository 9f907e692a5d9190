"""The part of the booking form that says which adults come with the babies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crispy_forms.layout import Field
from django import forms
from django.utils.translation import gettext_lazy as _

from classes import company
from config.lib.tiles import Tile
from families.models import Caregiver

PARENT, AGREED = "parent", "agreed"


class CompanyPart(forms.Form):
    """Adults of the family as tiles, someone else who comes along, and whether they take turns."""

    companion = forms.CharField(
        label=_("Someone else who comes along"),
        max_length=120,
        required=False,
        help_text=_("A partner, a grandparent, a friend: the same or different each week. You can leave it empty."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    companion_is = forms.ChoiceField(
        label=_("Who they are"),
        choices=[
            (PARENT, _("A parent of the baby")),
            (AGREED, _("Not a parent: I agree in writing that they may massage my babies")),
        ],
        required=False,
        widget=forms.RadioSelect,
    )

    def add_company(self, adults: Sequence[Caregiver], *, babies: int) -> None:
        """`babies` is how many could be named, by tiles and by rows."""
        if len(adults) > 1:
            self.fields["who"] = forms.TypedMultipleChoiceField(
                label=_("Who may come?"),
                choices=[(one.pk, Tile(one.name, mono=one.name)) for one in adults],
                coerce=int,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        if babies > 1:
            self.fields["in_turn"] = forms.BooleanField(
                label=_("We take turns: one baby after the other"),
                required=False,
                help_text=_("For more babies than grown-ups. One grown-up for each baby is easiest."),
            )

    @property
    def company_layout(self) -> list[Any]:
        who = [Field("who", template="crispy/choice_tiles.html", wrapper_class="two")] if "who" in self.fields else []
        turns = ["in_turn"] if "in_turn" in self.fields else []
        return [*who, "companion", Field("companion_is", template="crispy/choice_tiles.html"), *turns]

    def check_company(self, *, babies: int) -> None:
        """Put a sentence where too few come, or where it is not said who the other one is."""
        told = self.cleaned_data
        if told.get("companion") and not told.get("companion_is"):
            self.add_error("companion_is", _("Please say who they are. A parent agrees in writing to anybody else."))
        adults = max(len(told.get("who", ())), 1) + bool(told.get("companion"))
        if babies > adults and not told.get("in_turn") and "in_turn" in self.fields:
            self.add_error("in_turn", company.too_few(babies, adults))
