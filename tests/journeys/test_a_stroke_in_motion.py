"""The movement of a stroke: on demand, at its own pace, and never for somebody who wants less motion."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.slow

# The policy of the pages refuses what Playwright's own wait_for_function does.
TRAVELS = """() => new Promise((done) => {
  const hand = document.querySelector(".sd-go[transform]");
  const first = hand.getAttribute("transform");
  const look = () => (hand.getAttribute("transform") === first ? requestAnimationFrame(look) : done(true));
  look();
})"""


def test_hands_travel_until_they_are_stopped_or_less_motion_is_wanted(arrive: Callable[..., Visitor]) -> None:
    visitor = arrive(width=390)
    page: Any = visitor.page
    page.emulate_media(reduced_motion="no-preference")
    visitor.go("/strokes/leg-indian-milking/")
    page.get_by_role("button", name="Show the movement").click()
    page.locator(".sd-go[transform]").first.wait_for(state="attached")
    assert page.evaluate(TRAVELS)
    assert page.locator(".sd-go").count() == 2
    page.get_by_role("button", name="Stop the movement").click()
    page.locator(".sd-go").first.wait_for(state="detached")
    page.locator("#movement").click()
    page.locator(".sd-go").first.wait_for(state="attached")
    page.emulate_media(reduced_motion="reduce")
    page.locator(".sd-go").first.wait_for(state="detached")
    page.locator("[data-move]").wait_for(state="hidden")


def test_less_motion_means_a_still_picture_with_its_numbers(arrive: Callable[..., Visitor]) -> None:
    visitor = arrive(width=390)
    page: Any = visitor.page
    visitor.go("/strokes/leg-indian-milking/")
    assert not page.locator("[data-move]").is_visible()
    assert page.locator("#movement .sd-mark-text").all_text_contents() == ["L", "1", "2"]
