"""Moving a booking to another series: the new places first, then the old ones back, all in one step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from classes import cancelling, dues, emails, ending
from classes.booking import last_day
from classes.dues import Worth
from classes.elsewhere import leave_other_lists
from classes.holding import seen_after_offers
from classes.models import Charge, Enrolment, Place, Series
from classes.obstacles import CannotBook, closed_obstacles, obstacles_within, said_by_database
from classes.places import places_left, sessions_to_book, take_places
from classes.prices import price_now
from classes.terms import policy_of, terms_at_booking
from config.accounts.models import User
from config.audit.trail import record
from config.lib.money import Money
from config.lib.times import local
from families import health
from families.models import Baby

# How many series are looked at for room and age, and how many of those that fit are shown.
MOST_LOOKED_AT = 60
MOST_SHOWN = 12


class CannotMove(Exception):
    """The booking stays where it is; the sentence says why and what to do instead."""


class MoveQuoteChanged(CannotMove):
    """The sum is no longer the one that was agreed to. `quote` is how it stands now."""

    def __init__(self, sentence: str, quote: MoveQuote) -> None:
        super().__init__(sentence)
        self.quote = quote


@dataclass(frozen=True)
class MoveQuote:
    """What a move comes to.

    The new places cost `price`; `carried` of what was paid for the old ones goes to them, and `to_pay` is left. `back`
    is paid back where more was paid than the new ones cost. `owed` is what of the old booking is still unpaid: dates
    that have been stay due. `stays` is what would not come back, were it cancelled instead; nor does it after the move,
    so that of it which is `above` the new price stays with the old booking.
    """

    worth: Worth
    sessions: int
    price: Money
    carried: Money
    to_pay: Money
    back: Money
    owed: Money
    stays: Money
    above: Money

    @property
    def credit(self) -> Money:
        """What was paid for the places that are given back."""
        return self.carried + self.back

    @property
    def unpaid(self) -> Money:
        """What was not paid for them, and is no longer due."""
        return self.worth.to_come_worth - self.above - self.credit

    @property
    def agreed(self) -> Money:
        """The one sum that is agreed to: what is left to pay for the new series; below zero, what comes back."""
        return self.to_pay - self.back


@dataclass(frozen=True)
class Fit:
    """A series that a booking can be moved to, and the ways in that have room for it."""

    series: Series
    ways: list[str]


def fitting(enrolment: Enrolment, *, now: datetime) -> list[Fit]:
    """Open series, soonest first, with room for the same party, at its age, near by or at home. Three queries."""
    babies = babies_of(enrolment)
    looked_at = list(_near(enrolment, now=now)[:MOST_LOOKED_AT])
    left = places_left(looked_at, now=now)
    found = [
        Fit(series, ways)
        for series in looked_at
        if (ways := [way for way in series.ways if left[series.pk][way] >= len(babies)])
        and all(_is_of_age(baby, series, now=now) for baby in babies)
    ]
    return found[:MOST_SHOWN]


def _near(enrolment: Enrolment, *, now: datetime) -> QuerySet[Series]:
    old = enrolment.series
    near = Q(delivery__in=Series.FROM_HOME) | Q(instructor=old.instructor_id)
    if old.venue is not None:
        near |= Q(venue__town=old.venue.town, venue__country=old.venue.country)
    dated = Series.objects.open_to_book(now).filter(near, last_session_at__gt=now, currency=enrolment.currency)
    return dated.exclude(Q(pk=old.pk) | Q(is_practice=True)).for_page().soonest()


def _is_of_age(baby: Baby, series: Series, *, now: datetime) -> bool:
    """On the first day that the baby would come. One who is not born yet is asked nothing."""
    starts_at = max(series.first_session_at or now, now)
    on = local(starts_at, series.time_zone).date()
    if baby.born_on is None or baby.born_on > on:
        return True
    return series.min_age_weeks <= baby.age_in_weeks(on) <= series.max_age_weeks


def babies_of(enrolment: Enrolment) -> list[Baby]:
    """The babies who are booked, in the order of their keys; at one's own pace all of the family, eldest first."""
    places = Place.objects.filter(enrolment=enrolment).select_related("baby").order_by("baby_id")
    found = {place.baby_id: place.baby for place in places}
    return list(found.values()) or list(Baby.objects.of_family(enrolment.family))


def moved_to(enrolment: Enrolment) -> Enrolment | None:
    """The booking that this one was moved to. No query where it was not moved."""
    if enrolment.state != Enrolment.State.MOVED:
        return None
    return Enrolment.objects.filter(moved_from=enrolment).first()


def moves_left(enrolment: Enrolment) -> int:
    """How often a booking may still be moved, by its own terms. One query a move that was made."""
    made, origin = 0, enrolment.moved_from
    while origin is not None:
        made, origin = made + 1, origin.moved_from
    return max(terms_at_booking(enrolment).moves_at_most - made, 0)


def why_not_move(enrolment: Enrolment, *, now: datetime) -> str | None:
    """The sentence that refuses any move; None where there may be a series to move to."""
    if enrolment.state != Enrolment.State.BOOKED:
        return _("This booking has already ended.")
    if enrolment.kind == Enrolment.Kind.SINGLE:
        return _("Single dates are not moved. Give one back, or cancel them, and book others.")
    if enrolment.series.is_over(now):
        return _("All its dates have been, so there is nothing left to move.")
    if not moves_left(enrolment):
        return _("By the terms of your booking it is not moved again. You can cancel it, or ask your instructor.")
    return None


