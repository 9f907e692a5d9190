"""Changing one date that families may have booked: moved, called off, held online, led by a substitute, or added.

Each deed is one transaction that locks, looks again and writes: the date, what families get for it, the letters and
calendars. The same `key` twice is the same change; whoever pressed with an older `seen`, the `sequence` of the date on
their page, is told that it changed since. `compensation` is for everybody where the date is called off; else it is
promised to those whom the change does not suit, and given by `compensate` when they say so.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from classes import change_letters, rescheduling, rights, telling
from classes.affecting import Affected, Party, affected
from classes.compensating import CannotMakeAmends, amend, compensate, first_kind, release
from classes.date_letters import withdraw_reminders
from classes.models import Enrolment, Place, Series, Session, SessionChange
from classes.offers import offer_places
from classes.one_change import (
    CannotChange,
    ChangedSince,
    Deed,
    done_before,
    forget_reminders,
    keep_answers,
    locked,
    move_walk_ins,
    set_ends,
    take_out_of_offers,
    why_not_change,
    write,
)
from classes.places import lock_series, take_places, taken_numbers
from config.accounts.models import User
from config.audit.trail import record_each
from curriculum.models import Lesson
from instructors.models import Instructor

__all__ = [
    "Affected",
    "CannotChange",
    "CannotMakeAmends",
    "ChangedSince",
    "Party",
    "add_session",
    "affected",
    "call_off",
    "compensate",
    "go_online",
    "move",
    "send_substitute",
    "why_not_add",
    "why_not_change",
]

Kind, Compensation = SessionChange.Kind, SessionChange.Compensation
# A make-up right for a date that was moved keeps so long after it at least.
KEEPS = timedelta(days=rights.LEAST_DAYS)
# No series has more dates, called off ones counted.
MOST_DATES = 60


def move(
    session: Session,
    *,
    to: datetime,
    compensation: str,
    words: str,
    seen: int,
    key: str,
    by: User,
    now: datetime,
) -> SessionChange:
    """Hold this date at another moment; all places go with it. Raises CannotChange; then nothing was written."""
    deed = Deed(by, now, key, words, compensation, seen)
    with transaction.atomic():
        scene = locked(session, deed)
        if scene.done:
            return scene.done
        date, was = scene.session, scene.session.starts_at
        rescheduling.lock_hours(rescheduling.leader_of(date), rescheduling.room_of(date))
        if refusal := rescheduling.why_not_move(date, to=to, now=now):
            raise CannotChange(refusal)
        write(date, now=now, starts_at=to)
        rights.keep_longer_for(date, until=to + KEEPS)
        forget_reminders(date)
        move_walk_ins(date)
        set_ends(date.series)
        keep_answers(scene.affected.places, date)
        return _told(deed.note(date, Kind.MOVED, was=was), scene.affected.places, now=now)


def call_off(
    session: Session, *, compensation: str, words: str, seen: int, key: str, by: User, now: datetime
) -> SessionChange:
    """Hold this date not at all: everybody gets the compensation, guests their make-up place back with 30 days more.

    Raises CannotChange; then nothing was written.
    """
    deed = Deed(by, now, key, words, compensation, seen)
    with transaction.atomic():
        scene = locked(session, deed)
        if scene.done:
            return scene.done
        date = scene.session
        write(date, now=now, state=Session.State.CANCELLED)
        withdraw_reminders(date)
        change = deed.note(date, Kind.CANCELLED, was=date.starts_at)
        parties = [*scene.affected.parties, *scene.affected.away]
        for party in parties:
            _make_amends(party, change, now=now)
        owed = list({party.enrolment.pk: party.enrolment for party in parties}.values())
        record_each("a date was called off", by=by, about=owed, now=now, detail={"change": change.reference})
        take_out_of_offers(date, by=by, now=now)
        set_ends(date.series)
        _told(change, [place for party in parties for place in party.places], now=now)
        offer_places(date.series, now=now)
    return change


def _make_amends(party: Party, change: SessionChange, *, now: datetime) -> None:
    """What this family gets for a date that is not held. Guests get their right back, whatever the others get."""
    if party.places[0].kind == Place.Kind.MAKE_UP:
        release(party.places, why=Place.Release.OFF, now=now)
    elif change.compensation == Compensation.NONE:
        return
    amend(party.enrolment, party.places, kind=first_kind(change), change=change, now=now)


def go_online(
    session: Session,
    *,
    stream_url: str,
    compensation: str,
    words: str,
    seen: int,
    key: str,
    by: User,
    now: datetime,
) -> SessionChange:
    """Hold this date by live-stream for everybody, at the same moment. An empty link is that of the series.

    Raises CannotChange; then nothing was written.
    """
    deed = Deed(by, now, key, words, compensation, seen)
    with transaction.atomic():
        scene = locked(session, deed)
        if scene.done:
            return scene.done
        date = scene.session
        if refusal := why_not_online(date, stream_url=stream_url):
            raise CannotChange(refusal)
        write(date, now=now, online_at=now, stream_url=stream_url)
        forget_reminders(date)
        return _told(deed.note(date, Kind.ONLINE, was=date.starts_at), scene.affected.places, now=now)


def why_not_online(session: Session, *, stream_url: str) -> str | None:
    """The sentence that refuses; None where this date can go online."""
    if session.is_online or not session.capacity:
        return _("This date is held by live-stream already.")
    if not stream_url and not session.series.stream_url:
        return _("Please give the link to the live-stream.")
    return None


def send_substitute(
    session: Session,
    *,
    instructor: Instructor,
    compensation: str,
    words: str,
    seen: int,
    key: str,
    by: User,
    now: datetime,
) -> SessionChange:
    """Let another certified instructor lead this date; the series' own may take it back in the same way.

    Raises CannotChange; then nothing was written.
    """
    deed = Deed(by, now, key, words, compensation, seen)
    with transaction.atomic():
        scene = locked(session, deed)
        if scene.done:
            return scene.done
        date, before = scene.session, scene.session.substitute
        rescheduling.lock_hours(instructor, None)
        if refusal := rescheduling.why_not_take(date, instructor):
            raise CannotChange(refusal)
        own = date.series.instructor
        write(date, now=now, substitute=None if instructor == own else instructor)
        forget_reminders(date)
        change = deed.note(date, Kind.SUBSTITUTE, was=date.starts_at, substitute=instructor)
        for one in (before, instructor):
            if one is not None and one != own:
                change_letters.queue_to_substitute(change, to=one, leads=one == instructor, now=now)
        return _told(change, scene.affected.places, now=now)


def add_session(
    series: Series,
    *,
    starts_at: datetime,
    lesson: Lesson | None,
    for_all: bool,
    words: str,
    key: str,
    by: User,
    now: datetime,
) -> SessionChange:
    """One more date, `change.session`. With `for_all` every booking of the whole series comes to it, at no cost.

    Raises CannotChange; then nothing was written.
    """
    with transaction.atomic():
        series = lock_series(series)
        if done := done_before(key, series=series):
            return done
        if refusal := why_not_add(series):
            raise CannotChange(refusal)
        rescheduling.lock_hours(series.instructor, series.venue)
        if refusal := rescheduling.why_not_add(series, starts_at=starts_at, now=now):
            raise CannotChange(refusal)
        date = _one_more(series, starts_at=starts_at, lesson=lesson)
        change = Deed(by, now, key, words).note(date, Kind.ADDED)
        places = _for_all(change, by=by, now=now) if for_all else []
        set_ends(series)
        keep_answers(places, date)
        return _told(change, places, now=now)


def why_not_add(series: Series) -> str | None:
    """What stands in the way of one more date, whenever it is; None where nothing does."""
    if series.state == Series.State.DRAFT:
        return _("This series is a draft still. Change its dates there, before you publish it.")
    if series.state == Series.State.CANCELLED:
        return _("This series is called off.")
    if series.delivery == Series.Delivery.SELF_PACED:
        return _("Families go at their own pace; there are no dates.")
    return None


def _one_more(series: Series, *, starts_at: datetime, lesson: Lesson | None) -> Session:
    last = Session.objects.filter(series=series).aggregate(last=Max("number"))["last"] or 0
    if last >= MOST_DATES:
        raise CannotChange(_("This series has very many dates already. Please begin a new one."))
    return Session.objects.create(
        series=series,
        number=last + 1,
        lesson=lesson,
        starts_at=starts_at,
        minutes=series.total_minutes,
        capacity=series.capacity,
        stream_capacity=series.stream_capacity,
    )


def _for_all(change: SessionChange, *, by: User, now: datetime) -> list[Place]:
    """A place for every baby of every booking of the whole series, offered ones too. Returns those that are booked."""
    date = change.session
    standing = Enrolment.objects.standing(now).filter(series=date.series_id, kind=Enrolment.Kind.SERIES)
    booked: list[Place] = []
    listed = list(standing.select_related("family", "series", "booked_by").order_by("pk"))
    for enrolment in listed:
        mine = Place.objects.filter(enrolment=enrolment, kind=Place.Kind.SERIES).select_related("baby")
        babies = list({place.baby_id: place.baby for place in mine.order_by("baby_id")}.values())
        taken = taken_numbers([date], way=enrolment.way)
        if len(taken[date.pk]) + len(babies) > date.capacity_of(enrolment.way):
            raise CannotChange(_("More families come to this series than it has places for now."))
        places = take_places(enrolment, sessions=[date], babies=babies, taken=taken, worth=0, at=now)
        booked += places if enrolment.state == Enrolment.State.BOOKED else []
    record_each("got one more date", by=by, about=listed, now=now, detail={"change": change.reference})
    return booked


def _told(change: SessionChange, places: Sequence[Place], *, now: datetime) -> SessionChange:
    telling.tell(change, places=places, now=now)
    return change
