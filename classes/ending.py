"""What every end of a booking has in common: which series it touches, and how its places and rights are given back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
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
        return next(one for one in self.all() if one.pk == enrolment.pk)

    def all(self) -> list[Enrolment]:
        """All bookings as they are now, each with its locked series."""
        for enrolment in self.enrolments.values():
            enrolment.series = self.series[enrolment.series_id]
        return list(self.enrolments.values())

    def pass_on(self, *, now: datetime) -> None:
        """Offer what is free to those in line, in every series that was touched."""
        for series in self.series.values():
            offers.offer_places(series, now=now)


def lock_touched(enrolments: Sequence[Enrolment], *, now: datetime, besides: Iterable[Series] = ()) -> Touched:
    """Lock all series that ending these bookings touches, in the order of their keys, and read the bookings again.

    Call it in a transaction, as the first lock taken. Raises ChangedMeanwhile.
    """
    own = {enrolment.series_id for enrolment in enrolments} | {series.pk for series in besides}
    locked = lock_all(Series(pk=key) for key in own | _made_up_in(enrolments, now=now))
    if not _made_up_in(enrolments, now=now) <= set(locked):
        raise ChangedMeanwhile(_("Your dates were changed just now. Please look at them once more."))
    keys = [enrolment.pk for enrolment in enrolments]
    rows = Enrolment.objects.select_related("family", "booked_by").filter(pk__in=keys).order_by("pk")
    return Touched(locked, {row.pk: row for row in rows})


def _made_up_in(enrolments: Sequence[Enrolment], *, now: datetime) -> set[int]:
    """Keys of the series in which these bookings have make-up places to come."""
    standing = Place.objects.unreleased().filter(enrolment__in=enrolments, kind=Place.Kind.MAKE_UP)
    return set(standing.filter(session__starts_at__gt=now).values_list("session__series_id", flat=True))


def end(enrolments: Sequence[Enrolment], *, state: str, why: str, now: datetime) -> None:
    """Give back what is to come of these bookings, make-up places and open rights too, and set their state.

    `why` is a value of Place.Release. What has been stays in the registers. Call it under the locks.
    """
    end_check_ins(enrolments, why=why, now=now)
    release_places(enrolments, why=why, now=now)
    withdraw_rights(enrolments, now=now)
    for enrolment in enrolments:
        enrolment.state, enrolment.ended_at = state, now
    Enrolment.objects.bulk_update(enrolments, ["state", "ended_at"])


def end_check_ins(enrolments: Sequence[Enrolment], *, why: str, now: datetime) -> None:
    """The check-in of a series at one's own pace goes with its booking, where it is still to come."""
    weeks = [one for one in enrolments if one.series.is_own_pace and one.kind == Enrolment.Kind.SERIES]
    for enrolment in weeks:
        booked = Enrolment.objects.booked().filter(family=enrolment.family_id, series=enrolment.series_id)
        singles = booked.filter(kind=Enrolment.Kind.SINGLE).exclude(pk__in=[one.pk for one in enrolments])
        to_come = list(singles.filter(places__session__starts_at__gt=now).distinct())
        release_places(to_come, why=why, now=now)
        booked.filter(pk__in=[one.pk for one in to_come]).update(state=Enrolment.State.CANCELLED, ended_at=now)


def withdraw_rights(enrolments: Sequence[Enrolment], *, now: datetime) -> int:
    """Take back the open make-up rights of these bookings, and those used for a place that is to come."""
    is_open = Q(state=MakeUpRight.State.OPEN)
    is_to_come = Q(state=MakeUpRight.State.USED, place__session__starts_at__gt=now)
    standing = MakeUpRight.objects.filter(is_open | is_to_come, enrolment__in=enrolments)
    return standing.update(state=MakeUpRight.State.WITHDRAWN, place=None, ended_at=now)


def readers(enrolment: Enrolment, *, by: User) -> list[User]:
    """Who is told of an end: the one who did it, and the one who booked, while they belong to the family."""
    return date_letters.readers(enrolment, by=by)
