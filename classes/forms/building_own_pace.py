"""What an instructor types to offer a plan at each family's own pace: no dates, no room."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision
from crispy_forms.layout import Div, Field
from django import forms
from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from classes.forms.building import amount, in_use
from classes.forms.building_start import FRESH
from classes.forms.parts import helper_of
from classes.forms.teaching import whole_number
from classes.models import Series
from config.lib.tiles import Tile
from curriculum.models import Plan
from instructors.certificate_check import language_name
from instructors.models import Instructor


def _row(*names: str) -> Div:
    return Div(*(Div(name, css_class="col") for name in names), css_class="row")


class OwnPaceForm(forms.Form):
    plan = forms.ModelChoiceField(
        label=_("Plan"), queryset=Plan.objects.none(), to_field_name="slug", widget=forms.RadioSelect, empty_label=None
    )
    title = forms.CharField(label=_("Name"), max_length=90)
    about = forms.CharField(
        label=_("In a few words"), required=False, max_length=600, widget=forms.Textarea({"rows": 2})
    )
    language = forms.ChoiceField(label=_("Language"))
    min_age_weeks = whole_number(capfirst(_("from age in weeks")), 0, 104)
    max_age_weeks = whole_number(capfirst(_("to age in weeks")), 0, 104)
    places = whole_number(_("Babies, at most"), 1, 200)
    price = amount(_("Price"))
    currency = forms.CharField(label=_("Currency"), max_length=3, min_length=3)
    price_per = forms.ChoiceField(
        label=_("The price is for"),
        widget=forms.RadioSelect,
        choices=[(Series.PricePer.FAMILY, _("One family")), (Series.PricePer.BABY, _("Each baby"))],
    )

    def __init__(self, instructor: Instructor, *, data: Mapping[str, Any] | None = None) -> None:
        begin = {name: FRESH[name] for name in ("min_age_weeks", "max_age_weeks", "currency", "price_per")}
        plans = list(Plan.objects.offered())
        first = {"plan": plans[0].slug} if plans else {}
        super().__init__(data, initial={**begin, **first, "places": 20}, label_suffix="")
        plan: Any = self.fields["plan"]
        plan.queryset = Plan.objects.offered()
        plan.choices = [(one.slug, Tile(one.name, small=one.summary)) for one in plans]
        language: Any = self.fields["language"]
        codes = dict.fromkeys([*instructor.languages, *(code for code, _name in settings.LANGUAGES)])
        language.choices = [(code, language_name(code)) for code in codes]
        for field in self.fields.values():
            field.error_messages["required"] = _("Please fill this in.")
        self.helper = helper_of(
            Field("plan", template="crispy/choice_tiles.html"),
            "title",
            "about",
            "language",
            Div(
                *(Div(name, css_class="col-4") for name in ("min_age_weeks", "max_age_weeks", "places")),
                css_class="row",
            ),
            Div(*(Div(name, css_class="col-6") for name in ("price", "currency")), css_class="row"),
            "price_per",
        )

    def clean_currency(self) -> str:
        code: str = self.cleaned_data["currency"].upper()
        if code not in in_use():
            raise forms.ValidationError(_("Please use the three letters of a currency, such as GBP, EUR or NPR."))
        return code

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or {}
        if typed.get("min_age_weeks", 0) > typed.get("max_age_weeks", 104):
            self.add_error("max_age_weeks", _("The oldest age is below the youngest. Please swap them."))
        price: Decimal | None = typed.get("price")
        currency = typed.get("currency")
        if price is not None and currency and price.scaleb(get_currency_precision(currency)) % 1:
            self.add_error("price", _("This currency has no coins so small."))
        return typed

    def wanted(self) -> dict[str, Any]:
        """What `offering_own_pace.offer` takes; the form is valid."""
        typed = self.cleaned_data
        kept = ("plan", "title", "about", "language", "min_age_weeks", "max_age_weeks", "currency", "price_per")
        return {
            **{name: typed[name] for name in kept},
            "stream_capacity": typed["places"],
            "price_minor": int(typed["price"].scaleb(get_currency_precision(typed["currency"]))),
        }
