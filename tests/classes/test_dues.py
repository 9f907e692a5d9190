"""The ledger: whatever a family books, pays, gives back, moves, cancels or stops, the books balance to the penny."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classes import booking, cancelling, dues, quiet, transferring
from classes.models import Charge, Enrolment, Place, Series
from config.accounts.models import User
from families.models import Baby, Family
from tests.cast import NOW, Cast
from tests.factories.accounts import make_user
from tests.factories.classes import make_series
from tests.factories.ending import book, pay, pounds
from tests.factories.families import add_baby, make_household

GBP = "GBP"
# Prices that do not divide by the number of dates, one of them nothing at all.
PRICES = (6000, 6001, 4999, 0)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["book", "pay", "give back", "move", "cancel", "wait", "wait", "stop"]),
        st.integers(0, 11),
    ),
    min_size=2,
    max_size=12,
)


@dataclass
class World:
    """A family with three babies, four series a week apart, and what went into its hands and out of them."""

    family: Family
    babies: list[Baby]
    by: User
    series: list[Series]
    now: datetime = NOW
    paid: int = 0

    def bookings(self) -> list[Enrolment]:
        return list(Enrolment.objects.for_family(self.family).booked().for_page().order_by("pk"))

    def pick(self, number: int) -> Enrolment | None:
        found = self.bookings()
        return found[number % len(found)] if found else None

    def step(self, what: str, number: int) -> None:
        {
            "book": self.book,
            "pay": self.pay,
            "give back": self.give_back,
            "move": self.move,
            "cancel": self.cancel,
            "wait": self.wait,
            "stop": self.stop,
        }[what](number)

    def book(self, number: int) -> None:
        babies = self.babies[: 1 + number % 3]
        with suppress(booking.CannotBook):
            booking.book(
                self.series[number % 4],
                family=self.family,
                babies=babies,
                way="room",
                who_comes=[],
                by=self.by,
                now=self.now,
            )

    def pay(self, number: int) -> None:
        if enrolment := self.pick(number):
            self.paid += dues.account_of(enrolment).to_pay.minor
            pay(enrolment, now=self.now)

    def give_back(self, number: int) -> None:
        if enrolment := self.pick(number):
            place = enrolment.places.unreleased().filter(session__starts_at__gt=self.now).first()
            if place:
                Place.objects.filter(pk=place.pk).update(released_at=self.now, release="told")

    def move(self, number: int) -> None:
        if enrolment := self.pick(number):
            to = self.series[number % 4]
            with suppress(transferring.CannotMove):
                quote = transferring.quote(enrolment, to=to, way="room", now=self.now)
                transferring.transfer(enrolment, to=to, way="room", agreed=quote.agreed, by=self.by, now=self.now)

    def cancel(self, number: int) -> None:
        if enrolment := self.pick(number):
            quote = cancelling.quote(enrolment, now=self.now)
            assert quote.kept + quote.back + quote.waived == enrolment.price, "the lines make up the price"
            with suppress(cancelling.CannotCancel):
                cancelling.cancel(enrolment, agreed=quote.agreed, by=self.by, now=self.now)

    def wait(self, number: int) -> None:
        self.now += timedelta(hours=9 * number + 1)

    def stop(self, number: int) -> None:
        if number == 0:
            quiet.stop_everything(self.family, by=self.by, now=self.now)
            assert all(account.in_hand.minor == 0 for account in self.accounts(states=["ended"]))

    def accounts(self, *, states: list[str]) -> list[dues.Account]:
        mine = list(Enrolment.objects.for_family(self.family).filter(state__in=states))
        return list(dues.accounts_of(mine).values())

    def check(self) -> None:
        balance = dues.balance(self.family, now=self.now, currency=GBP)
        assert balance.difference.minor == 0, balance
        assert balance.captured.minor == self.paid, "what came in is what was paid, once"
        assert balance.credits.minor == 0
        for account in self.accounts(states=list(Enrolment.EVER_BOOKED)):
            assert min(account.in_hand.minor, account.cash.minor, account.to_pay.minor) >= 0, account
            assert account.in_hand.minor <= account.owed.minor or account.to_pay.minor == 0, account


def build_world(cast: Cast) -> World:
    user = make_user("books@example.org", "Robin Marsh")
    family, [first] = make_household(user, "Bea")
    babies = [first, add_baby(family, "Cy"), add_baby(family, "Di")]
    series = [
        make_series(
            cast.instructor_profile,
            slug=f"series-{number}",
            first=date(2026, 3, 27) + timedelta(weeks=number),
            clock=time(9 + number),
            venue=cast.venue,
            price_minor=price,
            price_per="baby",
            further_baby_percent=37,
            part_refund_hours=24,
            part_refund_percent=33,
            late_until=3,
            moves_at_most=3,
        )
        for number, price in enumerate(PRICES)
    ]
    return World(family, babies, user, series)


@pytest.fixture
def world(cast: Cast) -> World:
    return build_world(cast)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_any_sequence_keeps_the_books_to_the_penny(cast: Cast, steps: list[tuple[str, int]]) -> None:
    with transaction.atomic():
        world = build_world(cast)
        for what, number in steps:
            world.step(what, number)
            world.check()
        transaction.set_rollback(True)


def test_the_books_of_a_family_that_moved_and_cancelled(world: World, cast: Cast) -> None:
    """The same by hand: £60.00 paid, moved after two dates of £12 each, cancelled there before the beginning."""
    world.book(0)
    world.pay(0)
    world.check()
    world.now += timedelta(days=11)
    world.step("move", 2)
    world.check()
    [moved] = world.bookings()
    assert (moved.series.slug, moved.moved_from_id is not None) == ("series-2", True)
    world.step("cancel", 0)
    world.check()

    assert dues.balance(world.family, now=world.now, currency=GBP) == dues.Balance(
        captured=pounds(60), refunded=pounds(0), kept=pounds(60), credits=pounds(0)
    )


def test_unpaid_is_what_is_neither_settled_nor_waived(cast: Cast, now: datetime) -> None:
    enrolment = book(cast, at=now)
    assert dues.account_of(enrolment).to_pay == pounds(60)

    Charge.objects.update(waived_at=now)
    assert dues.account_of(enrolment).to_pay == pounds(0)


def test_a_place_that_was_taken_back_counts_once(cast: Cast, now: datetime) -> None:
    enrolment = book(cast, at=now)
    old = enrolment.places.order_by("pk").first()
    assert old is not None
    Place.objects.filter(pk=old.pk).update(released_at=now, release="told", price_minor=0)
    Place.objects.create(
        enrolment=enrolment, session=old.session, baby=old.baby, number=old.number, way=old.way, price_minor=1200
    )

    assert dues.worth_of(enrolment, now=now).in_all == pounds(60)
