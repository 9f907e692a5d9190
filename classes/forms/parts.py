"""Parts that the booking form shares with the forms of the waiting list: babies, health answers, consents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from classes.ages import age_of
from classes.late import MAKE_UPS, PAGES
from classes.models import Enrolment, Series
from config.lib.tiles import Tile
from families.consents import WORDINGS
from families.health import CONDITIONS
from families.household import NewBaby
from families.models import Baby, HealthAnswers

MOST_NEW_BABIES = 4
OLDEST = timedelta(days=6 * 366)
LATEST_DUE = timedelta(days=300)
WAYS = {
    Enrolment.Way.ROOM: Tile(_("In the room"), icon="hall"),
    Enrolment.Way.STREAM: Tile(_("By live-stream"), icon="live"),
}


def helper_of(*parts: Any) -> FormHelper:
    """A crispy helper for the inside of a form that the template opens."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.layout = Layout(*parts)
    return helper


def day_input(**attrs: str) -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date", **attrs}, format="%Y-%m-%d")


class BabiesPart(forms.Form):
    """Who comes: known babies as tiles, and rows for new ones. An empty row counts for nothing.

    `rows` is how many rows are shown. `today` is a day of the reader's calendar.
    """

    def add_babies(self, known: Sequence[Baby], *, rows: int, today: date) -> None:
        self.known, self.row_count, self.today = known, max(0, min(rows, MOST_NEW_BABIES)), today
        if known:
            tiles = [(baby.pk, Tile(baby.first_name, age_of(baby, today), mono=baby.first_name)) for baby in known]
            self.fields["babies"] = forms.TypedMultipleChoiceField(
                label=_("Your babies"), choices=tiles, coerce=int, required=False, widget=forms.CheckboxSelectMultiple
            )
        for row in range(self.row_count):
            self._add_row(row)
        self.fields["rows"] = forms.IntegerField(widget=forms.HiddenInput, initial=self.row_count, required=False)

    def _add_row(self, row: int) -> None:
        text = forms.TextInput(attrs={"autocomplete": "off"})
        self.fields[f"new_{row}_name"] = forms.CharField(
            label=_("First name"),
            max_length=60,
            required=row == 0 and not self.known,
            error_messages={"required": _("Please say which baby is coming.")},
            widget=text,
        )
        latest = self.today.isoformat()
        self.fields[f"new_{row}_born"] = forms.DateField(
            label=_("Born on"), required=False, widget=day_input(max=latest, autocomplete="off")
        )
        self.fields[f"new_{row}_due"] = forms.DateField(label=_("Due on"), required=False, widget=day_input())

    @property
    def party_names(self) -> list[str]:
        """The babies that are named at this moment, judged or not: those ticked, then those of the rows."""
        ticked = {str(key) for key in self["babies"].value() or ()} if self.known else set()
        rows = [str(self[f"new_{row}_name"].value() or "").strip() for row in range(self.row_count)]
        return [baby.first_name for baby in self.known if str(baby.pk) in ticked] + [name for name in rows if name]

    @property
    def baby_rows(self) -> list[dict[str, Any]]:
        """The rows as bound fields, for the template; `is_early` opens the fold of the due date."""
        rows = []
        for row in range(self.row_count):
            due = self[f"new_{row}_due"]
            rows.append(
                {
                    "number": row,
                    "name": self[f"new_{row}_name"],
                    "born": self[f"new_{row}_born"],
                    "due": due,
                    "is_early": bool(due.value() or due.errors),
                }
            )
        return rows

    def check_babies(self) -> None:
        """Put a sentence beside each date that cannot be, and beside the first field where no baby is named."""
        for row in range(self.row_count):
            self._check_row(row)
        told = self.cleaned_data
        if told.get("babies") or self.new_babies() or any(name.startswith("new_") for name in self.errors):
            return
        first = "babies" if self.known else "new_0_name"
        self.add_error(first if first in self.fields else None, _("Please say which baby is coming."))

    def _check_row(self, row: int) -> None:
        told = self.cleaned_data
        name, born, due = (told.get(f"new_{row}_{part}") for part in ("name", "born", "due"))
        if born and born > self.today:
            self.add_error(f"new_{row}_born", self._future_sentence(born, name))
        if born and born < self.today - OLDEST:
            self.add_error(f"new_{row}_born", _("That is more than six years ago. Please look at the year again."))
        if due and not self.today - OLDEST <= due <= self.today + LATEST_DUE:
            self.add_error(f"new_{row}_due", _("Please look at the year of this date again."))
        if (born or due) and not name:
            self.add_error(f"new_{row}_name", _("What is your baby called? A pet name will do."))
        if name and not born and not due and not {f"new_{row}_born", f"new_{row}_due"} & set(self.errors):
            self.add_error(
                f"new_{row}_born", _("Please give the birth date, or the due date if your baby is not here yet.")
            )

    def _future_sentence(self, born: date, name: str | None) -> Any:
        year = born.year - 1
        if born.replace(year=year, day=min(born.day, 28)) <= self.today:
            said = {"name": name, "year": year}
            if name:
                return _("%(name)s’s birth date is in the future. Did you mean %(year)d?") % said
            return _("This date is in the future. Did you mean %(year)d?") % said
        return _("This date is in the future. If your baby is not here yet, give the due date instead.")

    def new_babies(self) -> tuple[NewBaby, ...]:
        told = self.cleaned_data
        return tuple(
            NewBaby(told[f"new_{row}_name"], told.get(f"new_{row}_born"), told.get(f"new_{row}_due"))
            for row in range(self.row_count)
            if told.get(f"new_{row}_name")
        )


