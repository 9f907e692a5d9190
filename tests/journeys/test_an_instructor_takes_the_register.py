"""An instructor opens tonight's register on a phone: who comes, who to mind and why, a mark, an undo, a note, the end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from classes.models import Attendance, Session
from config.audit.models import AuditEntry
from tests.cast import Cast
from tests.factories.teaching import answer_health
from tests.journeys.visitor import Visitor, with_app

IN_CLASS = datetime(2026, 3, 26, 10, 10, tzinfo=UTC)


@pytest.fixture
def moment() -> datetime:
    return IN_CLASS


def address(cast: Cast) -> str:
    return f"/teach/sessions/{cast.running.sessions.get(number=3).reference}/register/"


def arrive_at_work(visitor: Visitor, cast: Cast) -> None:
    answer_health(cast.baby, conditions=["skin"])
    visitor.sign_in(with_app(cast.instructor), wanted="/teach/")
    visitor.page.wait_for_url("**/accounts/2fa/authenticate/**")


def marks(cast: Cast) -> dict[str, str]:
    """{baby: mark} of the third session."""
    session = cast.running.sessions.get(number=3)
    rows = Attendance.objects.filter(place__session=session).select_related("place__baby")
    return {row.place.baby.first_name: row.mark for row in rows}


def tap(visitor: Visitor, baby: str, mark: str) -> None:
    visitor.page.get_by_role("group", name=baby).get_by_role("radio", name=mark).check()


def tally(visitor: Visitor, what: str, number: int) -> None:
    visitor.page.locator(f"[data-n={what}]", has_text=str(number)).wait_for()


def test_an_instructor_takes_the_register(cast: Cast, arrive: Callable[..., Visitor], width: int) -> None:
    visitor = arrive(width=width)
    page = visitor.page
    arrive_at_work(visitor, cast)
    visitor.look("1-second-factor")
    visitor.show_second_factor()
    page.wait_for_url("**/teach/")
    visitor.look("2-teaching")
    page.get_by_role("link", name="Open the register").click()
    page.get_by_text("Rash, sore or weeping skin").or_(page.get_by_text("skin")).first.wait_for()
    assert AuditEntry.objects.filter(what="read health answers", by_id=cast.instructor.pk).count() >= 1
    visitor.look("3-register")
    tap(visitor, "Ada", "Here")
    tally(visitor, "here", 1)
    tap(visitor, "Noor", "Late")
    tally(visitor, "late", 1)
    page.get_by_role("button", name="Undo").click()
    tally(visitor, "left", 1)
    tap(visitor, "Noor", "Here")
    tally(visitor, "here", 2)
    page.locator("summary", has_text="Note about Ada").click()
    page.get_by_label("Note about Ada").fill("Rolled over today")
    visitor.look("4-register-marked")
    page.get_by_role("button", name="Finish the register").click()
    page.wait_for_url("**/teach/")
    visitor.look("5-finished")
    assert marks(cast) == {"Ada": "present", "Noor": "present"}
    session = Session.objects.get(series=cast.running, number=3)
    assert session.register_closed_at is not None
    assert Attendance.objects.get(place__session=session, place__baby=cast.baby).note == "Rolled over today"


def test_an_instructor_takes_the_register_with_the_keyboard_alone(cast: Cast, arrive: Callable[..., Visitor]) -> None:
    visitor = arrive(width=1280)
    arrive_at_work(visitor, cast)
    visitor.show_second_factor()
    visitor.page.wait_for_url("**/teach/")
    visitor.tab_to("Open the register")
    visitor.press("Enter")
    visitor.page.wait_for_url("**/register/")
    visitor.tab_to("Here")
    visitor.press("Space")
    tally(visitor, "here", 1)
    visitor.tab_to("Mark everyone left as here")
    visitor.press("Enter")
    tally(visitor, "here", 2)
    visitor.tab_to("Finish the register")
    visitor.press("Enter")
    visitor.page.wait_for_url("**/teach/")
    assert marks(cast) == {"Ada": "present", "Noor": "present"}


def test_an_instructor_takes_the_register_with_scripts_off(cast: Cast, arrive: Callable[..., Visitor]) -> None:
    visitor = arrive(width=390, scripts=False)
    arrive_at_work(visitor, cast)
    visitor.show_second_factor()
    visitor.go(address(cast))
    tap(visitor, "Ada", "Here")
    visitor.page.get_by_role("button", name="Keep these marks").click()
    visitor.look("1-kept")
    assert marks(cast) == {"Ada": "present"}
    tap(visitor, "Noor", "Late")
    visitor.page.get_by_role("button", name="Finish the register").click()
    assert marks(cast) == {"Ada": "present", "Noor": "late"}


def test_an_instructor_makes_a_weekly_series(cast: Cast, arrive: Callable[..., Visitor], width: int) -> None:
    visitor = arrive(width=width)
    arrive_at_work(visitor, cast)
    visitor.show_second_factor()
    visitor.page.wait_for_url("**/teach/")
    visitor.go("/teach/series/new/")
    visitor.look("1-new-series")
    visitor.go(f"/teach/series/{cast.running.slug}/")
    visitor.look("2-series")
