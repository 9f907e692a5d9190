"""Programmes in words: what is asked, how much of it, and until when. Nobody types how it is stored."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from instructors.admin.event_forms import NumberInput
from instructors.assessing import COUNTED
from instructors.deadlines import validate_rule
from instructors.models import CredentialType, Programme, Requirement
from instructors.requirements import MEASURES, validate_params

UNITS = [("", "–"), ("days", _("days")), ("months", _("months"))]
ANCHORS = [
    ("", "–"),
    ("first_day", _("after the first training day")),
    ("last_day", _("after the last training day")),
    ("access_granted", _("after the online part is opened")),
    ("previous_step", _("after the step before")),
]
# Each measure in words, with what may help; the largest number each may have stands in `requirements`.
LABELS: dict[str, tuple[Any, Any]] = {
    "days": (_("How many training days"), ""),
    "practicum_days": (_("How many days with parents and babies"), _("Leave it empty where all training days count.")),
    "hours": (_("How many hours"), _("Leave it empty where hours are not counted.")),
    "pass_mark": (_("Pass mark, of 100"), _("Leave it empty where there is no mark.")),
    "families": (_("How many families"), ""),
    "sessions": (_("How many sessions with each family"), ""),
    "gap_days": (_("At least how many days between two sessions"), _("6 lets a weekly class meet a day early.")),
    "feedback": (_("How many families give feedback"), _("Fill in this alone where only their feedback is asked.")),
    "count": (_("How many pieces of work"), _("Leave it empty for one.")),
}
KINDS: dict[str, Any] = {
    "attendance": _("Being there: days and hours, noted by a trainer."),
    "exam": _("An exam that a trainer marks, with or without a pass mark."),
    "practicum": _("Practice with families, counted from their sessions, or their feedback."),
    "document": _("Something written that is handed in and read: a plan, a report, a reflection."),
    "declaration": _("A declaration that the candidate reads and signs, such as the code of conduct."),
    "fee": _("A fee; a trainer notes that it was paid."),
    "ce_hours": _("Hours of further learning, asked when a certificate is renewed."),
}


class RuleForm(forms.Form):
    """A deadline as one says it: 4, months, after the last training day. All of it or nothing."""

    within = forms.IntegerField(
        label=_("To be finished within"),
        min_value=1,
        max_value=1500,
        required=False,
        help_text=_("Example: 4 months after the last training day. Leave all three empty where no deadline is set."),
        widget=NumberInput(),
    )
    unit = forms.ChoiceField(label=_("Days or months"), choices=UNITS, required=False)
    anchor = forms.ChoiceField(label=_("Counted"), choices=ANCHORS, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        said = {"anchor": data.get("anchor"), "amount": data.get("within"), "unit": data.get("unit")}
        data["deadline_rule"] = said if any(said.values()) else {}
        if any(said.values()) and not all(said.values()):
            empty = next(name for name, value in said.items() if not value)
            self.add_error("within" if empty == "amount" else empty, _("Please fill in all three, or none."))
        elif not self.errors:
            self._check("within", validate_rule, data["deadline_rule"])
        return data

    def _check(self, field: str, check: Any, *said: Any) -> None:
        try:
            check(*said)
        except ValidationError as mistake:
            self.add_error(field, mistake)


def rule_words(rule: dict[str, Any]) -> dict[str, Any]:
    """The first values of a RuleForm."""
    return {"within": rule.get("amount"), "unit": rule.get("unit", ""), "anchor": rule.get("anchor", "")}


class ProgrammeForm(RuleForm):
    """The facts of a programme; what it asks for is added on pages of its own."""

    FACTS = (
        *("title", "mode", "validity_months", "renewal_window_days", "grace_days", "ce_hours", "second_signature"),
        *("is_way_back", "note", "deadline_rule"),
    )

    credential_type = forms.ModelChoiceField(label=_("Leads to"), queryset=CredentialType.objects.none())
    title = forms.CharField(
        label=_("Title"),
        max_length=120,
        help_text=_("Example: CIMI in four days"),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    mode = forms.ChoiceField(label=_("How it is held"), choices=Programme.Mode.choices)
    validity_months = forms.IntegerField(
        label=_("Certificates are valid for (months)"),
        min_value=1,
        max_value=240,
        required=False,
        help_text=_("Leave it empty where they have no end, or where no source says."),
        widget=NumberInput(),
    )
    renewal_window_days = forms.IntegerField(
        label=_("Renewal opens (days before the end)"),
        min_value=1,
        max_value=400,
        required=False,
        widget=NumberInput(),
    )
    grace_days = forms.IntegerField(
        label=_("Renewal stays open (days after the end)"),
        min_value=0,
        max_value=400,
        required=False,
        widget=NumberInput(),
    )
    ce_hours = forms.IntegerField(
        label=_("Learning hours to renew"), min_value=1, max_value=500, required=False, widget=NumberInput()
    )
    second_signature = forms.BooleanField(label=_("The registrar signs too"), required=False)
    is_way_back = forms.BooleanField(
        label=_("This is the way back for somebody whose certificate has lapsed"), required=False
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=4000,
        help_text=_("Where the rules come from, and what was not found."),
        widget=forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"}),
    )

    field_order = ("credential_type", "title", "mode", "within", "unit", "anchor")

    def __init__(self, *args: Any, credential_types: QuerySet[CredentialType] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if credential_types is None:
            del self.fields["credential_type"]
        else:
            field: Any = self.fields["credential_type"]
            field.queryset = credential_types

    @property
    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.FACTS}


class RequirementForm(RuleForm):
    """One thing that is asked, with the measures of its kind as fields."""

    title = forms.CharField(
        label=_("Title"),
        max_length=120,
        help_text=_("Example: Written exam"),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    help = forms.CharField(
        label=_("What is asked, in words"),
        required=False,
        max_length=2000,
        help_text=_("The candidate reads it. Example: “At home, with open books.”"),
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
    )
    stage = forms.ChoiceField(label=_("Asked for"), choices=Requirement.Stage.choices)
    assessor = forms.ChoiceField(label=_("Who judges it"), choices=Requirement.Assessor.choices)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        for name, most in MEASURES[kind].items():
            label, words = LABELS[name]
            self.fields[name] = forms.IntegerField(
                label=label, help_text=words, min_value=1, max_value=most, required=False, widget=NumberInput()
            )
        if kind in COUNTED:
            del self.fields["assessor"]
        if kind == Requirement.Kind.CE_HOURS:
            del self.fields["stage"]
        self.order_fields(("title", "help", *MEASURES[kind], "assessor", "stage", "within", "unit", "anchor"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["params"] = {name: data[name] for name in MEASURES[self.kind] if data.get(name)}
        if not self.errors:
            first = next(iter(MEASURES[self.kind]), "title")
            self._check(first, validate_params, self.kind, data["params"])
        return data

    @property
    def facts(self) -> dict[str, Any]:
        names = ("title", "help", "params", "deadline_rule", "assessor", "stage")
        said = {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
        return {"stage": Requirement.Stage.RENEWAL, **said} if self.kind == Requirement.Kind.CE_HOURS else said
