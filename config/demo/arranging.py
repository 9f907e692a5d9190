"""How one instructor teaches a running series: names of her own choosing, and a second thought after some weeks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from classes import planning, resting
from classes.models import Enrolment, Place, RestingPart, Series
from classes.planning import desk_of
from config.demo.timetable import Laid

# Said otherwise in this class: hip to ankle, from the beginning.
NAMES = {
    "leg-indian-milking": "Hip-to-ankle milking",
    "leg-swedish-milking": "Ankle-to-hip milking",
    "sun-moon": "Sun over the hill, and the moon",
}


def arrange_strokes(laid: Iterable[Laid], *, now: datetime) -> None:
    """The running series whose next date comes soonest: named before it began, put in another order yesterday."""
    running = [
        one.series
        for one in laid
        if one.series.state == Series.State.PUBLISHED
        and not one.series.is_own_pace
        and one.series.plan.kind == "course"
        and one.series.first_session_at
        and one.series.first_session_at < now
        and one.series.last_session_at
        and one.series.last_session_at > now
    ]
    if not running:
        return
    series = min(
        running,
        key=lambda one: one.sessions.filter(starts_at__gt=now - timedelta(hours=3)).earliest("starts_at").starts_at,
    )
    by = series.instructor.user
    begun = series.first_session_at
    assert begun is not None
    before = begun - timedelta(days=9)
    planning.arrange(series, desk_of(series, now=before).standing.called(NAMES), seen=0, key="", by=by, now=before)
    desk = desk_of(series, now=now)
    to_come = [one for one in desk.lessons if one.week not in desk.settled.weeks and desk.standing.weeks[one.week]]
    if to_come:
        last = to_come[-1].week
        wanted = desk.standing.stepped(desk.standing.weeks[last][-1], -2)
        planning.arrange(series, wanted, seen=1, key="", by=by, now=now - timedelta(days=1))
    _let_a_part_rest(series, now=now - timedelta(days=3))


def _let_a_part_rest(series: Series, *, now: datetime) -> None:
    """One baby leaves the tummy out for now: its instructor suggested it after the last class."""
    booked = Enrolment.objects.booked().filter(series=series).order_by("pk")[1:2]
    for place in (
        Place.objects.filter(enrolment__in=list(booked)).select_related("enrolment", "baby").order_by("pk")[:1]
    ):
        by, asked_by = series.instructor.user, RestingPart.AskedBy.INSTRUCTOR
        resting.rest(place.enrolment, baby=place.baby, region="abdomen", asked_by=asked_by, by=by, now=now)
