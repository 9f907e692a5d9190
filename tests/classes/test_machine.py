"""Booking in any order: a random walk through real deeds, and the books read in full after each."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.cast import NOW, Cast
from tests.classes.machine import BookingWalk
from tests.classes.small_world import build_small_world

# Few walks are the same ones each time. BOOKING_WALKS=500 walks that often, and each time elsewhere.
WALKS = int(os.environ.get("BOOKING_WALKS", "0"))
DEEDS = {
    *("book", "book_dates", "hold", "extend", "give_back", "cancel", "transfer", "stop_everything"),
    *("join", "join_anywhere", "accept", "decline", "withdraw", "promote", "sweep", "change_capacity"),
    *("release", "take_back", "switch_way", "make_up"),
}
MAIN_DEEDS = {"book", "cancel", "join"}
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
    BookingWalk.world = build_small_world([cast.instructor_profile, cast.other_instructor_profile], now=NOW)
    BookingWalk.came_to.clear()
    run_state_machine_as_test(BookingWalk, settings=walks())
    done = {name for name, came in BookingWalk.came_to if came == "done"}
    told = ", ".join(f"{name} {came} {count}" for (name, came), count in sorted(BookingWalk.came_to.items()))
    assert done >= (DEEDS if WALKS >= MANY else MAIN_DEEDS), told
