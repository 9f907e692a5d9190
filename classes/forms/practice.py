"""Which practice page was meant: the query of the page, and the hidden fields of its forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError

from families.models import Baby


class WhichPractice(forms.Form):
    """`baby` and `series` name the practice, `again` a part of the body, `state` how the baby is right now; `all` shows
    what the record leaves out. Everything may be missing. What makes no sense counts as missing, but for `baby` and
    `series`, which then name nothing."""

    baby = forms.CharField(required=False, max_length=20)
    series = forms.SlugField(required=False, max_length=90)
    again = forms.SlugField(required=False, max_length=20)
    all = forms.BooleanField(required=False)
    state = forms.SlugField(required=False, max_length=20)

    KEPT: tuple[str, ...] = ("baby", "series", "again", "all")

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


class PageOfDiary(forms.Form):
    """Which page of whose diary: `baby`, and `before` as "microseconds-number" of the entry that stands above it."""

    baby = forms.RegexField(r"^\d{1,18}$", required=False)
    before = forms.RegexField(r"^\d{1,17}-\d{1,18}$", required=False)

    def _told(self, name: str) -> str:
        """What makes no sense counts as missing; but a baby that makes none is one that is not there."""
        self.is_valid()
        return str(self.cleaned_data.get(name, ""))

    @property
    def names_a_baby(self) -> bool:
        return bool(self.data.get("baby"))

    def chosen(self, babies: Sequence[Baby]) -> Baby | None:
        """The baby that was named, else the first; None for one that is not among these."""
        if not self.names_a_baby:
            return babies[0] if babies else None
        return next((baby for baby in babies if str(baby.pk) == self._told("baby")), None)

    @property
    def cursor(self) -> tuple[datetime, int] | None:
        """What makes no sense begins at the beginning."""
        microseconds, _dash, pk = self._told("before").partition("-")
        if not pk:
            return None
        try:
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(microseconds)), int(pk)
        except OverflowError:
            return None

    @staticmethod
    def query_of(baby: Baby, babies: Sequence[Baby]) -> str:
        """The query that names a baby; empty where there is only one."""
        return f"?baby={baby.pk}" if len(babies) > 1 else ""

    @staticmethod
    def address_of(baby: Baby, cursor: tuple[datetime, int] | None) -> str:
        """The query that leads to that page; empty for no page."""
        if cursor is None:
            return ""
        since = (cursor[0] - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
        return f"?baby={baby.pk}&before={since}-{cursor[1]}"
