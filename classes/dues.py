"""What a family owes for its bookings, has paid, and gets back. All of it follows from places and charges.

Of an enrolment, `SERIES` is its price; `KEPT` what stays due of an unpaid one that ended; `CARRIED` what came from the
booking it was moved from, and pays for it; `CREDIT` what went on to the booking it was moved to; `REFUND` what the
office pays back. A charge is unpaid while it is neither settled nor waived.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from classes.models import Charge, Enrolment, MakeUpRight, OpenedWeek, Place, Series, Session
from classes.places import lock_all
from classes.terms import terms_at_booking
from config.accounts.models import User
from config.audit.trail import record
from config.lib.money import Money, shares
from curriculum.models import Lesson
from families.models import Family

Kind = Charge.Kind


@dataclass(frozen=True)
class Worth:
    """The dates of an enrolment at a moment: how many have been and are to come, and what they are worth exactly."""

    been: int
    been_worth: Money
    to_come: int
    to_come_worth: Money
    begins: datetime | None = None
    # Part of what is to come: dates that were called off, with a make-up place that was not had. It comes back in full.
    owed_minor: int = 0

    @property
    def in_all(self) -> Money:
        return self.been_worth + self.to_come_worth


@dataclass
class Account:
    """The charges of one enrolment. `brought` is what came with it from the booking it was moved from."""

    currency: str
    charges: list[Charge] = field(default_factory=list)
    brought_minor: int = 0
    # Taken off the price before it was paid, for dates that were called off.
    off_minor: int = 0

    @property
    def owed(self) -> Money:
        """What is due for it, paid or not."""
        return self._sum(charge for charge in self.charges if charge.kind in Charge.OWED and not charge.waived_at)

    @property
    def paid(self) -> Money:
        """What it is covered by: paid for, or carried to it."""
        settled = self._sum(charge for charge in self.charges if charge.kind in Charge.OWED and charge.settled_at)
        return max(settled, self.carried, key=lambda sum_: sum_.minor)

    @property
    def cash(self) -> Money:
        """What was paid in for it, without what was carried to it."""
        return self.paid - self.carried

    @property
    def to_pay(self) -> Money:
        return Money(max(self.owed.minor - self.paid.minor, 0), self.currency)

    @property
    def carried(self) -> Money:
        """What was carried to it from the booking it was moved from."""
        return self._of(Kind.CARRIED)

    @property
    def no_longer_due(self) -> Money:
        """What was not paid, and need not be."""
        waived = self._sum(charge for charge in self.charges if charge.kind in Charge.OWED and charge.waived_at)
        return Money(max(waived.minor - self.owed.minor, 0) + self.off_minor, self.currency)

    @property
    def is_paid_back(self) -> bool:
        """Whether what goes back to the family went."""
        return all(charge.settled_at for charge in self.charges if charge.kind == Kind.REFUND)

    @property
    def refunded(self) -> Money:
        """What goes back to the family, or went."""
        return self._of(Kind.REFUND)

    @property
    def carried_on(self) -> Money:
        return self._of(Kind.CREDIT)

    @property
    def in_hand(self) -> Money:
        """What the house still has of the family's money for this enrolment."""
        return self.cash + Money(self.brought_minor, self.currency) - self.refunded - self.carried_on

    @property
    def is_paid(self) -> bool:
        return bool(self.owed.minor) and not self.to_pay.minor

    def _of(self, kind: str) -> Money:
        return self._sum(charge for charge in self.charges if charge.kind == kind)

    def _sum(self, charges: Iterable[Charge]) -> Money:
        return Money(sum(charge.amount_minor for charge in charges), self.currency)


@dataclass(frozen=True)
class Balance:
    """A household's books in one currency: `captured` less `refunded` is `kept` plus `credits`, to the penny."""

    captured: Money
    refunded: Money
    kept: Money
    credits: Money

    @property
    def difference(self) -> Money:
        """What is wrong with the books: nothing."""
        return self.captured - self.refunded - self.kept - self.credits


def worth_of(enrolment: Enrolment, *, now: datetime) -> Worth:
    """What has been and what is to come of a booking, by the exact price of each of its places. Two queries.

    A date that the family gave back is still paid for, so it counts as to come until its day, unless a make-up place
    has been had for it. Without dates, at one's own pace, a week that was opened has been, and the rest is to come.
    """
    prices = _prices(enrolment)
    if not prices:
        return _own_pace_worth(enrolment, now=now)
    had, owed = _made_up(enrolment, now=now), _owed(enrolment, prices, now=now)
    been: dict[int, int] = defaultdict(int)
    coming: dict[int, int] = defaultdict(int)
    for place, minor in prices:
        pair = (place.baby_id, place.session_id)
        is_over = pair in had or (place.session.starts_at <= now and pair not in owed)
        (been if is_over else coming)[place.session_id] += minor
    currency = enrolment.currency
    off = {place.session_id for place, _minor in prices if _is_off(place.session)}
    held = [place.session.starts_at for place, _minor in prices if place.session_id not in off]
    return Worth(
        been=len(set(been) - set(coming) - off),
        been_worth=Money(sum(been.values()), currency),
        to_come=len(set(coming) - off),
        to_come_worth=Money(sum(coming.values()), currency),
        begins=min(held or [place.session.starts_at for place, _minor in prices]),
        owed_minor=sum(minor for place, minor in prices if (place.baby_id, place.session_id) in owed),
    )


