"""Whether a date of a published series can be held at another time, or by another instructor."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from classes.clashing import clashes
from classes.models import Series, Session, Venue
from classes.models.series import LONGEST_SERIES
from classes.outline import PlannedSession
from classes.scheduling import why_not_teach
from instructors.models import Instructor


def lock_hours(instructor: Instructor, venue: Venue | None) -> None:
    """Take the hours of both, after the series' lock: of two deeds that clash, one is refused."""
    Instructor.objects.select_for_update(of=("self",), no_key=True).get(pk=instructor.pk)
    if venue is not None:
        Venue.objects.select_for_update(of=("self",), no_key=True).get(pk=venue.pk)


def leader_of(session: Session) -> Instructor:
    """Who takes this date. Bring its series."""
    return session.substitute or session.series.instructor


def room_of(session: Session) -> Venue | None:
    """The room that this date needs; none where it is held online."""
    return None if session.is_online else session.series.venue


def why_not_move(session: Session, *, to: datetime, now: datetime) -> str | None:
    """The sentence that refuses this moment for this date; None where nothing stands against it. Bounded queries."""
    if to == session.starts_at:
        return _("This is when it is now. Please choose another date or time.")
    return _why_not_at(
        session.series,
        starts_at=to,
        minutes=session.minutes,
        leader=leader_of(session),
        venue=room_of(session),
        moved=session,
        now=now,
    )


def why_not_add(series: Series, *, starts_at: datetime, now: datetime) -> str | None:
    """The same for one more date of the series."""
    return _why_not_at(
        series,
        starts_at=starts_at,
        minutes=series.total_minutes,
        leader=series.instructor,
        venue=series.venue,
        moved=None,
        now=now,
    )


def _why_not_at(
    series: Series,
    *,
    starts_at: datetime,
    minutes: int,
    leader: Instructor,
    venue: Venue | None,
    moved: Session | None,
    now: datetime,
) -> str | None:
    """The same for any date of the series; `moved` is the one that goes there, if it is not a new one."""
    if starts_at <= now:
        return _("This moment is over. Please choose one that is still to come.")
    if starts_at - now > LONGEST_SERIES:
        return _("This is more than a year away. Please look at the date again.")
    dates = [PlannedSession(moved.number if moved else 0, starts_at, minutes)]
    if refusal := why_not_teach(leader, dates, zone=series.time_zone, is_practice=series.is_practice):
        return refusal
    found = clashes(dates, instructor=leader, venue=venue, zone=series.time_zone, leaving_out=moved)
    return found[0].sentence if found else None


def why_not_take(session: Session, instructor: Instructor) -> str | None:
    """The sentence that refuses this instructor for this date; None where they may lead it and are free then."""
    if instructor == leader_of(session):
        return _("They lead this date already.")
    dates = [PlannedSession(session.number, session.starts_at, session.minutes)]
    series = session.series
    if refusal := why_not_teach(instructor, dates, zone=series.time_zone, is_practice=series.is_practice):
        return refusal
    # The room is the series' own at that hour, so their other classes alone can stand against it, and the way.
    found = clashes(dates, instructor=instructor, venue=room_of(session), zone=series.time_zone, leaving_out=session)
    return found[0].sentence if found else None
