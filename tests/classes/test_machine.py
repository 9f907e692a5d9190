"""Booking in any order: a random walk through real deeds, and the books read in full after each."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.cast import NOW, Cast
from tests.classes.machine_of_dates import WalkOfDates
from tests.classes.small_world import build_small_world

# Few walks are the same ones each time. BOOKING_WALKS=500 walks that often, and each time elsewhere.
WALKS = int(os.environ.get("BOOKING_WALKS", "0"))
DEEDS = {
    *("book", "book_dates", "hold", "extend", "give_back", "cancel", "transfer", "stop_everything"),
    *("join", "join_anywhere", "accept", "decline", "withdraw", "promote", "sweep", "change_capacity"),
    *("release", "take_back", "switch_way", "make_up"),
    *("move", "call_off", "go_online", "send_substitute", "add_session", "cancel_series"),
    *("choose", "walk_in", "drop_walk_in"),
}
MAIN_DEEDS = {"book", "cancel", "join"}
# One after another, each tried with other numbers until it is done: the deeds that a short walk at random may miss.
IN_TURN: list[tuple[str, Callable[[WalkOfDates, int], None]]] = [
    ("hold", lambda walk, n: walk.hold(series=n, places=1, way="room", single=False)),
    ("extend", lambda walk, n: walk.extend_or_give_back(which=n, back=False)),
    ("give_back", lambda walk, n: walk.extend_or_give_back(which=n, back=True)),
    ("release", lambda walk, n: walk.release_or_take_back(which=n, date=n // 5, all_babies=False, back=False)),
    ("take_back", lambda walk, n: walk.release_or_take_back(which=n, date=n // 5, all_babies=False, back=True)),
    ("release", lambda walk, n: walk.release_or_take_back(which=n, date=n // 5, all_babies=False, back=False)),
    ("make_up", lambda walk, n: walk.make_up(which=0, date=n, way="room", fits=True)),
    ("switch_way", lambda walk, n: walk.switch_way(which=n % 20, date=n // 20, way="stream")),
    ("book_dates", lambda walk, n: walk.book_a_date(which=n, who=n // 9, more=True)),
    ("promote", lambda walk, n: walk.promote(which=n, series=2, says_why=True)),
    ("accept", lambda walk, n: walk.answer(which=n, accepts=True)),
    ("promote", lambda walk, n: walk.promote(which=n, series=2, says_why=True)),
    ("decline", lambda walk, n: walk.answer(which=n, accepts=False)),
    ("join", lambda walk, n: walk.join(series=n, who=n // 3, way="room", all_babies=True)),
    ("withdraw", lambda walk, n: walk.withdraw(which=n)),
    ("join_anywhere", lambda walk, n: walk.join_anywhere(who=n, way="room")),
    ("change_capacity", lambda walk, n: walk.change_capacity(series=n, room=5, stream=3)),
    ("send_substitute", lambda walk, n: walk.send_substitute(date=n, to=n, compensation="none")),
    ("go_online", lambda walk, n: walk.go_online(date=n, compensation="choose", fresh=True)),
    ("choose", lambda walk, n: walk.choose(which=n, money=n % 2 == 0)),
    ("move", lambda walk, n: walk.move(date=5 * n + 5, hours=1, compensation="refund", fresh=True)),
    ("choose", lambda walk, n: walk.choose(which=n, money=True)),
    ("add_session", lambda walk, n: walk.add_session(series=n, hours=24 * 6 + n, for_all=True)),
    *[
        ("call_off", lambda walk, n, gives=gives: walk.call_off(date=5 * n, compensation=gives, fresh=True))
        for gives in ("make_up", "refund", "choose", "none")
    ],
    ("choose", lambda walk, n: walk.choose(which=n, money=True)),
    ("transfer", lambda walk, n: walk.transfer(which=n, to=n // 5, way="room")),
    ("cancel", lambda walk, n: walk.cancel(which=n)),
    ("sweep", lambda walk, n: walk.time_passes(hours=25, sweeps=True)),
    ("sweep", lambda walk, n: walk.time_passes(hours=25, sweeps=True)),
    ("add_session", lambda walk, n: walk.add_session(series=n, hours=20, for_all=False)),
    ("walk_in", lambda walk, n: walk.walk_in(date=n, places=1, back=False)),
    ("drop_walk_in", lambda walk, n: walk.walk_in(date=n, places=1, back=True)),
    ("cancel_series", lambda walk, n: walk.cancel_series(series=10 * n)),
    ("stop_everything", lambda walk, n: walk.stop_everything(who=10 * n)),
]
# So many walks come by every deed.
MANY = 100
SHORT_WALKS, STEPS = 20, 30


def walks() -> settings:
    return settings(
        max_examples=WALKS or SHORT_WALKS,
        stateful_step_count=STEPS,
        derandomize=WALKS < MANY,
        database=None,
        deadline=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
        phases=(Phase.generate, Phase.shrink),
    )


@pytest.mark.django_db
def test_no_order_of_deeds_brings_the_books_out_of_order(cast: Cast) -> None:
    WalkOfDates.world = build_small_world([cast.instructor_profile, cast.other_instructor_profile], now=NOW)
    WalkOfDates.came_to.clear()
    run_state_machine_as_test(WalkOfDates, settings=walks())
    done = {name for name, came in WalkOfDates.came_to if came == "done"}
    told = ", ".join(f"{name} {came} {count}" for (name, came), count in sorted(WalkOfDates.came_to.items()))
    assert done >= (DEEDS if WALKS >= MANY else MAIN_DEEDS), told


@pytest.mark.django_db
def test_one_walk_comes_by_every_deed_and_the_books_stay_in_order(cast: Cast) -> None:
    WalkOfDates.world = build_small_world([cast.instructor_profile, cast.other_instructor_profile], now=NOW)
    WalkOfDates.came_to.clear()
    walk = WalkOfDates()
    walk.some_are_there(first=0)
    for name, attempt in IN_TURN:
        done = walk.came_to[name, "done"]
        for number in range(60):
            attempt(walk, number)
            if walk.came_to[name, "done"] > done:
                break
        assert walk.came_to[name, "done"] > done, f"{name} was only ever refused"
    walk.teardown()
    assert {name for name, came in walk.came_to if came == "done"} == DEEDS
