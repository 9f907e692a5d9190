"""An instructor writes on a phone: words to start from, the letter as a family sees it, sent, looked after, taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from classes.models import Message
from config.letters.models import Letter
from tests.cast import Cast
from tests.journeys.visitor import Visitor, with_app


def arrive_to_write(visitor: Visitor, cast: Cast) -> None:
    visitor.sign_in(with_app(cast.instructor), wanted="/teach/")
    visitor.page.wait_for_url("**/accounts/2fa/authenticate/**")
    visitor.show_second_factor()
    visitor.page.wait_for_url("**/teach/")
    visitor.go(f"/teach/series/{cast.running.slug}/")
    visitor.page.get_by_role("link", name="Write to families").click()
    visitor.page.get_by_role("heading", name="As Ines will see it").wait_for()


def written() -> int:
    return Letter.objects.filter(key__startswith="from_instructor:").count()


def send(visitor: Visitor) -> None:
    # Until the style sheet has come both buttons show, the phone's and the desk's.
    visitor.page.wait_for_load_state("load")
    visitor.page.locator("button[value=send]:visible").click()
    visitor.page.get_by_text("Kept until the morning.").first.wait_for()


def test_an_instructor_writes_and_takes_it_back(cast: Cast, arrive: Callable[..., Visitor], width: int) -> None:
    visitor = arrive(width=width)
    arrive_to_write(visitor, cast)
    page = visitor.page
    letter = page.locator(".letter")
    visitor.look("1-write")
    page.get_by_label("What to bring", exact=True).check(force=True)
    letter.get_by_text("please bring a blanket or large towel").wait_for()
    page.get_by_label("Message").fill("Dear {name}, the side gate is open for {baby}.")
    letter.get_by_text("Dear Ines, the side gate is open for Ada.").wait_for()
    page.get_by_label("A warm hello", exact=True).check(force=True)
    assert page.get_by_label("Message").input_value().startswith("Dear {name}, the side gate")
    page.get_by_label("Tomorrow at 08:00").check(force=True)
    send(visitor)
    visitor.look("2-sent")
    assert written() == 3
    page.get_by_role("button", name="Take it back").click()
    page.get_by_text("Taken back on").first.wait_for()
    visitor.look("3-taken-back")
    assert written() == 0


@pytest.mark.parametrize("width", [390], ids=["phone"], indirect=True)
def test_it_is_written_without_scripts_too(cast: Cast, arrive: Callable[..., Visitor], width: int) -> None:
    visitor = arrive(width=width, scripts=False)
    arrive_to_write(visitor, cast)
    page = visitor.page
    page.get_by_label("What to bring", exact=True).check(force=True)
    page.get_by_role("button", name="Use these words").click()
    page.locator(".letter").get_by_text("please bring a blanket or large towel").wait_for()
    # The words are there before the style sheet is; what is pressed meanwhile is pressed somewhere else.
    page.wait_for_load_state("load")
    page.get_by_label("Tomorrow at 08:00").check(force=True)
    send(visitor)
    assert Message.objects.get().subject == "What to bring"
