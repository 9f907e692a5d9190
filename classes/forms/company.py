"""Who comes to one date."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from classes.company import Company


class CompanyForm(forms.Form):
    """Adults of the family to tick, for one of these dates. `usual` is the button for those of the whole booking."""

    date = forms.ChoiceField()
    who = forms.TypedMultipleChoiceField(coerce=int, required=False)
    in_turn = forms.BooleanField(required=False)
    usual = forms.CharField(required=False)

    def __init__(self, data: Any, *, dates: Sequence[Company]) -> None:
        super().__init__(data)
        adults = dates[0].choices if dates else []
        self.dates = {one.session.reference: one for one in dates}
        self.fields["date"].choices = [(reference, reference) for reference in self.dates]  # type: ignore[attr-defined]
        self.fields["who"].choices = [(one.adult.pk, one.adult.name) for one in adults]  # type: ignore[attr-defined]

    @property
    def date_meant(self) -> Company | None:
        """The date that was asked about, even where the rest makes no sense."""
        return self.dates.get(str(self.data.get("date", "")))

    @property
    def ticked(self) -> set[int]:
        """Keys of the adults to come; none for those of the whole booking."""
        return set() if self.cleaned_data["usual"] else set(self.cleaned_data["who"])
