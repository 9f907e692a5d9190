"""What an instructor types to make a series. It checks shape; whether it can be held is asked of `scheduling`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel.core import get_global
from babel.numbers import get_currency_precision
from crispy_forms.helper import FormHelper
from django import forms
from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from classes.capacity import BY_STREAM, IN_A_ROOM
from classes.dates import MOST_WEEKS, Outline
from classes.forms.building_layout import layout
from classes.forms.building_start import FRESH
from classes.forms.moves import Laid
from classes.forms.policy import PolicyPart
from classes.forms.teaching import whole_number
from classes.holidays_of import country_of_zone, regions_of
from classes.models import Series, Venue
from config.lib.tiles import Tile
from curriculum.models import Plan
from instructors.certificate_check import language_name
from instructors.models import Instructor

Delivery = Series.Delivery
# Where a room of ours is needed. A private visit is at the family's home.
IN_A_VENUE = (Delivery.IN_PERSON, Delivery.HYBRID, Delivery.HOSPITAL)


def venues_for(instructor: Instructor) -> QuerySet[Venue]:
    """Rooms on the instructor's clock, and those of own series; every room where there is neither."""
    near = Venue.objects.filter(Q(time_zone=instructor.time_zone) | Q(series__instructor=instructor)).distinct()
    return (near if near.exists() else Venue.objects.all()).order_by("town", "name")


@lru_cache(maxsize=1)
def in_use() -> frozenset[str]:
    """The currencies that people pay with somewhere today (CLDR): no gold, no test codes, none of the past."""
    everywhere = get_global("territory_currencies").values()
    return frozenset(code for rows in everywhere for code, _since, until, is_tender in rows if is_tender and not until)


def amount(label: Any, *, required: bool = True) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=required,
        min_value=0,
        max_digits=9,
        decimal_places=3,
        error_messages={"min_value": _("Please type 0 where it is free.")},
    )


def named(venue: Venue) -> str:
    """A room, with how many mats fit into it."""
    if not venue.mats:
        return str(venue)
    said = {"room": venue, "mats": venue.mats}
    return ngettext("%(room)s (%(mats)d mat)", "%(room)s (%(mats)d mats)", venue.mats) % said


