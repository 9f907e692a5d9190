"""Calling a whole series off: what was not held comes back in full, and everybody is told once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from classes import change_letters, dues, ending, rights
from classes.compensating import release
from classes.models import Charge, Enrolment, MakeUpRight, Offer, Place, Series, Session, WaitingParty
from classes.one_change import forget_reminders
from config.accounts.models import User
from config.audit.trail import record, record_each
from config.lib.money import Money


class CannotCallOff(Exception):
    """The series stays as it is; the sentence says why."""


def why_not_cancel_series(series: Series, *, now: datetime) -> str | None:
    """The sentence that refuses; None where `cancel_series` will do it."""
    if series.state == Series.State.DRAFT:
        return _("This series is a draft still. You can put it aside.")
    if series.is_over(now):
        return _("All its dates have been, so there is nothing left to call off.")
    return None


def cancel_series(series: Series, *, words: str, by: User, now: datetime, key: str) -> Series:
    """End a published series for good: every booking ends, everything that was not held is paid back or not due.

    Guests get their make-up places back with 30 days more; offers end, and who waits is told that the list is closed.
    A series is called off once: pressed twice, or by two, with whatever key, is once. Raises CannotCallOff.
    """
    with transaction.atomic():
        bookings = _bookings_of(series)
        touched = ending.lock_touched(bookings, now=now, besides=[series, *_series_of_guests(series, now=now)])
        fresh = touched.series[series.pk]
        if fresh.state == Series.State.CANCELLED:
            return fresh
        if refusal := why_not_cancel_series(fresh, now=now):
            raise CannotCallOff(refusal)
        if {one.pk for one in _bookings_of(series)} != {one.pk for one in bookings}:
            raise CannotCallOff(_("Somebody booked or left just now. Please look at the series once more."))
        dates = list(Session.objects.to_come(now).filter(series=fresh).select_related("lesson"))
        Session.objects.filter(pk__in=[date.pk for date in dates]).tell_anew(now=now, state=Session.State.CANCELLED)
        fresh.state, fresh.cancelled_at = Series.State.CANCELLED, now
        fresh.version += 1
        fresh.save(update_fields=["state", "cancelled_at", "version"])
        detail = {"key": key, "dates": len(dates), "bookings": len(bookings)}
        record("called a series off", by=by, about=fresh, now=now, detail=detail)
        for date in dates:
            forget_reminders(date)
        _free_guests(fresh, dates, words=words, by=by, now=now)
        for enrolment in touched.all():
            _end(enrolment, words=words, by=by, now=now)
        _end_offers(fresh, now=now)
        touched.pass_on(now=now)
    return fresh


def _bookings_of(series: Series) -> list[Enrolment]:
    return list(Enrolment.objects.booked().filter(series=series).select_related("family").order_by("pk"))


def _guest_places(series: Series, *, now: datetime) -> list[Place]:
    """Make-up places to come in this series, of bookings of other series."""
    places = Place.objects.unreleased().filter(session__series=series, session__starts_at__gt=now)
    guests = places.exclude(enrolment__series=series).filter(enrolment__state=Enrolment.State.BOOKED)
    related = ("baby", "session", "enrolment__family", "enrolment__series", "enrolment__booked_by")
    return list(guests.select_related(*related).order_by("enrolment_id", "session__starts_at", "baby_id"))


def _series_of_guests(series: Series, *, now: datetime) -> list[Series]:
    return [place.enrolment.series for place in _guest_places(series, now=now)]


def _free_guests(series: Series, dates: Sequence[Session], *, words: str, by: User, now: datetime) -> None:
    for date in dates:
        rights.keep_longer(date)
    groups: dict[int, list[Place]] = {}
    for place in _guest_places(series, now=now):
        groups.setdefault(place.enrolment_id, []).append(place)
    for places in groups.values():
        release(places, why=Place.Release.OFF, now=now)
        rights.reopen(places)
        enrolment = places[0].enrolment
        record("got a make-up place back", by=by, about=enrolment, now=now, detail={"places": len(places)})
        for to in change_letters.readers_in(enrolment):
            change_letters.queue_guest_freed(
                enrolment, series=series, places=places, words=words.strip(), to=to, now=now
            )


def _end(enrolment: Enrolment, *, words: str, by: User, now: datetime) -> None:
    """Cancel this booking: what was held stays due, all else comes back."""
    worth = dues.worth_of(enrolment, now=now).in_all
    _give_up_missed(enrolment, now=now)
    kept, paid = dues.worth_of(enrolment, now=now).been_worth, dues.account_of(enrolment).in_hand
    back = Money(max(paid.minor - kept.minor, 0), kept.currency)
    not_due = Money(max(worth.minor - max(paid.minor, kept.minor), 0), kept.currency)
    sessions = list(Session.objects.in_bookings(enrolment).filter(starts_at__gt=now).distinct())
    ending.end([enrolment], state=Enrolment.State.CANCELLED, why=Place.Release.ENDED, now=now)
    dues.raise_charge(enrolment, Charge.Kind.REFUND, dues.close(enrolment, kept=kept, now=now), now=now)
    detail = {"refund_minor": back.minor, "kept_minor": kept.minor}
    record("cancelled a booking", by=by, about=enrolment, now=now, detail=detail)
    for to in change_letters.readers_in(enrolment):
        change_letters.queue_series_cancelled(
            enrolment, words=words.strip(), back=back, not_due=not_due, kept=kept, sessions=sessions, to=to, now=now
        )


def _give_up_missed(enrolment: Enrolment, *, now: datetime) -> None:
    """Dates that were held and are still to be made up for cost nothing any more: their make-up places end as well."""
    been = MakeUpRight.objects.filter(
        enrolment=enrolment, missed__starts_at__lte=now, missed__state=Session.State.PLANNED
    )
    for right in been.filter(_is_open(now) | _is_to_come(now)):
        missed = Place.objects.filter(enrolment=enrolment, session=right.missed_id, baby=right.baby_id)
        missed.update(price_minor=0)


def _is_open(now: datetime) -> Q:
    return Q(state=MakeUpRight.State.OPEN, expires_at__gt=now)


def _is_to_come(now: datetime) -> Q:
    return Q(state=MakeUpRight.State.USED, place__session__starts_at__gt=now)


def _end_offers(series: Series, *, now: datetime) -> None:
    """Offers that nobody answered yet end. The sweep frees their places, and tells all in line that it is closed."""
    standing = Offer.objects.filter(enrolment__series=series, answered_at__isnull=True)
    parties = WaitingParty.objects.in_line().filter(offers__in=standing).order_by("pk")
    keys = [party.pk for party in parties.select_for_update(of=("self",))]
    Enrolment.objects.filter(offer__in=list(standing), state=Enrolment.State.OFFERED).update(expires_at=now)
    standing.update(state=Offer.State.WITHDRAWN, answered_at=now)
    offered = WaitingParty.objects.filter(pk__in=keys, state=WaitingParty.State.OFFERED)
    record_each("its series was called off", by=None, about=list(offered), now=now)
    offered.update(state=WaitingParty.State.WAITING)