def quote(enrolment: Enrolment, *, to: Series, way: str, now: datetime) -> MoveQuote:
    """What moving to that series comes to at this moment; the same whichever `way` is taken. Six queries."""
    dates = len(sessions_to_book(to, now=now))
    return _quote(enrolment, to=to, dates=dates, babies=len(babies_of(enrolment)), now=now)


def _quote(enrolment: Enrolment, *, to: Series, dates: int, babies: int, now: datetime) -> MoveQuote:
    worth = dues.worth_of(enrolment, now=now)
    price = price_now(to, babies=babies, now=now)
    stays = cancelling.stays_due(enrolment, worth, now=now)
    above = Money(max(stays.minor - price.minor, 0), price.currency)
    paid, kept = dues.account_of(enrolment).in_hand, worth.been_worth + above
    credit = max(paid.minor - kept.minor, 0)
    carried = min(credit, price.minor)
    return MoveQuote(
        worth=worth,
        sessions=dates,
        price=price,
        carried=Money(carried, price.currency),
        to_pay=Money(price.minor - carried, price.currency),
        back=Money(credit - carried, price.currency),
        owed=Money(max(kept.minor - paid.minor, 0), price.currency),
        stays=stays,
        above=above,
    )


def transfer(
    enrolment: Enrolment, *, to: Series, way: str, agreed: Money | None = None, by: User, now: datetime
) -> Enrolment:
    """Take the new places, then give the old ones back, in one transaction; returns the new booking.

    `agreed` is `MoveQuote.agreed` as the family saw it; without it, whatever it comes to. Raises CannotMove, and then
    nothing was written; MoveQuoteChanged where the sum is another by now.
    """
    try:
        with transaction.atomic():
            locked = ending.lock_touched([enrolment], now=now, besides=[to])
            old, to = locked.again(enrolment), locked.series[to.pk]
            new = _move(old, to=to, way=way, agreed=agreed, by=by, now=now)
            locked.pass_on(now=now)
    except CannotBook as refusal:
        raise CannotMove(str(refusal)) from refusal
    except IntegrityError as refusal:
        raise CannotMove(said_by_database(refusal).sentence) from refusal
    return new


def _move(old: Enrolment, *, to: Series, way: str, agreed: Money | None, by: User, now: datetime) -> Enrolment:
    if refusal := why_not_move(old, now=now) or _why_not_there(old, to, now=now):
        raise CannotMove(refusal)
    babies = babies_of(old)
    seen = seen_after_offers(to, now=now)
    if found := obstacles_within(to, seen, babies=babies, places=len(babies), way=way):
        raise CannotBook(found)
    due = _quote(old, to=to, dates=len(seen.sessions), babies=len(babies), now=now)
    if agreed is not None and agreed != due.agreed:
        raise MoveQuoteChanged(_("The sum has changed since you saw it. Here is how it stands now."), due)
    new = _write(old, to=to, way=way, due=due, by=by, now=now)
    take_places(new, sessions=seen.sessions, babies=babies, taken=seen.numbers(way), at=now)
    health.keep_for(babies, last_session_on=last_day(to, now=now))
    leave_other_lists(new, babies=babies, sessions=seen.sessions, by=by, now=now)
    ending.end([old], state=Enrolment.State.MOVED, why=Place.Release.MOVED, now=now)
    credit = dues.close(old, kept=due.worth.been_worth + due.above, now=now)
    dues.raise_charge(old, Charge.Kind.CREDIT, credit, now=now, is_settled=True)
    dues.open_with(new, credit=credit, now=now)
    record("moved a booking", by=by, about=new, now=now, detail={"from": old.reference, "carried": due.carried.minor})
    for reader in ending.readers(old, by=by):
        emails.queue_moved(new, due=due, babies=babies, sessions=seen.sessions, to=reader, now=now)
    return new


def _why_not_there(old: Enrolment, to: Series, *, now: datetime) -> str | None:
    if to.pk == old.series_id:
        return _("You have a place in this series already. Please choose another one.")
    if to.first_session_at is None:
        return _("A series at your own pace is not moved to. You can cancel this one and book it.")
    if to.is_practice:
        return _("A practice series is not moved to. You can cancel this one and book it.")
    if to.currency != old.currency:
        return _("That series is paid in another currency. You can cancel this one and book it.")
    closed = closed_obstacles(to, now=now)
    return closed[0].sentence if closed else None


def _write(old: Enrolment, *, to: Series, way: str, due: MoveQuote, by: User, now: datetime) -> Enrolment:
    """The new booking. What would have stayed due of the old one, had it been cancelled, stays due of this one."""
    new = Enrolment.objects.create(
        series=to,
        family=old.family,
        booked_by=by,
        way=way,
        price_minor=due.price.minor,
        currency=to.currency,
        policy={**policy_of(to), "stays_minor": due.stays.minor},
        booked_at=now,
        in_turn_at=old.in_turn_at,
        moved_from=old,
    )
    new.who_comes.add(*old.who_comes.all())
    return new
