"""A parent who was never here before finds a class, fills the form in, signs in by six digits and has a place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from classes.models import Enrolment, Place
from families.models import Baby
from tests.cast import Cast
from tests.journeys.visitor import Visitor

EMAIL = "lucia@example.org"
FORM = "/classes/busy-little-people/book/"


def fill_in(visitor: Visitor, *, email: str = EMAIL) -> None:
    page = visitor.page
    page.get_by_label("First name").fill("Mateo")
    page.get_by_label("Born on").fill("2026-01-20")
    page.get_by_label("Your name").fill("Lucía Ferrer")
    page.get_by_label("Your e-mail").fill(email)
    page.get_by_label("Only I, or another carer").check()
    page.get_by_label("I will follow my baby’s cues").check()


def give_code(visitor: Visitor, email: str = EMAIL) -> None:
    visitor.page.get_by_label("Code from the email").fill(visitor.code_for(email))
    visitor.page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()


def booking() -> tuple[str, str, int]:
    """Series, baby and number of places of the booking that was made."""
    enrolment = Enrolment.objects.get(booked_by__email=EMAIL)
    baby = Baby.objects.get(family=enrolment.family)
    return enrolment.series.slug, baby.first_name, Place.objects.filter(enrolment=enrolment, baby=baby).count()


def test_a_parent_books_a_series(cast: Cast, arrive: Callable[..., Visitor], width: int) -> None:
    visitor = arrive(width=width)
    page = visitor.page
    visitor.go("/")
    visitor.look("1-home")
    visitor.go("/classes/")
    visitor.look("2-find")
    page.get_by_role("link", name="Busy little people").first.click()
    visitor.look("3-series")
    page.get_by_role("link", name="Book").first.click()
    page.wait_for_url(f"**{FORM}")
    visitor.look("4-form")
    page.get_by_role("button", name="Go on to book").click()
    page.get_by_role("alert").filter(has_text="need another look").wait_for()
    visitor.look("5-form-with-errors")
    fill_in(visitor)
    page.get_by_role("button", name="Go on to book").click()
    page.wait_for_url("**/accounts/login/code/confirm/**")
    visitor.look("6-six-digits")
    give_code(visitor)
    page.get_by_text("everything you typed is here").wait_for()
    assert page.get_by_label("First name").input_value() == "Mateo"
    visitor.look("7-almost-there")
    page.locator(".book-submit button").click()
    page.wait_for_url("**/booked/")
    visitor.look("8-booked")
    assert booking() == ("busy-little-people", "Mateo", 5)
    visitor.go("/me/")
    visitor.look("9-my-classes")
    page.get_by_role("link", name="Busy little people").first.click()
    visitor.look("10-my-place")


def test_a_parent_books_with_the_keyboard_alone(cast: Cast, arrive: Callable[..., Visitor]) -> None:
    visitor = arrive(width=1280)
    visitor.go(FORM)
    visitor.press("Tab")
    assert "Skip to the page" in visitor.focused()
    visitor.press("Enter")
    for label, typed in (
        ("First name", "Mateo"),
        ("Born on", "01202026"),
        ("Your name", "Lucía Ferrer"),
        ("Your e-mail", EMAIL),
    ):
        visitor.tab_to(label)
        visitor.page.keyboard.type(typed)
    for label in ("Only I, or another carer", "I will follow my baby’s cues"):
        visitor.tab_to(label)
        visitor.press("Space")
    visitor.tab_to("Go on to book")
    visitor.press("Enter")
    visitor.page.wait_for_url("**/accounts/login/code/confirm/**")
    visitor.tab_to("Code from the email")
    visitor.page.keyboard.type(visitor.code_for(EMAIL))
    visitor.press("Enter")
    visitor.page.get_by_text("everything you typed is here").wait_for()
    visitor.tab_to("Photos of our hands and feet")
    visitor.tab_to("Book")
    visitor.press("Enter")
    visitor.page.wait_for_url("**/booked/")
    assert booking() == ("busy-little-people", "Mateo", 5)


def test_a_parent_books_with_scripts_off(cast: Cast, arrive: Callable[..., Visitor]) -> None:
    visitor = arrive(width=390, scripts=False)
    page = visitor.page
    visitor.go("/classes/")
    page.get_by_role("link", name="Busy little people").first.click()
    page.wait_for_url("**/classes/busy-little-people/")
    page.get_by_role("link", name="Book").first.click()
    page.wait_for_url(f"**{FORM}")
    page.get_by_role("button", name="Add another baby").click()
    page.get_by_role("button", name="Remove").last.click()
    fill_in(visitor)
    visitor.look("1-form")
    page.get_by_role("button", name="Go on to book").click()
    give_code(visitor)
    visitor.look("2-almost-there")
    page.locator(".book-submit button").click()
    visitor.look("3-booked")
    assert booking() == ("busy-little-people", "Mateo", 5)


@pytest.mark.parametrize("language", ["es", "ar"])
def test_the_pages_of_booking_turn_with_the_language(
    cast: Cast, arrive: Callable[..., Visitor], width: int, language: str, settings: Any
) -> None:
    settings.LANGUAGES = [("en", "English"), ("es", "Spanish"), ("ar", "Arabic")]
    visitor = arrive(width=width)
    visitor.context.add_cookies([{"name": "language", "value": language, "url": visitor.site}])
    visitor.go(FORM)
    assert visitor.page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    visitor.look(f"form-{language}")
