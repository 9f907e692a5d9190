"""An instructor ticks what was taught in a hall without a network; the families' page follows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from classes.models import TaughtStroke
from tests.cast import Cast
from tests.journeys.phone import is_sent, says
from tests.journeys.visitor import Visitor, with_app

IN_CLASS = datetime(2026, 3, 26, 10, 10, tzinfo=UTC)


@pytest.fixture
def moment() -> datetime:
    return IN_CLASS


def ticked(cast: Cast) -> list[str]:
    rows = TaughtStroke.objects.shown().filter(session__series=cast.running, session__number=3)
    return sorted(rows.values_list("stroke__slug", flat=True))


def test_ticks_wait_on_the_phone_and_go_out_with_the_network(cast: Cast, arrive: Callable[..., Visitor]) -> None:
    visitor = arrive(width=390)
    wanted = f"/teach/sessions/{cast.running.sessions.get(number=3).reference}/plan/"
    visitor.sign_in(with_app(cast.instructor), wanted=wanted)
    visitor.page.wait_for_url("**/accounts/2fa/authenticate/**")
    visitor.show_second_factor()
    visitor.page.wait_for_url(f"**{wanted}")
    page = visitor.page
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
