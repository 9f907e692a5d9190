"""Make-up rights: granted by the terms of the booking, opened again, withdrawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from classes.models import Enrolment, MakeUpRight, Place, Session
from classes.terms import terms_at_booking
from families.models import Baby


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


def reopen(places: Iterable[Place]) -> list[MakeUpRight]:
    """Those that these make-up places were booked with, open again."""
    rights = list(MakeUpRight.objects.filter(place__in=list(places)).select_related("missed__lesson", "baby"))
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
