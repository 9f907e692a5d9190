"""What every end of a booking has in common: which series it touches, and how its places and rights are given back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from classes import date_letters, offers
from classes.models import Enrolment, MakeUpRight, Place, Series
from classes.places import lock_all, release_places
from config.accounts.models import User


class ChangedMeanwhile(Exception):
    """Someone else of the family changed the same booking at the same moment; nothing was written."""


@dataclass(frozen=True)
class Touched:
    """The series that an end touches, locked: those of the bookings, and those of their make-up places."""

    series: dict[int, Series]
    enrolments: dict[int, Enrolment]

    def again(self, enrolment: Enrolment) -> Enrolment:
        """The booking as it is now, under the lock, with its locked series."""
        found = self.enrolments[enrolment.pk]
        found.series = self.series[found.series_id]
        return found

    def pass_on(self, *, now: datetime) -> None:
        """Offer what is free to those in line, in every series that was touched."""
        for series in self.series.values():
            offers.offer_places(series, now=now)


def lock_touched(enrolments: Sequence[Enrolment], *, now: datetime, besides: Iterable[Series] = ()) -> Touched:
    """Lock all series that ending these bookings touches, in the order of their keys, and read the bookings again.

    Call it in a transaction, as the first lock taken. Raises ChangedMeanwhile.
    """
    keys = {enrolment.pk for enrolment in enrolments}
    wanted = _touched_by(keys, now=now) | {series.pk for series in besides}
    locked = lock_all(Series(pk=key) for key in wanted)
    if not _touched_by(keys, now=now) <= set(locked):
        raise ChangedMeanwhile(_("Your dates were changed just now. Please look at them once more."))
    rows = Enrolment.objects.select_related("family", "booked_by").filter(pk__in=keys)
    return Touched(locked, {row.pk: row for row in rows})


def _touched_by(enrolments: set[int], *, now: datetime) -> set[int]:
    own = Enrolment.objects.filter(pk__in=enrolments).values_list("series_id", flat=True)
    made_up = Place.objects.unreleased().filter(
        enrolment__in=enrolments, kind=Place.Kind.MAKE_UP, session__starts_at__gt=now
    )
    return {*own, *made_up.values_list("session__series_id", flat=True)}


def end(enrolment: Enrolment, *, state: str, why: str, now: datetime) -> None:
    """Give back what is to come of a booking, make-up places and open rights too, and set its state.

    `why` is a value of Place.Release. What has been stays in the registers. Call it under the locks.
    """
    release_places([enrolment], why=why, now=now)
    withdraw_rights([enrolment], now=now)
    enrolment.state, enrolment.ended_at = state, now
    enrolment.save(update_fields=["state", "ended_at"])


def withdraw_rights(enrolments: Sequence[Enrolment], *, now: datetime) -> int:
    """Take back the open make-up rights of these bookings, and those used for a place that is to come."""
    standing = MakeUpRight.objects.filter(enrolment__in=enrolments)
    opened = standing.filter(state=MakeUpRight.State.OPEN)
    used = standing.filter(state=MakeUpRight.State.USED, place__session__starts_at__gt=now)
    return sum(rights.update(state=MakeUpRight.State.WITHDRAWN, place=None, ended_at=now) for rights in (opened, used))


def readers(enrolment: Enrolment, *, by: User) -> list[User]:
    """Who is told of an end: the one who did it, and the one who booked, while they belong to the family."""
    return date_letters.readers(enrolment, by=by)