def _own_pace_worth(enrolment: Enrolment, *, now: datetime) -> Worth:
    """One query, one more where a week was opened. Every week is worth the same, to the penny."""
    price, currency = enrolment.price_minor, enrolment.currency
    opened = OpenedWeek.objects.filter(enrolment=enrolment, opened_at__lte=now).count()
    if not opened:
        return Worth(0, Money(0, currency), 0, enrolment.price)
    weeks = max(Lesson.objects.current().filter(plan=enrolment.series.plan_id).count(), opened)
    been = sum(shares(price, weeks)[:opened])
    return Worth(opened, Money(been, currency), weeks - opened, Money(price - been, currency))


def _is_off(session: Session) -> bool:
    return session.state == Session.State.CANCELLED


def _owed(enrolment: Enrolment, prices: Iterable[tuple[Place, int]], *, now: datetime) -> set[tuple[int, int]]:
    """(baby, session) of dates that were called off and are still to be made up for. A query only if there are any."""
    off = {place.session_id for place, _minor in prices if _is_off(place.session)}
    if not off:
        return set()
    is_open = Q(state=MakeUpRight.State.OPEN, expires_at__gt=now)
    is_to_come = Q(state=MakeUpRight.State.USED, place__session__starts_at__gt=now)
    rights = MakeUpRight.objects.filter(is_open | is_to_come, enrolment=enrolment, missed__in=off)
    return set(rights.values_list("baby_id", "missed_id"))


def _prices(enrolment: Enrolment) -> list[tuple[Place, int]]:
    """One place for each baby and date that was booked, with its price: a place that was taken back has two rows."""
    own = Place.objects.filter(enrolment=enrolment).exclude(kind=Place.Kind.MAKE_UP).select_related("session")
    rows: dict[tuple[int, int], tuple[Place, int]] = {}
    for place in own.defer("session__note").order_by("pk"):
        key = (place.baby_id, place.session_id)
        rows[key] = (place, max(place.price_minor, rows[key][1] if key in rows else 0))
    return list(rows.values())


def _made_up(enrolment: Enrolment, *, now: datetime) -> set[tuple[int, int]]:
    used = MakeUpRight.objects.filter(
        enrolment=enrolment, state=MakeUpRight.State.USED, place__session__starts_at__lte=now
    )
    return set(used.values_list("baby_id", "missed_id"))


def account_of(enrolment: Enrolment) -> Account:
    """The charges of one enrolment. One query."""
    return accounts_of([enrolment])[enrolment.pk]


def accounts_of(enrolments: Sequence[Enrolment]) -> dict[int, Account]:
    """{enrolment id: account}. One query."""
    accounts = {one.pk: Account(one.currency) for one in enrolments}
    origins = {one.moved_from_id: one.pk for one in enrolments if one.moved_from_id}
    charges = Charge.objects.filter(enrolment__in=[*accounts, *origins]).order_by("pk")
    prices = {one.pk: one.price_minor for one in enrolments}
    for charge in charges:
        if charge.enrolment_id in accounts:
            accounts[charge.enrolment_id].charges.append(charge)
            if charge.kind == Kind.SERIES:
                accounts[charge.enrolment_id].off_minor = prices[charge.enrolment_id] - charge.amount_minor
        if charge.kind == Kind.CREDIT and charge.enrolment_id in origins:
            accounts[origins[charge.enrolment_id]].brought_minor += charge.amount_minor
    return accounts


def close(enrolment: Enrolment, *, kept: Money, now: datetime) -> Money:
    """End the account of a booking of which only `kept` stays due. Returns what was paid beyond it.

    Unpaid, its price is waived and what stays due becomes a charge of its own. Call it under the lock.
    """
    account = account_of(enrolment)
    available = account.in_hand
    unpaid = Charge.objects.open().filter(enrolment=enrolment, kind=Kind.SERIES)
    if unpaid.update(waived_at=now) and kept.minor:
        raise_charge(enrolment, Kind.KEPT, kept, now=now, is_settled=available.minor >= kept.minor)
    return Money(max(available.minor - kept.minor, 0), kept.currency)


def open_with(enrolment: Enrolment, *, credit: Money, now: datetime) -> None:
    """Charge a new booking, paid as far as `credit` from the old one goes; what is left of that is paid back."""
    price = enrolment.price
    carried = Money(min(credit.minor, price.minor), price.currency)
    raise_charge(enrolment, Kind.SERIES, price, now=now, is_settled=carried == price)
    raise_charge(enrolment, Kind.CARRIED, carried, now=now, is_settled=True)
    raise_charge(enrolment, Kind.REFUND, credit - carried, now=now)


