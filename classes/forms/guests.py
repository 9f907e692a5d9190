"""Adding someone at the door: a family by a tap, by the reference of its booking, or one that nobody knows."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from classes.holding import MOST_PLACES
from config.lib.refs import new_token


class FamilyForm(forms.Form):
    """A booking with a make-up place, by its reference."""

    family = forms.RegexField(
        r"^[A-Za-z0-9 -]{4,20}$",
        label=_("Reference of their booking"),
        help_text=_("It stands in their letters, and on their own page of the booking."),
        error_messages={"invalid": _("A reference has letters and numbers only, such as 7K2M9QXW4D.")},
    )

    @property
    def reference(self) -> str:
        return str(self.cleaned_data["family"]).replace(" ", "").replace("-", "")


class WalkInForm(forms.Form):
    """Someone whom nobody knows; without a name they are a guest all the same."""

    name = forms.CharField(label=_("A first name, if you like"), required=False, max_length=60)
    places = forms.TypedChoiceField(
        label=_("Babies"), coerce=int, initial=1, choices=[(number, number) for number in range(1, MOST_PLACES + 1)]
    )
    key = forms.RegexField(r"^[A-Za-z0-9_-]{8,36}$", widget=forms.HiddenInput)

    def __init__(self, data: object = None) -> None:
        super().__init__(data, initial={"key": new_token()[:16], "places": 1})  # type: ignore[arg-type]  # a QueryDict
        self.fields["name"].widget.attrs.update({"class": "form-control", "autocomplete": "off"})
        self.fields["places"].widget.attrs["class"] = "form-select"


class DropForm(forms.Form):
    """The number of a walk-in that goes off the list."""

    walk_in = forms.IntegerField(min_value=1)
