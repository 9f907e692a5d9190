"""A routine on a card, for anyone: it holds nothing of anybody, so it is kept for as long as the edition lasts."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from curriculum.papers import parts, sizes
from curriculum.papers.press import print_paper
from curriculum.routines import RoutinePage, Step, routine_page

MOST_IN_FULL = 4
"""So many strokes have room for all their words on a card; more are told in a line each."""


def routine_card(slug: str, *, edition: str, size: str) -> bytes:
    """The card of a current routine as PDF, in the language that is active.

    No query where this edition's page was read before. Raises Routine.DoesNotExist, PressBusy and CannotPrint.
    """
    page = routine_page(slug, edition=edition)
    if not edition:
        return print_paper("card", card_words(page, size=size))
    return _kept_card(edition, slug, size, get_language() or "en")


# Room for every card in every size and language: else whoever asks for one after the other keeps the press busy.
@lru_cache(maxsize=256)
def _kept_card(edition: str, slug: str, size: str, language: str) -> bytes:
    return print_paper("card", card_words(routine_page(slug, edition=edition), size=size))


def card_words(page: RoutinePage, *, size: str) -> dict[str, Any]:
    """What stands on the card. Nothing here asks the database."""
    routine = page.routine
    frame = parts.frame(
        title=routine.name, description=routine.summary, foot=f"Warm Hands. {routine.name}", sheet=parts.HALVES[size]
    )
    pictured = page.strokes if page.has_pictures else []
    return frame | {
        "words": frame["words"]
        | {
            "longer": _("The long version adds"),
            "when": _("When, and how often"),
            "known": _("What is known"),
            "pen_line": _("A line for yourself"),
        },
        "fit": sizes.CARD,
        "qr": parts.qr(settings.SITE_URL + routine.get_absolute_url()),
        "pictures": parts.pictures(pictured),
        "call": parts.call(page.when_to_call),
        "card": {
            "title": routine.name,
            "facts": " · ".join(_facts(page)),
            "says": " ".join(filter(None, (routine.summary, routine.when))),
            "steps": _steps(page) if page.has_pictures else [],
            "in_full": len(pictured) <= MOST_IN_FULL,
            "names": [stroke.name for stroke in page.strokes],
            "mind": _mind(page),
            "known": [page.claim.says, page.claim.does_not_mean] if page.claim else [],
        },
    }


def _facts(page: RoutinePage) -> list[str]:
    routine = page.routine
    if not routine.days:
        return []
    rounds = ngettext("One round", "%(n)s rounds in a row", routine.rounds) % {"n": routine.rounds}
    days = ngettext("For one day", "For %(n)s days", routine.days) % {"n": routine.days}
    if not routine.times_a_day:
        return [rounds, days]
    often = ngettext("Once a day", "%(n)s times a day", routine.times_a_day) % {"n": routine.times_a_day}
    return [rounds, often, days]


def _steps(page: RoutinePage) -> list[dict[str, Any]]:
    return [_step(step, most=len(page.steps)) for step in page.steps]


def _step(step: Step, *, most: int) -> dict[str, Any]:
    """A step. What comes before the first or after the last has no number."""
    return {
        "number": str(step.number) if 0 < step.number <= most else "",
        "first_long": step.is_first_of_long,
        "parts": [
            parts.stroke(part.stroke)
            | {
                "name": part.stroke.name,
                "pictured": not part.is_again,
                "says": part.stroke.summary,
                "times": ngettext("Once", "%(n)s times", part.repeat) % {"n": part.repeat} if part.repeat else "",
            }
            for part in step.parts
        ],
    }


def _mind(page: RoutinePage) -> dict[str, Any]:
    if page.tummy:
        return {"title": page.tummy.heading, "rules": page.tummy.rule_lines}
    first = _("Ask first. A “not now” ends it, and that is a good massage.")
    return {"title": _("Before you begin"), "rules": [first]}
