"""An instructor ticks what was taught in a hall without a network; the families' page follows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from classes.models import TaughtStroke
from tests.cast import Cast
from tests.journeys.phone import is_sent, says
from tests.journeys.visitor import Visitor, with_app

IN_CLASS = datetime(2026, 3, 26, 10, 10, tzinfo=UTC)

# A second tick falls right after the page has read what still waits, to see what the answer to the first one changes; and
# the network is slow, so that no answer to the second one comes and puts it right.
TICK_BETWEEN = """(second) => {
  const { getAll } = IDBObjectStore.prototype;
  const { fetch } = window;
  let [isAnswered, reads] = [false, 0];
  window.fetch = async (url, how) => {
    if (isAnswered) return new Promise(() => {});
    const answer = await fetch(url, how);
    isAnswered = how.method === "POST";
    return answer;
  };
  IDBObjectStore.prototype.getAll = function read(...how) {
    const asked = getAll.apply(this, how);
    if (isAnswered && (reads += 1) === 2) second.click();
    return asked;
  };
}"""


@pytest.fixture
def moment() -> datetime:
    return IN_CLASS


def ticked(cast: Cast) -> list[str]:
    rows = TaughtStroke.objects.shown().filter(session__series=cast.running, session__number=3)
    return sorted(rows.values_list("stroke__slug", flat=True))


def open_plan(visitor: Visitor, cast: Cast) -> Any:
    wanted = f"/teach/sessions/{cast.running.sessions.get(number=3).reference}/plan/"
    visitor.sign_in(with_app(cast.instructor), wanted=wanted)
    visitor.page.wait_for_url("**/accounts/2fa/authenticate/**")
    visitor.show_second_factor()
    visitor.page.wait_for_url(f"**{wanted}")
    return visitor.page


def test_ticks_wait_on_the_phone_and_go_out_with_the_network(cast: Cast, arrive: Callable[..., Visitor]) -> None:
    visitor = arrive(width=390)
    page = open_plan(visitor, cast)
    with page.expect_response(lambda answer: answer.request.method == "POST" and answer.url.endswith("/plan/")):
        page.get_by_role("checkbox", name="Taught Pit stop").check()
    assert ticked(cast) == ["pit-stop"]

    visitor.context.set_offline(True)
    page.get_by_role("checkbox", name="Taught Finger roll").check()
    page.get_by_role("checkbox", name="Taught Pit stop").uncheck()
    says(page, "No signal.")
    visitor.look("1-no-signal")
    assert ticked(cast) == ["pit-stop"]

    visitor.context.set_offline(False)
    is_sent(page)
    assert ticked(cast) == ["finger-roll"]
    page.reload()
    assert page.get_by_role("checkbox", name="Taught Finger roll").is_checked()
    assert not page.get_by_role("checkbox", name="Taught Pit stop").is_checked()


def test_a_tick_stands_while_the_answer_to_the_one_before_arrives(cast: Cast, arrive: Callable[..., Visitor]) -> None:
    page = open_plan(arrive(width=390), cast)
    second = page.get_by_role("checkbox", name="Taught Finger roll")
    second.evaluate(TICK_BETWEEN)
    page.get_by_role("checkbox", name="Taught Pit stop").check()
    # What the answer says stands in the form, too.
    page.locator("[data-plan] input[name=was]").wait_for(state="attached")
    assert second.is_checked()
