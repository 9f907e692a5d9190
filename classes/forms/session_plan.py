"""What the page of a session's plan sends: one tick by its script, or all of it by a plain button."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from classes.forms.register import LONGEST_NOTE
from classes.session_plan import SessionPlan


class TickForm(forms.Form):
    """One stroke, whether it was taught, and when that was tapped by the clock of the site (`at`, ISO)."""

    stroke = forms.IntegerField(min_value=1)
    is_taught = forms.BooleanField(required=False)
    at = forms.CharField(required=False, max_length=40)

    def tapped_at(self, now: datetime) -> datetime:
        """The moment that the phone says; `now` where it says none, or nonsense."""
        try:
            said = parse_datetime(self.cleaned_data["at"])
        except ValueError:
            said = None
        return said if said is not None and said.tzinfo is not None else now


class PlanForm(forms.Form):
    """Every tick of the page at once, and the note on the session.

    `was` holds what stood ticked when the page was made. Only what its reader changed counts, so that an old page takes
    back nothing that another phone ticked since.
    """

    taught = forms.TypedMultipleChoiceField(coerce=int, required=False)
    was = forms.TypedMultipleChoiceField(coerce=int, required=False)
    session_note = forms.CharField(
        label=_("Notes on the session, for you"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(
            {"rows": 3, "class": "form-control", "placeholder": _("What to show once more next time")}
        ),
    )

    def __init__(self, plan: SessionPlan, *, session_note: str, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={"session_note": session_note})
        listed = [(one.stroke.pk, one.stroke.called) for one in plan.shown]
        for name in ("taught", "was"):
            self.fields[name].choices = listed  # type: ignore[attr-defined]  # a choice field

    def ticks(self) -> dict[int, bool]:
        """{key of a stroke: whether it was taught} of what was changed on the page; the form is valid."""
        taught, was = set(self.cleaned_data["taught"]), set(self.cleaned_data["was"])
        return {key: key in taught for key in taught ^ was}

    @property
    def ticked(self) -> list[int]:
        """What stands ticked on the page that was sent, valid or not."""
        listed = {one for one, _name in self.fields["taught"].choices}  # type: ignore[attr-defined]  # a choice field
        return [key for key in listed if str(key) in self.data.getlist("taught")]  # type: ignore[attr-defined]

    @property
    def changed_note(self) -> str | None:
        """The note on the session, where it was written on this page."""
        return self.cleaned_data["session_note"] if "session_note" in self.changed_data else None


class GiveForm(forms.Form):
    """The reference of a booking whose family was away."""

    family = forms.SlugField(max_length=16)
