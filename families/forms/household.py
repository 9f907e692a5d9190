"""What a family changes about itself."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from families.health import CONDITIONS
from families.models import Caregiver, Family, HealthAnswers

OLDEST = timedelta(days=6 * 366)
LATEST_DUE = timedelta(days=300)


def _helper(*parts: Any) -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.layout = Layout(*parts)
    return helper


def _day_field(label: Any, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, help_text=help_text, widget=widget)


class BabyForm(forms.Form):
    """A baby, born or on the way. `today` is a day of the family's calendar."""

    first_name = forms.CharField(
        label=_("First name"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("No name yet? Whatever you call baby now is fine."),
    )
    born_on = _day_field(_("Born on"), _("Still on the way? Leave this empty."))
    due_on = _day_field(
        _("Due on"), _("For babies on the way, and for babies born early: classes go by the age from this date.")
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["born_on"].widget.attrs["max"] = today.isoformat()
        self.helper = _helper("first_name", Div("born_on", "due_on", css_class="two"))

    def clean_born_on(self) -> date | None:
        born_on: date | None = self.cleaned_data["born_on"]
        if born_on and born_on > self.today:
            raise forms.ValidationError(_("That day is still to come. If baby is on the way, use “Due on”."))
        if born_on and born_on < self.today - OLDEST:
            raise forms.ValidationError(_("That is more than six years ago. Please look at the year again."))
        return born_on

    def clean_due_on(self) -> date | None:
        due_on: date | None = self.cleaned_data["due_on"]
        if due_on and not self.today - OLDEST <= due_on <= self.today + LATEST_DUE:
            raise forms.ValidationError(_("Please look at the year of this date again."))
        return due_on

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if not self.errors and not told.get("born_on") and not told.get("due_on"):
            self.add_error("born_on", _("Please give one of the two dates: when baby was born, or when baby is due."))
        return told


class AdultForm(forms.Form):
    """An adult of the family."""

    name = forms.CharField(label=_("Name"), max_length=120)
    relation = forms.ChoiceField(label=_("To the baby"), choices=Caregiver.Relation.choices)
    phone = forms.CharField(
        label=_("Mobile"),
        max_length=32,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        help_text=_("Only for a change at short notice. You can leave it empty."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = _helper("name", "relation", "phone")


class HealthForm(forms.Form):
    """What the instructor should know, in the words of the booking form."""

    conditions = forms.MultipleChoiceField(
        label=_("What should we mind?"), required=False, widget=forms.CheckboxSelectMultiple, choices=CONDITIONS
    )
    born_early = forms.ChoiceField(
        label=_("Born before 37 weeks?"), choices=HealthAnswers.Early.choices, widget=forms.RadioSelect
    )
    notes = forms.CharField(
        label=_("In your own words"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For instance an allergy to an oil. As little as you like."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = _helper(
            Field("conditions", template="crispy/checks.html"),
            Field("born_early", template="crispy/segments.html"),
            "notes",
        )

    def facts(self) -> dict[str, Any]:
        """What was told, in the shape of HealthAnswers.facts."""
        told = self.cleaned_data
        return {"born_early": told["born_early"], "conditions": told["conditions"], "notes": told["notes"]}


class SettleForm(forms.Form):
    """The language that an adult reads and, for those who book, the zone of the family's days."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(label=_("Time zone"))

    def __init__(self, *args: Any, for_family: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if for_family:
            self.fields["time_zone"].choices = [(name, name.replace("_", " ")) for name in zones()]  # type: ignore[attr-defined]
        else:
            del self.fields["time_zone"]
        self.helper = _helper(Div(*self.fields, css_class="two"))


class ClothForm(forms.Form):
    cloth = forms.ChoiceField(choices=Family.Cloth.choices)


class ConsentForm(forms.Form):
    """Yes or no to one wording."""

    given = forms.ChoiceField(choices=(("yes", ""), ("no", "")))

    @property
    def is_yes(self) -> bool:
        return bool(self.cleaned_data["given"] == "yes")


class SharingForm(forms.Form):
    """Whether the other adults may read."""

    shared = forms.ChoiceField(choices=(("yes", ""), ("no", "")))

    @property
    def is_yes(self) -> bool:
        return bool(self.cleaned_data["shared"] == "yes")


@lru_cache(maxsize=1)
def zones() -> list[str]:
    """Zones by continent and city, without the historical names, and UTC."""
    continents = (
        "Africa/",
        "America/",
        "Antarctica/",
        "Asia/",
        "Atlantic/",
        "Australia/",
        "Europe/",
        "Indian/",
        "Pacific/",
    )
    return [*sorted(name for name in available_timezones() if name.startswith(continents)), "UTC"]
