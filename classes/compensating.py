"""What families get for a date that changed: a make-up right beyond their terms, or their exact part of the price.

A place gets one of the two, once, whatever happens to its date. Whoever paid nothing for it gets the right; so does a
guest, whose own right opens again. A right that was not used yet can become money; money stays money.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from classes import change_letters, dues, rights
from classes.models import Amends, Enrolment, MakeUpRight, Place, Session, SessionChange
from classes.offers import offer_places
from classes.places import lock_all
from config.accounts.models import User
from config.audit.trail import record
from families.models import Baby

Compensation = SessionChange.Compensation

# What may be given for a change that promises this.
GIVES: dict[str, tuple[str, ...]] = {
    Compensation.MAKE_UP: (Amends.Kind.MAKE_UP,),
    Compensation.REFUND: (Amends.Kind.REFUND,),
    Compensation.CHOOSE: (Amends.Kind.MAKE_UP, Amends.Kind.REFUND),
    Compensation.NONE: (),
}


def first_kind(change: SessionChange) -> str:
    """What is given where nobody asked for the other: the right, unless money alone was promised."""
    is_money = change.compensation == Compensation.REFUND
    return Amends.Kind.REFUND.value if is_money else Amends.Kind.MAKE_UP.value


class CannotMakeAmends(Exception):
    """Nothing was given; the sentence says why and what to do instead."""


def compensate(places: Sequence[Place], *, kind: str, change: SessionChange, by: User, now: datetime) -> list[Amends]:
    """Give these babies' places of one booking what was promised for the change; where they still stand, they go back.

    `kind` is a value of Amends.Kind. A right that was not used yet becomes money, where each family may choose. Twice
    is once. Raises CannotMakeAmends.
    """
    with transaction.atomic():
        locked = lock_all([change.session.series, places[0].enrolment.series])
        session = Session.objects.select_related("lesson").get(pk=change.session_id)
        session.series = locked[session.series_id]
        enrolment = Enrolment.objects.select_related("family", "booked_by").get(pk=places[0].enrolment_id)
        enrolment.series = locked[enrolment.series_id]
        asked = latest_places(session, enrolment, babies=[place.baby_id for place in places])
        if refusal := _why_not(enrolment, session, change, kind=kind, now=now):
            raise CannotMakeAmends(refusal)
        freed = [place for place in asked if place.released_at is None and session.state != Session.State.CANCELLED]
        release(freed, why=Place.Release.TOLD, now=now)
        given = amend(enrolment, asked, kind=kind, change=change, now=now)
        if given or freed:
            detail = {"session": session.reference, "kind": kind, "babies": len(given)}
            record("took what was offered for a changed date", by=by, about=enrolment, now=now, detail=detail)
            change_letters.queue_amends(change, enrolment=enrolment, places=asked, by=by, now=now)
        if freed:
            offer_places(session.series, now=now)
    return given


def _why_not(enrolment: Enrolment, session: Session, change: SessionChange, *, kind: str, now: datetime) -> str | None:
    if enrolment.state != Enrolment.State.BOOKED:
        return _("This booking has ended, so its dates stay as they are.")
    if kind not in GIVES[change.compensation]:
        return _("This is not offered for this date. Please ask your instructor.")
    latest = SessionChange.objects.last_of(session)
    if latest is None or latest.pk != change.pk:
        return _("This date was changed once more since. Please look at what we wrote last.")
    if session.state != Session.State.CANCELLED and session.starts_at <= now:
        return _("This class has begun, so its place stays as it is. Come when you can; late is fine.")
    return None


def promise_for(places: Sequence[Place], *, session: Session) -> SessionChange | None:
    """The last change of a date that is still held, where it came after these places were taken and promises something.

    One query.
    """
    change = SessionChange.objects.last_of(session)
    if change is None or change.kind not in SessionChange.HELD or not GIVES[change.compensation]:
        return None
    return change if all(place.taken_at is None or place.taken_at < change.at for place in places) else None


def latest_places(session: Session, enrolment: Enrolment, *, babies: Iterable[int]) -> list[Place]:
    """Of each of these babies the place of that date that stands, or else the one released last. One query."""
    rows = Place.objects.filter(session=session, enrolment=enrolment, baby__in=list(babies)).select_related("baby")
    last = {place.baby_id: place for place in rows.order_by(F("released_at").asc(nulls_last=True), "pk")}
    for place in last.values():
        place.session, place.enrolment = session, enrolment
    return sorted(last.values(), key=lambda place: place.baby_id)


def release(places: Sequence[Place], *, why: str, now: datetime) -> None:
    """Free these places. `why` is a value of Place.Release."""
    Place.objects.filter(pk__in=[place.pk for place in places]).update(released_at=now, release=why)
    for place in places:
        place.released_at, place.release = now, why


def amend(
    enrolment: Enrolment, places: Sequence[Place], *, kind: str, change: SessionChange, now: datetime
) -> list[Amends]:
    """Give these places of one booking a right or money, those that have neither yet. Call it under the lock.

    Returns what was given just now. Raises CannotMakeAmends where the right is used by now.
    """
    made = {one.baby_id: one for one in _standing(enrolment, change.session)}
    fresh = [place for place in places if place.baby_id not in made]
    swapped = [place for place in places if place.baby_id in made and _is_swapped(made[place.baby_id], kind)]
    guests = [place for place in places if place.kind == Place.Kind.MAKE_UP]
    own = [place for place in [*fresh, *swapped] if place.kind != Place.Kind.MAKE_UP]
    worth = dues.worth_of_date(enrolment, session=change.session, babies=[place.baby_id for place in own])
    back = [place for place in own if kind == Amends.Kind.REFUND and worth[place.baby_id]]
    kept = [place for place in own if place not in back and place in fresh]
    rows = _with_rights(enrolment, guests, kept, change=change, now=now)
    rows += _with_money(enrolment, back, worth, made, change=change, now=now)
    return [_written(row) for row in rows]


def _standing(enrolment: Enrolment, session: Session) -> list[Amends]:
    return list(Amends.objects.standing().of_date(session, enrolment).select_related("right"))


def _is_swapped(made: Amends, kind: str) -> bool:
    return made.kind == Amends.Kind.MAKE_UP and kind == Amends.Kind.REFUND


def _with_rights(
    enrolment: Enrolment, guests: Sequence[Place], own: Sequence[Place], *, change: SessionChange, now: datetime
) -> list[Amends]:
    found = {right.baby_id: right for right in rights.reopen(guests)} if guests else {}
    if own:
        babies: list[Baby] = [place.baby for place in own]
        found |= rights.grant_beyond(enrolment, babies=babies, missed=change.session, now=now)
    return [
        Amends(change=change, enrolment=enrolment, baby_id=baby, kind=Amends.Kind.MAKE_UP, right=right, at=now)
        for baby, right in found.items()
    ]


def _with_money(
    enrolment: Enrolment,
    places: Sequence[Place],
    worth: dict[int, int],
    made: dict[int, Amends],
    *,
    change: SessionChange,
    now: datetime,
) -> list[Amends]:
    if not places:
        return []
    babies = [place.baby_id for place in places]
    held = MakeUpRight.objects.standing().filter(enrolment=enrolment, missed=change.session, baby__in=babies)
    if any(right.state == MakeUpRight.State.USED for right in held):
        raise CannotMakeAmends(_("Your make-up place is booked already. Give that one back first, then choose money."))
    granted = [made[baby].right for baby in babies if baby in made]
    if any(right.is_over(now) for right in granted if right):
        raise CannotMakeAmends(_("The time to choose is over. Please ask your instructor."))
    rights.withdraw(held, now=now)
    refund = dues.take_off(enrolment, session=change.session, babies=babies, now=now)
    return [
        Amends(
            change=change,
            enrolment=enrolment,
            baby_id=baby,
            kind=Amends.Kind.REFUND,
            refund=refund,
            minor=worth[baby],
            at=now,
        )
        for baby in babies
    ]


def _written(row: Amends) -> Amends:
    """One a change and place: a second deed of the same family replaces the first."""
    values = {"kind": row.kind, "right": row.right, "refund": row.refund, "minor": row.minor, "at": row.at}
    written, _made = Amends.objects.update_or_create(
        change=row.change, enrolment=row.enrolment, baby_id=row.baby_id, defaults=values
    )
    return written
