"""The rules and measures of a programme as people say them: "4 months after the last training day"."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from instructors.models import Requirement

RULES = {
    ("first_day", "days"): ngettext_lazy(
        "%(n)d day after the first training day", "%(n)d days after the first training day", "n"
    ),
    ("first_day", "months"): ngettext_lazy(
        "%(n)d month after the first training day", "%(n)d months after the first training day", "n"
    ),
    ("last_day", "days"): ngettext_lazy(
        "%(n)d day after the last training day", "%(n)d days after the last training day", "n"
    ),
    ("last_day", "months"): ngettext_lazy(
        "%(n)d month after the last training day", "%(n)d months after the last training day", "n"
    ),
    ("access_granted", "days"): ngettext_lazy(
        "%(n)d day after the online part is opened", "%(n)d days after the online part is opened", "n"
    ),
    ("access_granted", "months"): ngettext_lazy(
        "%(n)d month after the online part is opened", "%(n)d months after the online part is opened", "n"
    ),
    ("previous_step", "days"): ngettext_lazy(
        "%(n)d day after the step before", "%(n)d days after the step before", "n"
    ),
    ("previous_step", "months"): ngettext_lazy(
        "%(n)d month after the step before", "%(n)d months after the step before", "n"
    ),
}


def rule_in_words(rule: dict[str, Any]) -> str:
    """The rule in words; nothing where none is set."""
    return str(RULES[rule["anchor"], rule["unit"]] % {"n": rule["amount"]}) if rule else ""


def measures_in_words(requirement: Requirement) -> list[str]:
    """What is measured, one phrase each, in the order in which one says it; nothing where nothing is."""
    said = []
    for name, value in sorted(requirement.params.items(), key=lambda pair: ORDER.index(pair[0])):
        said.append(_phrase(name, value))
    return said


ORDER = ("days", "practicum_days", "pass_mark", "families", "sessions", "gap_days", "feedback", "count", "hours")


def _phrase(name: str, n: int) -> str:
    phrases = {
        "days": ngettext("%(n)d training day", "%(n)d training days", n),
        "practicum_days": ngettext("%(n)d day with parents and babies", "%(n)d days with parents and babies", n),
        "pass_mark": _("pass mark %(n)d of 100"),
        "families": ngettext("%(n)d family", "%(n)d families", n),
        "sessions": ngettext("%(n)d session with each", "%(n)d sessions with each", n),
        "gap_days": ngettext("at least %(n)d day apart", "at least %(n)d days apart", n),
        "feedback": ngettext("feedback of %(n)d family", "feedback of %(n)d families", n),
        "count": ngettext("%(n)d piece of work", "%(n)d pieces of work", n),
        "hours": ngettext("%(n)d hour", "%(n)d hours", n),
    }
    return phrases[name] % {"n": n}
