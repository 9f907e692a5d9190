"""The live check-in of a series at one's own pace: a session of its own, of which each family may take one place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from classes import booking, own_pace
from classes.clashing import clashes
from classes.models import Enrolment, Place, Series, Session
from classes.models.series import LONGEST_SERIES
from classes.obstacles import CannotBook
from classes.outline import PlannedSession
from classes.places import left_in, lock_series, taken_counts
from classes.rescheduling import lock_hours
from classes.scheduling import why_not_teach
from classes.transferring import babies_of
from config.accounts.models import User
from config.audit.trail import record

MINUTES, PLACES = 20, 6
MOST_SHOWN = 12


class CannotCheckIn(Exception):
    """No place was taken, or no check-in made; the sentence says why and what to do instead."""


@dataclass(frozen=True)
class CheckIn:
    """A check-in that is still to come, with the places that are left."""

    session: Session
    left: int

    @property
    def taken(self) -> int:
        return self.session.stream_capacity - self.left


def coming(series: Series, *, now: datetime) -> list[CheckIn]:
    """Those to come, soonest first, full ones too. One query."""
    sessions = Session.objects.to_come(now).filter(series=series).annotate(**taken_counts(now)).defer("note")
    return [CheckIn(one, max(left_in(one)[1], 0)) for one in sessions.order_by("starts_at")[:MOST_SHOWN]]


def taken_by(enrolment: Enrolment) -> Place | None:
    """The place that the family has, or had, in a check-in of its series that was held or is to come. One query."""
    places = Place.objects.booked().filter(
        enrolment__family=enrolment.family_id,
        session__series=enrolment.series_id,
        enrolment__kind=Enrolment.Kind.SINGLE,
    )
    held = places.exclude(session__state=Session.State.CANCELLED).select_related("session", "enrolment")
    return held.order_by("-session__starts_at").first()


def take(enrolment: Enrolment, *, session: Session, by: User, now: datetime, key: str) -> Enrolment:
    """Take a place in that check-in for the family; it costs nothing more. The same `key` again is the same booking.

    Raises CannotCheckIn, and then nothing was written.
    """
    with transaction.atomic():
        lock_series(enrolment.series)
        enrolment.refresh_from_db(fields=["state"])
        if standing := Enrolment.objects.filter(request_key=key, booked_by=by, series=enrolment.series).first():
            return standing
        if refusal := _why_not_take(enrolment):
            raise CannotCheckIn(refusal)
        try:
            return booking.book_dates(
                [session],
                family=enrolment.family,
                babies=babies_of(enrolment)[:1],
                way=Enrolment.Way.STREAM,
                who_comes=list(enrolment.who_comes.all()),
                by=by,
                now=now,
                request_key=key,
                is_one_more=True,
            )
        except CannotBook as refused:
            raise CannotCheckIn(str(refused)) from refused


def _why_not_take(enrolment: Enrolment) -> str | None:
    if enrolment.state != Enrolment.State.BOOKED or not own_pace.is_own_pace(enrolment):
        return _("A check-in goes with a booking at your own pace, and this one has ended.")
    if taken_by(enrolment):
        return _("You have your check-in already. Give that date back first, then take another one.")
    return None


def add(
    series: Series, *, starts_at: datetime, minutes: int = MINUTES, places: int = PLACES, by: User, now: datetime
) -> Session:
    """Make a check-in for the families of this series. Raises CannotCheckIn where its instructor has no time then."""
    with transaction.atomic():
        series = lock_series(series)
        lock_hours(series.instructor, None)
        if series.delivery != Series.Delivery.SELF_PACED or series.state != Series.State.PUBLISHED:
            raise CannotCheckIn(_("Check-ins go with a published series at one’s own pace."))
        same = Session.objects.held().filter(series=series, starts_at=starts_at).first()
        if same:
            return same
        if refusal := _why_not_add(series, starts_at=starts_at, minutes=minutes, now=now):
            raise CannotCheckIn(refusal)
        last = Session.objects.filter(series=series).order_by("-number").values_list("number", flat=True).first()
        session = Session.objects.create(
            series=series,
            number=(last or 0) + 1,
            starts_at=starts_at,
            minutes=minutes,
            capacity=0,
            stream_capacity=places,
        )
        record("added a check-in", by=by, about=session, now=now, detail={"places": places})
    return session


def _why_not_add(series: Series, *, starts_at: datetime, minutes: int, now: datetime) -> str | None:
    if starts_at <= now:
        return _("This moment is over. Please choose one that is still to come.")
    if starts_at - now > LONGEST_SERIES:
        return _("This is more than a year away. Please look at the date again.")
    dates = [PlannedSession(0, starts_at, minutes)]
    if refusal := why_not_teach(series.instructor, dates, zone=series.time_zone, is_practice=series.is_practice):
        return refusal
    found = clashes(dates, instructor=series.instructor, venue=None, zone=series.time_zone)
    return found[0].sentence if found else None
