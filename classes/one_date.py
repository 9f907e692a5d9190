"""One date of one booking, looked at under the lock: which of its babies have a place there, and which gave it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F
from django.utils.translation import gettext as _

from classes.models import Enrolment, Place, Session
from classes.places import free_numbers, lock_all
from families.models import Baby


@dataclass(frozen=True)
class Scene:
    """Of each baby asked for, the place that stands, or else the one that was released last."""

    enrolment: Enrolment
    session: Session
    asked: int
    standing: list[Place] = field(default_factory=list)
    released: list[Place] = field(default_factory=list)

    @property
    def is_theirs(self) -> bool:
        """Whether every baby that was asked for has a place on this date, or gave it back."""
        told = [place for place in self.released if place.release == Place.Release.TOLD]
        return self.asked > 0 and len(self.standing) + len(told) == self.asked


def scene_of(enrolment: Enrolment, session: Session, babies: Sequence[Baby]) -> Scene:
    """One query."""
    scene = Scene(enrolment, session, asked=len({baby.pk for baby in babies}))
    rows = Place.objects.filter(enrolment=enrolment, session=session, baby__in=babies).select_related("baby")
    # The one that stands comes last, if there is one; else the one released last does.
    last = {place.baby_id: place for place in rows.order_by(F("released_at").asc(nulls_last=True), "pk")}
    for place in sorted(last.values(), key=lambda place: place.baby_id):
        place.session = session
        (scene.standing if place.released_at is None else scene.released).append(place)
    return scene


def locked_scene(enrolment: Enrolment, session: Session, babies: Sequence[Baby]) -> Scene:
    """The same as it is now, with both series locked: the one that was booked, and the one of a make-up place."""
    locked = lock_all([enrolment.series, session.series])
    fresh = Enrolment.objects.select_related("family", "booked_by").get(pk=enrolment.pk)
    fresh.series = locked[fresh.series_id]
    date = Session.objects.select_related("lesson").get(pk=session.pk)
    date.series = locked[date.series_id]
    return scene_of(fresh, date, babies)


def why_not_change(enrolment: Enrolment, *, session: Session, now: datetime) -> str | None:
    """What stands in the way of any change of this date; None where nothing does."""
    if enrolment.state != Enrolment.State.BOOKED:
        return _("This booking has ended, so its dates stay as they are.")
    if session.state == Session.State.CANCELLED:
        return _("This date was called off, so there is nothing to do.")
    if session.starts_at <= now:
        return _("This class has begun, so its place stays as it is. Come when you can; late is fine.")
    return None


def stand_again(
    places: Sequence[Place], *, ways: Mapping[int, str], used: Mapping[str, set[int]], now: datetime
) -> list[Place]:
    """New rows in the stead of these released ones, {baby id: way}, with the lowest numbers not `used` in that way.

    What they are worth goes over to the new rows. Raises IntegrityError where the database knows better.
    """
    rows, worths = [], [place.price_minor for place in places]
    free = {way: _numbers(places[0].session, way, used[way], most=len(places)) for way in set(ways.values())}
    for place, worth in zip(places, worths, strict=True):
        way = ways[place.baby_id]
        row = Place(enrolment_id=place.enrolment_id, session=place.session, baby=place.baby, way=way, kind=place.kind)
        row.number, row.price_minor, row.taken_at = free[way].pop(0), worth, now
        rows.append(row)
    Place.objects.filter(pk__in=[place.pk for place in places]).update(price_minor=0)
    return Place.objects.bulk_create(rows)


def _numbers(session: Session, way: str, used: set[int], *, most: int) -> list[int]:
    """Free numbers, and where they do not suffice the next ones: the database must be the one to refuse."""
    capacity = session.capacity_of(way)
    return [*free_numbers(session, way=way, taken=used), *range(capacity + 1, capacity + most + 1)]
