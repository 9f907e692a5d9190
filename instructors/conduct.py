"""The code of conduct that a candidate declares to follow: read, and ticked line by line."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from instructors.refusals import CannotTrain

VERSION = 1


@dataclass(frozen=True)
class Point:
    key: str
    words: str | Promise


# A change of sense is a new version: what was declared stays as it was read.
POINTS = (
    Point(
        "own_hands",
        gettext_lazy(
            "I never massage a baby. I show on a doll, and I decline kindly when a parent asks me to do it myself."
        ),
    ),
    Point(
        "baby_leads",
        gettext_lazy("The baby leads: I teach asking first and reading the answer, and there is no standard to reach."),
    ),
    Point(
        "parent_knows",
        gettext_lazy("Parents know their child best. I give no advice on health or care, and say whom to ask instead."),
    ),
    Point(
        "no_cures",
        gettext_lazy("A class is not a treatment. I promise nothing about health, and claim nothing unproven."),
    ),
    Point("warmth", gettext_lazy("I am there for the whole series, welcome every family, and never boss.")),
    Point(
        "private",
        gettext_lazy("What I hear in a class stays there. I keep what families tell me safe, and share nothing."),
    ),
    Point(
        "titles",
        gettext_lazy("I use a title only once I have earned it, keep learning, and treat no family less well."),
    ),
    Point("consent", gettext_lazy("Anyone but a parent takes part only with a parent’s written consent.")),
    Point("rights", gettext_lazy("I respect the rights of those who wrote, drew or played what I use.")),
)


def declared(ticked: Collection[str]) -> str:
    """The declaration in the words that were read. Raises CannotTrain unless every line is ticked."""
    if set(ticked) != {point.key for point in POINTS}:
        raise CannotTrain(
            _("Please read every line and tick it. If one gives you pause, talk with your trainer first.")
        )
    heading = _("Code of conduct, version %(version)d. I have read it and will follow it.") % {"version": VERSION}
    return "\n".join((heading, *(f"– {point.words}" for point in POINTS)))
