"""Keeping places while a form is filled in: fifteen minutes, ten more once.

A hold knows no person, so the trail tells of it by nobody: made, kept longer, given back, run out. That it was used
stands in the entry of its booking, as `hold`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from classes import offers
from classes.models import Hold, Series, Session
from classes.obstacles import CannotBook, Obstacle, closed_obstacles, date_obstacles, obstacles_within
from classes.places import Occupancy, lock_series, occupancy
from config.audit.trail import record, record_each
from config.lib.times import local

KEPT = timedelta(minutes=15)
LONGER = timedelta(minutes=10)
MOST_PLACES = 6
MOST_SERIES_A_SWEEP = 200


class HoldIsOver(Exception):
    """The hold cannot be kept any longer; the sentence says what to do instead."""


def find(token: str | None, *, now: datetime) -> Hold | None:
    """The hold of that token while it keeps its places."""
    return Hold.objects.live(now).filter(token=token).select_related("session").first() if token else None


def latest(token: str | None) -> Hold | None:
    """The hold of that token, were its time over too: so that a booking can say until when it was kept."""
    return Hold.objects.filter(token=token, state__in=[Hold.State.OPEN, Hold.State.LAPSED]).first() if token else None


def seen_after_offers(series: Series, *, now: datetime, besides: Hold | None = None) -> Occupancy:
    """What is free once whatever lapsed was offered down the line; `besides` is the asker's own hold.

    Those in line come before someone who happens to look at the right moment. Call it under the lock.
    """
    seen = occupancy(series, now=now, besides=besides)
    if seen.lapsed:
        offers.offer_places(series, now=now)
        seen = occupancy(series, now=now, besides=besides)
    return seen


def hold(
    series: Series,
    *,
    places: int,
    way: str,
    now: datetime,
    session: Session | None = None,
    token: str | None = None,
) -> Hold:
    """Keep places of the whole series, or of one session, for whoever knows the token of the hold.

    The token of a hold of this series that still stands changes that one, and does not prolong it. Raises CannotBook,
    with the same sentences as a booking; then a standing hold is as it was.
    """
    with transaction.atomic():
        locked = lock_series(series)
        standing = Hold.objects.live(now).of_series(locked).filter(token=token).first() if token else None
        seen = seen_after_offers(locked, now=now, besides=standing)
        if found := _obstacles(locked, seen, places=places, way=way, session=session, now=now):
            raise CannotBook(found)
        if standing is None:
            return _make(locked, places=places, way=way, session=session, now=now)
        return _change(standing, locked, places=places, way=way, session=session, now=now)


def _obstacles(
    series: Series, seen: Occupancy, *, places: int, way: str, session: Session | None, now: datetime
) -> list[Obstacle]:
    if series.first_session_at is None:
        return [Obstacle("no_dates", _("There is always a place in this series. Please book it."))]
    if places > MOST_PLACES:
        return [Obstacle("many", _("We keep six places at most. You can book all of them without that."))]
    if session is not None:
        return date_obstacles(series, seen, dates=[session], babies=[], places=places, way=way, now=now)
    return closed_obstacles(series, now=now) or obstacles_within(series, seen, babies=[], places=places, way=way)


def _make(series: Series, *, places: int, way: str, session: Session | None, now: datetime) -> Hold:
    made = Hold.objects.create(
        series=series, session=session, way=way, places=places, made_at=now, expires_at=now + KEPT
    )
    record("held places", by=None, about=made, now=now, detail={"places": places, "way": way})
    return made


def _change(standing: Hold, series: Series, *, places: int, way: str, session: Session | None, now: datetime) -> Hold:
    before = (standing.places, standing.way, standing.session_id)
    standing.places, standing.way, standing.session = places, way, session
    after = (standing.places, standing.way, standing.session_id)
    if after == before:
        return standing
    standing.save(update_fields=["places", "way", "session"])
    record("changed held places", by=None, about=standing, now=now, detail={"places": places, "way": way})
    offers.offer_places(series, now=now)
    return standing


def extend(hold: Hold, *, now: datetime) -> Hold:
    """Ten minutes more, once. Raises HoldIsOver."""
    with transaction.atomic():
        standing = _standing(hold, now=now)
        if standing is None:
            raise HoldIsOver(_("Your place is no longer kept. You can go on all the same, and book it if it is free."))
        if standing.extended_at is not None:
            raise HoldIsOver(_("We kept your place longer once already. Please book before the time is over."))
        standing.extended_at, standing.expires_at = now, standing.expires_at + LONGER
        standing.save(update_fields=["extended_at", "expires_at"])
        record("held places longer", by=None, about=standing, now=now)
    return standing


def give_back(hold: Hold, *, now: datetime) -> None:
    """The places are free again, for those in line first. One that is over already stays as it is."""
    with transaction.atomic():
        standing = _standing(hold, now=now)
        if standing is None:
            return
        standing.state, standing.ended_at = Hold.State.GIVEN_BACK, now
        standing.save(update_fields=["state", "ended_at"])
        record("gave held places back", by=None, about=standing, now=now)
        offers.offer_places(standing.series, now=now)


def use(hold: Hold, *, series: Series, now: datetime) -> Hold | None:
    """The hold has become a booking of that series, whose lock the caller has. None where it was over before.

    The entry of the booking tells of it.
    """
    mine = Hold.objects.live(now).of_series(series).filter(pk=hold.pk)
    return hold if mine.update(state=Hold.State.USED, ended_at=now) else None


def said_of_hold(found: list[Obstacle], hold: Hold | None, *, zone: str, now: datetime) -> list[Obstacle]:
    """The same obstacles, beginning with until when the place was kept, where that is why it is gone."""
    if hold is None or hold.expires_at > now:
        return found
    kept = _("Your place was kept until %(clock)s, and has gone since.")
    words = kept % {"clock": time_format(local(hold.expires_at, zone), "H:i")}
    return [
        Obstacle(one.code, f"{words} {one.sentence}") if one.code in {"full", "date_full"} else one for one in found
    ]


def _standing(hold: Hold, *, now: datetime) -> Hold | None:
    """The hold as it is under the lock of its series; None where it is over."""
    series = lock_series(hold.series)
    standing = Hold.objects.live(now).of_series(series).filter(pk=hold.pk).first()
    if standing is not None:
        standing.series = series
    return standing


def tidy(now: datetime) -> int:
    """Write down which holds ran out, and pass their places on; part of the sweep. Returns how many series it touched.

    Nobody depends on it for room: readers ignore a hold from the moment when its time is over.
    """
    touched = Series.objects.filter(holds__in=Hold.objects.lapsed(now)).distinct()[:MOST_SERIES_A_SWEEP]
    count = 0
    for series in touched:
        with transaction.atomic():
            _tidy_series(lock_series(series), now=now)
        count += 1
    return count


def _tidy_series(series: Series, *, now: datetime) -> None:
    over = list(Hold.objects.lapsed(now).of_series(series))
    Hold.objects.filter(pk__in=[one.pk for one in over]).update(state=Hold.State.LAPSED, ended_at=now)
    record_each("held places ran out", by=None, about=over, now=now)
    offers.offer_places(series, now=now)
