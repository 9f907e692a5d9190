"""What candidates type: applying, handing in, asking for time. Rules live in the verbs; these check shape."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from instructors.conduct import POINTS, declared
from instructors.models import Requirement
from instructors.refusals import Refused
from instructors.work_files import ACCEPT

LONGEST = 20_000
LONGEST_LINK = 200


def _words(rows: int, **attrs: str) -> forms.Textarea:
    return forms.Textarea({"rows": rows, "class": "form-control", **attrs})


class WorkForm(forms.Form):
    """One attempt: a file, a link or words."""

    file = forms.FileField(
        label=gettext_lazy("A file"),
        required=False,
        max_length=200,
        allow_empty_file=True,
        help_text=gettext_lazy("PDF, photo or text, up to 20 MB. No names of families, please; use their tree."),
        widget=forms.FileInput({"class": "form-control", "accept": ACCEPT}),
    )
    url = forms.URLField(
        label=gettext_lazy("Or a link"),
        required=False,
        max_length=LONGEST_LINK,
        assume_scheme="https",
        validators=[URLValidator(schemes=["http", "https"])],
        help_text=gettext_lazy("To a page that your trainer can open."),
        widget=forms.URLInput({"class": "form-control", "autocomplete": "off"}),
    )
    text = forms.CharField(
        label=gettext_lazy("Or in your own words"),
        required=False,
        max_length=LONGEST,
        widget=_words(5),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not (data.get("file") or data.get("url") or data.get("text", "").strip()):
            self.add_error("file", _("Please add a file, a link or some words."))
        return data


class DeclarationForm(forms.Form):
    """The code of conduct, ticked line by line."""

    points = forms.MultipleChoiceField(
        label=gettext_lazy("I will follow this"),
        choices=[(point.key, point.words) for point in POINTS],
        widget=forms.CheckboxSelectMultiple({"class": "form-check-input"}),
        required=False,
    )

    def clean_points(self) -> list[str]:
        ticked: list[str] = self.cleaned_data["points"]
        try:
            declared(ticked)
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return ticked


class ApplyForm(forms.Form):
    """An application. The name is asked for where the account has none."""

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=120,
        help_text=gettext_lazy("First and family name, as they shall stand on your certificate."),
        widget=forms.TextInput({"class": "form-control", "autocomplete": "name"}),
    )
    words = forms.CharField(
        label=gettext_lazy("A word to your trainer"),
        required=False,
        max_length=2000,
        help_text=gettext_lazy("If you like: what you do now, and what you hope for. Nothing about families, please."),
        widget=_words(4),
    )

    def __init__(self, *args: Any, named: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if named:
            del self.fields["name"]


class TimeForm(forms.Form):
    """Until when, and why; for one step where the steps have days of their own."""

    requirement = forms.ModelChoiceField(
        label=gettext_lazy("For which part?"), queryset=Requirement.objects.none(), required=False
    )
    until = forms.DateField(
        label=gettext_lazy("Until when do you need?"),
        widget=forms.DateInput({"type": "date", "class": "form-control"}, format="%Y-%m-%d"),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=2000,
        help_text=gettext_lazy("A sentence is enough. Please name no family; what you tell of health stays here too."),
        widget=_words(3),
    )

    def __init__(self, *args: Any, steps: list[Requirement], earliest: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["requirement"]
        if len(steps) < 2:
            del self.fields["requirement"]
        else:
            field.queryset = Requirement.objects.filter(pk__in=[step.pk for step in steps])
            field.empty_label = _("The whole training")
            field.widget.attrs["class"] = "form-select"
        self.fields["until"].widget.attrs["min"] = (earliest + timedelta(days=1)).isoformat()


class LeaveForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("A word to your trainer"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy("If you like. You need give no reason."),
        widget=_words(3),
    )


class TimeAnswerForm(forms.Form):
    """A trainer's answer to a candidate who asks for more time."""

    GIVE, DECLINE = "give", "decline"
    answer = forms.ChoiceField(
        label=gettext_lazy("Your answer"),
        choices=[(GIVE, gettext_lazy("Give more time")), (DECLINE, gettext_lazy("Not this time"))],
        widget=forms.RadioSelect,
    )
    until = forms.DateField(
        label=gettext_lazy("New last day"),
        widget=forms.DateInput({"type": "date", "class": "vDateField"}, format="%Y-%m-%d"),
    )
    word = forms.CharField(
        label=gettext_lazy("A word to the candidate"),
        required=False,
        max_length=2000,
        help_text=gettext_lazy("Needed if the answer is no."),
        widget=forms.Textarea({"rows": 3, "class": "vLargeTextField"}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("answer") == self.DECLINE:
            self.errors.pop("until", None)  # a no needs no day
            if not data.get("word", "").strip():
                self.add_error("word", _("Please say why not; the candidate reads it."))
        return data
