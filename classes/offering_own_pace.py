"""Offering a plan at each family's own pace: a series without dates, open for booking at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from classes.models import Series
from classes.scheduling import CannotPublish, write_series
from config.accounts.models import User
from config.audit.trail import record
from config.lib.times import local
from instructors.certification import why_not_lead
from instructors.models import Instructor

# A button pressed twice, or by two fingers, is one press.
ONE_PRESS = timedelta(minutes=5)


def offer(instructor: Instructor, *, wanted: Mapping[str, Any], by: User, now: datetime) -> Series:
    """Make the series and open it for booking. `wanted` are columns of it, by name; there is no room and no date.

    One of the same name that was offered a moment ago is the same press. Raises CannotPublish for an instructor who
    may not lead today; nothing was written.
    """
    with transaction.atomic():
        Instructor.objects.select_for_update().get(pk=instructor.pk)
        if standing := Series.objects.offered_since(now - ONE_PRESS, instructor=instructor, title=wanted["title"]):
            return standing
        if refusal := why_not_lead(instructor, on=local(now, instructor.time_zone).date()):
            raise CannotPublish([refusal])
        fields = {
            **wanted,
            "instructor": instructor,
            "delivery": Series.Delivery.SELF_PACED,
            "time_zone": instructor.time_zone,
            "capacity": 0,
            "state": Series.State.PUBLISHED,
            "published_at": now,
        }
        series = write_series(fields)
        record("made a series", by=by, about=series, now=now, detail={"sessions": 0})
        record("published a series", by=by, about=series, now=now)
    return series
