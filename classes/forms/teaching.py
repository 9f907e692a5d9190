"""What an instructor types to make a series. It checks shape; whether it can be held is asked of `scheduling`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any, ClassVar

from babel.core import get_global
from babel.numbers import get_currency_precision
from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Fieldset, Layout
from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q, QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from classes.dates import MOST_WEEKS, Outline
from classes.models import Series, Venue
from config.lib.tiles import Tile
from config.lib.times import local
from curriculum.models import Plan
from instructors.certificate_check import language_name
from instructors.models import Instructor

Delivery = Series.Delivery
IN_A_ROOM = (Delivery.IN_PERSON, Delivery.HYBRID)
BY_STREAM = (Delivery.LIVE_STREAM, Delivery.HYBRID)


def venues_for(instructor: Instructor) -> QuerySet[Venue]:
    """Rooms on the instructor's clock, and those of own series; every room where there is neither."""
    near = Venue.objects.filter(Q(time_zone=instructor.time_zone) | Q(series__instructor=instructor)).distinct()
    return (near if near.exists() else Venue.objects.all()).order_by("town", "name")


@lru_cache(maxsize=1)
def in_use() -> frozenset[str]:
    """The currencies that people pay with somewhere today (CLDR): no gold, no test codes, none of the past."""
    everywhere = get_global("territory_currencies").values()
    return frozenset(code for rows in everywhere for code, _since, until, is_tender in rows if is_tender and not until)


def whole_number(label: Any, least: int, most: int, *, required: bool = True) -> forms.IntegerField:
    wrong = format_lazy(_("A whole number from {least} to {most}, please."), least=least, most=most)
    return forms.IntegerField(
        label=label,
        required=required,
        validators=[MinValueValidator(least, wrong), MaxValueValidator(most, wrong)],
        error_messages={"invalid": wrong},
        widget=forms.NumberInput({"inputmode": "numeric", "min": least, "max": most, "class": "num"}),
    )


