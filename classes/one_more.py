"""Staying until the family feels sure: one more class, in a free place of another series, for the price of a date.

Suggested by what the carers noted at home, by the instructor, or wished for without any reason at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, IntegerField, OuterRef, Q, Subquery, Value
from django.utils.translation import gettext as _

from classes import booking, company, my_classes, prices
from classes.models import Enrolment, Place, Series, Session
from classes.models.distance import Point, box_around, metres_from
from classes.my_classes import Booking
from classes.obstacles import CannotBook, Obstacle
from classes.places import left_in, taken_counts
from config.accounts.models import User
from config.audit.trail import record
from config.lib.money import Money
from config.lib.times import local
from curriculum.models import Stroke
from families import diary
from families.models import Baby, Caregiver, Family

# So long after its last date a series is still what a family comes from.
STILL_FRESH = timedelta(days=90)
# Nobody plans one class further ahead than that, or goes further for it.
LOOKED_AHEAD = timedelta(days=120)
FARTHEST_KM = 40
MOST_SHOWN = 12
MOST_LOOKED_AT = 100
VENUE = {"latitude": "series__venue__latitude", "longitude": "series__venue__longitude"}
# Nobody comes there for one date alone.
CLOSED = (Series.Delivery.SELF_PACED, Series.Delivery.PRIVATE_VISIT, Series.Delivery.HOSPITAL)


@dataclass(frozen=True)
class Suggestion:
    """One more class after this booking. `strokes` are those that the carers are still learning."""

    enrolment: Enrolment
    babies: list[Baby]
    is_instructors: bool = False
    strokes: list[Stroke] = field(default_factory=list)

    @property
    def has_reason(self) -> bool:
        return self.is_instructors or bool(self.strokes)


@dataclass(frozen=True)
class Fitting:
    """A date with a free place for each of the babies, and what it costs for all of them."""

    session: Session
    way: str
    price: Money
    km: float | None
    is_same_instructor: bool

    @property
    def value(self) -> str:
        """How a form names it."""
        return f"{self.session.reference}:{self.way}"


def suggested(family: Family, *, now: datetime) -> Suggestion | None:
    """The booking that one more class could follow: from its last but one date until it is long over.

    None without such a booking, and while another class is booked already. Five queries at most.
    """
    return suggested_among(my_classes.bookings_of(family), now=now)


def suggested_among(bookings: Sequence[Booking], *, now: datetime) -> Suggestion | None:
    """The same from the family's bookings. Three queries where there is one, otherwise none."""
    booked = [one for one in bookings if one.is_booked]
    ending = [one for one in booked if _is_ending(one, now=now)]
    elsewhere = [one for one in booked if one not in ending and one.to_come(now)]
    if not ending or elsewhere:
        return None
    last = max(ending, key=lambda one: one.sessions[-1].starts_at)
    if any(one.to_come(now) for one in ending if one is not last):
        return None
    return of_booking(last)


def _is_ending(booking: Booking, *, now: datetime) -> bool:
    """A whole series of which one date at most is to come, and that is not long over."""
    if booking.enrolment.kind != Enrolment.Kind.SERIES or not booking.sessions:
        return False
    return len(booking.to_come(now)) < 2 and booking.sessions[-1].starts_at > now - STILL_FRESH


def of_booking(booking: Booking) -> Suggestion:
    """The suggestion for this booking, whatever its reason. Two queries."""
    babies = [baby for baby in booking.babies if baby.removed_at is None]
    is_instructors = booking.enrolment.one_more_at is not None
    return Suggestion(booking.enrolment, babies, is_instructors, diary.still_learning(babies))


def fitting(suggestion: Suggestion, *, now: datetime) -> list[Fitting]:
    """Dates of other series with a free place for each baby: with the same instructor, or by the same plan and near.

    For the babies' age, when they are nowhere else, the own instructor's first. None that is offered or held. At most
    MOST_SHOWN. Two queries.
    """
    enrolment, babies = suggestion.enrolment, suggestion.babies
    if not babies:
        return []
    busy = _busy_times(babies, now=now)
    found = []
    for session in _looked_at(enrolment, now=now):
        way = _way_with_room(session, wished=enrolment.way, places=len(babies))
        if way and _fits(session, babies) and not any(_overlap(session, other) for other in busy):
            found.append(_fitting(enrolment, session, way, len(babies)))
    found.sort(key=lambda one: (not one.is_same_instructor, one.session.starts_at, one.session.pk))
    return found[:MOST_SHOWN]


