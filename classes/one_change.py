"""One date that is about to change, looked at under the locks, and what every change of a date has in common."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from classes import rights
from classes.affecting import Affected, affected
from classes.date_letters import withdraw_reminders
from classes.models import AwayLink, Enrolment, Hold, Place, Series, Session, SessionChange, WalkIn
from classes.places import lock_all
from config.accounts.models import User
from config.audit.trail import record, record_each
from config.lib.times import local
from families import health
from instructors.models import Instructor


class CannotChange(Exception):
    """The date stays as it is; the sentence says why and what to do instead."""


class ChangedSince(CannotChange):
    """Someone changed the date after the page was shown."""


@dataclass(frozen=True)
class Deed:
    """One press: who, when, with which words, what for families, by which key, and which state of the date was seen."""

    by: User
    now: datetime
    key: str
    words: str
    compensation: str = SessionChange.Compensation.NONE
    seen: int = 0

    def note(
        self, session: Session, kind: str, *, was: datetime | None = None, substitute: Instructor | None = None
    ) -> SessionChange:
        """The change as a row, and in the audit trail. Call it once the date is written."""
        change = SessionChange(session=session, kind=kind, key=self.key, words=self.words.strip(), by=self.by)
        change.compensation, change.was_starts_at, change.starts_at = self._owed(session), was, session.starts_at
        change.substitute, change.at = substitute, self.now
        change.save(force_insert=True)
        detail = {"change": change.reference, "series": session.series_id, "compensation": str(change.compensation)}
        record(f"changed a date: {kind}", by=self.by, about=session, now=self.now, detail=detail)
        return change

    def _owed(self, session: Session) -> str:
        """A check-in has no price, and the family takes another one: nothing is promised for it."""
        return SessionChange.Compensation.NONE if session.series.is_own_pace else self.compensation


@dataclass(frozen=True)
class Scene:
    """A date as it is now, under the locks of its series and of those that its guests come from.

    `done` is the change itself, where this key was pressed before.
    """

    session: Session
    affected: Affected
    done: SessionChange | None = None


def locked(session: Session, deed: Deed) -> Scene:
    """Call it in a transaction, as the first lock taken. Raises CannotChange, or ChangedSince."""
    series = lock_all([session.series, *_series_of_guests(session)])
    date = Session.objects.select_related("lesson", "substitute__user").get(pk=session.pk)
    date.series = series[date.series_id]
    if done := done_before(deed.key, series=date.series):
        return Scene(date, Affected(date), done=done)
    if refusal := why_not_change(date, now=deed.now):
        raise CannotChange(refusal)
    if date.sequence != deed.seen or not {one.pk for one in _series_of_guests(session)} <= set(series):
        raise ChangedSince(_("This date changed since you opened the page. Please look at it as it is now."))
    return Scene(date, affected(date, now=deed.now))


def done_before(key: str, *, series: Series) -> SessionChange | None:
    """The change that this key made in this series. Raises ChangedSince where it made one elsewhere."""
    done = SessionChange.objects.filter(key=key).select_related("session__series__venue").first()
    if done is not None and done.session.series_id != series.pk:
        raise ChangedSince(_("Please open the page once more."))
    return done


def why_not_change(session: Session, *, now: datetime) -> str | None:
    """What stands in the way of any change of this date; None where nothing does. Bring its series."""
    if session.series.state == Series.State.DRAFT:
        return _("This series is a draft still. Change its dates there, before you publish it.")
    if session.series.state == Series.State.CANCELLED or session.state == Session.State.CANCELLED:
        return _("This date is called off already.")
    if session.starts_at <= now:
        return _("This class has begun, so its date stays as it is.")
    return None


def _series_of_guests(session: Session) -> list[Series]:
    """The series of every booking with a place in this date. Only their keys are read."""
    places = Place.objects.unreleased().filter(session=session).order_by()
    return [Series(pk=key) for key in set(places.values_list("enrolment__series", flat=True))]


def write(session: Session, *, now: datetime, **fields: Any) -> None:
    """Change these fields of the date, in the database and in hand; every calendar notices.

    Guests keep their make-up right for longer, because the date is not the one that they chose.
    """
    Session.objects.filter(pk=session.pk).tell_anew(now=now, **fields)
    for name, value in {**fields, "sequence": session.sequence + 1, "changed_at": now}.items():
        setattr(session, name, value)
    rights.keep_longer(session)


def forget_reminders(session: Session) -> None:
    """Reminders and their links speak of the date as it was; without the links they are written anew."""
    withdraw_reminders(session)
    AwayLink.objects.filter(session=session).delete()


def keep_answers(places: Iterable[Place], session: Session) -> None:
    """Health answers keep until after the date where it stands now."""
    day = local(session.starts_at, session.series.time_zone).date()
    health.keep_for([place.baby for place in places], last_session_on=day)


def set_ends(series: Series) -> None:
    """The first and the last moment of a series follow from the dates that are held, if any is. Under the lock.

    A series at one's own pace has none: its sessions are check-ins.
    """
    moments = list(Session.objects.held().filter(series=series).values_list("starts_at", flat=True))
    if moments and not series.is_own_pace:
        series.first_session_at, series.last_session_at = min(moments), max(moments)
        series.version += 1
        series.save(update_fields=["first_session_at", "last_session_at", "version"])


def move_walk_ins(session: Session) -> None:
    """Who was added at the door keeps the place for as long as the date, where it stands now, has not ended."""
    here = WalkIn.objects.here().filter(session=session)
    Hold.objects.filter(walk_in__in=here).update(expires_at=session.ends_at)


def take_out_of_offers(session: Session, *, by: User, now: datetime) -> None:
    """Offers that nobody answered yet are for the dates that are held: this one, and its part of the price, go."""
    places = list(Place.objects.unreleased().filter(session=session, enrolment__state=Enrolment.State.OFFERED))
    offered = list(Enrolment.objects.filter(pk__in={place.enrolment_id for place in places}).order_by("pk"))
    for enrolment in offered:
        enrolment.price_minor -= sum(place.price_minor for place in places if place.enrolment_id == enrolment.pk)
        enrolment.save(update_fields=["price_minor"])
    rows = Place.objects.filter(pk__in=[place.pk for place in places])
    rows.update(released_at=now, release=Place.Release.OFF, price_minor=0)
    detail = {"session": session.reference}
    record_each("a date of its offer was called off", by=by, about=offered, now=now, detail=detail)
