"""What a candidate writes down of practice held elsewhere. The rules live in `practicum`; this checks shape."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from instructors.aliases import why_no_alias, why_no_words
from instructors.models import PracticumFamily, PracticumSession
from instructors.practicum import LONGEST

MOST_LETTERS = 4000


def _day(label: Any, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=help_text, widget=widget)


def _words(label: Any, help_text: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 4})
    return forms.CharField(label=label, help_text=help_text, widget=widget, max_length=MOST_LETTERS, required=False)


class _Form(forms.Form):
    LAYOUT: tuple[Any, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(*self.LAYOUT)

    def _without_addresses(self, name: str) -> str:
        words: str = self.cleaned_data[name]
        if sentence := why_no_words(words):
            raise forms.ValidationError(sentence)
        return words


class FamilyForm(_Form):
    """A family from elsewhere: an alias, the baby's age, and the day on which it agreed."""

    alias = forms.CharField(
        label=_("Alias"),
        max_length=40,
        help_text=_("A word that is nobody’s name. We suggest a tree."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    age_band = forms.ChoiceField(
        label=_("The baby’s age at the first session"), choices=PracticumFamily.AgeBand.choices
    )
    consented_on = _day(_("Agreed on"), _("The day on which the family signed that it may count. You keep the paper."))

    LAYOUT = (
        Div(Div("alias", css_class="col-sm-6"), Div("age_band", css_class="col-sm-6"), css_class="row gx-3"),
        Div(Div("consented_on", css_class="col-sm-6"), css_class="row gx-3"),
    )

    def clean_alias(self) -> str:
        alias = " ".join(self.cleaned_data["alias"].split())
        if sentence := why_no_alias(alias):
            raise forms.ValidationError(sentence)
        return alias


class SessionForm(_Form):
    """A session that was held. `no` is that of the session which is written over."""

    held_on = _day(_("Day"))
    minutes = forms.IntegerField(
        label=_("Minutes"),
        min_value=1,
        max_value=LONGEST,
        initial=60,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    self_evaluation = _words(
        _("How it went for you"), _("What went well, what you would do differently. Your trainer reads it. No names.")
    )
    is_cancelled = forms.BooleanField(label=_("It did not take place after all"), required=False)
    no = forms.IntegerField(required=False, min_value=1, max_value=99, widget=forms.HiddenInput)

    LAYOUT = (
        Div(Div("held_on", css_class="col-sm-6"), Div("minutes", css_class="col-sm-6"), css_class="row gx-3"),
        "self_evaluation",
        "no",
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, today: date, of: PracticumSession | None = None
    ) -> None:
        names = ("held_on", "minutes", "self_evaluation", "no")
        start: dict[str, Any] = {name: getattr(of, name) for name in names} if of else {"held_on": today}
        super().__init__(data, initial=start)
        self.fields["held_on"].widget.attrs["max"] = today.isoformat()
        if of:
            self.helper.layout = Layout(*self.LAYOUT, "is_cancelled")

    def clean_self_evaluation(self) -> str:
        return self._without_addresses("self_evaluation")


class FamilySaysForm(_Form):
    """What a family from elsewhere said at the end."""

    words = _words(_("In the family’s own words"), _("From its form, without its name. Empty takes it back."))

    LAYOUT = ("words",)

    def clean_words(self) -> str:
        return self._without_addresses("words")


class ReflectionForm(_Form):
    """How a date of a practice series went for the candidate."""

    words = _words(
        _("How it went for you"), _("What went well, what you would do differently. Your trainer reads it. No names.")
    )

    LAYOUT = ("words",)

    def clean_words(self) -> str:
        return self._without_addresses("words")
