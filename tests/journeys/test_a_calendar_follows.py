"""One address, added once: the calendar of a phone follows what happens to a family's dates."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.utils import timezone

from classes.models import Session
from tests.cast import Cast
from tests.journeys.visitor import Visitor, with_app

Arrive = Callable[..., Visitor]


def told(visitor: Visitor, address: str) -> list[str]:
    """The states of all dates, as a calendar program without any cookie reads them."""
    answer = visitor.context.request.get(address, headers={"Cookie": ""})
    return re.findall(r"STATUS:(\w+)", answer.text()) if answer.ok else [str(answer.status)]


def test_a_family_adds_its_dates_and_replaces_the_address(cast: Cast, arrive: Arrive, width: int) -> None:
    visitor = arrive(width=width)
    page = visitor.page
    visitor.sign_in(cast.parent, wanted="/me/")
    page.wait_for_url("**/me/")
    page.get_by_role("link", name="Have all dates in your calendar").click()
    visitor.look("1-none-yet")
    page.get_by_role("button", name="Make my calendar address").click()
    page.get_by_role("heading", name="How to add it").wait_for()
    visitor.look("2-address")
    path = "/calendar/" + page.locator("#feed").input_value().split("/calendar/")[1]
    assert (
        page.get_by_role("link", name="Add to my calendar").get_attribute("href", timeout=1000).startswith("webcal://")
    )
    assert told(visitor, path) == ["CONFIRMED"] * 5

    cast.running.sessions.filter(number=4).tell_anew(now=timezone.now(), state=Session.State.CANCELLED)
    assert told(visitor, path) == ["CONFIRMED", "CONFIRMED", "CONFIRMED", "CANCELLED", "CONFIRMED"]

    page.get_by_role("button", name="Make a new address").click()
    page.get_by_text("The old one shows nothing any more").wait_for()
    assert told(visitor, path) == ["404"]


def test_without_scripts_an_instructor_has_an_address_to_select(cast: Cast, arrive: Arrive) -> None:
    visitor = arrive(width=390, scripts=False)
    page = visitor.page
    visitor.sign_in(with_app(cast.instructor), wanted="/teach/calendar/")
    visitor.show_second_factor()
    page.get_by_role("button", name="Make my calendar address").click()
    page.get_by_role("heading", name="How to add it").wait_for()
    visitor.look("1-instructor")

    assert page.get_by_role("button", name="Copy").count() == 0
    assert page.locator("#feed").get_attribute("readonly") is not None
