"""An instructor arranges the strokes of a series on a phone, and the families' page follows."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from classes.models import StrokePlan
from tests.cast import Cast
from tests.journeys.visitor import Visitor, with_app


def test_an_instructor_arranges_strokes_with_one_thumb(cast: Cast, arrive: Callable[..., Visitor]) -> None:
    visitor = arrive(width=390)
    wanted = f"/teach/series/{cast.running.slug}/strokes/"
    visitor.sign_in(with_app(cast.instructor), wanted=wanted)
    visitor.page.wait_for_url("**/accounts/2fa/authenticate/**")
    visitor.show_second_factor()
    visitor.page.wait_for_url(f"**{wanted}")
    page = visitor.page
    third = page.locator("ol[data-week='3'] [data-called]")

    page.get_by_role("button", name="Butterfly: one earlier").click()
    expect(third.first).to_have_text("Butterfly")
    expect(page.get_by_text("Not kept yet")).to_be_visible()

    page.locator("#s-pit-stop summary").click()
    page.get_by_label("What you call it").and_(page.locator("#name-pit-stop")).fill("Under the wing")
    visitor.look("1-a-stroke-is-open")
    page.locator("#week-pit-stop").select_option("4")
    expect(page.locator("ol[data-week='4'] [data-called]").last).to_have_text("Under the wing")
    assert StrokePlan.objects.count() == 0

    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_text("Kept. Weeks that open from now on follow it.")).to_be_visible()
    visitor.look("2-kept")
    version = StrokePlan.objects.get()
    assert (version.weeks["3"][:2], version.weeks["4"][-1], version.names) == (
        ["chest-butterfly", "chest-open-book"],
        "pit-stop",
        {"pit-stop": "Under the wing"},
    )
