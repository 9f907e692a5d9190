"""What is typed on the pages of training and certificates. Rules live in the verb modules; these check shape."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from config.accounts.models import User


class CheckForm(forms.Form):
    """Looking a certificate up by its number and the family name on it."""

    number = forms.CharField(
        label=_("Certificate number"),
        max_length=48,
        help_text=_("You will find it on the certificate, under the seal."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "class": "num"}
        ),
    )
    family_name = forms.CharField(
        label=_("Family name"),
        max_length=120,
        help_text=_("As it stands on the certificate."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout("number", "family_name")


class SignOffForm(forms.Form):
    """The signature under a preview. `seen` holds one "number:hash" for each candidate that was shown as ready."""

    statement = forms.BooleanField(error_messages={"required": _("Please tick this to sign.")})
    proof = forms.CharField(
        label=_("Your password, or the code of your authenticator app"),
        max_length=200,
        strip=True,
        widget=forms.PasswordInput(attrs={"class": "vTextField", "autocomplete": "current-password"}),
    )


class MoreTimeForm(forms.Form):
    until = forms.DateField(
        label=_("New last day"), widget=forms.DateInput(attrs={"type": "date", "class": "vDateField"})
    )
    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text=_("The candidate reads it. Example: “One family was ill for two weeks.”"),
    )


class AnswerForm(forms.Form):
    """The answer to an application."""

    ACCEPT, REJECT = "accept", "reject"
    answer = forms.ChoiceField(
        label=_("Your answer"),
        choices=[(ACCEPT, _("Accept, with me as trainer")), (REJECT, _("Not this time"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("A word to the candidate"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
    )


class HandOverForm(forms.Form):
    """Which trainer is to be of record; `trainers` are those that the reader may name."""

    trainer = forms.ModelChoiceField(label=_("Trainer"), queryset=User.objects.none())

    def __init__(self, *args: Any, trainers: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["trainer"].queryset = trainers  # type: ignore[attr-defined]


class TakeOnForm(forms.Form):
    email = forms.EmailField(
        label=_("The candidate’s e-mail address"),
        help_text=_("The one they sign in with. They must have signed in once."),
        widget=forms.EmailInput(attrs={"class": "vTextField", "autocomplete": "off"}),
    )


class SuspendForm(forms.Form):
    """Suspending a certificate, or taking that back."""

    reason_code = forms.CharField(label=_("Reason"), max_length=40, help_text=_("Example: first aid not renewed"))
    public_note = forms.CharField(
        label=_("Note for everyone"),
        required=False,
        help_text=_("Stands on the public page. Leave it empty to say nothing."),
        widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
    )
    private_note = forms.CharField(
        label=_("Note for the office"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
    )
