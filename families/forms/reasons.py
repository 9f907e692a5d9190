"""What asks to wait in these days, in two taps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from config.lib.times import NoSuchLocalTime, at_local_time, local
from curriculum.models import Precaution
from families.reasons import VACCINATION

MOST_DAYS_AGO = 7
END_OF_DAY = time(23, 59)


class ReasonsForm(forms.Form):
    """`offered` are the precautions to choose from; `ago` is how many days ago a vaccination was."""

    changed = forms.MultipleChoiceField(
        required=False, error_messages={"invalid_choice": _("Please choose from the list once more.")}
    )
    ago = forms.TypedChoiceField(
        required=False,
        coerce=int,
        empty_value="",
        choices=[(n, n) for n in range(MOST_DAYS_AGO + 1)],
        error_messages={"invalid_choice": _("Please choose the day once more.")},
    )
    clock = forms.TimeField(required=False, error_messages={"invalid": _("Please write the time like 14:30.")})

    def __init__(self, data: Mapping[str, Any] | None, *, offered: Sequence[Precaution]) -> None:
        super().__init__(data)
        self.fields["changed"].choices = [(one.key, one.title) for one in offered]  # type: ignore[attr-defined]  # a choice field

    def clean_changed(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["changed"]
        if not chosen:
            raise forms.ValidationError(_("Tap what is so. If nothing is, you need not tell us anything."))
        return chosen

    def vaccinated_at(self, *, zone: str, now: datetime) -> datetime | None:
        """The moment that was said, on that clock; the end of the day where no time was. None: no vaccination."""
        told = self.cleaned_data
        if VACCINATION not in told["changed"]:
            return None
        day = local(now, zone).date() - timedelta(days=told["ago"] or 0)
        if told["clock"] is not None:
            try:
                return at_local_time(day, told["clock"], zone=zone)
            except NoSuchLocalTime:
                pass  # the clocks skipped it: the end of the day is on the safe side
        return datetime.combine(day, END_OF_DAY, tzinfo=ZoneInfo(zone)).astimezone(UTC)
