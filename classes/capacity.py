"""More or fewer places in a series, never fewer than are in use; and how those that come free are offered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from classes.models import Place, Series, Session
from classes.offers import offer_places, tidy
from classes.places import Occupancy, lock_series, occupancy
from config.accounts.models import User
from config.audit.trail import record
from config.lib.spoken import spoken
from config.lib.times import local

ROOM, STREAM = "room", "stream"
IN_A_ROOM = (Series.Delivery.IN_PERSON, Series.Delivery.HYBRID, Series.Delivery.PRIVATE_VISIT, Series.Delivery.HOSPITAL)
BY_STREAM = (Series.Delivery.LIVE_STREAM, Series.Delivery.HYBRID, Series.Delivery.SELF_PACED)


class CannotChangeCapacity(Exception):
    """The series keeps the places that it has; nothing was written. `sentences` say why, one for each date."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = list(sentences)


def change_capacity(series: Series, *, room: int, stream: int, by: User, now: datetime) -> Series:
    """Set how many places the series has, and each of its sessions to come; what is over stays as it was.

    Where a number in use is above the new capacity though the places fit, they are numbered anew. New places go to
    those in line first. Raises CannotChangeCapacity.
    """
    with transaction.atomic():
        series = lock_series(series)
        sessions = list(Session.objects.to_come(now).filter(series=series).order_by("pk").select_for_update())
        seen = tidy(series, occupancy(series, now=now), now=now)
        if refusals := _refusals(series, seen, room=room, stream=stream):
            raise CannotChangeCapacity(refusals)
        before = {ROOM: series.capacity, STREAM: series.stream_capacity}
        if before == {ROOM: room, STREAM: stream}:
            return series
        _number_anew(sessions, {ROOM: room, STREAM: stream})
        Session.objects.filter(pk__in=[one.pk for one in sessions]).update(capacity=room, stream_capacity=stream)
        series.capacity, series.stream_capacity = room, stream
        series.version += 1
        series.save(update_fields=["capacity", "stream_capacity", "version"])
        detail = {"room": [before[ROOM], room], "stream": [before[STREAM], stream]}
        record("changed the places of a series", by=by, about=series, now=now, detail=detail)
        offer_places(series, now=now, anew=room > before[ROOM] or stream > before[STREAM])
    return series


def _refusals(series: Series, seen: Occupancy, *, room: int, stream: int) -> list[str]:
    if series.state == Series.State.CANCELLED:
        return [_("This series was called off.")]
    if (room == 0) == (series.delivery in IN_A_ROOM) or (stream == 0) == (series.delivery in BY_STREAM):
        return [_("The places must suit the way in which families join: in the room, by stream, or both.")]
    return [*_too_few(series, seen, ROOM, room), *_too_few(series, seen, STREAM, stream)]


def _too_few(series: Series, seen: Occupancy, way: str, wanted: int) -> list[str]:
    """A sentence for each date on which more places are in use than would be left; held and offered ones count."""
    left = seen.unused_by_session(way)
    sentences = []
    for session in sorted(seen.sessions, key=lambda one: one.starts_at):
        in_use = session.capacity_of(way) - left[session.pk]
        if in_use > wanted:
            sentences.append(_sentence(series, session, in_use))
    return sentences


def _sentence(series: Series, session: Session, in_use: int) -> str:
    at = local(session.starts_at, series.time_zone)
    said = ngettext(
        "On %(day)s %(count)d place is in use. Choose %(count)d or more.",
        "On %(day)s %(count)d places are in use. Choose %(count)d or more.",
        in_use,
    )
    return said % {"day": spoken(at, "date"), "count": in_use}


def _number_anew(sessions: Sequence[Session], wanted: dict[str, int]) -> None:
    """Give places whose number is above what will be there the lowest free numbers. Two queries at most."""
    standing = Place.objects.unreleased().filter(session__in=sessions).order_by("number")
    used: dict[tuple[int, str], set[int]] = defaultdict(set)
    above: list[Place] = []
    for place in standing:
        used[place.session_id, place.way].add(place.number)
        if place.number > wanted[place.way]:
            above.append(place)
    for place in above:
        numbers = used[place.session_id, place.way]
        place.number = next(one for one in range(1, wanted[place.way] + 1) if one not in numbers)
        numbers.add(place.number)
    Place.objects.bulk_update(above, ["number"])


def set_offers(series: Series, *, hours: int, by_hand: bool, by: User, now: datetime) -> Series:
    """How many daytime hours an offer lasts, and whether the instructor makes each by hand. Offers made stay as made.

    Where they go out by themselves again, those in line are asked at once.
    """
    with transaction.atomic():
        series = lock_series(series)
        if (series.offer_hours, series.offers_by_hand) == (hours, by_hand):
            return series
        series.offer_hours, series.offers_by_hand = hours, by_hand
        series.version += 1
        series.save(update_fields=["offer_hours", "offers_by_hand", "version"])
        record("changed how places are offered", by=by, about=series, now=now, detail={"hours": hours, "hand": by_hand})
        offer_places(series, now=now)
    return series
