"""A series that too few families booked, one that is paid for, and a checklist that was begun."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from classes import deciding, dues, quality
from classes.models import Charge, Series
from config.demo.timetable import Laid

SMALL, NEARLY_OVER = "Twins and more", "Hands and hellos"
TICKED = ("invitation", "same-lead", "setting", "small-group", "welcome", "permission", "doll", "talk", "carers-too")


def let_numbers_be_small(laid: Iterable[Laid], *, now: datetime) -> None:
    by_title = {one.series.title: one.series for one in laid}
    decide_by = now + timedelta(hours=26)
    Series.objects.filter(pk=by_title[SMALL].pk).update(fewest_families=3, decide_by=decide_by)
    deciding.remind(now - timedelta(hours=3))
    nearly_over = by_title[NEARLY_OVER]
    unpaid = Charge.objects.unpaid().filter(enrolment__series=nearly_over).values_list("pk", flat=True)
    dues.settle(unpaid, by=nearly_over.instructor.user, now=now - timedelta(days=9))
    quality.tick(nearly_over, points=TICKED, by=nearly_over.instructor.user, now=now - timedelta(days=2))
