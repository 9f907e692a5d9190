"""What lies on an instructor's phone: names and marks of one date, of one reader, for a day, and nothing of health."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from classes import register
from classes.models import Place
from config.accounts.sessions import end_sessions
from tests.cast import Cast
from tests.factories.teaching import answer_health
from tests.journeys.phone import A_DAY_LATER, ALL_OF_IT, address, is_sent, marks, open_register, says, tally, tap
from tests.journeys.phone import tap_and_send as send
from tests.journeys.visitor import Visitor

IN_CLASS = datetime(2026, 3, 26, 10, 10, tzinfo=UTC)


@pytest.fixture
def moment() -> datetime:
    return IN_CLASS


def kept_on(page: Any) -> str:
    return str(page.evaluate(ALL_OF_IT))


def test_a_phone_keeps_names_and_marks_and_no_word_on_health(cast: Cast, arrive: Callable[..., Visitor]) -> None:
    answer_health(cast.baby, conditions=["skin"], notes="canary-of-health")
    session = cast.running.sessions.get(number=3)
    place = Place.objects.get(session=session, baby=cast.baby)
    now, by = timezone.now(), cast.instructor
    register.write_note(place, note="canary-of-note", by=by, now=now)
    register.write_session_note(session, note="canary-of-session", by=by, now=now)
    visitor = arrive(width=390)
    page = open_register(visitor, cast)
    says(page, "canary-of-health")
    send(page, "Ada", "Here")
    visitor.context.set_offline(True)
    tap(page, "Noor", "Late")
    page.get_by_label("Note about Ada").fill("canary-of-writing")
    page.get_by_label("Notes on the session").fill("canary-of-lesson")
    page.get_by_label("Notes on the session").blur()
    says(page, "Notes are never kept on a phone")
    kept = kept_on(page)
    assert ("Ada" in kept, "Noor" in kept, '"mark":"late"' in kept) == (True, True, True)
    assert session.series.venue
    unwanted = ("canary", "eczema", "Adapt", "@example", "csrf", cast.instructor.name, session.series.venue.address)
    assert [word for word in unwanted if word in kept] == []
    visitor.context.set_offline(False)
    is_sent(page)
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_function("() => dispatchEvent(new Event('beforeunload', { cancelable: true }))")
    place.attendance.refresh_from_db()
    assert place.attendance.note == "canary-of-writing"


def test_signing_out_takes_it_all_off_the_phone(cast: Cast, arrive: Callable[..., Visitor]) -> None:
    visitor = arrive(width=390)
    page = open_register(visitor, cast)
    send(page, "Ada", "Here")
    assert "Noor" in kept_on(page)
    page.locator("summary", has_text="account").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(visitor.site + "/")
    assert kept_on(page) == "{}\n{}"
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then((found) => found.length)") == 0


def test_it_is_off_the_phone_where_somebody_else_signs_in(cast: Cast, arrive: Callable[..., Visitor]) -> None:
    visitor = arrive(width=390)
    page = open_register(visitor, cast)
    assert "Noor" in kept_on(page)
    end_sessions(cast.instructor, now=timezone.now())
    visitor.sign_in(cast.parent, wanted="/me/")
    page.wait_for_url("**/me/")
    assert "Noor" not in kept_on(page)


def test_an_expired_sign_in_loses_nothing(cast: Cast, arrive: Callable[..., Visitor]) -> None:
    visitor = arrive(width=390)
    page = open_register(visitor, cast)
    send(page, "Ada", "Here")
    end_sessions(cast.instructor, now=timezone.now())
    tap(page, "Noor", "Late")
    says(page, "Your sign-in has run out")
    visitor.look("1-signed-out")
    assert marks(cast) == {"Ada": "present"}
    with page.expect_navigation():
        page.get_by_role("link", name="Sign in").first.click()
    # By the time that a sign-in has run out, the app shows other digits than those that were used.
    cache.clear()
    visitor.sign_in(cast.instructor, wanted=address(cast))
    page.wait_for_url("**/accounts/2fa/authenticate/**")
    visitor.show_second_factor()
    page.wait_for_url(f"**{address(cast)}")
    is_sent(page)
    tally(page, "late", 1)
    assert marks(cast) == {"Ada": "present", "Noor": "late"}


def test_after_a_day_nothing_is_left(cast: Cast, arrive: Callable[..., Visitor]) -> None:
    visitor = arrive(width=390)
    page = open_register(visitor, cast)
    visitor.context.set_offline(True)
    tap(page, "Noor", "Late")
    says(page, "1 mark is kept")
    page.evaluate(A_DAY_LATER, 23)
    page.goto(address(cast))
    tally(page, "late", 1)
    page.evaluate(A_DAY_LATER, 1)
    page.goto(address(cast))
    says(page, "No signal for now")
    visitor.look("1-nothing-left")
    kept = kept_on(page)
    assert [word for word in ("Ada", "Noor", '"mark"') if word in kept] == []


def test_a_phone_gives_up_a_register_that_is_no_longer_its_readers(cast: Cast, arrive: Callable[..., Visitor]) -> None:
    visitor = arrive(width=390)
    page = open_register(visitor, cast)
    assert "Noor" in kept_on(page)
    cast.running.instructor = cast.other_instructor_profile
    cast.running.save()
    page.evaluate("dispatchEvent(new Event('online'))")
    page.get_by_role("heading", name="We looked, and it is not here").wait_for()
    assert "Noor" not in kept_on(page)
    assert all("404" in trouble for trouble in visitor.troubles)
    visitor.troubles.clear()
