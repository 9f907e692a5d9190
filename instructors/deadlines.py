"""Until when: calendar arithmetic of the rules that programmes and requirements carry.

A rule is {"anchor": "last_day", "amount": 4, "unit": "months"}; an empty one sets no deadline. The anchor day itself is
not counted. Months are calendar months: 31 January and one month is the last of February.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from instructors.models import Traineeship

ANCHORS = ("first_day", "last_day", "access_granted", "previous_step")
UNITS = ("days", "months")
MOST = {"days": 1500, "months": 60}


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day where it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, last))


def after(rule: dict[str, Any], anchor: date) -> date:
    """The last day that the rule allows, counted from the day after `anchor`."""
    if rule["unit"] == "months":
        return add_months(anchor, rule["amount"])
    return anchor + timedelta(days=rule["amount"])


def validate_rule(rule: Any) -> None:
    """Raise ValidationError with a sentence unless the rule is empty or whole."""
    if rule == {}:
        return
    if not isinstance(rule, dict) or set(rule) != {"anchor", "amount", "unit"}:
        raise ValidationError(_("A deadline rule has an anchor, an amount and a unit."))
    if rule["anchor"] not in ANCHORS or rule["unit"] not in UNITS:
        raise ValidationError(_("A deadline counts days or months, from one of: %s.") % ", ".join(ANCHORS))
    if not isinstance(rule["amount"], int) or not 0 < rule["amount"] <= MOST[rule["unit"]]:
        raise ValidationError(_("The amount is a whole number, at most 1500 days or 60 months."))


def deadline_of(traineeship: Traineeship) -> date | None:
    """The programme's deadline for this candidate; without one, the last of the requirements' own; None if neither."""
    anchor = _anchor(traineeship, traineeship.programme.deadline_rule, previous=None)
    if anchor:
        return after(traineeship.programme.deadline_rule, anchor)
    return max(requirement_deadlines(traineeship).values(), default=None)


def requirement_deadlines(traineeship: Traineeship) -> dict[str, date]:
    """Requirement key to its own deadline, for those that have one, in order; a step counts on from the one before."""
    found: dict[str, date] = {}
    previous: date | None = None
    for requirement in traineeship.programme.requirements.all():
        if anchor := _anchor(traineeship, requirement.deadline_rule, previous=previous):
            previous = found[requirement.key] = after(requirement.deadline_rule, anchor)
    return found


def _anchor(traineeship: Traineeship, rule: dict[str, Any], *, previous: date | None) -> date | None:
    """The day that a rule counts from; None where the rule is empty or its day is not known yet."""
    kind = rule.get("anchor")
    if kind in ("first_day", "last_day") and traineeship.event:
        days = sorted(day.on for day in traineeship.event.days.all())
        return (days[0] if kind == "first_day" else days[-1]) if days else None
    if kind == "access_granted":
        return traineeship.started_on
    return previous if kind == "previous_step" else None