class SeriesForm(PolicyPart):
    """One weekly series. For someone who may lead practice series only it has no price."""

    key = forms.RegexField(r"^[\w-]{1,64}$", required=False, widget=forms.HiddenInput)
    seen_version = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    # Ticked beside the plan: the series or template whose strokes come along, and which one was offered.
    strokes_of = forms.CharField(required=False, max_length=120, widget=forms.HiddenInput)
    strokes_offered = forms.CharField(required=False, max_length=120, widget=forms.HiddenInput)
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
            (Delivery.PRIVATE_VISIT, Tile(_("Private visit"), icon="home")),
            (Delivery.HOSPITAL, Tile(_("In hospital"), icon="seal")),
        ],
    )
    venue = forms.ModelChoiceField(label=_("Room"), queryset=Venue.objects.none(), required=False)
    stream_url = forms.URLField(
        label=_("Link to the live-stream"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=_("May come later. Families get it 15 minutes before, and only for a date on which they stream."),
    )
    is_recorded = forms.BooleanField(label=_("Live sessions are recorded"), required=False)
    weekday = forms.TypedChoiceField(
        label=_("Day of the week"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[(number + 1, Tile(WEEKDAYS_ABBR[number], small=name)) for number, name in WEEKDAYS.items()],
        widget=forms.RadioSelect,
    )
    first_on = forms.DateField(
        label=_("First session"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    clock = forms.TimeField(label=_("Local time"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    weeks = whole_number(_("Weeks"), 1, MOST_WEEKS, required=False)
    total_minutes = whole_number(_("Minutes"), 20, 180)
    # 20 to 45 minutes of massage a session: babies need sleep, changing and feeding.
    massage_minutes = whole_number(_("Massage"), 20, 45)
    skips_holidays_of = forms.ChoiceField(label=_("Skip public holidays of"), required=False)
    capacity = whole_number(_("Mats"), 1, 60, required=False)
    stream_capacity = whole_number(_("By stream"), 1, 200, required=False)
    people_at_most = whole_number(_("People at most"), 2, 200, required=False)
    min_age_weeks = whole_number(_("From age"), 0, 104)
    max_age_weeks = whole_number(_("To age"), 0, 104)
    language = forms.ChoiceField(label=_("Language"))
    fewest_families = whole_number(_("Runs from"), 0, 60, required=False)
    decide_days = whole_number(_("Decided, days before"), 1, 30, required=False)
    offer_hours = whole_number(_("Hours to answer an offer"), 2, 96, required=False)
    offers_by_hand = forms.BooleanField(label=_("I offer places that come free by hand"), required=False)
    price = amount(_("Price"))
    currency = forms.CharField(label=_("Currency"), max_length=3, min_length=3)
    price_per = forms.ChoiceField(
        label=_("The price is for"),
        widget=forms.RadioSelect,
        choices=[(Series.PricePer.FAMILY, _("One family")), (Series.PricePer.BABY, _("Each baby"))],
    )
    further_baby_percent = whole_number(_("A further baby pays, %"), 0, 100, required=False)
    single_price = amount(_("One date alone"), required=False)

    MONEY = ("price", "currency", "price_per", "further_baby_percent", "single_price")

    def __init__(
        self,
        instructor: Instructor,
        *,
        start: Mapping[str, Any] | None = None,
        today: date,
        only_practice: bool = False,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        """`start` is what the fields begin with; see `building_start`. `today` is a day of the instructor's clock."""
        super().__init__(data, initial={**FRESH, **(start or {})}, label_suffix="")
        self.instructor, self.only_practice, self.today = instructor, only_practice, today
        self._offer_plans_and_rooms()
        self._offer_languages_and_holidays()
        for field in self.fields.values():
            field.error_messages["required"] = _("Please fill this in.")
        if only_practice:
            for name in self.MONEY:
                del self.fields[name]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = layout(only_practice)

    def _offer_plans_and_rooms(self) -> None:
        plans = list(Plan.objects.offered())
        plan: Any = self.fields["plan"]
        plan.queryset = Plan.objects.offered()
        plan.choices = [(one.slug, Tile(one.name, small=one.summary)) for one in plans]
        if self.initial.get("plan") not in {one.slug for one in plans} and plans:
            self.initial["plan"] = plans[0].slug
        self.venues = {one.pk: one for one in venues_for(self.instructor)}
        venue: Any = self.fields["venue"]
        venue.queryset = venues_for(self.instructor)
        venue.choices = [("", _("No room")), *((one.pk, named(one)) for one in self.venues.values())]
        if self.initial.get("venue") not in self.venues:
            self.initial["venue"] = None

    def _offer_languages_and_holidays(self) -> None:
        own = [*self.instructor.languages, *(code for code, _name in settings.LANGUAGES)]
        begins_with = self.initial.get("language")
        codes = list(dict.fromkeys([*([begins_with] if begins_with else []), *own]))
        language: Any = self.fields["language"]
        language.choices = [(code, language_name(code)) for code in codes]
        here = country_of_zone(self.instructor.time_zone)
        countries = [*([here] if here else []), *(one.country for one in self.venues.values())]
        holidays: Any = self.fields["skips_holidays_of"]
        holidays.choices = [("", _("None are skipped")), *regions_of(countries)]

    def clean_currency(self) -> str:
        code: str = self.cleaned_data["currency"].upper()
        if code not in in_use():
            raise forms.ValidationError(_("Please use the three letters of a currency, such as GBP, EUR or NPR."))
        return code

    def clean_clock(self) -> time:
        """To the minute: nobody comes at ten o’clock and thirty seconds."""
        clock: time = self.cleaned_data["clock"]
        return clock.replace(second=0, microsecond=0)

    def clean_stream_url(self) -> str:
        link: str = self.cleaned_data["stream_url"]
        if link and not link.startswith("https://"):
            raise forms.ValidationError(_("Please use a link that begins with https://."))
        return link

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        self._check_day(typed)
        self._check_places(typed)
        self._check_people(typed)
        if typed.get("min_age_weeks", 0) > typed.get("max_age_weeks", 104):
            self.add_error("max_age_weeks", _("The oldest age is below the youngest. Please swap them."))
        if typed.get("massage_minutes", 0) > typed.get("total_minutes", 180):
            self.add_error("massage_minutes", _("That is more massage than the session has minutes."))
        for name in ("price", "single_price"):
            if typed.get(name) is not None and typed.get("currency"):
                self._check_price(name, typed[name], typed["currency"])
        return typed

    def _check_day(self, typed: dict[str, Any]) -> None:
        """A day of the week alone means the next one; a date on another day of the week is a slip of the finger."""
        weekday, first_on = typed.get("weekday"), typed.get("first_on")
        if {"weekday", "first_on"} & set(self.errors):
            return
        if first_on is None and weekday is None:
            self.add_error("first_on", _("Please fill this in."))
        elif first_on is None and weekday:
            typed["first_on"] = self.today + timedelta(days=(weekday - self.today.isoweekday() - 1) % 7 + 1)
        elif first_on and weekday and first_on.isoweekday() != weekday:
            said = {"day": date_format(first_on, "DATE_FORMAT"), "weekday": date_format(first_on, "l")}
            self.add_error(
                "first_on", _("%(day)s is a %(weekday)s. Please choose that day above, or another date.") % said
            )

    def _check_places(self, typed: Mapping[str, Any]) -> None:
        delivery, venue = typed.get("delivery"), typed.get("venue")
        capacity, by_stream = typed.get("capacity"), typed.get("stream_capacity")
        if delivery in IN_A_VENUE and "venue" not in self.errors and not venue:
            self.add_error("venue", _("Please choose the room."))
        if delivery in IN_A_ROOM and "capacity" not in self.errors:
            if not capacity:
                self.add_error("capacity", _("How many babies fit? One mat each."))
            elif delivery in IN_A_VENUE and venue and venue.mats and capacity > venue.mats:
                said = {"room": venue.name, "mats": venue.mats}
                sentence = ngettext(
                    "%(room)s takes %(mats)d mat at most.", "%(room)s takes %(mats)d mats at most.", venue.mats
                )
                self.add_error("capacity", sentence % said)
        if delivery in BY_STREAM and "stream_capacity" not in self.errors and not by_stream:
            self.add_error("stream_capacity", _("How many babies may join by stream?"))

    def _check_people(self, typed: Mapping[str, Any]) -> None:
        places = (typed.get("capacity") or 0) + (typed.get("stream_capacity") or 0)
        if places and (typed.get("fewest_families") or 0) > places:
            self.add_error("fewest_families", _("So many families cannot book: there are fewer places."))

    def _check_price(self, name: str, price: Decimal, currency: str) -> None:
        if price.scaleb(get_currency_precision(currency)) % 1:
            self.add_error(name, _("This currency has no coins so small."))

    def outline(self, laid: Laid) -> Outline:
        """What was typed, as the rules want it; the form is valid. `laid` is what becomes of single dates."""
        typed = self.cleaned_data
        delivery = typed["delivery"]
        in_a_room, by_stream = delivery in IN_A_ROOM, delivery in BY_STREAM
        venue: Venue | None = typed["venue"] if delivery in IN_A_VENUE else None
        plan: Plan = typed["plan"]
        return Outline(
            instructor=self.instructor,
            plan=plan,
            weeks=typed["weeks"] or max(plan.lessons.count(), 1),
            time_zone=venue.time_zone if venue else self.instructor.time_zone,
            venue=venue,
            capacity=typed["capacity"] if in_a_room else 0,
            stream_capacity=typed["stream_capacity"] if by_stream else 0,
            people_at_most=typed["people_at_most"] if in_a_room else None,
            stream_url=typed["stream_url"] if by_stream else "",
            is_recorded=typed["is_recorded"] and by_stream,
            is_practice=self.only_practice,
            offer_hours=typed["offer_hours"] or FRESH["offer_hours"],
            fewest_families=typed["fewest_families"] or 0,
            decide_days=typed["decide_days"] or FRESH["decide_days"],
            late_until=self.late_until_session,
            terms=self.terms,
            held_anyway=laid.held_anyway,
            left_out=laid.left_out,
            moves=laid.moves,
            **{name: typed[name] for name in AS_TYPED},
            **self._money(),
        )

    def _money(self) -> dict[str, Any]:
        if self.only_practice:
            return {}
        typed, precision = self.cleaned_data, get_currency_precision(self.cleaned_data["currency"])
        single, percent = typed["single_price"], typed["further_baby_percent"]
        return {
            "price_minor": int(typed["price"].scaleb(precision)),
            "currency": typed["currency"],
            "price_per": typed["price_per"],
            "single_price_minor": None if single is None else int(single.scaleb(precision)),
            "further_baby_percent": 100 if percent is None else percent,
        }


# Fields that an outline calls by the same name and takes as they were typed.
AS_TYPED: Sequence[str] = (
    *("title", "about", "delivery", "language", "first_on", "clock", "total_minutes", "massage_minutes"),
    *("min_age_weeks", "max_age_weeks", "skips_holidays_of", "offers_by_hand"),
)
