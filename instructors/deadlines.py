"""Until when: calendar arithmetic of the rules that programmes and requirements carry.

A rule is {"anchor": "last_day", "amount": 4, "unit": "months"}; an empty one sets no deadline. The anchor day itself is
not counted. Months are calendar months: 31 January and one month is the last of February.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from config.lib.times import local
from instructors.models import Extension, Requirement, Traineeship

ANCHORS = ("first_day", "last_day", "access_granted", "previous_step")
UNITS = ("days", "months")
MOST = {"days": 1500, "months": 60}


@dataclass(frozen=True)
class Step:
    """A requirement with a deadline of its own. `due_on` is None until the day that it counts from is known."""

    requirement: Requirement
    due_on: date | None
    extended: bool


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
    whole = isinstance(rule["amount"], int) and not isinstance(rule["amount"], bool)
    if not whole or not 0 < rule["amount"] <= MOST[rule["unit"]]:
        raise ValidationError(_("The amount is a whole number, at most 1500 days or 60 months."))


def steps_of(traineeship: Traineeship) -> list[Step]:
    """The requirements that have a deadline of their own, in order, with all extensions given so far.

    A step counts on from the one before, so more time for one moves those after it. More time for the whole training
    lasts for every step that was over when it was given, and for the last one.
    """
    asked = [
        requirement
        for requirement in traineeship.programme.requirements.all()
        if requirement.deadline_rule and requirement.stage == Requirement.Stage.INITIAL
    ]
    given = list(traineeship.extensions.all()) if traineeship.pk else []
    for_all = [one for one in given if one.requirement_id is None]
    steps, previous = [], None
    for requirement in asked:
        counted = _counted(traineeship, requirement.deadline_rule, previous=previous)
        own = _latest(one.new_on for one in given if one.requirement_id == requirement.pk)
        previous = _latest((counted, own))
        whole = _latest(_for_step(traineeship, for_all, due=previous, is_last=requirement == asked[-1]))
        due = _latest((previous, whole))
        steps.append(Step(requirement, due, extended=bool(due and due in (own, whole))))
    return steps


def deadline_of(traineeship: Traineeship) -> date | None:
    """Until when the whole training is to be finished: the programme's rule, or the last step; None if neither is set.

    More time that was given for the whole, or for a step, never ends before it.
    """
    steps = steps_of(traineeship)
    counted = _counted(traineeship, traineeship.programme.deadline_rule, previous=None)
    given = list(traineeship.extensions.all()) if traineeship.pk else []
    whole = [one.new_on for one in given if one.requirement_id is None]
    moved = counted is None or any(step.extended for step in steps)
    return _latest((counted, *whole, *((step.due_on for step in steps) if moved else ())))


def requirement_deadlines(traineeship: Traineeship) -> dict[str, date]:
    """Requirement key to its own deadline, for those whose day is known, in order."""
    return {step.requirement.key: step.due_on for step in steps_of(traineeship) if step.due_on}


def _for_step(traineeship: Traineeship, given: list[Extension], *, due: date | None, is_last: bool) -> list[date]:
    """Of the extensions of the whole training, the days until which this step may last. A day ends where it is held."""
    zone = traineeship.event.time_zone if traineeship.event else "UTC"
    return [one.new_on for one in given if is_last or (due and due < local(one.granted_at, zone).date())]


def _latest(days: Iterable[date | None]) -> date | None:
    return max((day for day in days if day), default=None)


def _counted(traineeship: Traineeship, rule: dict[str, Any], *, previous: date | None) -> date | None:
    anchor = _anchor(traineeship, rule, previous=previous)
    return after(rule, anchor) if anchor else None


def _anchor(traineeship: Traineeship, rule: dict[str, Any], *, previous: date | None) -> date | None:
    """The day that a rule counts from; None where the rule is empty or its day is not known yet."""
    kind = rule.get("anchor")
    if kind in ("first_day", "last_day") and traineeship.event:
        days = sorted(day.on for day in traineeship.event.days.all())
        return (days[0] if kind == "first_day" else days[-1]) if days else None
    if kind == "access_granted":
        return traineeship.access_on
    return previous if kind == "previous_step" else None
