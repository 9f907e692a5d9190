"""Making up for a date that a family could not come to: where it fits, and a place for each baby there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import BooleanField, Case, F, IntegerField, Q, Value, When
from django.utils.translation import gettext as _

from classes import date_letters, rights, showing
from classes.models import Enrolment, MakeUpRight, Place, Series, Session, StrokePlan
from classes.models.distance import Point, box_around, metres_from
from classes.models.right import MakeUpRightQuerySet
from classes.models.session import SessionQuerySet
from classes.places import left_in, lock_all, take_places, taken_counts
from classes.releasing import said_by_database, settled
from config.accounts.models import User
from config.audit.trail import record, record_each
from config.lib.times import local
from curriculum.models import LessonStroke
from curriculum.progression import ALWAYS
from families import health

MOST_MATCHES = 24
# So many are looked at to find those that fit: of the wished way first, then the nearest, then the soonest.
MOST_LOOKED_AT = 200
# Further than that nobody goes for one class.
FARTHEST_KM = 80
MOST_A_SWEEP = 500
# Nobody comes there for one date alone.
CLOSED = (Series.Delivery.SELF_PACED, Series.Delivery.PRIVATE_VISIT, Series.Delivery.HOSPITAL)
LATITUDE, LONGITUDE = "series__venue__latitude", "series__venue__longitude"


class CannotMakeUp(Exception):
    """No place was booked; the sentence says why and what to do instead."""


@dataclass(frozen=True)
class Match:
    """A class that fits. `metres` is how far its room is from the point that was asked for; None where unknown.

    It shows so many `strokes` of those that were `missed`.
    """

    session: Session
    way: str
    metres: int | None
    strokes: int = 0
    missed: int = 0

    @property
    def is_in_part(self) -> bool:
        """Whether something that was missed is not shown there."""
        return self.strokes < self.missed

    @property
    def value(self) -> str:
        """How a form names it."""
        return f"{self.session.reference}:{self.way}"


def rights_to_use(found: MakeUpRightQuerySet) -> MakeUpRightQuerySet:
    """These rights with all that `matches` and a page look at, in one query."""
    related = ("baby", "missed__lesson", "missed__series", "enrolment__family", "enrolment__series__venue")
    return found.select_related(*related, "enrolment__booked_by").order_by("missed_id", "baby_id")


def matches(held: Sequence[MakeUpRight], *, now: datetime, near: Point | None = None) -> list[Match]:
    """Where these babies, one right each and all for the same week, could make up for it; the best fit first.

    Classes of other series that show at least half of what was missed, each by the plan of its own series, before the
    rights run out, for the babies' age, with a place for each: joined as the family joins its own, in the language of
    its own, nearest `near` (else the own venue), soonest. At most MOST_MATCHES. Ten queries at most.
    """
    if not held:
        return []
    wished = held[0].enrolment.way
    here = near or _point_of(held[0].enrolment.series)
    busy = _busy_times(held, now=now)
    missed = held[0].missed
    shown = showing.shown_in([missed.pk], now=now)
    wanted = showing.new_in(shown, missed.pk)
    near_by = list(_looked_at(held, missed=wanted, wished=wished, here=here, now=now))
    shown |= showing.shown_in([session.pk for session in near_by], now=now)
    found = []
    for session in near_by:
        way = _way_with_room(session, wished=wished, places=len(held))
        fits = showing.makes_up(missed, session, shown) and _fits_ages(held, session) and not _clashes(session, busy)
        if way and fits:
            strokes = len(wanted & showing.new_in(shown, session.pk))
            found.append(Match(session, way, _metres(session, way), strokes, len(wanted)))
    language = held[0].enrolment.series.language
    found.sort(key=lambda match: _rank(match, wished=wished, language=language))
    return found[:MOST_MATCHES]


def _rank(match: Match, *, wished: str, language: str) -> tuple[Any, ...]:
    session = match.session
    is_far = match.metres if match.metres is not None else float("inf")
    return (match.way != wished, session.series.language != language, is_far, session.starts_at, session.pk)


def _looked_at(
    held: Sequence[MakeUpRight], *, missed: Collection[str], wished: str, here: Point | None, now: datetime
) -> SessionQuerySet:
    """Each with `metres` from here, and `is_near`: whether its room is one to go to."""
    capacity = "stream_capacity" if wished == Enrolment.Way.STREAM else "capacity"
    rooms = Q(capacity__gt=0) & _near(held[0].enrolment, here)
    metres = metres_from(here, latitude=LATITUDE, longitude=LONGITUDE) if here else Value(None, IntegerField())
    sessions = open_for(held, missed=missed, now=now).filter(rooms | Q(stream_capacity__gt=0))
    sessions = sessions.annotate(
        metres=metres,
        is_near=_truth(rooms),
        as_wished=_truth(Q(**{f"{capacity}__gt": 0})),
        **taken_counts(now),
    )
    rows = sessions.select_related("lesson", "series__venue", "series__instructor").defer("note")
    return rows.order_by(F("as_wished").desc(), F("metres").asc(nulls_last=True), "starts_at", "pk")[:MOST_LOOKED_AT]


def _truth(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def _near(enrolment: Enrolment, here: Point | None) -> Q:
    """Rooms around the point; else in the town of the own class; else, of who joins by stream, by the same clock."""
    venue = enrolment.series.venue
    if here:
        return box_around(here, FARTHEST_KM, latitude=LATITUDE, longitude=LONGITUDE)
    if venue:
        return Q(series__venue__town=venue.town, series__venue__country=venue.country)
    return Q(series__time_zone=enrolment.family.time_zone, series__venue__isnull=False)


def open_for(held: Sequence[MakeUpRight], *, missed: Collection[str], now: datetime) -> SessionQuerySet:
    """Sessions of other series that may show these strokes and begin before these rights run out, full or not.

    Of those that an instructor arranged, any: what they show is for `showing` to say.
    """
    own = [right.enrolment.series_id for right in held]
    until = min(right.expires_at for right in held)
    sessions = Session.objects.to_come(now).filter(_may_show(missed), starts_at__lt=until)
    sessions = sessions.filter(series__state=Series.State.PUBLISHED).exclude(series__in=own)
    if not held[0].enrolment.series.is_practice:
        # A candidate teaches those who come to all of a practice series.
        sessions = sessions.filter(series__is_practice=False)
    return sessions.exclude(series__delivery__in=CLOSED)


def _may_show(missed: Collection[str]) -> Q:
    rows = LessonStroke.objects.current()
    brings_new = Q(lesson__in=rows.exclude(stroke__slug=ALWAYS).values("lesson"))
    by_curriculum = Q(lesson__in=rows.filter(stroke__slug__in=missed).values("lesson")) if missed else ~brings_new
    return by_curriculum | Q(lesson__isnull=True) | Q(series__in=StrokePlan.objects.values("series"))


def _point_of(series: Series) -> Point | None:
    venue = series.venue
    if venue is None or venue.latitude is None or venue.longitude is None:
        return None
    return Point(float(venue.latitude), float(venue.longitude))


def _metres(session: Session, way: str) -> int | None:
    return getattr(session, "metres", None) if way == Enrolment.Way.ROOM else None


def _way_with_room(session: Session, *, wished: str, places: int) -> str:
    """The wished way where it has so many places, else the other; empty where neither has."""
    room, stream = left_in(session)
    if not getattr(session, "is_near", True):
        room = 0
    left = {Enrolment.Way.ROOM.value: room, Enrolment.Way.STREAM.value: stream}
    ways = sorted(left, key=lambda way: way != wished)
    return next((way for way in ways if left[way] >= places), "")


def _fits_ages(held: Sequence[MakeUpRight], session: Session) -> bool:
    """By age or, for who came early, by the age since the due date."""
    series, day = session.series, local(session.starts_at, session.series.time_zone).date()
    for right in held:
        ages = right.baby.age_in_weeks(day), right.baby.corrected_age_in_weeks(day)
        if not any(series.min_age_weeks <= age <= series.max_age_weeks for age in ages):
            return False
    return True


def _busy_times(held: Sequence[MakeUpRight], *, now: datetime) -> list[tuple[datetime, datetime]]:
    """When these babies are somewhere else already. One query."""
    places = Place.objects.taken(now).filter(baby__in=[right.baby_id for right in held], session__starts_at__gt=now)
    places = places.exclude(session__state=Session.State.CANCELLED)
    return [(place.session.starts_at, place.session.ends_at) for place in places.select_related("session")]


def _clashes(session: Session, busy: Sequence[tuple[datetime, datetime]]) -> bool:
    return any(begins < session.ends_at and session.starts_at < ends for begins, ends in busy)


def make_up(held: Sequence[MakeUpRight], *, session: Session, way: str, by: User, now: datetime) -> list[Place]:
    """Book a place for each of these rights' babies in that session, all or none, and use the rights.

    The places belong to the bookings that the rights come from, and cost nothing more. Twice is once.
    Raises CannotMakeUp.
    """
    gone = _("The last place has just gone. Your make-up place is still yours: please choose another class.")
    with said_by_database(CannotMakeUp, gone), transaction.atomic():
        locked = lock_all([session.series, *(right.enrolment.series for right in held)])
        fresh = _fresh(held)
        date = Session.objects.select_related("lesson").get(pk=session.pk)
        date.series = locked[date.series_id]
        if standing := _standing(fresh, date):
            return standing
        if refusal := _why_not(fresh, date, way, now=now):
            raise CannotMakeUp(refusal)
        places = _take(fresh, date, way, now=now)
        for right, place in zip(fresh, places, strict=True):
            rights.use(right, place)
        health.keep_for(
            [right.baby for right in fresh], last_session_on=local(date.starts_at, date.series.time_zone).date()
        )
        enrolment = fresh[0].enrolment
        detail = {"session": date.reference, "babies": len(places)}
        record("booked a make-up place", by=by, about=enrolment, now=now, detail=detail)
        date_letters.queue_made_up(enrolment, places=places, missed=fresh[0].missed, by=by, now=now)
    return places


def choose(enrolment: Enrolment, *, missed: str, there: str, way: str, by: User, now: datetime) -> list[Place]:
    """Make up for one missed date of this booking with all rights that are open for it; sessions by their references.

    Raises CannotMakeUp.
    """
    used = Q(state=MakeUpRight.State.USED, place__session__reference=there)
    mine = MakeUpRight.objects.filter(enrolment=enrolment, missed__reference=missed)
    held = list(rights_to_use(mine.filter(Q(state=MakeUpRight.State.OPEN) | used)))
    session = Session.objects.for_page().filter(reference=there).first()
    if session is None or not held:
        raise CannotMakeUp(_("This class does not fit by now. Please choose another from the list."))
    is_open = [right for right in held if right.state == MakeUpRight.State.OPEN]
    return make_up(is_open or held, session=session, way=way, by=by, now=now)


def _fresh(held: Sequence[MakeUpRight]) -> list[MakeUpRight]:
    rows = MakeUpRight.objects.filter(pk__in=[right.pk for right in held]).order_by("enrolment_id", "baby_id")
    related = ("baby", "place__session", "missed__lesson", "missed__series", "enrolment__family", "enrolment__series")
    return list(rows.select_related(*related, "enrolment__series__venue", "enrolment__booked_by"))


def _standing(held: Sequence[MakeUpRight], session: Session) -> list[Place]:
    """The places where all of this was booked before; empty where it was not."""
    places = [right.place for right in held if right.place and right.state == MakeUpRight.State.USED]
    same = [place for place in places if place.session_id == session.pk and place.released_at is None]
    return same if held and len(same) == len(held) else []


def _why_not(held: Sequence[MakeUpRight], session: Session, way: str, *, now: datetime) -> str | None:
    if not held or len({right.baby_id for right in held}) < len(held):
        return _("Please say for which baby.")
    if any(right.state != MakeUpRight.State.OPEN or right.expires_at <= now for right in held):
        return _("This make-up place is used, or its time is over. What is left stands under My classes.")
    if any(right.enrolment.state != Enrolment.State.BOOKED for right in held):
        return _("This booking has ended, and its make-up places with it.")
    if len({(right.missed_id, right.enrolment.family_id) for right in held}) > 1:
        return _("Please make up for one date at a time.")
    return _why_not_there(held, session, way, now=now)


def _why_not_there(held: Sequence[MakeUpRight], session: Session, way: str, *, now: datetime) -> str | None:
    missed = held[0].missed
    shown = showing.shown_in([missed.pk, session.pk], now=now)
    is_open = open_for(held, missed=showing.new_in(shown, missed.pk), now=now).filter(pk=session.pk).exists()
    if not is_open or not showing.makes_up(missed, session, shown):
        return _("This class does not fit by now. Please choose another from the list.")
    if not _fits_ages(held, session):
        return _("This class is for another age. Please choose another from the list.")
    seen = settled(session.series, now=now)
    if seen.states_of([right.baby for right in held], within=[session]):
        return _("You have a place in this class already. You find it under My classes.")
    if _clashes(session, _busy_times(held, now=now)):
        return _("You are in another class at that time. Please choose another from the list.")
    if way not in Enrolment.Way.values or seen.left_by_session(way).get(session.pk, 0) < len(held):
        return _("There is no longer a place for all of you in this class. Please choose another from the list.")
    return None


def _take(held: Sequence[MakeUpRight], session: Session, way: str, *, now: datetime) -> list[Place]:
    """One place for each right, in the same order."""
    used = settled(session.series, now=now).numbers(way)
    places: list[Place] = []
    for enrolment in {right.enrolment_id: right.enrolment for right in held}.values():
        babies = [right.baby for right in held if right.enrolment_id == enrolment.pk]
        kind = Place.Kind.MAKE_UP
        places += take_places(
            enrolment, sessions=[session], babies=babies, taken=used, way=way, kind=kind, worth=0, at=now
        )
        used.setdefault(session.pk, set()).update(place.number for place in places)
    return places


def sweep(now: datetime) -> int:
    """The job: write down which rights ran out. It only tidies: every reader asks for the time."""
    with transaction.atomic():
        over = list(MakeUpRight.objects.lapsed(now).select_for_update(of=("self",)).order_by("pk")[:MOST_A_SWEEP])
        rows = MakeUpRight.objects.filter(pk__in=[right.pk for right in over])
        record_each("a make-up place ran out", by=None, about=over, now=now)
        return rows.update(state=MakeUpRight.State.LAPSED, ended_at=now)
