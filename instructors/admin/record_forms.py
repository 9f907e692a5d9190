"""What is typed when old certificates are recorded, or two accounts merged. The rules live in the verbs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from instructors.importing import MOST_BYTES
from instructors.models import CertifyingBody, CredentialType

if TYPE_CHECKING:
    _CredentialChoice = forms.ModelChoiceField[CredentialType]
else:
    _CredentialChoice = forms.ModelChoiceField

TEXT = {"class": "vTextField", "autocomplete": "off"}
DAY = {"type": "date", "class": "vDateField"}


class CredentialField(_CredentialChoice):
    """Two bodies may give the same letters, so each choice names its body."""

    def label_from_instance(self, obj: Any) -> str:
        return _("%(letters)s of %(body)s") % {"letters": obj.code, "body": obj.body}


class RecordForm(forms.Form):
    """One certificate that its own body issued. `credentials` are those of the registrar's bodies."""

    credential = CredentialField(
        label=gettext_lazy("Certificate as"), queryset=CredentialType.objects.none(), empty_label=None
    )
    number = forms.CharField(
        label=gettext_lazy("Number"),
        max_length=48,
        help_text=gettext_lazy("As it stands on the certificate. Spaces and dashes do not matter."),
        widget=forms.TextInput(attrs={**TEXT, "autocapitalize": "characters", "spellcheck": "false"}),
    )
    name = forms.CharField(
        label=gettext_lazy("Name on the certificate"), max_length=120, widget=forms.TextInput(attrs=TEXT)
    )
    email = forms.EmailField(
        label=gettext_lazy("The holder’s e-mail address"),
        help_text=gettext_lazy(
            "The one they sign in with. Where nobody does yet, an account is made; no letter is sent."
        ),
        widget=forms.EmailInput(attrs=TEXT),
    )
    valid_from = forms.DateField(label=gettext_lazy("Valid from"), widget=forms.DateInput(attrs=DAY))
    valid_until = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("Leave it empty where no end is printed."),
        widget=forms.DateInput(attrs=DAY),
    )
    is_checked = forms.BooleanField(
        label=gettext_lazy("I have seen the certificate, or its body has told me that it is true."),
        help_text=gettext_lazy("The public page names you as the one who checked it, and the day."),
        error_messages={"required": gettext_lazy("Please tick this once you have checked it.")},
    )

    def __init__(self, *args: Any, credentials: QuerySet[CredentialType], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"].queryset = credentials  # type: ignore[attr-defined]  # a choice of models


class TableForm(forms.Form):
    """A CSV file of old certificates of one body."""

    body = forms.ModelChoiceField(
        label=gettext_lazy("Issued by"), queryset=CertifyingBody.objects.none(), empty_label=None
    )
    table = forms.FileField(
        label=gettext_lazy("The table"),
        help_text=gettext_lazy("A CSV file as your spreadsheet saves it, with the heads of the template."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def __init__(self, *args: Any, bodies: QuerySet[CertifyingBody], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]  # a choice of models

    def clean_table(self) -> str:
        """The words in the file, which spreadsheets write in one of two ways."""
        content = self.cleaned_data["table"].read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES or b"\x00" in content:
            raise ValidationError(_("This is no CSV table, or one that is too large. Save it as CSV (UTF-8)."))
        try:
            return str(content, "utf-8-sig")
        except UnicodeDecodeError:
            return str(content, "cp1252", "replace")


class ConfirmTableForm(forms.Form):
    """The table as it was shown, and the hash of what was said about it."""

    body = forms.ModelChoiceField(queryset=CertifyingBody.objects.none(), widget=forms.HiddenInput)
    content = forms.CharField(widget=forms.HiddenInput, strip=False, max_length=MOST_BYTES)
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, bodies: QuerySet[CertifyingBody], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]  # a choice of models


class MergeForm(forms.Form):
    """The other account of a holder. `seen` is empty until what would move was shown."""

    email = forms.EmailField(
        label=gettext_lazy("The address of the other account"), widget=forms.EmailInput(attrs=TEXT)
    )
    reason = forms.CharField(
        label=gettext_lazy("How it is known"),
        help_text=gettext_lazy("Example: “She wrote from both addresses and showed her passport.”"),
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
