"""Writing down what happened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from classes.incidents import Words
from classes.models import Session
from config.lib.refs import new_token
from config.lib.times import local
from families.models import Baby

LONGEST = 4000


def _text(rows: int, **attrs: str) -> forms.Textarea:
    return forms.Textarea({"rows": rows, "class": "form-control", **attrs})


class IncidentForm(forms.Form):
    """What happened, when by the clock of the series, to whom; in one line without names, and in full."""

    key = forms.RegexField(r"^[A-Za-z0-9_-]{8,36}$", widget=forms.HiddenInput)
    baby = forms.TypedChoiceField(label=_("Which baby?"), coerce=int, empty_value=None, required=False)
    clock = forms.TimeField(
        label=_("At about"), widget=forms.TimeInput({"type": "time", "class": "form-control"}, format="%H:%M")
    )
    summary = forms.CharField(
        label=_("In one line, without names"),
        max_length=160,
        help_text=_("Such as: a carer slipped on the wet floor by the door."),
        widget=forms.TextInput({"class": "form-control", "autocomplete": "off"}),
    )
    what = forms.CharField(
        label=_("What happened"),
        max_length=LONGEST,
        help_text=_("Only what you saw and heard, in order. No guesses at causes."),
        widget=_text(5),
    )
    done = forms.CharField(label=_("What was done"), max_length=LONGEST, required=False, widget=_text(3))
    told = forms.CharField(
        label=_("Who was told, and when"), max_length=LONGEST, required=False, widget=_text(2, autocomplete="off")
    )

    def __init__(self, session: Session, babies: Sequence[Baby], *, now: datetime, data: Any = None) -> None:
        zone = session.series.time_zone
        around = min(max(session.starts_at, now), session.ends_at)
        super().__init__(data, initial={"key": new_token()[:16], "clock": local(around, zone).strftime("%H:%M")})
        self.session, self.babies = session, {baby.pk: baby for baby in babies}
        choices = [("", _("None of them, or somebody else")), *((baby.pk, baby.first_name) for baby in babies)]
        self.fields["baby"].choices = choices  # type: ignore[attr-defined]  # a choice field
        self.fields["baby"].widget.attrs["class"] = "form-select"

    def clean_summary(self) -> str:
        """It goes to people who may not know who was there. Raises ValidationError for a first name of the register."""
        said = str(self.cleaned_data["summary"])
        words = {word.strip(".,;:!?’'\"“”()").removesuffix("’s").casefold() for word in said.split()}
        named = [baby.first_name for baby in self.babies.values() if baby.first_name.casefold() in words]
        if named:
            raise ValidationError(_("Please leave %(name)s out of this line.") % {"name": named[0]})
        return said

    @property
    def happened_at(self) -> datetime:
        """That clock time on the day of the session; the form is valid."""
        day = local(self.session.starts_at, self.session.series.time_zone)
        clock = self.cleaned_data["clock"]
        return day.replace(hour=clock.hour, minute=clock.minute, second=0, microsecond=0)

    @property
    def about(self) -> Baby | None:
        return self.babies.get(self.cleaned_data["baby"])

    @property
    def words(self) -> Words:
        data = self.cleaned_data
        return Words(summary=data["summary"], what=data["what"], done=data["done"], told=data["told"])
