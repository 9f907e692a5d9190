"""What a family answers to a changed date: that they saw it, or what they would rather have; and who was spoken to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from classes import changing
from classes.models import Amends, Enrolment, MakeUpRight, Notice, Place, SessionChange
from classes.places import lock_all
from config.accounts.models import User
from config.audit.trail import record

Choice = Notice.Choice
Compensation = SessionChange.Compensation
OFFERED: dict[str, tuple[Choice, ...]] = {
    Compensation.MAKE_UP: (Choice.MAKE_UP,),
    Compensation.REFUND: (Choice.REFUND,),
    Compensation.CHOOSE: (Choice.MAKE_UP, Choice.REFUND),
    Compensation.NONE: (),
}


class CannotChoose(Exception):
    """Nothing was given instead of the date; the sentence says why."""


@dataclass(frozen=True)
class Answer:
    """How a changed date stands for one booking: its places, what it has got for it, and what it may still ask for."""

    notice: Notice
    places: list[Place]
    amends: list[Amends]
    offered: tuple[Choice, ...]
    is_newest: bool

    @property
    def has_right(self) -> bool:
        return any(one.kind == Amends.Kind.MAKE_UP for one in self.amends)

    @property
    def back_minor(self) -> int:
        """What came off the price, in minor units of the booking's currency."""
        return sum(one.minor for one in self.amends)

    @property
    def comes(self) -> bool:
        """Whether they have a place on the date as it stands now."""
        return any(place.released_at is None for place in self.places)


def notice_at(token: str, *, now: datetime) -> Notice | None:
    """What was written to the holder of this address; None where it answers nobody any more. One query."""
    return Notice.objects.at(token, now=now).first()


def answer_of(notice: Notice, *, now: datetime) -> Answer:
    """Three queries."""
    change = notice.change
    places = _places_of(notice)
    given = Amends.objects.standing().of_date(change.session, notice.enrolment)
    amends = list(given.select_related("right").order_by("pk"))
    is_newest = not SessionChange.objects.filter(session=change.session_id, pk__gt=change.pk).exists()
    is_open = is_newest and bool(places) and _is_in_time(notice, now=now)
    return Answer(notice, places, amends, _offered(notice, places, amends, now=now) if is_open else (), is_newest)


def _offered(notice: Notice, places: Sequence[Place], amends: Sequence[Amends], *, now: datetime) -> tuple[Choice, ...]:
    """What was promised and is not had yet. A right that was not used yet may still become money.

    Instead of a check-in another one is taken, on the page of the weeks.
    """
    if notice.enrolment.series.is_own_pace:
        return ()
    paid = notice.enrolment.price_minor and any(place.kind != Place.Kind.MAKE_UP for place in places)
    promised = OFFERED[notice.change.compensation]
    if not amends:
        fits = tuple(dict.fromkeys(one if paid else Choice.MAKE_UP for one in promised))
        return tuple(one for one in fits if one != Choice.REFUND or notice.caregiver.may_book)
    is_unused = all(
        one.right and one.right.state == MakeUpRight.State.OPEN and not one.right.is_over(now) for one in amends
    )
    # Who comes along may say that they cannot; about money decides who books and pays.
    swaps = len(promised) > 1 and paid and is_unused and notice.caregiver.may_book
    return (Choice.REFUND,) if swaps else ()


def _is_in_time(notice: Notice, *, now: datetime) -> bool:
    """Of a date that is held, until it begins; of one that was called off, as long as the page answers."""
    change = notice.change
    if notice.enrolment.state != Enrolment.State.BOOKED or change.kind == SessionChange.Kind.ADDED:
        return False
    return change.kind == SessionChange.Kind.CANCELLED or now < change.session.starts_at


def _places_of(notice: Notice) -> list[Place]:
    """One a baby: the place that stands, else the one that was released last."""
    rows = Place.objects.filter(enrolment=notice.enrolment_id, session=notice.change.session_id)
    rows = rows.select_related("baby", "session__series__venue", "session__lesson", "enrolment__family")
    last = {place.baby_id: place for place in rows.order_by(F("released_at").asc(nulls_last=True), "pk")}
    return sorted(last.values(), key=lambda place: place.baby_id)


def see(notice: Notice, *, now: datetime) -> None:
    """They opened it. Twice is once."""
    with transaction.atomic():
        if Notice.objects.filter(pk=notice.pk, opened_at__isnull=True).update(opened_at=now):
            record("saw a changed date", by=notice.caregiver.user, about=notice, now=now)


def choose(notice: Notice, *, what: str, now: datetime) -> None:
    """They take this instead of the changed date. The same twice is once. Raises CannotChoose."""
    by = notice.caregiver.user
    assert by is not None  # a letter is written to someone with an account
    with transaction.atomic():
        lock_all([notice.change.session.series, notice.enrolment.series])
        fresh = Notice.objects.for_page().get(pk=notice.pk)
        if fresh.chosen == what:
            return
        answer = answer_of(fresh, now=now)
        if what not in answer.offered:
            raise CannotChoose(_("This cannot be chosen any more. How it stands is said below."))
        try:
            changing.compensate(answer.places, kind=what, change=fresh.change, by=by, now=now)
        except changing.CannotMakeAmends as refusal:
            raise CannotChoose(str(refusal)) from refusal
        Notice.objects.filter(pk=fresh.pk).update(chosen=what, chosen_at=now, opened_at=fresh.opened_at or now)
        record("chose instead of a changed date", by=by, about=fresh, now=now, detail={"what": what})


def speak(change: SessionChange, *, booking: str, is_spoken: bool, by: User, now: datetime) -> int:
    """Note that somebody spoke to this family, found by its booking, or take that back. Returns how many rows."""
    fields = {"spoken_at": now, "spoken_by": by} if is_spoken else {"spoken_at": None, "spoken_by": None}
    with transaction.atomic():
        rows = Notice.objects.of_change(change).filter(enrolment__reference=booking, spoken_at__isnull=is_spoken)
        if changed := rows.update(**fields):
            what = "spoke to a family" if is_spoken else "took back having spoken to a family"
            record(what, by=by, about=change, now=now, detail={"booking": booking})
    return changed
