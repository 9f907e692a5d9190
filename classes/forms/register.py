"""What the register sends: the whole of it by a plain button, or one tap by the page's script."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from classes.models.attendance import Mark
from classes.roll import Card, Roll, Row
from config.lib.refs import new_token

LONGEST_NOTE = 2000
MOST_LEFT = 100
NO_MARK = ("", _("Not marked yet"))


@dataclass(frozen=True)
class Button:
    """One of the six marks as the page shows it: three large ones, and a finer word below each."""

    value: str
    label: str | Promise
    said: str | Promise
    kind: str
    icon: str
    is_large: bool


BUTTONS = (
    Button(Mark.PRESENT, _("Here"), _("here"), "here", "check", is_large=True),
    Button(Mark.LATE, _("Late"), _("late"), "late", "late", is_large=True),
    Button(Mark.ABSENT, _("Away"), _("away, no word"), "away", "x", is_large=True),
    Button(Mark.OBSERVED, _("With a doll"), _("here, with a doll"), "here", "baby", is_large=False),
    Button(Mark.MAKE_UP, _("Make-up"), _("here, to make up a week"), "here", "again", is_large=False),
    Button(Mark.ABSENT_TOLD, _("Told us"), _("away, told us"), "away", "note", is_large=False),
)


@dataclass(frozen=True)
class RowFields:
    """A row of the register with its two fields."""

    row: Row
    mark: forms.BoundField
    note: forms.BoundField

    @property
    def marked(self) -> str:
        """What stands chosen on the page, sent or not."""
        return str(self.mark.value() or "")


class KeyForm(forms.Form):
    """The key of a tap, made by whoever taps; it must not tell places apart, the register does that."""

    key = forms.RegexField(r"^[A-Za-z0-9_-]{8,36}$")


class DeedForm(KeyForm):
    """What a phone says of any deed: its key, and when it was done."""

    at = forms.DateTimeField(required=False)


class TapForm(DeedForm):
    """One mark of one baby, and the mark that stood there for whoever tapped."""

    place = forms.IntegerField(min_value=1)
    mark = forms.ChoiceField(choices=Mark.choices)
    seen = forms.ChoiceField(choices=[NO_MARK, *Mark.choices], required=False)

    @property
    def seen_mark(self) -> dict[int, str] | None:
        """{place id: mark} in the shape of the register; None where the tap does not say."""
        said = "seen" in self.data
        return {self.cleaned_data["place"]: self.cleaned_data["seen"]} if said else None


class RestForm(DeedForm):
    """Everyone left is here: those without a mark where it was tapped, as "3,17,20"; else all without one."""

    left = forms.RegexField(rf"^\d{{1,18}}(,\d{{1,18}}){{0,{MOST_LEFT - 1}}}$", required=False)

    def clean_left(self) -> list[int] | None:
        listed = self.cleaned_data["left"]
        return [int(number) for number in listed.split(",")] if listed else None


class UndoForm(forms.Form):
    """Takes back the tap of that key."""

    tap = forms.RegexField(r"^[A-Za-z0-9_-]{8,36}$")
    at = forms.DateTimeField(required=False)


class SettleForm(forms.Form):
    """Lets the mark of that place stand, where two phones said different things."""

    settle = forms.IntegerField(min_value=1)


class NoteForm(forms.Form):
    """A note about one baby; without a place, on the whole session."""

    place = forms.IntegerField(min_value=1, required=False)
    note = forms.CharField(required=False, max_length=LONGEST_NOTE)


class RegisterForm(KeyForm):
    """Every mark and note of the page at once.

    Each mark comes with what stood there when the page was made. Only what its reader changed counts as a mark, so that
    an old page does not overwrite what another phone wrote since.
    """

    session_note = forms.CharField(
        label=_("Notes on the session, for you"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(
            {
                "rows": 3,
                "class": "form-control",
                "autocomplete": "off",
                "placeholder": _("What to show once more next time"),
            }
        ),
    )

    def __init__(self, roll: Roll, *, session_note: str, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={"session_note": session_note, "key": new_token()[:16]})
        self.roll = roll
        for row in roll.rows:
            number = row.place.pk
            choices = [NO_MARK, *Mark.choices]
            self.fields[f"mark-{number}"] = forms.ChoiceField(
                label=row.name, choices=choices, required=False, initial=row.mark, show_hidden_initial=True
            )
            self.fields[f"note-{number}"] = forms.CharField(
                label=_("Note about %(name)s") % {"name": row.name},
                required=False,
                max_length=LONGEST_NOTE,
                initial=row.note,
                widget=forms.Textarea({"rows": 2, "class": "form-control", "autocomplete": "off"}),
            )

    @property
    def cards(self) -> list[tuple[Card, list[RowFields]]]:
        """Every card with the fields of its rows."""
        return [(card, [self._fields_of(row) for row in card.rows]) for card in self.roll.cards]

    def _fields_of(self, row: Row) -> RowFields:
        return RowFields(row, self[f"mark-{row.place.pk}"], self[f"note-{row.place.pk}"])

    @property
    def tap(self) -> str:
        """The key of this page's marks: the same page sent twice is one tap, sent with other marks it is another."""
        marks = repr(sorted(self.changed_marks().items())).encode()
        return f"{self.cleaned_data['key']}-{crc32(marks):08x}"

    @property
    def changed_session_note(self) -> str | None:
        """The note on the session, where it was written on this page."""
        return self.cleaned_data["session_note"] if "session_note" in self.changed_data else None

    def changed_marks(self) -> dict[int, str]:
        """{place id: mark} of what was tapped on this page; the form is valid."""
        numbers = [row.place.pk for row in self.roll.rows]
        marks = {number: self.cleaned_data.get(f"mark-{number}", "") for number in numbers}
        return {number: mark for number, mark in marks.items() if mark and f"mark-{number}" in self.changed_data}

    def seen_marks(self) -> dict[int, str]:
        """{place id: mark} as this page showed it."""
        numbers = [row.place.pk for row in self.roll.rows]
        return {number: str(self.data.get(f"initial-mark-{number}", "")) for number in numbers}

    def changed_notes(self) -> dict[int, str]:
        """{place id: note} of what was written on this page; the form is valid."""
        notes = {row.place.pk: self.cleaned_data[f"note-{row.place.pk}"] for row in self.roll.rows}
        return {number: note for number, note in notes.items() if f"note-{number}" in self.changed_data}
