"""Asking another adult into the family, and saying what an adult may do in it."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from families.models import Caregiver


def _helper(*parts: Any) -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.layout = Layout(*parts)
    return helper


class InviteForm(forms.Form):
    """Whom to ask, as what, and whether a parent agrees in writing that they may massage."""

    name = forms.CharField(label=_("Their name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    email = forms.EmailField(
        label=_("Their email"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=_("They sign in with this address, and nobody else can use the letter."),
    )
    relation = forms.ChoiceField(
        label=_("To the baby"), choices=Caregiver.Relation.choices, initial=Caregiver.Relation.OTHER
    )
    role = forms.ChoiceField(
        label=_("What they may do"),
        choices=[
            (role.value, role.label) for role in (Caregiver.Role.PRACTICE, Caregiver.Role.FULL, Caregiver.Role.DATES)
        ],
        help_text=_("You can change this at any time."),
    )
    agrees_to_massage = forms.BooleanField(
        label=_("They are not a parent. I agree in writing that they may massage my babies."), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "invite_%s", "label_suffix": "", **kwargs})
        cells = [Div(field, css_class="col-sm-6") for field in ("name", "email", "relation", "role")]
        self.helper = _helper(Div(*cells, css_class="row gx-3"), "agrees_to_massage")

    def clean(self) -> dict[str, Any]:
        """The tick is for those who are no parents; on a parent it means nothing and is left away."""
        told: dict[str, Any] = super().clean() or {}
        if told.get("relation") in Caregiver.PARENTS:
            told["agrees_to_massage"] = False
        return told


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=Caregiver.Role.choices)


class AnswerForm(forms.Form):
    """Yes or no to one carer."""

    given = forms.ChoiceField(choices=(("yes", ""), ("no", "")))

    @property
    def is_yes(self) -> bool:
        return bool(self.cleaned_data["given"] == "yes")


class JoinForm(forms.Form):
    """Who joins."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.helper = _helper("name")