class SeriesForm(forms.Form):
    """One weekly series. For someone who may lead practice series only it has no price."""

    plan = forms.ModelChoiceField(
        label=_("Plan"), queryset=Plan.objects.none(), to_field_name="slug", widget=forms.RadioSelect, empty_label=None
    )
    title = forms.CharField(label=_("Name"), max_length=90, help_text=_("As families see it. Example: Friday mornings"))
    about = forms.CharField(
        label=_("In a few words"), required=False, max_length=600, widget=forms.Textarea({"rows": 2})
    )
    delivery = forms.ChoiceField(
        label=_("How families join"),
        widget=forms.RadioSelect,
        choices=[
            (Delivery.IN_PERSON, Tile(_("In a room"), icon="hall")),
            (Delivery.LIVE_STREAM, Tile(_("Live-stream"), icon="live")),
            (Delivery.HYBRID, Tile(_("Both"), icon="hybrid")),
        ],
    )
    venue = forms.ModelChoiceField(
        label=_("Room"), queryset=Venue.objects.none(), required=False, empty_label=_("No room")
    )
    first_on = forms.DateField(label=_("First session"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    clock = forms.TimeField(label=_("Local time"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    weeks = whole_number(_("Weeks"), 1, MOST_WEEKS, required=False)
    total_minutes = whole_number(_("Minutes"), 20, 180)
    # 20 to 45 minutes of massage a session: babies need sleep, changing and feeding.
    massage_minutes = whole_number(_("Massage"), 20, 45)
    capacity = whole_number(_("Mats"), 1, 60, required=False)
    stream_capacity = whole_number(_("By stream"), 1, 200, required=False)
    min_age_weeks = whole_number(_("From age"), 0, 104)
    max_age_weeks = whole_number(_("To age"), 0, 104)
    language = forms.ChoiceField(label=_("Language"))
    offer_hours = whole_number(_("Hours to answer an offer"), 2, 96, required=False)
    offers_by_hand = forms.BooleanField(label=_("I offer places that come free by hand"), required=False)
    price = forms.DecimalField(
        label=_("Price"),
        min_value=0,
        max_digits=9,
        decimal_places=3,
        error_messages={"min_value": _("Please type 0 where it is free.")},
    )
    currency = forms.CharField(label=_("Currency"), max_length=3, min_length=3)
    price_per = forms.ChoiceField(
        label=_("The price is for"),
        widget=forms.RadioSelect,
        choices=[(Series.PricePer.FAMILY, _("One family")), (Series.PricePer.BABY, _("Each baby"))],
    )

    FRESH: ClassVar[dict[str, Any]] = {
        "delivery": Delivery.IN_PERSON,
        "total_minutes": 45,
        "massage_minutes": 30,
        "capacity": 8,
        "stream_capacity": 4,
        "min_age_weeks": 4,
        "max_age_weeks": 26,
        "currency": "GBP",
        "price_per": Series.PricePer.FAMILY,
        "offer_hours": 24,
    }

    def __init__(
        self,
        instructor: Instructor,
        *,
        like: Series | None = None,
        only_practice: bool = False,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial={**self.FRESH, **(_like(like) if like else {})})
        self.instructor = instructor
        self.only_practice = only_practice
        self._offer_choices(like)
        for field in self.fields.values():
            field.error_messages["required"] = _("Please fill this in.")
        if only_practice:
            for name in ("price", "currency", "price_per"):
                del self.fields[name]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = _layout(only_practice)

    def _offer_choices(self, like: Series | None) -> None:
        plans = list(Plan.objects.offered())
        plan: Any = self.fields["plan"]
        plan.queryset = Plan.objects.offered()
        plan.choices = [(one.slug, Tile(one.name, small=one.summary)) for one in plans]
        if "plan" not in self.initial and plans:
            self.initial["plan"] = plans[0].slug
        venue: Any = self.fields["venue"]
        venue.queryset = venues_for(self.instructor)
        own = [*self.instructor.languages, *(code for code, _name in settings.LANGUAGES)]
        codes = list(dict.fromkeys([*([like.language] if like else []), *own]))
        language: Any = self.fields["language"]
        language.choices = [(code, language_name(code)) for code in codes]

    def clean_currency(self) -> str:
        code: str = self.cleaned_data["currency"].upper()
        if code not in in_use():
            raise forms.ValidationError(_("Please use the three letters of a currency, such as GBP, EUR or NPR."))
        return code

    def clean_clock(self) -> time:
        """To the minute: nobody comes at ten o’clock and thirty seconds."""
        clock: time = self.cleaned_data["clock"]
        return clock.replace(second=0, microsecond=0)

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        self._check_places(typed)
        if typed.get("min_age_weeks", 0) > typed.get("max_age_weeks", 104):
            self.add_error("max_age_weeks", _("The oldest age is below the youngest. Please swap them."))
        if typed.get("massage_minutes", 0) > typed.get("total_minutes", 180):
            self.add_error("massage_minutes", _("That is more massage than the session has minutes."))
        if typed.get("price") is not None and typed.get("currency"):
            self._check_price(typed["price"], typed["currency"])
        return typed

    def _check_places(self, typed: Mapping[str, Any]) -> None:
        delivery = typed.get("delivery")
        if delivery in IN_A_ROOM:
            if "venue" not in self.errors and not typed.get("venue"):
                self.add_error("venue", _("Please choose the room."))
            if "capacity" not in self.errors and not typed.get("capacity"):
                self.add_error("capacity", _("How many babies fit? One mat each."))
        if delivery in BY_STREAM and "stream_capacity" not in self.errors and not typed.get("stream_capacity"):
            self.add_error("stream_capacity", _("How many babies may join by stream?"))

    def _check_price(self, price: Decimal, currency: str) -> None:
        if price.scaleb(get_currency_precision(currency)) % 1:
            self.add_error("price", _("This currency has no coins so small."))

    def outline(self) -> Outline:
        """What was typed, as the rules want it; the form is valid."""
        typed = self.cleaned_data
        in_a_room, by_stream = typed["delivery"] in IN_A_ROOM, typed["delivery"] in BY_STREAM
        venue: Venue | None = typed["venue"] if in_a_room else None
        plan: Plan = typed["plan"]
        currency = typed.get("currency", "GBP")
        return Outline(
            instructor=self.instructor,
            plan=plan,
            title=typed["title"],
            about=typed["about"],
            first_on=typed["first_on"],
            clock=typed["clock"],
            weeks=typed["weeks"] or max(plan.lessons.count(), 1),
            time_zone=venue.time_zone if venue else self.instructor.time_zone,
            venue=venue,
            delivery=typed["delivery"],
            language=typed["language"],
            min_age_weeks=typed["min_age_weeks"],
            max_age_weeks=typed["max_age_weeks"],
            capacity=typed["capacity"] if in_a_room else 0,
            stream_capacity=typed["stream_capacity"] if by_stream else 0,
            massage_minutes=typed["massage_minutes"],
            total_minutes=typed["total_minutes"],
            price_minor=int(typed.get("price", Decimal()).scaleb(get_currency_precision(currency))),
            currency=currency,
            price_per=typed.get("price_per", Series.PricePer.FAMILY),
            is_practice=self.only_practice,
            offer_hours=typed["offer_hours"] or self.FRESH["offer_hours"],
            offers_by_hand=typed["offers_by_hand"],
        )


def _like(series: Series) -> dict[str, Any]:
    """Where a new series begins: everything of that one but its name and its first date."""
    first = series.first_session_at
    return {
        "plan": series.plan.slug,
        "about": series.about,
        "delivery": series.delivery if series.delivery in (*IN_A_ROOM, *BY_STREAM) else Delivery.IN_PERSON,
        "venue": series.venue_id,
        "clock": local(first, series.time_zone).time() if first else None,
        "total_minutes": series.total_minutes,
        "massage_minutes": min(max(series.massage_minutes, 20), 45),
        "capacity": series.capacity or SeriesForm.FRESH["capacity"],
        "stream_capacity": series.stream_capacity or SeriesForm.FRESH["stream_capacity"],
        "min_age_weeks": series.min_age_weeks,
        "max_age_weeks": series.max_age_weeks,
        "language": series.language,
        "price": _without_zeros(series.price.decimal),
        "currency": series.currency,
        "price_per": series.price_per,
        "offer_hours": series.offer_hours,
        "offers_by_hand": series.offers_by_hand,
    }


def _without_zeros(amount: Decimal) -> Decimal:
    """60 for 60.00, and 7.50 as it is."""
    whole = amount.to_integral_value()
    return whole if whole == amount else amount


def _hint(text: Any) -> HTML:
    return HTML(format_lazy('<p class="form-text mt-1">{}</p>', text))


def _part(heading: Any, *fields: Any, first: bool = False) -> Fieldset:
    return Fieldset(
        format_lazy('<h2 class="h3">{}</h2>', heading), *fields, css_class="part part-first" if first else "part"
    )


def _layout(only_practice: bool) -> Layout:
    money = (
        []
        if only_practice
        else [
            Div("price", "currency", css_class="pair-fields pair-2"),
            _hint(_("For all sessions. The currency is its three letters, such as GBP or NPR.")),
            Field("price_per", template="crispy/segments.html", wrapper_class="seg-2"),
        ]
    )
    return Layout(
        Div(
            _part(
                _("1. Which plan?"), Field("plan", template="crispy/choice_tiles.html"), "title", "about", first=True
            ),
            _part(_("2. Where?"), Field("delivery", template="crispy/segments.html", wrapper_class="seg-3"), "venue"),
            _part(
                _("3. When?"),
                Div("first_on", "clock", css_class="pair-fields pair-2"),
                Div("weeks", "total_minutes", "massage_minutes", css_class="pair-fields pair-3"),
                HTML("{% include 'classes/_build_show.html' %}"),
            ),
            css_class="build-a",
        ),
        HTML("{% include 'classes/_build_dates.html' %}"),
        Div(
            _part(
                _("4. Places and price") if money else _("4. Places"),
                Div("capacity", "stream_capacity", "min_age_weeks", "max_age_weeks", css_class="pair-fields"),
                _hint(_("One mat a baby; twins take two. Ages in weeks, on the first day.")),
                "language",
                *money,
            ),
            _waiting_part(),
            HTML("{% include 'classes/_build_end.html' %}"),
            css_class="build-b",
        ),
    )


def _waiting_part() -> Fieldset:
    return _part(
        _("5. Waiting list"),
        "offer_hours",
        _hint(_("From 7:00 to 21:00, where the family lives. At night the clock of an offer stands still.")),
        "offers_by_hand",
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
