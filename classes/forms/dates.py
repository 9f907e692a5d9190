"""What can be said about one date of a booking, and about a make-up place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from classes.models import Enrolment
from families.models import Baby


class BabiesOfDateForm(forms.Form):
    """Which babies it is about: those that are named, or all of the date."""

    baby = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, data: Mapping[str, Any], *, babies: Sequence[Baby]) -> None:
        super().__init__(data)
        self.babies = list(babies)
        self.fields["baby"].choices = [(baby.pk, baby.first_name) for baby in self.babies]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> list[Baby]:
        """Of a valid form."""
        named = self.cleaned_data["baby"]
        return [baby for baby in self.babies if not named or baby.pk in named]


class AwayForm(BabiesOfDateForm):
    """What the page behind the link does: one of these deeds, for all or for the babies that are named."""

    deed = forms.ChoiceField(choices=[(deed, deed) for deed in ("away", "back", "room", "stream")])


class WayOfDateForm(forms.Form):
    """How they join that date."""

    way = forms.ChoiceField(choices=Enrolment.Way.choices)


class MakeUpForm(forms.Form):
    """Where to make up for a date that was given back: one of the classes that fit."""

    missed = forms.CharField(max_length=16, widget=forms.HiddenInput)
    place = forms.CharField(
        max_length=32, error_messages={"required": _("Please choose a class.")}, widget=forms.RadioSelect
    )

    def session_and_way(self) -> tuple[str, str]:
        """The reference of the session, and the way to join it, of a valid form."""
        reference, _colon, way = str(self.cleaned_data["place"]).partition(":")
        return reference, way
