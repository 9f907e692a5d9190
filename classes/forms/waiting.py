"""The forms of the waiting list: joining it, and taking the places that are offered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from crispy_forms.layout import Div, Field
from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from classes.forms.booking import Reader
from classes.forms.parts import BabiesPart, ConsentPart, HealthPart, WayPart, helper_of
from classes.forms.wish import WishPart, initial_like
from classes.forms.with_whom import CompanyPart
from classes.models import Series
from classes.waiting_list import Acceptance, WaitingWish
from config.lib.tiles import Tile
from config.lib.times import local
from families.models import Baby, Caregiver

ONE, ANY = "one", "any"


class WaitingForm(BabiesPart, WayPart, WishPart):
    """Who waits, for which way of joining, and which classes. `initial` may be what was typed into the booking form."""

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        series: Series,
        reader: Reader,
        today: date,
        languages: Sequence[str] = (),
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        start = {**reader.initial, **initial_like(series), "where": ONE, **(initial or {})}
        super().__init__(data, initial=start, label_suffix="")
        self.reader = reader
        typed = str((data or start).get("rows") or "")
        rows = int(typed) if typed.isdecimal() and len(typed) < 3 else (0 if reader.babies else 1)
        self.add_babies(reader.babies, rows=max(rows, 0 if reader.babies else 1), today=today)
        self.add_way(series)
        self.fields["where"] = forms.ChoiceField(
            label=_("Which classes?"),
            choices=[
                (ONE, Tile(_("Only this one"), small=_where_and_when(series))),
                (ANY, Tile(_("This one, or any near us that fits"), small=_("You are offered whichever opens first"))),
            ],
            required=False,
            widget=forms.RadioSelect,
        )
        self.add_wish(languages)
        if not reader.caregiver:
            self.fields["name"] = forms.CharField(
                label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
            )
        if not reader.is_signed_in:
            self.fields["email"] = forms.EmailField(
                label=_("Your e-mail"),
                help_text=_(
                    "We write there when a place opens. First we send six digits, so that nobody signs you up."
                ),
                widget=forms.EmailInput(attrs={"autocomplete": "email"}),
            )
        self._lay_out()

    def _lay_out(self) -> None:
        self.babies_helper = helper_of(Field("babies", template="crispy/choice_tiles.html")) if self.known else None
        way = Field("way", template="crispy/choice_tiles.html", wrapper_class="two")
        self.way_helper = helper_of(way) if "way" in self.fields else None
        self.where_helper = helper_of(Field("where", template="crispy/choice_tiles.html"))
        self.where_helper.form_show_labels = False
        you = [Div(name, css_class="col-sm-6") for name in ("name", "email") if name in self.fields]
        self.you = helper_of(Div(*you, css_class="row gx-3")) if you else None

    def clean(self) -> dict[str, Any]:
        super().clean()
        self.check_babies()
        if self.cleaned_data.get("where") == ANY:
            self.check_wish(self.today)
        return self.cleaned_data

    def wish(self) -> WaitingWish:
        """What was asked for, for the verb."""
        me = self.reader.caregiver
        return WaitingWish(
            way=self.way,
            name=me.name if me else self.cleaned_data["name"],
            known_babies=tuple(self.cleaned_data.get("babies", ())),
            new_babies=self.new_babies(),
            time_zone=self.reader.time_zone,
            anywhere=self.wanted() if self.cleaned_data.get("where") == ANY else None,
        )


def _where_and_when(series: Series) -> str:
    """The name of a series, with its day and hour where it has them."""
    if series.first_session_at is None:
        return series.title
    at = local(series.first_session_at, series.time_zone)
    said = {"title": series.title, "day": date_format(at, "l"), "time": date_format(at, "H:i")}
    return gettext("%(title)s, %(day)s at %(time)s") % said


class AnywhereForm(BabiesPart, WishPart):
    """Who waits, and for which classes, apart from any series. `babies` are the family's own."""

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        babies: Sequence[Baby],
        today: date,
        languages: Sequence[str] = (),
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}), label_suffix="")
        self.add_babies(babies, rows=0 if babies else 1, today=today)
        self.add_wish(languages)
        self.babies_helper = helper_of(Field("babies", template="crispy/choice_tiles.html")) if babies else None

    def clean(self) -> dict[str, Any]:
        super().clean()
        self.check_babies()
        self.check_wish(self.today)
        return self.cleaned_data


class AcceptOfferForm(CompanyPart, HealthPart, ConsentPart):
    """What booking asks for and joining the list did not: who of the family comes, health answers, consents."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        instructor: str,
        adults: Sequence[Caregiver] = (),
        babies: int = 1,
    ) -> None:
        super().__init__(data, initial={"who": [adults[0].pk] if adults else []}, label_suffix="")
        self.baby_count = babies
        self.add_company(adults, babies=babies)
        # Someone new is added under "Your family"; here time is short.
        del self.fields["companion"], self.fields["companion_is"]
        self.add_health(instructor=instructor)
        self.add_consents()
        who = [Field("who", template="crispy/choice_tiles.html", wrapper_class="two")] if "who" in self.fields else []
        turns = ["in_turn"] if "in_turn" in self.fields else []
        self.company_helper = helper_of(*who, *turns) if who or turns else None
        self.health_helper = helper_of(*self.HEALTH_LAYOUT, "notes")
        self.consent_helper = helper_of(self.consent_layout)

    def clean(self) -> dict[str, Any]:
        super().clean()
        self.check_company(babies=self.baby_count)
        self.check_health_consent()
        return self.cleaned_data

    def answers(self) -> Acceptance:
        """What was told, for the verb."""
        told = self.cleaned_data
        return Acceptance(
            consents=self.consents(),
            health=self.health(),
            who_comes=tuple(told.get("who", ())),
            in_turn=bool(told.get("in_turn")),
        )


class DeclineForm(forms.Form):
    """No to an offer: and from now on?"""

    KEEP, LEAVE = "keep", "leave"

    then = forms.ChoiceField(
        label=_("And from now on"),
        choices=[
            (KEEP, Tile(_("Keep us on the list"), small=_("For other classes that fit"))),
            (LEAVE, Tile(_("Take us off the list"), small=_("You can come back any day"))),
        ],
        initial=KEEP,
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, label_suffix="")
        self.helper = helper_of(Field("then", template="crispy/choice_tiles.html"))

    @property
    def keeps(self) -> bool:
        return self.is_valid() and self.cleaned_data["then"] == self.KEEP
