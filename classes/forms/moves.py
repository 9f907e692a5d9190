"""What becomes of single dates before a series is kept: moved, held on a holiday, left out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from classes.dates import MOST_WEEKS
from classes.laying_out import days_from, moves_from
from classes.models import SeriesLayout
from classes.outline import Move

NAMED = re.compile(r"^move-(\d{4}-\d{2}-\d{2})-(on|at)$")
DAYS = r"^(\d{4}-\d{2}-\d{2})?(,\d{4}-\d{2}-\d{2}){0,60}$"
FIX = re.compile(r"^(hold|leave|start|back) (\d{4}-\d{2}-\d{2})(?: (\d{2}:\d{2}))?$")


@dataclass(frozen=True)
class Laid:
    """What was said of single dates, by the day that the weekly rhythm gives them."""

    held_anyway: frozenset[date] = frozenset()
    left_out: frozenset[date] = frozenset()
    moves: Mapping[date, Move] = field(default_factory=dict)

    @property
    def held_days(self) -> str:
        return _joined(self.held_anyway)

    @property
    def left_out_days(self) -> str:
        return _joined(self.left_out)


def _joined(days: frozenset[date]) -> str:
    return ",".join(sorted(day.isoformat() for day in days))


def laid_of(layout: SeriesLayout | None) -> Laid:
    """The same as it was kept with a draft."""
    if layout is None:
        return Laid()
    return Laid(days_from(layout.held_anyway), days_from(layout.left_out), moves_from(layout.moves))


class MovesForm(forms.Form):
    """A day and an hour for each date that was shown, the days held anyway and left out, and one button beside a date.

    `clock_shown` is the hour at which the dates were shown: what stands at it was not moved, and follows a new hour.
    """

    held_anyway = forms.RegexField(DAYS, required=False)
    left_out = forms.RegexField(DAYS, required=False)
    clock_shown = forms.TimeField(required=False)
    fix = forms.RegexField(FIX, required=False)

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        self.days: list[str] = []
        for name in sorted(data)[:500]:
            if (found := NAMED.match(name)) and found[1] not in self.days and len(self.days) < MOST_WEEKS:
                self.days.append(found[1])
                self.fields[f"move-{found[1]}-on"] = forms.DateField(required=False)
                self.fields[f"move-{found[1]}-at"] = forms.TimeField(required=False)

    def sentence(self) -> str:
        """What to say where a day or an hour makes no sense."""
        return str(_("Please look at the dates that you moved again: a day and an hour, such as 17:30."))

    def laid(self) -> Laid:
        """What was said, with the button that was pressed; the form is valid."""
        typed = self.cleaned_data
        held = set(days_from(typed["held_anyway"].split(",")))
        left_out = set(days_from(typed["left_out"].split(",")))
        moves = {day: move for day in days_from(self.days) if (move := self._move(day))}
        if found := FIX.match(typed["fix"]):
            verb, clock = found[1], found[3]
            for day in days_from([found[2]]):
                self._press(verb, day, clock, held=held, left_out=left_out, moves=moves)
        return Laid(frozenset(held), frozenset(left_out), moves)

    def _move(self, day: date) -> Move | None:
        """None where the date stands where the weekly rhythm puts it."""
        on, at = (self.cleaned_data.get(f"move-{day.isoformat()}-{part}") for part in ("on", "at"))
        clock = None if at == self.cleaned_data["clock_shown"] else at
        return Move(on or day, clock) if (on or day) != day or clock else None

    @staticmethod
    def _press(
        verb: str, day: date, clock: str | None, *, held: set[date], left_out: set[date], moves: dict[date, Move]
    ) -> None:
        if verb == "hold":
            left_out.discard(day)
            held.add(day)
        elif verb == "leave":
            held.discard(day)
            left_out.add(day)
            moves.pop(day, None)
        elif verb == "back":
            moves.pop(day, None)
        elif clock and clock < "24:00" and clock[3:] < "60":
            moves[day] = Move(moves[day].day if day in moves else day, time.fromisoformat(clock))
