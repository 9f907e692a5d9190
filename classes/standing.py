"""What a certificate that was suspended or revoked means for the classes of its holder.

Families who have booked keep their places, and the register stays open: nobody is left standing before a locked door.
But nothing new is begun: no series is published, and the open ones take no new bookings until somebody may lead again.
The registrar sees what is coming up before deciding, and arranges it with the instructor, or with a substitute.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q

from classes.models import Enrolment, Series, Session
from config.lib.times import local
from instructors.models import Certificate, Instructor

STOPPED = (Certificate.State.SUSPENDED, Certificate.State.REVOKED)


def is_stopped(instructor: Instructor) -> bool:
    """Whether a certificate to teach was taken from this instructor, and no other one is active. One query.

    A candidate has none to be taken, and one that only ran out stops nothing that was published while it held.
    """
    states = set(Certificate.objects.held_by(instructor.user_id).to_teach().values_list("state", flat=True))
    return bool(states.intersection(STOPPED)) and Certificate.State.ACTIVE not in states


def takes_nobody_new(series: Series) -> bool:
    """The same of a series; without a question where it was loaded `for_page`."""
    known: bool | None = getattr(series, "lead_stopped", None)
    return is_stopped(series.instructor) if known is None else known


def coming_classes(holder: Any, *, now: datetime, most: int) -> list[dict[str, Any]]:
    """The published series of this person that are not over, with no name of a family in them. One query."""
    ahead = Q(sessions__starts_at__gt=now) & ~Q(sessions__state=Session.State.CANCELLED)
    booked = Q(enrolments__state=Enrolment.State.BOOKED)
    rows: Any = (
        Series.objects.published()
        .filter(instructor__user=holder, last_session_at__gt=now)
        .annotate(
            next_at=Min("sessions__starts_at", filter=ahead), families=Count("enrolments", filter=booked, distinct=True)
        )
        .order_by("next_at", "pk")
    )
    return [
        {
            "title": row.title,
            "next_on": local(row.next_at, row.time_zone).date() if row.next_at else None,
            "families": row.families,
        }
        for row in rows[:most]
    ]