def _looked_at(enrolment: Enrolment, *, now: datetime) -> list[Session]:
    """With the places that are taken and held, how many dates the series has, and `metres` to it where it is known."""
    own = enrolment.series
    begins = max(now, own.last_session_at or now)
    sessions = Session.objects.to_come(begins).filter(_with_whom(own), starts_at__lt=begins + LOOKED_AHEAD)
    sessions = sessions.filter(series__state=Series.State.PUBLISHED, series__is_practice=False)
    sessions = sessions.exclude(series=own.pk).exclude(series__delivery__in=CLOSED)
    of_series = Session.objects.held().filter(series=OuterRef("series")).order_by()
    held = Subquery(of_series.values("series").annotate(held=Count("pk")).values("held"))
    here = _point_of(own)
    metres = metres_from(here, **VENUE) if here else Value(None, IntegerField())
    rows = sessions.annotate(held=held, metres=metres, **taken_counts(now)).defer("note")
    related = rows.select_related("lesson", "series__venue", "series__instructor")
    return list(related.order_by("starts_at", "pk")[:MOST_LOOKED_AT])


def _with_whom(own: Series) -> Q:
    """The own instructor anywhere; by the same plan, whoever comes into one's home, or meets near."""
    near = Q(series__delivery__in=(Series.Delivery.LIVE_STREAM, Series.Delivery.HYBRID))
    if here := _point_of(own):
        near |= box_around(here, FARTHEST_KM, **VENUE)
    elif own.venue_id is not None:
        near |= Q(series__venue=own.venue_id)
    return Q(series__instructor=own.instructor_id) | Q(series__plan=own.plan_id) & near


def _point_of(series: Series) -> Point | None:
    venue = series.venue
    if venue is None or venue.latitude is None or venue.longitude is None:
        return None
    return Point(float(venue.latitude), float(venue.longitude))


def _way_with_room(session: Session, *, wished: str, places: int) -> str:
    """The wished way, else the other one; empty where neither has room for all."""
    left = dict(zip((Enrolment.Way.ROOM.value, Enrolment.Way.STREAM.value), left_in(session), strict=True))
    ways = sorted((way for way in session.series.ways if left[way] >= places), key=lambda way: way != wished)
    return ways[0] if ways else ""


def _fits(session: Session, babies: Sequence[Baby]) -> bool:
    """By age or, for who came early, by the age since the due date."""
    series, day = session.series, local(session.starts_at, session.series.time_zone).date()
    return all(
        any(
            series.min_age_weeks <= age <= series.max_age_weeks
            for age in (baby.age_in_weeks(day), baby.corrected_age_in_weeks(day))
        )
        for baby in babies
    )


def _busy_times(babies: Sequence[Baby], *, now: datetime) -> list[Session]:
    places = Place.objects.taken(now).filter(baby__in=[baby.pk for baby in babies], session__starts_at__gt=now)
    return [place.session for place in places.select_related("session").defer("session__note")]


def _overlap(one: Session, other: Session) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def _fitting(enrolment: Enrolment, session: Session, way: str, babies: int) -> Fitting:
    counted: Any = session
    price = prices.price_of_dates(session.series, babies=babies, dates=1, held=counted.held)
    metres = counted.metres if way == Enrolment.Way.ROOM else None
    km = round(metres / 1000, 1) if metres is not None else None
    return Fitting(session, way, price, km, session.series.instructor_id == enrolment.series.instructor_id)


def who_came(suggestion: Suggestion) -> list[Caregiver]:
    """The adults who came to the series, and still belong to the family: they come once more. One query."""
    return company.still_here(suggestion.enrolment.who_comes.all())


def book(
    suggestion: Suggestion,
    *,
    chosen: Fitting,
    who_comes: Sequence[Caregiver],
    by: User,
    now: datetime,
    request_key: str | None = None,
) -> Enrolment:
    """Book the chosen date for the babies of the suggestion, at the price that was chosen with it.

    Fewer adults than babies take them in turn, as in the series before.

    Raises CannotBook: where the place went meanwhile, or costs something else by now; then nothing was written.
    """
    with transaction.atomic():
        enrolment = booking.book_dates(
            [chosen.session],
            family=suggestion.enrolment.family,
            babies=suggestion.babies,
            way=chosen.way,
            who_comes=who_comes,
            by=by,
            now=now,
            request_key=request_key,
            is_one_more=True,
            in_turn=len(who_comes) < len(suggestion.babies),
        )
        if enrolment.price != chosen.price:
            raise CannotBook([Obstacle("price", _("The price of this date has changed. Please look at it again."))])
    return enrolment


def suggest(enrolment: Enrolment, *, wanted: bool, by: User, now: datetime) -> None:
    """The instructor suggests one more class to this family, or no longer does. Twice is once."""
    with transaction.atomic():
        standing = Enrolment.objects.select_for_update(of=("self",)).get(pk=enrolment.pk)
        if standing.state != Enrolment.State.BOOKED or (standing.one_more_at is not None) == wanted:
            return
        standing.one_more_at = now if wanted else None
        standing.save(update_fields=["one_more_at"])
        what = "suggested one more class" if wanted else "took the suggestion of one more class back"
        record(what, by=by, about=standing, now=now)
