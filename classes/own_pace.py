"""At a family's own pace: weeks open when the family opens them, one after the other."""

from __future__ import annotations

from classes.models import Enrolment, OpenedWeek


def opened_weeks(enrolment: Enrolment) -> set[int]:
    """The weeks that the family has opened so far; empty before it begins. One query."""
    return set(OpenedWeek.objects.filter(enrolment=enrolment).values_list("week", flat=True))
