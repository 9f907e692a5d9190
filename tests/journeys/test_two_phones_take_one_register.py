"""Two phones in one class: each keeps what it was told, both show the same, and where they differ both say so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.cast import Cast
from tests.journeys.phone import (
    is_sent,
    looks_again,
    marks,
    open_register,
    same_account,
    says,
    tally,
    tap,
    tap_and_send,
    taps,
)
from tests.journeys.visitor import Visitor

IN_CLASS = datetime(2026, 3, 26, 10, 10, tzinfo=UTC)


@pytest.fixture
def moment() -> datetime:
    return IN_CLASS


def test_two_phones_differ_and_both_say_so(cast: Cast, arrive: Callable[..., Visitor]) -> None:
    one, other = arrive(width=390), arrive(width=390)
    first, second = open_register(one, cast), same_account(other, one, cast)
    one.context.set_offline(True)
    tap(first, "Ada", "Away")
    says(first, "1 mark is kept")
    # Each phone dates its taps by the server's clock, as well as it could be told through a network that stalls.
    second.wait_for_timeout(1000)
    tap_and_send(second, "Ada", "Here")
    tap_and_send(second, "Noor", "Late")
    one.context.set_offline(False)
    is_sent(first)
    # The later choice stands, though it was the first to arrive.
    assert marks(cast) == {"Ada": "present", "Noor": "late"}
    looks_again(second)
    for page in (first, second):
        says(page, "Two phones differ: Away, no word at 10:1")
        tally(page, "here", 1)
        tally(page, "late", 1)
    one.look("1-differ")
    with first.expect_response(lambda answer: answer.request.method == "POST"):
        first.get_by_role("button", name="Let it stand").click()
    first.locator("[data-conflict]:not([hidden])").wait_for(state="detached")
    looks_again(second)
    second.locator("[data-conflict]:not([hidden])").wait_for(state="detached")
    assert marks(cast) == {"Ada": "present", "Noor": "late"}


def test_a_mark_that_arrives_ten_times_counts_once(cast: Cast, arrive: Callable[..., Visitor]) -> None:
    visitor = arrive(width=390)
    page = open_register(visitor, cast)

    def ten_times(route: Any) -> None:
        if route.request.method == "POST":
            route.fulfill(response=[route.fetch() for _again in range(10)][-1])
        else:
            route.fallback()

    page.route("**/register/", ten_times)
    tap_and_send(page, "Ada", "Here")
    tap_and_send(page, "Ada", "Late")
    is_sent(page)
    assert (marks(cast), taps()) == ({"Ada": "late"}, 2)


def test_a_mark_whose_answer_was_lost_is_sent_again_and_counts_once(cast: Cast, arrive: Callable[..., Visitor]) -> None:
    visitor = arrive(width=390)
    page = open_register(visitor, cast)
    lost: list[int] = []

    def loses_the_first(route: Any) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            route.abort("internetdisconnected")
        else:
            route.fallback()

    page.route("**/register/", loses_the_first)
    tap(page, "Ada", "Here")
    says(page, "1 mark is kept")
    assert (lost, taps()) == ([200], 1)
    looks_again(page)
    is_sent(page)
    assert (marks(cast), taps()) == ({"Ada": "present"}, 1)
