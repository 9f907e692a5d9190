"""What is typed about the life of a certificate, by its holder and in the office. Rules live in the verbs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from instructors.models import CERecord, CertificateAsk, Requirement
from instructors.renewal_rules import Rules

TICKED = "declared"
LONGEST = 4000


def _helper(*parts: Any) -> FormHelper:
    helper = FormHelper()
    helper.form_tag, helper.disable_csrf = False, True  # the template has the token
    helper.layout = Layout(*parts)
    return helper


class HoursForm(forms.Form):
    """One line of learning."""

    title = forms.CharField(label=_("What it was"), max_length=160, help_text=_("Example: Stroke review day, Leeds"))
    category = forms.ChoiceField(label=_("Kind"), choices=CERecord.Category)
    held_on = forms.DateField(label=_("When"), help_text=_("The last day of it."))
    hours = forms.DecimalField(
        label=_("Hours"),
        min_value=Decimal("0.5"),
        max_value=Decimal(100),
        max_digits=4,
        decimal_places=1,
        help_text=_("Breaks left out. Half hours are fine."),
        widget=forms.NumberInput(attrs={"step": "0.5", "inputmode": "decimal"}),
    )
    evidence = forms.CharField(
        label=_("What shows it"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Who held it, and what you took from it. No names of families, please."),
    )
    link = forms.URLField(
        label=_("A link, if there is one"), required=False, max_length=200, assume_scheme="https",
        help_text=_("To a programme or a confirmation that your trainer can open."),
    )  # fmt: skip

    def __init__(self, data: Mapping[str, Any] | None = None, *, since: date, today: date) -> None:
        super().__init__(data)
        limits = {"type": "date", "min": since.isoformat(), "max": today.isoformat()}
        self.fields["held_on"].widget = forms.DateInput(format="%Y-%m-%d", attrs=limits)
        self.helper = _helper("title", "category", Div("held_on", "hours", css_class="two"), "evidence", "link")

    def clean_hours(self) -> Decimal:
        hours: Decimal = self.cleaned_data["hours"]
        if hours * 2 % 1:
            raise ValidationError(_("Whole and half hours, please: 1.5 for an hour and a half."))
        return hours


class NameForm(forms.Form):
    """The name as it should stand."""

    name = forms.CharField(
        label=_("The name as it should stand"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    reason = forms.CharField(
        label=_("Why"), max_length=40, help_text=_("Example: married; a letter was wrong. It is not published.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = _helper("name", "reason")


class RenewalForm(forms.Form):
    """What the programme asks at a renewal: a tick for a declaration, words for anything else. Nothing must be whole
    to be kept; handing in says what is missing.
    """

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, rules: Rules, answers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(data)
        for need in rules.asked:
            self.fields[need.key] = _field(need, (answers or {}).get(need.key, ""))
        self.helper = _helper(*self.fields)

    def answers(self) -> dict[str, str]:
        """{key: words} of what was given."""
        said = {key: TICKED if given is True else given for key, given in self.cleaned_data.items()}
        return {key: str(given) for key, given in said.items() if given}


def _field(need: Requirement, answer: str) -> forms.Field:
    if need.kind == Requirement.Kind.DECLARATION:
        return forms.BooleanField(label=need.title, required=False, initial=bool(answer), help_text=need.help)
    return forms.CharField(
        label=need.title,
        required=False,
        initial=answer,
        max_length=LONGEST,
        help_text=need.help or _("In your own words, or a link."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class AnswerForm(forms.Form):
    """Yes or no, with a word that a no must have. The page names both."""

    YES, NO = "yes", "no"
    answer = forms.ChoiceField(label=_("Your answer"), widget=forms.RadioSelect)
    word = forms.CharField(
        label=_("A word with it"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, yes: str, no: str, word_help: str) -> None:
        super().__init__(data)
        self.fields["answer"].choices = [(self.YES, yes), (self.NO, no)]  # type: ignore[attr-defined]  # a choice field
        self.fields["word"].help_text = word_help

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("answer") == self.NO and not found.get("word", "").strip():
            self.add_error("word", _("Please write a word with a no: what is missing, and what would help."))
        return found


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


class AskForm(SuspendForm):
    """Asking for a step, with its reason; `kinds` are those that the reader may ask for now."""

    kind = forms.ChoiceField(label=_("What you ask for"), widget=forms.RadioSelect)

    field_order = ("kind", "reason_code", "public_note", "private_note")

    def __init__(self, data: Mapping[str, Any] | None = None, *, kinds: list[str]) -> None:
        super().__init__(data)
        self.fields["kind"].choices = [(kind, CertificateAsk.Kind(kind).label) for kind in kinds]  # type: ignore[attr-defined]  # a choice field
        if len(kinds) == 1:
            self.fields["kind"].initial = kinds[0]
            self.fields["kind"].widget = forms.HiddenInput()


class EndForm(forms.Form):
    """The new last day of a certificate that its body renewed elsewhere."""

    until = forms.DateField(
        label=_("New last day"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "vDateField"}),
    )
    reason = forms.CharField(
        label=_("What it is based on"), max_length=40, help_text=_("Example: letter of the body, 3 May")
    )
