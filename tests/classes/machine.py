"""A random walk through booking: real deeds in any order, and after each of them the whole of the books is read.

Only refusals that are named here are expected; then nothing at all may have changed. Everything else stops the walk.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from classes import (
    booking,
    cancelling,
    capacity,
    dues,
    holding,
    making_up,
    offers,
    quiet,
    releasing,
    transferring,
    waiting_list,
)
from classes.models import Charge, Enrolment, Hold, MakeUpRight, Offer, Series, Session, WaitingParty
from classes.wishes import Wish
from families.models import Family
from tests.cast import NOW
from tests.classes.invariants import Books, findings, read_books
from tests.classes.small_world import Household, SmallWorld
from tests.classes.steps import Mark, Step, left_something, waiting_in_vain, wrong_in_step

any_number = st.integers(0, 59)
ways = st.sampled_from(["room", "room", "stream"])
hours_on = st.sampled_from([0.1, 0.3, 1, 7, 25])


class Wrong(AssertionError):
    """The books are not as they must be."""


class BookingWalk(RuleBasedStateMachine):
    """The deeds of families, instructors and the clock. `world` is laid out once; each walk is undone at its end."""

    world: SmallWorld
    came_to: ClassVar[Counter[tuple[str, str]]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.is_swept = False
        self.around = transaction.atomic()
        self.around.__enter__()
        self.books: Books = read_books(self.now)
        self.mark = Mark.here()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.around.__exit__(None, None, None)

    # The one way in which anything is done --------------------------------------------------------------------------

    def do(self, name: str, deed: Callable[[], Any], *refusals: type[Exception]) -> Any:
        try:
            done = deed()
        except refusals:
            self.came_to[name, "refused"] += 1
            self.demand(left_something(self.step()))
            return None
        self.came_to[name, "done"] += 1
        step = self.step()
        self.demand(wrong_in_step(step) + findings(self.books) + self.wrong_money(step))
        if self.is_swept:
            self.demand(waiting_in_vain(self.books))
        return done

    def wrong_money(self, step: Step) -> list[str]:
        """I6, second half. What a household paid and got back is what its places are worth, to the penny."""
        touched = {step.after.enrolments[row["enrolment_id"]]["family_id"] for row in (*step.places, *step.charges)}
        homes = [home.family for home in self.world.households if home.family.pk in touched]
        balances = [(family.pk, dues.balance(family, now=self.now, currency="GBP")) for family in homes]
        return [f"I6: family {key}: {one}" for key, one in balances if one.difference.minor]

    def step(self) -> Step:
        before, (trail, letters) = self.books, self.mark.since()
        self.books, self.mark = read_books(self.now), Mark.here()
        return Step(before, self.books, trail, letters)

    def demand(self, wrong: list[str]) -> None:
        if wrong:
            raise Wrong("\n".join(wrong))

    # What there is to choose from -----------------------------------------------------------------------------------

    def series(self, number: int) -> Series:
        listed = self.world.series
        return Series.objects.for_page().get(pk=listed[number % len(listed)].pk)

    def household(self, number: int) -> Household:
        home = self.world.households[number % len(self.world.households)]
        return replace(home, family=Family.objects.get(pk=home.family.pk))

    def one(self, rows: Any, number: int) -> Any:
        """One of these rows, in the order of their keys; None where there are none."""
        listed = list(rows.order_by("pk"))
        return listed[number % len(listed)] if listed else None

    def of(self, row: Any) -> Household:
        return next(one for one in self.world.households if one.family.pk == row.family_id)

    def booked(self, number: int) -> Any:
        mine = Enrolment.objects.filter(family__in=[one.family.pk for one in self.world.households])
        mine = mine.select_related("series", "family", "booked_by")
        return self.some(mine, mine.booked(), number)

    @initialize(first=any_number)
    def some_are_there(self, first: int) -> None:
        """Three families are booked, and two wait where the instructor offers by hand: else most deeds find nobody."""
        for number, series in enumerate((0, 1, 2)):
            self.book(series, first + number, "room", held=False, all_babies=False)
        for number in (3, 4):
            self.join(2, first + number, "room", all_babies=True)

    def some(self, rows: Any, alive: Any, number: int) -> Any:
        """One of those that are alive; every fifth time one of all, because forms are old when they are sent."""
        return self.one(rows, number) if number % 5 == 4 else self.one(alive, number // 5)

    # The clock ------------------------------------------------------------------------------------------------------

    @rule(hours=hours_on, sweeps=st.booleans())
    def time_passes(self, hours: float, sweeps: bool) -> None:
        self.now += timedelta(hours=hours)
        self.is_swept = False
        self.books = read_books(self.now)
        if sweeps:
            self.do("sweep", lambda: [job(self.now) for job in (offers.sweep, making_up.sweep)])
            self.is_swept = True
            self.demand(waiting_in_vain(self.books))

    @rule()
    def a_night_passes(self) -> None:
        self.time_passes(14, sweeps=True)

    # Booking --------------------------------------------------------------------------------------------------------

    @rule(series=any_number, who=any_number, way=ways, held=st.booleans(), all_babies=st.booleans())
    def book(self, series: int, who: int, way: str, held: bool, all_babies: bool) -> None:
        home, chosen = self.household(who), self.series(series)
        babies = home.babies if all_babies else home.babies[:1]
        hold = self.one(Hold.objects.live(self.now).of_series(chosen), who) if held else None
        self.do(
            "book",
            lambda: booking.book(
                chosen,
                family=home.family,
                babies=babies,
                way=way,
                who_comes=[home.adult],
                by=home.user,
                now=self.now,
                hold=hold,
                missed=booking.MAKE_UPS if all_babies else booking.PAGES,
            ),
            booking.CannotBook,
        )

    @rule(which=any_number, who=any_number, more=st.booleans())
    def book_a_date(self, which: int, who: int, more: bool) -> None:
        home = self.household(who)
        session = self.one(Session.objects.to_come(self.now).filter(series__in=self.world.series), which)
        if session is None:
            return
        self.do(
            "book_dates",
            lambda: booking.book_dates(
                [session],
                family=home.family,
                babies=home.babies[:1],
                way="room",
                who_comes=[home.adult],
                by=home.user,
                now=self.now,
                is_one_more=more,
            ),
            booking.CannotBook,
        )

    @rule(series=any_number, places=st.integers(1, 2), way=ways, single=st.sampled_from([False, False, True]))
    def hold(self, series: int, places: int, way: str, single: bool) -> None:
        chosen = self.series(series)
        session = self.one(Session.objects.to_come(self.now).filter(series=chosen), series) if single else None
        self.do(
            "hold",
            lambda: holding.hold(chosen, places=places, way=way, now=self.now, session=session),
            booking.CannotBook,
        )

    @precondition(lambda self: self.books.holds)
    @rule(which=any_number, back=st.booleans())
    def extend_or_give_back(self, which: int, back: bool) -> None:
        holds = Hold.objects.select_related("series")
        hold = self.some(holds, holds.live(self.now), which)
        if hold is None:
            return
        deed = holding.give_back if back else holding.extend
        self.do(deed.__name__, lambda: deed(hold, now=self.now), holding.HoldIsOver)

    @rule(which=any_number)
    def cancel(self, which: int) -> None:
        if enrolment := self.booked(which):
            by = self.of(enrolment).user
            self.do("cancel", lambda: cancelling.cancel(enrolment, by=by, now=self.now), cancelling.CannotCancel)

    # Waiting --------------------------------------------------------------------------------------------------------

    @rule(series=any_number, who=any_number, way=ways, all_babies=st.booleans())
    def join(self, series: int, who: int, way: str, all_babies: bool) -> None:
        home, chosen = self.household(who), self.series(series)
        babies = home.babies if all_babies else home.babies[-1:]
        self.do(
            "join",
            lambda: waiting_list.join(
                chosen, family=home.family, babies=babies, way=way, asked_by=home.adult, by=home.user, now=self.now
            ),
            waiting_list.CannotWait,
        )

    @precondition(lambda self: self.books.offers)
    @rule(which=any_number, accepts=st.booleans())
    def answer(self, which: int, accepts: bool) -> None:
        offers_made = Offer.objects.select_related("party__series", "party__family", "enrolment__series")
        if offer := self.some(offers_made, offers_made.open(self.now), which):
            verb = waiting_list.accept if accepts else waiting_list.decline
            by = self.of(offer.party).user
            self.do(verb.__name__, lambda: verb(offer, by=by, now=self.now), waiting_list.OfferIsOver)

    @precondition(lambda self: self.books.parties)
    @rule(which=any_number)
    def withdraw(self, which: int) -> None:
        parties = WaitingParty.objects.select_related("series", "family")
        if party := self.some(parties, parties.in_line(), which):
            self.do("withdraw", lambda: waiting_list.withdraw(party, by=self.of(party).user, now=self.now))

    # Single dates of a booking ---------------------------------------------------------------------------------------

    @rule(which=any_number, date=any_number, all_babies=st.booleans(), back=st.booleans())
    def release_or_take_back(self, which: int, date: int, all_babies: bool, back: bool) -> None:
        enrolment = self.booked(which)
        if enrolment is None:
            return
        session = self.one(
            Session.objects.filter(places__enrolment=enrolment).select_related("series").distinct(), date
        )
        babies = self.of(enrolment).babies
        verb: Any = releasing.take_back if back else releasing.release
        self.do(
            verb.__name__,
            lambda: verb(
                enrolment,
                session=session,
                babies=babies if all_babies else babies[:1],
                by=self.of(enrolment).user,
                now=self.now,
            ),
            releasing.CannotRelease,
            releasing.CannotTakeBack,
        )

    @rule(which=any_number, date=any_number, way=ways)
    def switch_way(self, which: int, date: int, way: str) -> None:
        enrolment = self.booked(which)
        if enrolment is None:
            return
        session = self.one(Session.objects.filter(places__enrolment=enrolment).distinct(), date)
        by = self.of(enrolment).user
        self.do(
            "switch_way",
            lambda: releasing.switch_way(enrolment, session=session, way=way, by=by, now=self.now),
            releasing.CannotSwitch,
        )

    @precondition(lambda self: self.books.rights)
    @rule(which=any_number, date=any_number, way=ways, fits=st.booleans())
    def make_up(self, which: int, date: int, way: str, fits: bool) -> None:
        rights = making_up.rights_to_use(MakeUpRight.objects.all())
        right = self.some(rights, rights.open(self.now), which)
        if right is None:
            return
        of_week = making_up.open_for([right], missed=(), now=self.now).filter(number=right.missed.number)
        there = of_week if fits else Session.objects.all()
        session = self.one(there.filter(series__in=self.world.series).select_related("series"), date)
        if session is None:
            return
        by = self.of(right.enrolment).user
        self.do(
            "make_up",
            lambda: making_up.make_up([right], session=session, way=way, by=by, now=self.now),
            making_up.CannotMakeUp,
        )

    # Ends and moves ---------------------------------------------------------------------------------------------------

    @rule(which=any_number)
    def pay(self, which: int) -> None:
        """The office notes that a transfer came."""
        charge = self.one(Charge.objects.filter(kind__in=Charge.OWED, settled_at=None, waived_at=None), which)
        if charge is not None:
            Charge.objects.filter(pk=charge.pk).update(settled_at=self.now)
            self.demand(self.wrong_money(self.step()))

    @rule(which=any_number, to=any_number, way=ways)
    def transfer(self, which: int, to: int, way: str) -> None:
        if enrolment := self.booked(which):
            chosen, by = self.series(to), self.of(enrolment).user
            self.do(
                "transfer",
                lambda: transferring.transfer(enrolment, to=chosen, way=way, by=by, now=self.now),
                transferring.CannotMove,
            )

    @rule(who=st.integers(0, 600))
    def stop_everything(self, who: int) -> None:
        # Seldom, or nobody would be left.
        if who % 10:
            return
        home = self.household(who // 10)
        self.do("stop_everything", lambda: quiet.stop_everything(home.family, by=home.user, now=self.now))

    # Who waits anywhere, and who is promoted -------------------------------------------------------------------------

    @rule(who=any_number, way=ways)
    def join_anywhere(self, who: int, way: str) -> None:
        home = self.household(who)
        self.do(
            "join_anywhere",
            lambda: waiting_list.join_anywhere(
                Wish(ways=(way,)),
                family=home.family,
                babies=home.babies,
                asked_by=home.adult,
                by=home.user,
                now=self.now,
            ),
            waiting_list.CannotWait,
        )

    @precondition(lambda self: self.books.parties)
    @rule(which=any_number, series=any_number, says_why=st.booleans())
    def promote(self, which: int, series: int, says_why: bool) -> None:
        parties = WaitingParty.objects.select_related("series", "family")
        by_hand = parties.in_line().filter(series__offers_by_hand=True)
        party = self.some(parties, by_hand, which) or self.one(parties.in_line(), which)
        if party is None:
            return
        chosen = self.series(self.position(party.series_id) if party.series_id else series)
        self.do(
            "promote",
            lambda: waiting_list.promote(
                party,
                series=chosen,
                by=chosen.instructor.user,
                reason="They asked twice." if says_why else "",
                now=self.now,
            ),
            waiting_list.CannotPromote,
        )

    def position(self, series_id: int) -> int:
        return [one.pk for one in self.world.series].index(series_id)

    @rule(series=any_number, room=st.integers(1, 5), stream=st.integers(0, 3))
    def change_capacity(self, series: int, room: int, stream: int) -> None:
        chosen = self.series(series)
        streams = stream if chosen.stream_capacity else 0
        self.do(
            "change_capacity",
            lambda: capacity.change_capacity(
                chosen, room=room, stream=streams, by=chosen.instructor.user, now=self.now
            ),
            capacity.CannotChangeCapacity,
        )
