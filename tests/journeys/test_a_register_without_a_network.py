"""An instructor takes the register in a hall without a network: nothing is lost, and nothing stays on the phone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from tests.cast import Cast
from tests.factories.teaching import answer_health
from tests.journeys.phone import address, is_sent, looks_again, marks, open_register, says, tally, tap, tap_and_send
from tests.journeys.visitor import Visitor

IN_CLASS = datetime(2026, 3, 26, 10, 10, tzinfo=UTC)

# Each time that a script has set Noor's "Late": whether it is ticked once that script gives way.
LATE_OF_NOOR = """() => {
  globalThis.lateOfNoor = [];
  const { get, set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "checked");
  const late = document.querySelector("[data-name=Noor] [value=late]");
  Object.defineProperty(late, "checked", { get, set(isTicked) {
    set.call(late, isTicked);
    queueMicrotask(() => lateOfNoor.push(late.checked));
  } });
}"""


@pytest.fixture
def moment() -> datetime:
    return IN_CLASS


def test_a_register_goes_on_without_a_network_and_catches_up(cast: Cast, arrive: Callable[..., Visitor]) -> None:
    visitor = arrive(width=390)
    page = open_register(visitor, cast)
    tap_and_send(page, "Ada", "Here")
    visitor.context.set_offline(True)
    tap(page, "Noor", "Late")
    says(page, "No signal. 1 mark is kept on this phone")
    visitor.look("1-no-signal")
    assert marks(cast) == {"Ada": "present"}
    visitor.context.set_offline(False)
    is_sent(page)
    assert marks(cast) == {"Ada": "present", "Noor": "late"}
    page.locator("[data-sending]").wait_for(state="hidden")


def test_a_register_is_closed_and_opened_again_without_a_network(cast: Cast, arrive: Callable[..., Visitor]) -> None:
    answer_health(cast.baby, conditions=["skin"])
    visitor = arrive(width=390)
    page = open_register(visitor, cast)
    says(page, "eczema-prone")
    visitor.context.set_offline(True)
    tap(page, "Ada", "Late")
    says(page, "1 mark is kept")
    page.close()
    page = visitor.open_tab()
    page.goto("/teach/register/")
    page.wait_for_url(f"**{address(cast)}")
    tally(page, "late", 1)
    tally(page, "left", 1)
    assert page.get_by_text("eczema-prone").count() == 0
    page.get_by_role("button", name="Mark everyone left as here").click()
    tally(page, "here", 1)
    page.get_by_role("button", name="Undo").click()
    tally(page, "left", 1)
    tap(page, "Noor", "Away")
    says(page, "2 marks are kept")
    visitor.look("1-kept")
    page.close()
    page = visitor.open_tab()
    page.goto(address(cast))
    tally(page, "away", 1)
    visitor.context.set_offline(False)
    is_sent(page)
    assert marks(cast) == {"Ada": "late", "Noor": "absent"}
    page.get_by_role("link", name="Open the whole register").click()
    says(page, "eczema-prone")
    tally(page, "away", 1)


def test_a_mark_that_waits_stays_as_it_was_tapped_while_the_register_tells_otherwise(
    cast: Cast, arrive: Callable[..., Visitor]
) -> None:
    visitor = arrive(width=390)
    page = open_register(visitor, cast)
    page.route(
        "**/register/",
        lambda route: route.abort("internetdisconnected") if route.request.method == "POST" else route.fallback(),
    )
    tap(page, "Noor", "Late")
    says(page, "1 mark is kept")
    told = page.locator("[data-name=Noor] [data-initial]")
    told.evaluate("field => { field.value = 'nothing yet' }")
    page.evaluate(LATE_OF_NOOR)
    looks_again(page)
    expect(told).to_have_value("")
    late = page.evaluate("lateOfNoor")
    assert late
    assert all(late)