class WayPart(forms.Form):
    """How to join, where there is a choice."""

    def add_way(self, series: Series) -> None:
        ways = series.ways
        if len(ways) > 1:
            self.fields["way"] = forms.ChoiceField(
                label=_("How will you join?"),
                choices=[(way, WAYS[Enrolment.Way(way)]) for way in ways],
                initial=ways[0],
                widget=forms.RadioSelect,
            )
        self.only_way = ways[0]

    @property
    def way(self) -> str:
        return str(self.cleaned_data.get("way") or self.only_way)

    @property
    def asked_way(self) -> str:
        """The way that is chosen at this moment, judged or not."""
        return str((self["way"].value() if "way" in self.fields else "") or self.only_way)


class MissedPart(forms.Form):
    """What becomes of the weeks that are over, for a family that joins late."""

    def add_missed(self, series: Series, *, missed: int) -> None:
        pages = ngettext(
            "The practice page of the week that is over opens at once.",
            "The practice pages of the %(weeks)d weeks that are over open at once.",
            missed,
        )
        most = min(series.makeups_at_most, missed)
        elsewhere = ngettext(
            "A place in another class for one week, for each baby, at no charge. It keeps for %(days)d days.",
            "Places in other classes for %(most)d weeks, for each baby, at no charge. They keep for %(days)d days.",
            most,
        )
        read = Tile(_("Read them at home"), pages % {"weeks": missed}, icon="book")
        make_up = Tile(_("Make up for them"), elsewhere % {"most": most, "days": series.makeup_days}, icon="cal")
        self.fields["missed"] = forms.ChoiceField(
            label=_("What would you like instead?"),
            choices=[(PAGES, read), *([(MAKE_UPS, make_up)] if most else [])],
            initial=PAGES,
            required=False,
            widget=forms.RadioSelect,
        )

    @property
    def missed(self) -> str:
        return str(self.cleaned_data.get("missed") or PAGES)


class HealthPart(forms.Form):
    """What helps the instructor to prepare."""

    def add_health(self, *, instructor: str) -> None:
        self.fields["born_early"] = forms.ChoiceField(
            label=_("Was any of your babies born before 37 weeks?"),
            choices=HealthAnswers.Early.choices,
            initial=HealthAnswers.Early.UNSAID,
            required=False,
            widget=forms.RadioSelect,
        )
        self.fields["conditions"] = forms.MultipleChoiceField(
            label=_("Does any of this apply?"),
            choices=CONDITIONS,
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text=_("With more than one baby, say below whom it is about."),
        )
        notes = _("Anything else %(name)s should know?") % {"name": instructor}
        hint = _("How the birth was, how you are, what helps")
        self.fields["notes"] = forms.CharField(
            label=notes, max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3, "placeholder": hint})
        )

    HEALTH_LAYOUT = (
        Field("born_early", template="crispy/segments.html", wrapper_class="seg-3"),
        Field("conditions", template="crispy/checks.html"),
    )

    def health(self) -> dict[str, Any]:
        """What was told, in the shape of HealthAnswers.facts."""
        told = self.cleaned_data
        return {
            "born_early": told.get("born_early") or HealthAnswers.Early.UNSAID.value,
            "conditions": told.get("conditions", []),
            "notes": told.get("notes", ""),
        }

    def tells_health(self) -> bool:
        told = self.health()
        return bool(told["conditions"] or told["notes"]) or told["born_early"] == HealthAnswers.Early.YES


class PracticePart(forms.Form):
    """Of a practice series: whether the family may be counted. It is no condition, so nothing is ticked before."""

    def add_counted(self) -> None:
        self.fields["counted"] = forms.BooleanField(label=_("You may count us as a practice family"), required=False)

    @property
    def counted(self) -> bool:
        return bool(self.cleaned_data.get("counted"))


class ConsentPart(forms.Form):
    """One box for each wording."""

    def add_consents(self) -> None:
        for wording in WORDINGS:
            self.fields[f"consent_{wording.kind}"] = forms.BooleanField(
                label=str(wording.sentence),
                required=wording.needed_to_book,
                error_messages={"required": _("Please tick this to book.")},
            )

    @property
    def consent_layout(self) -> Div:
        return Div(
            *(Field(f"consent_{wording.kind}", wrapper_class="mb-0") for wording in WORDINGS), css_class="checks"
        )

    def check_health_consent(self) -> None:
        """Answers are kept only with a yes to keeping them; without one nothing is dropped in silence."""
        if self.tells_health() and not self.cleaned_data.get("consent_health"):  # type: ignore[attr-defined]
            self.add_error(
                "consent_health",
                _("Please tick this too, or clear your answers about health: we keep none without it."),
            )

    def consents(self) -> dict[str, bool]:
        return {str(wording.kind): bool(self.cleaned_data.get(f"consent_{wording.kind}")) for wording in WORDINGS}
