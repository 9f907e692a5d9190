"""A place is kept quietly while a form is filled in, follows the babies that are named, and is given back."""

from __future__ import annotations

import re
from collections.abc import Callable

from classes.models import Hold, Series
from tests.cast import Cast
from tests.journeys.test_a_parent_books import fill_in, give_code
from tests.journeys.visitor import Visitor

BOOK = "/classes/busy-little-people/book/"
# A network on which a keeping is heard of a second late; what happens is noted in its order.
LATE = """
const real = window.fetch;
const note = (word) => sessionStorage.setItem("order", `${sessionStorage.getItem("order") ?? ""} ${word}`);
window.fetch = async (...how) => {
  note("asks");
  const answer = await real(...how);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  note("hears");
  return answer;
};
addEventListener("pagehide", () => note("leaves"));
"""


def kept() -> list[tuple[int, str, bool]]:
    """(places, state, whether it was kept longer) of every hold."""
    return [(hold.places, hold.state, hold.extended_at is not None) for hold in Hold.objects.order_by("pk")]


def test_a_place_is_kept_while_the_form_is_filled_in(cast: Cast, arrive: Callable[..., Visitor], width: int) -> None:
    Series.objects.filter(pk=cast.open.pk).update(price_per="baby", price_minor=4400, further_baby_percent=50)
    visitor = arrive(width=width)
    page = visitor.page
    page.goto(BOOK)
    assert kept() == []
    page.get_by_label("First name").fill("Ada")
    page.get_by_text("Your place is kept for 15 min.").first.wait_for()
    visitor.look("1-kept")
    assert kept() == [(1, "open", False)]

    page.get_by_role("button", name="Add another baby").click()
    page.get_by_label("First name").nth(1).fill("Theo")
    page.get_by_text("Your 2 places are kept for").first.wait_for()
    assert "£66" in page.locator("[data-part=sum]").first.inner_text()
    page.get_by_role("button", name="Ten more minutes").click()
    page.get_by_text(re.compile("Your 2 places are kept for 2[45] min.")).first.wait_for()
    assert page.get_by_role("button", name="Ten more minutes").count() == 0
    visitor.look("2-longer")
    assert kept() == [(2, "open", True)]

    page.get_by_role("button", name="Not now, free my place").click()
    page.get_by_text("The place is free for others again. Thank you.").wait_for()
    assert kept() == [(2, "given_back", True)]


def test_what_is_sent_waits_for_a_keeping_that_is_on_its_way(cast: Cast, arrive: Callable[..., Visitor]) -> None:
    visitor = arrive(width=390)
    page = visitor.page
    page.goto(BOOK)
    page.evaluate(LATE)
    with page.expect_request(lambda request: request.method == "POST"):
        fill_in(visitor)
    page.get_by_role("button", name="Go on to book").dblclick()
    page.wait_for_url("**/accounts/login/code/confirm/**")
    assert page.evaluate("sessionStorage.getItem('order')").split() == ["asks", "hears", "leaves"]
    give_code(visitor)
    page.get_by_text("everything you typed is here").wait_for()
