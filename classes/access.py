"""Who may see what of a class: its register, and the health answers of the babies in it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest

from classes.models import Series, Session
from config.accounts.guards import guard
from config.lib.times import local
from instructors.models import Instructor

# Who may read health answers, and for how long: the lead around the whole series, a substitute around one date.
LEAD_WINDOW = timedelta(days=7)
SUBSTITUTE_WINDOW = timedelta(hours=24)
# What was told before one class is read by the lead around that class alone.
ANSWERS_WINDOW = timedelta(hours=24)


def instructor_of(user: Any) -> Instructor | None:
    """The teaching profile of this account; None where it has none."""
    if not user.is_authenticated:
        return None
    return Instructor.objects.of(user).select_related("user").first()


def is_instructor(request: HttpRequest) -> bool:
    """Whether the reader teaches, or learns to; `request.instructor` is set for the view."""
    request.instructor = instructor_of(request.user)  # type: ignore[attr-defined]
    return request.instructor is not None  # type: ignore[attr-defined]


# Names of families and babies open here, so a second factor is asked for.
instructor_only = guard("instructor_only", is_instructor, second_factor=True)


def may_read_of_guests(session: Session, *, now: datetime) -> bool:
    """Whether this moment is near enough to read of families who come to this one date alone: within a week of it.

    It narrows `may_read_health`, and opens nothing by itself.
    """
    return session.starts_at - LEAD_WINDOW <= now <= session.ends_at + LEAD_WINDOW


def is_lead(instructor: Instructor, series: Series) -> bool:
    return series.instructor_id == instructor.pk


def may_read_of_series(instructor: Instructor, series: Series, *, now: datetime) -> bool:
    """Whether this is the lead, from 7 days before the first until 7 days after the last session of the series."""
    if not is_lead(instructor, series) or series.first_session_at is None or series.last_session_at is None:
        return False
    return series.first_session_at - LEAD_WINDOW <= now <= series.last_session_at + LEAD_WINDOW


def may_read_health(instructor: Instructor, session: Session, *, now: datetime) -> bool:
    """Whether health answers may be read for this session at this moment.

    The lead: from 7 days before the first until 7 days after the last session of the series. That date's substitute:
    within 24 hours of it, before and after. Nobody else, ever. `session` comes with its series.
    """
    if is_lead(instructor, session.series):
        return may_read_of_series(instructor, session.series, now=now)
    if session.substitute_id == instructor.pk:
        return session.starts_at - SUBSTITUTE_WINDOW <= now <= session.ends_at + SUBSTITUTE_WINDOW
    return False


def may_read_answers(instructor: Instructor, session: Session, *, now: datetime) -> bool:
    """Whether what was told before this class may be read at this moment.

    The lead: within 24 hours of it, before and after. That date's substitute: on the day itself, by the clock of the
    series, and until the class is over. Nobody else, ever. `session` comes with its series.
    """
    if is_lead(instructor, session.series):
        return session.starts_at - ANSWERS_WINDOW <= now <= session.ends_at + ANSWERS_WINDOW
    if session.substitute_id != instructor.pk:
        return False
    zone = session.series.time_zone
    is_same_day = local(now, zone).date() == local(session.starts_at, zone).date()
    return is_same_day or session.starts_at <= now <= session.ends_at
