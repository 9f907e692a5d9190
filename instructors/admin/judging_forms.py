"""What is typed while judging and signing. The rules live in the verbs; these check shape."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.accounts.models import User
from instructors import assessing
from instructors.candidate_forms import LONGEST_LINK
from instructors.models import Assessment, Deputy, Requirement

WORDS = {"rows": 5, "class": "vLargeTextField"}


class JudgementForm(forms.Form):
    """An outcome, a score where the work is an exam, and a comment; a correction must say why."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("How did it go?"),
        choices=Assessment.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Please choose how it went.")},
    )
    score = forms.IntegerField(
        label=gettext_lazy("Score"),
        required=False,
        min_value=0,
        max_value=100,
        widget=forms.NumberInput(attrs={"class": "vIntegerField", "inputmode": "numeric", "min": 0, "max": 100}),
    )
    comment = forms.CharField(label=gettext_lazy("Comment"), required=False, widget=forms.Textarea(attrs=WORDS))
    corrects = forms.BooleanField(
        label=gettext_lazy("This corrects what was written before"),
        required=False,
        help_text=gettext_lazy("Leave it empty to judge a further try. Both stay to be read."),
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=60)

    def __init__(self, data: Any, *, requirement: Requirement, newest: Assessment | None, waits: bool, seen: str):
        super().__init__(data, initial={"seen": seen})
        self.requirement = requirement
        mark = requirement.params.get("pass_mark") if requirement.kind == Requirement.Kind.EXAM else None
        if requirement.kind != Requirement.Kind.EXAM:
            del self.fields["score"]
        elif mark:
            self.fields["score"].help_text = _("Of 100; %(mark)d are needed to pass.") % {"mark": mark}
        # After a pass there is nothing else to write than a correction, and to new work nothing to correct.
        self.must_correct = bool(newest and newest.outcome == Assessment.Outcome.PASSED)
        if self.must_correct or newest is None or waits:
            del self.fields["corrects"]
        reason = _("The reason for the correction. The candidate reads it.")
        self.fields["comment"].help_text = reason if self.must_correct else _("The candidate reads it.")

    @property
    def is_correction(self) -> bool:
        return self.must_correct or bool(self.cleaned_data.get("corrects"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        outcome, comment = data.get("outcome"), data.get("comment", "")
        if not outcome or self.errors:
            return data
        if self.is_correction and not comment.strip():
            self.add_error("comment", _("Please give the reason for the correction."))
            return data
        sentence = assessing.mistake(self.requirement, outcome=outcome, score=data.get("score"), comment=comment)
        if sentence:
            asks_for_words = outcome == Assessment.Outcome.REPEAT and not comment.strip()
            self.add_error("score" if "score" in self.fields and not asks_for_words else "comment", sentence)
        return data


class HandInForm(forms.Form):
    """Work that a trainer hands in for a candidate: it came by post, or on paper."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        help_text=gettext_lazy("A scan or a photo will do."),
        widget=forms.FileInput(attrs={"class": "vFileField"}),
    )
    url = forms.URLField(
        label=gettext_lazy("Link"),
        required=False,
        max_length=LONGEST_LINK,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"class": "vTextField"}),
    )
    text = forms.CharField(label=gettext_lazy("Words"), required=False, widget=forms.Textarea(attrs=WORDS))


class DeputyForm(forms.Form):
    """Whom a registrar appoints, what for, and why."""

    trainer = forms.ModelChoiceField(label=gettext_lazy("Who"), queryset=User.objects.none())
    task = forms.ChoiceField(
        label=gettext_lazy("What for"),
        choices=Deputy.Task.choices,
        initial=Deputy.Task.SIGN,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        widget=forms.Textarea(attrs={**WORDS, "rows": 3}),
        help_text=gettext_lazy("Example: “Ruth is ill until May.”"),
    )

    def __init__(self, *args: Any, trainers: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["trainer"].queryset = trainers  # type: ignore[attr-defined]  # a plain Field has no queryset


class ReasonForm(forms.Form):
    """Taking something back says why."""

    reason = forms.CharField(label=gettext_lazy("Reason"), widget=forms.Textarea(attrs={**WORDS, "rows": 3}))
