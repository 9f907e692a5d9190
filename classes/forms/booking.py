"""The booking form: five short parts. It checks shape; whether there is a place is asked by the verb."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from crispy_forms.layout import Div, Field
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from classes.booking import BookingWish
from classes.forms.parts import BabiesPart, ConsentPart, HealthPart, MissedPart, PracticePart, WayPart, helper_of
from classes.forms.with_whom import AGREED, PARENT, CompanyPart
from classes.models import Series, Session
from config.lib.refs import new_token
from config.lib.times import is_zone
from families.models import Baby, Caregiver


@dataclass(frozen=True)
class Reader:
    """Who fills the form in, as far as it is known. `adults` are all of the family, the reader first."""

    email: str = ""
    name: str = ""
    language: str = "en"
    time_zone: str = "UTC"
    caregiver: Caregiver | None = None
    adults: Sequence[Caregiver] = ()
    babies: Sequence[Baby] = ()

    @property
    def is_signed_in(self) -> bool:
        return bool(self.email)

    @property
    def are_together(self) -> bool:
        """One baby, or twins and more: then all of them come, unless someone says otherwise."""
        return len({baby.born_on for baby in self.babies}) == 1

    @property
    def initial(self) -> dict[str, Any]:
        me = self.caregiver
        return {
            "name": me.name if me else self.name,
            "relation": me.relation if me else Caregiver.Relation.MOTHER,
            "phone": me.phone if me else "",
            "language": self.language,
            "zone": self.time_zone,
            "babies": [str(baby.pk) for baby in self.babies] if self.are_together else [],
            "who": [str(me.pk)] if me else [],
        }


class BookingForm(CompanyPart, BabiesPart, WayPart, HealthPart, MissedPart, PracticePart, ConsentPart):
    """Fields depend on the series and on who reads: see the parts. `rows` are the rows for new babies.

    `date` is the one that is booked, where it is not the series; `missed` says how many weeks of the series are over.
    """

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    relation = forms.ChoiceField(label=_("You are their"), choices=Caregiver.Relation.choices)
    phone = forms.CharField(
        label=_("Mobile"),
        max_length=32,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "class": "num"}),
        help_text=_("Only if a session has to move at the last minute."),
    )
    language = forms.ChoiceField(label=_("Language for messages"), choices=settings.LANGUAGES)
    zone = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    request_key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        series: Series,
        reader: Reader,
        today: date,
        rows: int = 1,
        initial: Mapping[str, Any] | None = None,
        date: Session | None = None,
        missed: int = 0,
    ) -> None:
        start = {"request_key": new_token(), **reader.initial, **(initial or {})}
        super().__init__(data, initial=start, label_suffix="")
        self.reader, self.date = reader, date
        self.add_babies(reader.babies, rows=rows, today=today)
        self.add_way(series)
        self.add_health(instructor=series.instructor.display_name.split(" ")[0])
        self.add_consents()
        if missed and date is None:
            self.add_missed(series, missed=missed)
        if series.is_practice and date is None:
            self.add_counted()
        self._add_reader(reader)
        self._lay_out()

    def _add_reader(self, reader: Reader) -> None:
        """The address of somebody who has not signed in; the adults of a family that is known."""
        if not reader.is_signed_in:
            self.fields["email"] = forms.EmailField(
                label=_("Your e-mail"),
                help_text=_("We send six digits there, so that nobody books in your name."),
                widget=forms.EmailInput(attrs={"autocomplete": "email"}),
            )
        self.add_company(reader.adults, babies=len(reader.babies) + self.row_count)
        self._lay_out()

    def _lay_out(self) -> None:
        """One helper a part, because the template says words between them."""
        you: list[Any] = [Div("name", css_class="col-sm-6")]
        if "email" in self.fields:
            you.append(Div("email", css_class="col-sm-6"))
        you += [Div(field, css_class="col-sm-6") for field in ("relation", "phone", "language")]
        parts: list[Any] = [Div(*you, css_class="row gx-3")]
        parts += self.company_layout
        if "way" in self.fields:
            parts.append(Field("way", template="crispy/choice_tiles.html", wrapper_class="two"))
        self.you = helper_of(*parts)
        self.health_helper = helper_of(*self.HEALTH_LAYOUT)
        self.notes_helper = helper_of("notes")
        self.consent_helper = helper_of(self.consent_layout)
        self.missed_helper = None
        if "missed" in self.fields:
            self.missed_helper = helper_of(Field("missed", template="crispy/choice_tiles.html", wrapper_class="two"))
        self.practice_helper = helper_of("counted") if "counted" in self.fields else None
        self.hidden = helper_of("request_key", "zone", "rows")
        self.babies_helper = helper_of(Field("babies", template="crispy/choice_tiles.html")) if self.known else None

    def clean_zone(self) -> str:
        zone: str = self.cleaned_data["zone"]
        return zone if is_zone(zone) else self.reader.time_zone

    def clean(self) -> dict[str, Any]:
        super().clean()
        self.check_babies()
        self.check_health_consent()
        self.check_company(babies=self.party_size)
        return self.cleaned_data

    @property
    def party_size(self) -> int:
        """How many babies were named."""
        return len(self.cleaned_data.get("babies", ())) + len(self.new_babies())

    def wish(self) -> BookingWish:
        """What was asked for, for the verb."""
        told = self.cleaned_data
        return BookingWish(
            way=self.way,
            name=told["name"],
            known_babies=tuple(told.get("babies", ())),
            new_babies=self.new_babies(),
            who_comes=tuple(told.get("who", ())),
            companion=told["companion"],
            companion_is_parent=told["companion_is"] == PARENT,
            agrees_to_companion=told["companion_is"] == AGREED,
            in_turn=told.get("in_turn", False),
            relation=told["relation"],
            phone=told["phone"],
            language=told["language"],
            time_zone=told["zone"],
            health=self.health(),
            consents=self.consents(),
            request_key=told["request_key"] or None,
            dates=(self.date,) if self.date else (),
            missed=self.missed,
            may_be_counted=self.counted,
        )
