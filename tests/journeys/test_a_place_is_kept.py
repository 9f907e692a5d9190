"""A place is kept quietly while a form is filled in, follows the babies that are named, and is given back."""

from __future__ import annotations

from collections.abc import Callable

from classes.models import Hold, Series
from tests.cast import Cast
from tests.journeys.visitor import Visitor

BOOK = "/classes/busy-little-people/book/"


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
    page.get_by_text("Your 2 places are kept for 25 min.").first.wait_for()
    assert page.get_by_role("button", name="Ten more minutes").count() == 0
    visitor.look("2-longer")
    assert kept() == [(2, "open", True)]

    page.get_by_role("button", name="Not now, free my place").click()
    page.get_by_text("The place is free for others again. Thank you.").wait_for()
    assert kept() == [(2, "given_back", True)]
