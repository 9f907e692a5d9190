"""Which practice page was meant: the query of the page, and the hidden fields of its forms."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError


class WhichPractice(forms.Form):
    """`baby` and `series` name the practice, `again` a part of the body, `state` how the baby is right now; `all` shows
    what the record leaves out. Everything may be missing. What makes no sense counts as missing, but for `baby` and
    `series`, which then name nothing."""

    baby = forms.CharField(required=False, max_length=20)
    series = forms.SlugField(required=False, max_length=90)
    again = forms.SlugField(required=False, max_length=20)
    all = forms.BooleanField(required=False)
    state = forms.SlugField(required=False, max_length=20)

    KEPT = ("baby", "series", "again", "all")

    def __init__(self, data: Mapping[str, str]) -> None:
        super().__init__(data)
        self.asked: dict[str, str] = {}
        for name in (*self.KEPT, "state"):
            self.asked[name] = self._value(name)

    def query(self, **changes: str) -> str:
        """The query of the page with these changes, without what is empty."""
        told = {name: self.asked[name] for name in self.KEPT} | changes
        kept = {name: value for name, value in told.items() if value}
        return f"?{urlencode(kept)}" if kept else ""

    def _value(self, name: str) -> str:
        field = self.fields[name]
        try:
            cleaned = field.clean(self.data.get(name, ""))
        except ValidationError:
            # A baby or series that makes no sense is one that is not there.
            return "?" if name in ("baby", "series") else ""
        return ("1" if cleaned else "") if name == "all" else str(cleaned)
