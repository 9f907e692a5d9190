"""Where the fields of a series' form stand. What does not belong to a choice is out of sight; see teach.css."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import HTML, Div, Field, Fieldset, Layout
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _


def hint(text: Any, *, css_class: str = "") -> HTML:
    return HTML(format_lazy('<p class="form-text mt-1 {}">{}</p>', css_class, text))


def part(heading: Any, *fields: Any, first: bool = False) -> Fieldset:
    return Fieldset(
        format_lazy('<h2 class="h3">{}</h2>', heading), *fields, css_class="part part-first" if first else "part"
    )


def layout(only_practice: bool) -> Layout:
    """`only_practice` leaves out what is about money."""
    return Layout(
        "key",
        "seen_version",
        Div(_which_plan(), _where(), _when(), css_class="build-a"),
        HTML("{% include 'classes/_build_dates.html' %}"),
        Div(
            _places(only_practice),
            *([] if only_practice else [_price()]),
            _if_plans_change(_("5. If plans change") if only_practice else _("6. If plans change")),
            _waiting(_("6. Waiting list") if only_practice else _("7. Waiting list")),
            HTML("{% include 'classes/_build_end.html' %}"),
            css_class="build-b",
        ),
    )


def _which_plan() -> Fieldset:
    plan = Field("plan", template="crispy/choice_tiles.html")
    strokes = HTML("{% include 'classes/_build_strokes.html' %}")
    return part(_("1. Which plan?"), plan, strokes, "title", "about", first=True)


def _where() -> Fieldset:
    stream = Div("stream_url", "is_recorded", css_class="for-stream")
    return part(
        _("2. Where?"),
        Field("delivery", template="crispy/segments.html", wrapper_class="seg-3 seg-ways"),
        "venue",
        stream,
    )


def _when() -> Fieldset:
    return part(
        _("3. When?"),
        Field("weekday", template="crispy/weekdays.html"),
        Div("first_on", "clock", css_class="pair-fields pair-2"),
        Div("weeks", "total_minutes", "massage_minutes", css_class="pair-fields pair-3"),
        "skips_holidays_of",
        HTML("{% include 'classes/_build_show.html' %}"),
    )


def _places(only_practice: bool) -> Fieldset:
    numbers = Div(
        *("capacity", "stream_capacity", "people_at_most", "min_age_weeks", "max_age_weeks"), css_class="pair-fields"
    )
    runs_from = Div("fewest_families", "decide_days", css_class="pair-fields pair-2")
    return part(
        _("4. Places"),
        numbers,
        hint(_("One mat a baby; twins take two. People are babies and the adults who come with them, without you.")),
        hint(_("Ages in weeks, on the first day.")),
        "language",
        runs_from,
        hint(_("Families. If fewer have booked by six in the evening of that day, you decide: run, merge or cancel.")),
    )


def _price() -> Fieldset:
    return part(
        _("5. Price"),
        Div("price", "currency", css_class="pair-fields pair-2"),
        hint(_("For all sessions. The currency is its three letters, such as GBP or NPR.")),
        Field("price_per", template="crispy/segments.html", wrapper_class="seg-2"),
        Div("further_baby_percent", "single_price", css_class="pair-fields pair-2"),
        hint(_("100 is the full price for twins too. Without a price of its own, one date costs its share.")),
    )


def _if_plans_change(heading: Any) -> Fieldset:
    numbers = Div(
        *("refund_hours", "part_refund_hours", "part_refund_percent"),
        *("makeup_notice_hours", "makeup_days", "makeups_at_most", "moves_at_most", "late_until"),
        css_class="pair-fields own-rules",
    )
    return part(heading, Field("policy", template="crispy/choice_tiles.html"), numbers)


def _waiting(heading: Any) -> Fieldset:
    return part(
        heading,
        "offer_hours",
        hint(_("From 7:00 to 21:00, where the family lives. At night the clock of an offer stands still.")),
        "offers_by_hand",
    )
