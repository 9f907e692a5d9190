"""Make-up rights: granted by the terms of the booking, opened again, withdrawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from classes.models import Enrolment, MakeUpRight, Place, Session
from classes.terms import terms_at_booking
from families.models import Baby

STANDING = MakeUpRight.STANDING
LEAST_DAYS = 60
# What a guest gets on top, where the date that they chose to make up on is changed.
GUESTS_MORE = timedelta(days=30)


def grant(enrolment: Enrolment, *, babies: Sequence[Baby], missed: Session, now: datetime) -> list[MakeUpRight]:
    """One right for each of these babies that has not had the most of them already; by the terms frozen at booking.

    Whether it was told early enough is for the caller to ask. Call it under the lock of the enrolment's series. One
    that ran out counts as had, tidied or not; one that was taken back does not. Two statements.
    """
    terms = terms_at_booking(enrolment)
    had = MakeUpRight.objects.filter(enrolment=enrolment).exclude(state=MakeUpRight.State.WITHDRAWN)
    numbers: dict[int, set[int]] = {baby.pk: set() for baby in babies}
    for baby_id, number in had.filter(baby__in=babies).values_list("baby_id", "number"):
        numbers[baby_id].add(number)
    rows = []
    for baby in babies:
        free = [number for number in range(1, terms.makeups_at_most + 1) if number not in numbers[baby.pk]]
        if free:
            right = MakeUpRight(enrolment=enrolment, baby=baby, missed=missed, number=free[0], granted_at=now)
            right.at_most = terms.makeups_at_most
            right.expires_at = missed.starts_at + timedelta(days=terms.makeup_days)
            rows.append(right)
    return MakeUpRight.objects.bulk_create(rows)


def grant_beyond(
    enrolment: Enrolment, *, babies: Sequence[Baby], missed: Session, now: datetime
) -> dict[int, MakeUpRight]:
    """{baby id: right} for a date that was changed, not by the family: it does not count towards the most of its terms.

    Whoever holds one for that date already keeps that one. It keeps for as long as the terms say, and no shorter than
    LEAST_DAYS. Whoever loses a check-in takes another one, and holds none. Call it under the lock of the enrolment's
    series. Two statements.
    """
    if enrolment.series.is_own_pace:
        return {}
    terms = terms_at_booking(enrolment)
    rows = MakeUpRight.objects.filter(enrolment=enrolment, baby__in=babies).order_by("pk")
    found = {right.baby_id: right for right in rows if right.missed_id == missed.pk and right.state in STANDING}
    highest = {baby.pk: terms.makeups_at_most for baby in babies}
    for right in rows:
        highest[right.baby_id] = max(highest[right.baby_id], right.number)
    until = max(missed.starts_at, now) + timedelta(days=max(terms.makeup_days, LEAST_DAYS))
    fresh = []
    for baby in babies:
        if baby.pk not in found:
            number = highest[baby.pk] + 1
            right = MakeUpRight(enrolment=enrolment, baby=baby, missed=missed, number=number, at_most=number)
            right.granted_at, right.expires_at = now, until
            fresh.append(right)
    return found | {right.baby_id: right for right in MakeUpRight.objects.bulk_create(fresh)}


def keep_longer(session: Session) -> None:
    """The date has changed: the rights that guests use there keep for GUESTS_MORE."""
    for right in MakeUpRight.objects.filter(state=MakeUpRight.State.USED, place__session=session):
        right.expires_at += GUESTS_MORE
        right.save(update_fields=["expires_at"])


def keep_longer_for(missed: Session, *, until: datetime) -> None:
    """The rights that were had for this date keep until then at least."""
    MakeUpRight.objects.standing().filter(missed=missed, expires_at__lt=until).update(expires_at=until)


def reopen(places: Iterable[Place]) -> list[MakeUpRight]:
    """Those that these make-up places were booked with, open again."""
    used = MakeUpRight.objects.filter(place__in=list(places))
    rights = list(used.select_related("missed__series", "missed__lesson", "baby"))
    for right in rights:
        right.state, right.place = MakeUpRight.State.OPEN, None
        right.save(update_fields=["state", "place"])
    return rights


def withdraw(rights: Iterable[MakeUpRight], *, now: datetime) -> int:
    """End these open rights: the date is taken back, or the booking is over."""
    found = MakeUpRight.objects.filter(pk__in=[right.pk for right in rights], state=MakeUpRight.State.OPEN)
    return found.update(state=MakeUpRight.State.WITHDRAWN, ended_at=now)


def use(right: MakeUpRight, place: Place) -> None:
    """Let this right serve that place."""
    right.state, right.place = MakeUpRight.State.USED, place
    right.save(update_fields=["state", "place"])
