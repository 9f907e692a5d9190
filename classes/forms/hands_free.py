"""Which run was meant, and at which step it begins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from classes.forms.practice import WhichPractice


class WhichRun(WhichPractice):
    """What names the practice, and with it the run: a kind, a routine or a stroke; and a step of it, from 1."""

    run = forms.SlugField(required=False, max_length=10)
    routine = forms.SlugField(required=False, max_length=40)
    stroke = forms.SlugField(required=False, max_length=60)
    step = forms.RegexField(r"^[1-9][0-9]?\Z", required=False)

    RUN = ("run", "routine", "stroke")
    KEPT = (*WhichPractice.KEPT, *RUN)

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        self.begins = int(self._value("step") or 0)

    def week_query(self) -> str:
        """The query of the week's own page."""
        return self.query(**dict.fromkeys(self.RUN, ""))

    def run_query(self, **changes: str) -> str:
        """The query of another run of this week."""
        return self.query(**(dict.fromkeys(self.RUN, "") | changes))
