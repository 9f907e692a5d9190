"""What is typed about a training event. The rules live in `events` and `event_days`; these check shape."""

from __future__ import annotations

from datetime import time
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from config.accounts.models import User
from config.lib.times import validate_zone
from instructors.event_days import MOST_DAYS, Days
from instructors.events import MOST_PLACES
from instructors.models import Programme, Traineeship, TrainingEvent


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d", attrs={"class": "vDateField"})


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M", attrs={"class": "vTimeField"})


class NumberInput(forms.NumberInput):
    def __init__(self) -> None:
        super().__init__(attrs={"class": "vIntegerField", "inputmode": "numeric"})


class DetailsForm(forms.Form):
    """What can change about an event at any time."""

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        help_text=_("Example: CIMI in four days, Leeds"),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    place = forms.CharField(
        label=_("Place"),
        max_length=200,
        required=False,
        help_text=_("Example: Kirkgate Hall, Leeds"),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    link = forms.URLField(
        label=_("Link to the live part"),
        required=False,
        assume_scheme="https",
        help_text=_("Only those who were taken on see it."),
        widget=forms.URLInput(attrs={"class": "vURLField"}),
    )
    capacity = forms.IntegerField(
        label=_("Places"), min_value=1, max_value=MOST_PLACES, initial=12, widget=NumberInput()
    )
    about = forms.CharField(
        label=_("Good to know"),
        required=False,
        max_length=2000,
        help_text=_("Whoever thinks of applying reads it. Example: “Lunch is there; please bring a doll.”"),
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
    )
    co_trainers = forms.ModelMultipleChoiceField(
        label=_("Co-trainers"),
        queryset=User.objects.none(),
        required=False,
        help_text=_("They see the candidates, note who was there and answer applications."),
        widget=forms.CheckboxSelectMultiple(),
    )

    def __init__(self, *args: Any, trainers: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["co_trainers"]
        choices.queryset = trainers
        if not trainers.exists():
            del self.fields["co_trainers"]


class MakeForm(DetailsForm):
    """A new event, from its first day to its last."""

    programme = forms.ModelChoiceField(label=_("Programme"), queryset=Programme.objects.none())
    lead_trainer = forms.ModelChoiceField(
        label=_("Led by"), queryset=User.objects.none(), help_text=_("They become the trainer of those they take on.")
    )
    first_on = forms.DateField(label=_("First day"), required=False, widget=DateInput())
    last_on = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("Each day from the first to the last is added. Further days can be added afterwards."),
        widget=DateInput(),
    )
    starts = forms.TimeField(label=_("Each day from"), initial=time(9), widget=TimeInput())
    ends = forms.TimeField(label=_("Each day until"), initial=time(17), widget=TimeInput())
    break_minutes = forms.IntegerField(
        label=_("Minutes of breaks a day"),
        min_value=0,
        max_value=240,
        initial=60,
        help_text=_("They do not count as hours of training."),
        widget=NumberInput(),
    )
    families_from = forms.IntegerField(
        label=_("With parents and babies from day"),
        required=False,
        min_value=1,
        max_value=MOST_DAYS,
        initial=2,
        help_text=_("2 means: every day but the first. Leave it empty where no families come."),
        widget=NumberInput(),
    )
    time_zone = forms.CharField(
        label=_("Time zone"),
        max_length=64,
        validators=[validate_zone],
        help_text=_("Example: Europe/London"),
        widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off", "spellcheck": "false"}),
    )

    field_order = (
        *("programme", "name", "first_on", "last_on", "starts", "ends", "break_minutes", "families_from"),
        *("place", "link", "time_zone", "capacity", "about", "lead_trainer", "co_trainers"),
    )

    def __init__(self, *args: Any, programmes: QuerySet[Programme], leads: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (("programme", programmes), ("lead_trainer", leads)):
            field: Any = self.fields[name]
            field.queryset = rows

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        programme, first_on, last_on = data.get("programme"), data.get("first_on"), data.get("last_on")
        needs_days = programme is not None and programme.mode != Programme.Mode.HYBRID_90
        if needs_days and not first_on and "first_on" not in self.errors:
            self.add_error("first_on", _("Please say on which day it begins."))
        if first_on and last_on and last_on < first_on:
            self.add_error("last_on", _("The last day cannot come before the first."))
        if data.get("starts") and data.get("ends") and data["ends"] <= data["starts"]:
            self.add_error("ends", _("A day ends after it begins."))
        return data

    @property
    def days(self) -> Days:
        said = self.cleaned_data
        return Days(**{name: said[name] for name in Days.__dataclass_fields__})


class DayForm(forms.Form):
    """One day. An empty date takes the day out again."""

    on = forms.DateField(label=_("Day"), required=False, widget=DateInput())
    starts = forms.TimeField(label=_("From"), initial=time(9), widget=TimeInput())
    ends = forms.TimeField(label=_("Until"), initial=time(17), widget=TimeInput())
    break_minutes = forms.IntegerField(
        label=_("Minutes of breaks"), min_value=0, max_value=240, initial=60, widget=NumberInput()
    )
    is_practicum = forms.BooleanField(label=_("With parents and babies"), required=False)


class CallOffForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"),
        max_length=1000,
        help_text=_(
            "Everyone who applied reads it. Example: “The hall has a burst pipe; we are looking for a new date.”"
        ),
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
    )


class AccessForm(forms.Form):
    """For whom the online part opens, and from which day."""

    candidates = forms.ModelMultipleChoiceField(
        label=_("For"), queryset=Traineeship.objects.none(), widget=forms.CheckboxSelectMultiple()
    )
    on = forms.DateField(
        label=_("From"),
        help_text=_("Their days are counted from the day after."),
        widget=DateInput(),
    )

    def __init__(self, *args: Any, event: TrainingEvent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["candidates"]
        field.queryset = Traineeship.objects.without_access(event)
