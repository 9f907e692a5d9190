"""What a report is about, what of it is taken away, and the quality checklist."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from classes import reports
from classes.exports import KINDS
from classes.models import Series
from classes.quality import POINTS
from classes.reports import Asked
from config.lib.times import local
from instructors.models import Instructor


class ReportForm(forms.Form):
    """Which span, and all own series or one. What it does not know, it takes for the start: this year, all series."""

    since = forms.ChoiceField(label=_("From when"), required=False)
    series = forms.ChoiceField(label=_("Which series"), required=False)

    def __init__(self, reader: Instructor, own: Sequence[Series], data: Mapping[str, Any], *, now: datetime) -> None:
        super().__init__(data, label_suffix="", auto_id="report_%s")
        self.reader, self.now = reader, now
        year = local(now, reader.time_zone).year
        self.by_slug = {one.slug: one for one in own}
        since: Any = self.fields["since"]
        since.choices = [
            (reports.THIS_YEAR, _("Since 1 January %(year)d") % {"year": year}),
            (reports.DAYS_30, _("Last 30 days")),
            (reports.LAST_YEAR, str(year - 1)),
        ]
        series: Any = self.fields["series"]
        series.choices = [("", _("All series")), *((one.slug, one.title) for one in own)]
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select form-select-sm"

    @property
    def asked(self) -> Asked:
        told = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        span = reports.span_of(told.get("since") or reports.THIS_YEAR, zone=self.reader.time_zone, now=self.now)
        return Asked(self.reader, span, self.by_slug.get(told.get("series") or ""))


class TakeForm(forms.Form):
    """In which form a report is taken away."""

    kind = forms.ChoiceField(choices=[(kind, kind) for kind in KINDS])


class QualityForm(forms.Form):
    """The points that an instructor finds in a series; none is as good an answer as all."""

    points = forms.MultipleChoiceField(
        choices=[(point.slug, point.words) for point in POINTS], required=False, widget=forms.CheckboxSelectMultiple
    )
