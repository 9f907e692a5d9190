"""What is typed on the pages of training and certificates. Rules live in the verb modules; these check shape."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.accounts.models import User
from instructors.deadlines import Step
from instructors.models import Requirement


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
    """More time for the whole training, or for one of its steps where they have last days of their own."""

    requirement = forms.ModelChoiceField(
        label=_("For"), queryset=Requirement.objects.none(), required=False, empty_label=_("The whole training")
    )
    until = forms.DateField(
        label=_("New last day"), widget=forms.DateInput(attrs={"type": "date", "class": "vDateField"})
    )
    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text=_("The candidate reads it. Example: “One family was ill for two weeks.”"),
    )

    def __init__(self, *args: Any, steps: list[Step], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if steps:
            field: Any = self.fields["requirement"]
            field.queryset = Requirement.objects.filter(pk__in=[step.requirement.pk for step in steps])
            named = {step.requirement.pk: _step(step) for step in steps}
            field.label_from_instance = lambda row: named[row.pk]
        else:
            del self.fields["requirement"]


def _step(step: Step) -> str:
    if step.due_on is None:
        return str(step.requirement)
    words = {"title": step.requirement, "date": date_format(step.due_on, "DATE_FORMAT")}
    return gettext("%(title)s, now until %(date)s") % words


class EndForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text=_("The candidate reads it."),
    )


class AnswerForm(forms.Form):
    """The answer to an application. `trainers` are those who may become the trainer of record."""

    ACCEPT, REJECT = "accept", "reject"
    answer = forms.ChoiceField(
        label=_("Your answer"),
        choices=[(ACCEPT, _("Accept")), (REJECT, _("Not this time"))],
        widget=forms.RadioSelect,
    )
    trainer = forms.ModelChoiceField(
        label=_("Their trainer"),
        queryset=User.objects.none(),
        required=False,
        empty_label=None,
        help_text=_("They read the work, and sign in the end."),
    )
    reason = forms.CharField(
        label=_("A word to the candidate"),
        required=False,
        help_text=_("Needed where you decline. Example: “This group is full; the next one is in May.”"),
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
    )

    def __init__(self, *args: Any, trainers: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["trainer"]
        field.queryset = trainers

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("answer") == self.REJECT and not data.get("reason", "").strip():
            self.add_error("reason", gettext("Please say a word about why."))
        return data


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
