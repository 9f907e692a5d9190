"""The part of a series' form that says what happens if plans change: two sets of rules, or one's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from classes.dates import MOST_WEEKS
from classes.forms.teaching import whole_number
from classes.laying_out import TERMS
from classes.terms import Terms
from config.lib.tiles import Tile

USUAL, EASY, OWN = "usual", "easy", "own"
# (terms, the last session at which a family can still join)
RULES: dict[str, tuple[Terms, int]] = {
    USUAL: (Terms(), 2),
    EASY: (
        Terms(refund_hours=0, makeup_notice_hours=0, makeup_days=90, makeups_at_most=MOST_WEEKS, moves_at_most=2),
        3,
    ),
}
# Two weeks and more are told in hours too: the same unit throughout.
MOST_HOURS, MOST_DAYS = 24 * 60, 365


class PolicyPart(forms.Form):
    """One of the two sets, or every number of one's own; a number left empty is as usual."""

    policy = forms.ChoiceField(
        label=_("Rules for changes"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            (
                USUAL,
                Tile(
                    _("The usual rules"),
                    small=_(
                        "Full refund until 48 hours before. A week told 24 hours ahead gives a make-up place, twice "
                        "at most, for 60 days. Joining late until session 2."
                    ),
                ),
            ),
            (
                EASY,
                Tile(
                    _("Easy-going"),
                    small=_(
                        "Full refund until the first session begins. Every week told before it begins gives a make-up "
                        "place, for 90 days. Joining late until session 3."
                    ),
                ),
            ),
            (OWN, Tile(_("Set them one by one"))),
        ],
    )
    refund_hours = whole_number(_("Full refund until, hours before"), 0, MOST_HOURS, required=False)
    part_refund_hours = whole_number(_("Part refund until, hours before"), 0, MOST_HOURS, required=False)
    part_refund_percent = whole_number(_("Part refund, %"), 0, 100, required=False)
    makeup_notice_hours = whole_number(_("Make-up place when told, hours before"), 0, MOST_HOURS, required=False)
    makeup_days = whole_number(_("It keeps, days"), 1, MOST_DAYS, required=False)
    makeups_at_most = whole_number(_("Make-up places a baby"), 0, MOST_WEEKS, required=False)
    moves_at_most = whole_number(_("Moves to another series"), 0, 10, required=False)
    late_until = whole_number(_("Joining late until session"), 1, MOST_WEEKS, required=False)

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        if typed.get("policy") == OWN and not set(TERMS) & set(self.errors):
            self._check_steps(self._own_terms(typed))
        return typed

    def _check_steps(self, terms: Terms) -> None:
        if not terms.part_refund_hours:
            return
        if terms.part_refund_hours >= terms.refund_hours:
            self.add_error("part_refund_hours", _("The part refund ends later than the full one: fewer hours, please."))
        if not terms.part_refund_percent:
            self.add_error("part_refund_percent", _("How much comes back? From 1 to 100."))

    @staticmethod
    def _own_terms(typed: Mapping[str, Any]) -> Terms:
        usual = asdict(RULES[USUAL][0])
        return Terms(**{name: usual[name] if typed.get(name) is None else typed[name] for name in TERMS})

    @property
    def terms(self) -> Terms:
        """What holds for a booking; the form is valid."""
        policy = self.cleaned_data["policy"] or USUAL
        return self._own_terms(self.cleaned_data) if policy == OWN else RULES[policy][0]

    @property
    def late_until_session(self) -> int:
        """The last session at which a family can join; 1 is: not once it has begun."""
        policy = self.cleaned_data["policy"] or USUAL
        return (self.cleaned_data["late_until"] or 1) if policy == OWN else RULES[policy][1]


def policy_of(terms: Terms, *, late_until: int) -> str:
    """Which of the sets these are."""
    return next((name for name, rules in RULES.items() if rules == (terms, late_until)), OWN)
