"""Saying what was taught in a session, and opening a week for a family that was away from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from classes import opening, register
from classes.models import Enrolment, GivenWeek, MakeUpRight, Place, Series, Session, TaughtStroke
from classes.models.attendance import Mark
from classes.roll import in_words
from config.accounts.models import User
from config.audit.trail import record
from curriculum.models import Stroke


class CannotTick(Exception):
    """Nothing can be taught in this session at this moment; nothing was written. The sentence says why."""


class CannotGive(Exception):
    """The week stays as it is for this family; the sentence says why."""


@dataclass(frozen=True)
class AwayFamily:
    """A family that was not in a session. `made_up_at` is where it makes up for it, or did."""

    enrolment: Enrolment
    names: list[str]
    told: bool
    is_given: bool
    made_up_at: Session | None

    @property
    def in_words(self) -> str:
        return in_words(self.names)


def tick(session: Session, *, ticks: Mapping[int, bool], tapped_at: datetime, by: User, now: datetime) -> int:
    """Say of strokes that they were taught in this session, or take that back: {key of the stroke: was it taught}.

    The last tap by `tapped_at` counts, so the same tap again changes nothing, nor does one that is older than what
    stands. A phone whose clock is ahead taps at `now`. Strokes that nobody teaches any more, or never did, are passed
    over. Returns how many changed. Raises CannotTick.
    """
    at = min(tapped_at, now)
    with transaction.atomic():
        locked = Session.objects.select_for_update(no_key=True).get(pk=session.pk)
        if refusal := why_not_tick(locked, now=now):
            raise CannotTick(refusal)
        standing = {row.stroke_id: row for row in TaughtStroke.objects.filter(session=locked, stroke__in=list(ticks))}
        known = dict(Stroke.objects.filter(pk__in=list(ticks), is_retired=False).values_list("pk", "slug"))
        newer = {pk: ticks[pk] for pk in known if pk not in standing or standing[pk].tapped_at < at}
        TaughtStroke.objects.bulk_create(
            [TaughtStroke(session=locked, stroke_id=pk, is_taught=on, tapped_at=at, by=by) for pk, on in newer.items()],
            update_conflicts=True,
            unique_fields=["session", "stroke"],
            update_fields=["is_taught", "tapped_at", "by"],
        )
        changed = {pk: on for pk, on in newer.items() if on != (pk in standing and standing[pk].is_taught)}
        if changed:
            detail = {"taught": _slugs(changed, known, on=True), "not": _slugs(changed, known, on=False)}
            record("said what was taught", by=by, about=locked, now=now, detail=detail)
    return len(changed)


def _slugs(changed: Mapping[int, bool], known: Mapping[int, str], *, on: bool) -> list[str]:
    return sorted(known[pk] for pk, is_taught in changed.items() if is_taught is on)


@dataclass(frozen=True)
class Standing:
    """What stands as taught in a session, by the keys of the strokes, and when it was last tapped."""

    strokes: list[int]
    latest: datetime | None

    @property
    def milliseconds(self) -> int:
        """`latest` as a phone counts time; 0 where nothing was tapped."""
        return int(self.latest.timestamp() * 1000) if self.latest else 0


def standing(session: Session) -> Standing:
    """One query."""
    taps = list(TaughtStroke.objects.filter(session=session).order_by("stroke_id"))
    strokes = [tap.stroke_id for tap in taps if tap.is_taught]
    return Standing(strokes, max((tap.tapped_at for tap in taps), default=None))


def why_not_tick(session: Session, *, now: datetime) -> str | None:
    """The sentence that refuses; None where `tick` will do it."""
    if session.state == Session.State.CANCELLED:
        return _("This session was called off, so nothing was taught in it.")
    if now < session.starts_at - register.OPENS_BEFORE:
        return _("You can tick what you taught from a day before the session.")
    return None


def booking_in(series: Series, reference: str) -> Enrolment:
    """The booking of this series with that reference. Raises Enrolment.DoesNotExist."""
    return Enrolment.objects.get(series=series, reference=reference)


def give_week(enrolment: Enrolment, *, session: Session, by: User, now: datetime) -> GivenWeek:
    """Open the week of this session for one family of its series that was away. Twice is once. Raises CannotGive."""
    with transaction.atomic():
        booked = Enrolment.objects.select_for_update(of=("self",), no_key=True).get(pk=enrolment.pk)
        if refusal := why_not_give(booked, session=session, now=now):
            raise CannotGive(refusal)
        given, made = GivenWeek.objects.get_or_create(
            enrolment=booked, week=session.week, defaults={"given_at": now, "by": by}
        )
        if made:
            record("opened a week for a family", by=by, about=booked, now=now, detail={"week": session.week})
    return given


def why_not_give(enrolment: Enrolment, *, session: Session, now: datetime) -> str | None:
    """The sentence that refuses; None where `give_week` will do it."""
    if enrolment.state != Enrolment.State.BOOKED or enrolment.series_id != session.series_id:
        return _("This family is not booked in this series any more.")
    if not session.is_over(now) and session.register_closed_at is None:
        return _("The session is not over yet. You can open its week once it is.")
    return None


def take_week_back(enrolment: Enrolment, *, week: int, by: User, now: datetime) -> bool:
    """Close a week again that was opened by hand. Returns whether there was one."""
    with transaction.atomic():
        gone, _rows = GivenWeek.objects.filter(enrolment=enrolment, week=week).delete()
        if gone:
            record("closed a week for a family again", by=by, about=enrolment, now=now, detail={"week": week})
    return bool(gone)


def families_away(session: Session) -> list[AwayFamily]:
    """The families of this series that were away from this session: told us before, or marked so. Three queries."""
    booked = {"enrolment__series": session.series_id, "enrolment__state": Enrolment.State.BOOKED}
    rows = Place.objects.filter(session=session, **booked).select_related("enrolment", "baby", "attendance")
    found: dict[int, list[Place]] = {}
    for place in rows.order_by("baby_id", "pk"):
        found.setdefault(place.enrolment_id, []).append(place)
    away = {key: places for key, places in found.items() if opening.is_away(places)}
    week = GivenWeek.objects.filter(enrolment__in=away, week=session.week)
    given = set(week.values_list("enrolment_id", flat=True))
    used = MakeUpRight.objects.filter(missed=session, state=MakeUpRight.State.USED, enrolment__in=away)
    made = used.select_related("place__session__series")
    made_up = {right.enrolment_id: right.place.session for right in made if right.place}
    return [
        AwayFamily(
            enrolment=places[0].enrolment,
            names=list(dict.fromkeys(place.baby.first_name for place in places)),
            told=any(_has_told(place) for place in places),
            is_given=key in given,
            made_up_at=made_up.get(key),
        )
        for key, places in away.items()
    ]


def _has_told(place: Place) -> bool:
    mark = place.attendance.mark if hasattr(place, "attendance") else ""
    return place.release == Place.Release.TOLD or mark == Mark.ABSENT_TOLD
