"""What pages of teaching share: a whole number, and where a page of dates begins."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _


def whole_number(label: Any, least: int, most: int, *, required: bool = True) -> forms.IntegerField:
    wrong = format_lazy(_("A whole number from {least} to {most}, please."), least=least, most=most)
    return forms.IntegerField(
        label=label,
        required=required,
        validators=[MinValueValidator(least, wrong), MaxValueValidator(most, wrong)],
        error_messages={"invalid": wrong},
        widget=forms.NumberInput({"inputmode": "numeric", "min": least, "max": most, "class": "num"}),
    )


class PageForm(forms.Form):
    """Where a page of dates begins: the moment and number of the row before it."""

    after = forms.RegexField(r"^\d{1,10}-\d{1,12}$", required=False)

    @property
    def cursor(self) -> tuple[datetime, int] | None:
        """What makes no sense begins at the beginning."""
        if not self.is_valid() or not self.cleaned_data["after"]:
            return None
        seconds, _dash, pk = self.cleaned_data["after"].partition("-")
        return datetime.fromtimestamp(int(seconds), tz=UTC), int(pk)

    @staticmethod
    def address_of(cursor: tuple[datetime, int] | None) -> str:
        """The query that leads to that page; empty for no page."""
        return f"?after={int(cursor[0].timestamp())}-{cursor[1]}" if cursor else ""