def worth_of_date(enrolment: Enrolment, *, session: Session, babies: Iterable[int]) -> dict[int, int]:
    """{baby id: minor units}: the exact part of the price that each of these babies' places of that date has."""
    places = Place.objects.filter(enrolment=enrolment, session=session, baby__in=list(babies))
    worth: dict[int, int] = defaultdict(int)
    for baby_id, minor in places.exclude(kind=Place.Kind.MAKE_UP).values_list("baby_id", "price_minor"):
        worth[baby_id] = max(worth[baby_id], minor)
    return worth


def take_off(enrolment: Enrolment, *, session: Session, babies: Iterable[int], now: datetime) -> Charge | None:
    """Take what these babies' places of that date are worth off a booking that goes on.

    What was not paid yet is no longer due; what was is paid back: the refund is returned. Call it under the lock.
    """
    keys = list(babies)
    off = sum(worth_of_date(enrolment, session=session, babies=keys).values())
    Place.objects.filter(enrolment=enrolment, session=session, baby__in=keys).update(price_minor=0)
    account = account_of(enrolment)
    unpaid = min(off, account.to_pay.minor)
    for charge in Charge.objects.unpaid().filter(enrolment=enrolment, kind=Kind.SERIES) if unpaid else ():
        charge.amount_minor -= unpaid
        charge.waived_at = None if charge.amount_minor else now
        charge.settled_at = now if 0 < charge.amount_minor == account.carried.minor else None
        charge.save(update_fields=["amount_minor", "waived_at", "settled_at"])
    back = min(off - unpaid, max(account.in_hand.minor, 0))
    return raise_charge(enrolment, Kind.REFUND, Money(back, enrolment.currency), now=now)


def raise_charge(
    enrolment: Enrolment, kind: str, amount: Money, *, now: datetime, is_settled: bool = False
) -> Charge | None:
    """Write a charge; none where there is nothing to charge."""
    if not amount.minor:
        return None
    return Charge.objects.create(
        enrolment=enrolment,
        kind=kind,
        amount_minor=amount.minor,
        currency=amount.currency,
        raised_at=now,
        settled_at=now if is_settled else None,
    )


def balance(family: Family, *, now: datetime, currency: str) -> Balance:
    """The books of a household in one currency, from its places on one side and its charges on the other."""
    enrolments = list(Enrolment.objects.ever_booked().for_family(family).filter(currency=currency))
    accounts = accounts_of(enrolments)
    nothing = _paid_back_wholly(enrolments)
    moved_to = {one.moved_from_id: one for one in enrolments if one.moved_from_id}
    kept = sum(
        _kept_minor(one, accounts[one.pk], moved_to.get(one.pk), now=now) - accounts[one.pk].to_pay.minor
        for one in enrolments
        if one.pk not in nothing
    )
    listed = list(accounts.values())
    captured = sum(account.cash.minor for account in listed)
    refunded = sum(account.refunded.minor for account in listed)
    # What one booking gave on and no other took yet; a move is one transaction, so there is none.
    credits_ = sum(account.carried_on.minor - account.brought_minor for account in listed)
    return Balance(*(Money(minor, currency) for minor in (captured, refunded, kept, credits_)))


def _paid_back_wholly(enrolments: Sequence[Enrolment]) -> set[int]:
    """Those that the family asked to end quietly, and those that they were moved from: nothing of them is kept."""
    by_key = {one.pk: one for one in enrolments}
    found = {one.pk for one in enrolments if one.state == Enrolment.State.ENDED}
    for key in list(found):
        origin = by_key[key].moved_from_id
        while origin in by_key:
            found.add(origin)
            origin = by_key[origin].moved_from_id
    return found


def _kept_minor(enrolment: Enrolment, account: Account, moved_to: Enrolment | None, *, now: datetime) -> int:
    """What the places that the family kept are worth, and what else stays due by the terms it booked under."""
    worth = worth_of(enrolment, now=enrolment.ended_at or now)
    if enrolment.state == Enrolment.State.BOOKED:
        return worth.in_all.minor
    if moved_to is not None:
        # Moved to something cheaper than what stayed due: the rest of that stayed behind.
        return worth.been_worth.minor + max(terms_at_booking(moved_to).stays_minor - moved_to.price_minor, 0)
    return max(account.in_hand.minor + account.to_pay.minor, worth.been_worth.minor)


def settle(charges: Iterable[int], *, by: User, now: datetime) -> list[Charge]:
    """Note that these charges, by key, were paid, or paid back. Returns those that were open until now.

    What is settled, or no longer due, stays as it is: two who press at once settle once.
    """
    keys = list(charges)
    with transaction.atomic():
        # A booking that ends looks at its charges under these locks.
        lock_all(Series.objects.filter(enrolments__charges__in=keys).only("pk"))
        open_ones = Charge.objects.open().select_for_update(of=("self",))
        settled = list(open_ones.filter(pk__in=keys).order_by("pk"))
        Charge.objects.filter(pk__in=[charge.pk for charge in settled]).update(settled_at=now)
        for charge in settled:
            what = "paid back" if charge.kind == Kind.REFUND else "noted as paid"
            record(
                what, by=by, about=charge, now=now, detail={"minor": charge.amount_minor, "currency": charge.currency}
            )
    return settled
