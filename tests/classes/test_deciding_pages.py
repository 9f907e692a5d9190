"""The three buttons on an instructor's page, and the page on which a family answers a merge."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.test import Client, TestCase
from django.urls import reverse

from classes import deciding
from classes.models import Enrolment, Series, SeriesDecision
from tests.cast import Cast, sign_in
from tests.factories.accounts import make_user
from tests.factories.classes import make_enrolment
from tests.factories.families import make_household
from tests.factories.numbers import FRIDAY, THURSDAY, ask_of, decide, make_evenings, make_short


@pytest.fixture
def booked(cast: Cast) -> tuple[Enrolment, Enrolment]:
    return make_short(cast)


@pytest.fixture
def evenings(cast: Cast) -> Series:
    return make_evenings(cast)


def run_url(cast: Cast) -> str:
    return reverse("classes:run_series", args=[cast.open.slug])


def press(client: Client, cast: Cast, choice: str, **fields: Any) -> Any:
    typed = {"choice": choice, "seen": 2, "key": "one-press", "words": "", **fields}
    url = reverse("classes:decide", args=[cast.open.slug])
    return client.post(url, {f"decide-{name}": value for name, value in typed.items()})


def merge_url(enrolment: Enrolment) -> str:
    return reverse("classes:answer_merge", args=[enrolment.reference])


# The instructor's page -----------------------------------------------------------------------------------------------


def test_the_three_buttons_stand_open_when_the_date_is_near(
    cast: Cast, client: Client, booked: Any, evenings: Series
) -> None:
    with time_machine.travel(THURSDAY, tick=False):
        sign_in(client, cast.instructor)
        far = client.get(run_url(cast)).content.decode()
    with time_machine.travel(FRIDAY, tick=False):
        sign_in(client, cast.instructor)
        near = client.get(run_url(cast)).content.decode()
    assert ("2 have booked" in far, 'value="run"' in far) == (True, False)
    for words in ("2 families so far. You wanted 3.", "Run it anyway", "Merge with Thursday evenings", "£120"):
        assert words in near
    assert [f'value="{choice}"' in near for choice in ("run", "merge", "cancel")] == [True] * 3


def test_one_press_decides_and_the_page_says_so(cast: Cast, client: Client, booked: Any) -> None:
    with time_machine.travel(FRIDAY, tick=False):
        sign_in(client, cast.instructor)
        assert press(client, cast, "run").status_code == 302
        page = client.get(run_url(cast)).content.decode()
    assert "it runs with 2 families" in page
    assert SeriesDecision.objects.get().choice == "run"


def test_a_second_button_is_refused_with_what_was_decided(cast: Cast, client: Client, booked: Any) -> None:
    with time_machine.travel(FRIDAY, tick=False):
        sign_in(client, cast.instructor)
        press(client, cast, "run")
        again = press(client, cast, "cancel", key="another-press")
        same = press(client, cast, "run")
    assert (again.status_code, "It was decided a moment ago" in again.content.decode()) == (409, True)
    assert same.status_code == 302
    cast.open.refresh_from_db()
    assert (cast.open.state, cast.open.decision) == ("published", "run")


def test_cancelling_gives_everything_back_and_calls_the_series_off(
    cast: Cast, client: Client, booked: tuple[Enrolment, Enrolment]
) -> None:
    with time_machine.travel(FRIDAY, tick=False):
        sign_in(client, cast.instructor)
        assert press(client, cast, "cancel").status_code == 302
    cast.open.refresh_from_db()
    assert cast.open.state == "cancelled"
    assert list(Enrolment.objects.filter(series=cast.open).values_list("state", flat=True)) == ["cancelled"] * 2


def test_a_merge_needs_a_series_that_has_room(cast: Cast, client: Client, booked: Any, evenings: Series) -> None:
    with time_machine.travel(FRIDAY, tick=False):
        sign_in(client, cast.instructor)
        missing = press(client, cast, "merge")
        unknown = press(client, cast, "merge", to=cast.running.slug)
        taken = press(client, cast, "merge", to=evenings.slug)
    assert (missing.status_code, unknown.status_code, taken.status_code) == (422, 422, 302)
    assert "Please choose the series that they would come to." in missing.content.decode()
    assert "There is no room there any more." in unknown.content.decode()


def test_a_series_without_a_smallest_number_has_nothing_to_decide(cast: Cast, client: Client) -> None:
    sign_in(client, cast.instructor)
    refused = press(client, cast, "run", seen=0)
    assert (refused.status_code, "nothing to decide" in refused.content.decode()) == (409, True)


def test_the_numbers_take_the_same_statements_for_two_families_and_four(cast: Cast, evenings: Series) -> None:
    make_short(cast, fewest=9)
    with time_machine.travel(FRIDAY, tick=False):
        series = Series.objects.for_page().get(pk=cast.open.pk)
        with TestCase().assertNumQueries(6):
            deciding.numbers_of(series, now=FRIDAY)
        for name in ("a", "b"):
            user = make_user(f"{name}@example.org", name)
            family, babies = make_household(user, f"Baby {name}")
            make_enrolment(cast.open, family=family, babies=babies, by=user)
        with TestCase().assertNumQueries(6):
            deciding.numbers_of(series, now=FRIDAY)


# The family's page ---------------------------------------------------------------------------------------------------


def test_the_family_reads_what_it_is_asked_and_comes_along(
    cast: Cast, client: Client, booked: tuple[Enrolment, Enrolment], evenings: Series
) -> None:
    mine, _other = booked
    decide(cast, "merge", to=evenings, words="Tuesdays are quiet this spring.")
    with time_machine.travel(FRIDAY, tick=False):
        sign_in(client, cast.parent)
        place = client.get(reverse("classes:my_place", args=[mine.reference])).content.decode()
        page = client.get(merge_url(mine)).content.decode()
        done = client.post(merge_url(mine), {"answer": "yes"})
        again = client.get(merge_url(mine)).content.decode()
    assert "Would you come to Thursday evenings instead?" in place
    for words in ("Tuesdays are quiet this spring.", "£60 comes with you.", "There is nothing more to pay."):
        assert words in page
    new = Enrolment.objects.get(moved_from=mine)
    assert done["Location"] == reverse("classes:my_place", args=[new.reference])
    assert "You said yes, and come to Thursday evenings." in again


def test_the_family_says_no_and_reads_what_comes_back(
    cast: Cast, client: Client, booked: tuple[Enrolment, Enrolment], evenings: Series
) -> None:
    mine, _other = booked
    decide(cast, "merge", to=evenings)
    with time_machine.travel(FRIDAY, tick=False):
        sign_in(client, cast.parent)
        assert client.post(merge_url(mine), {"answer": "maybe"}).status_code == 422
        assert client.post(merge_url(mine), {"answer": "no"}).status_code == 302
        refused = client.post(merge_url(mine), {"answer": "yes"})
    assert (refused.status_code, "answered already" in refused.content.decode()) == (409, True)
    assert ask_of(mine).answer == "no"


def test_a_booking_that_was_not_asked_has_no_such_page(
    cast: Cast, client: Client, booked: tuple[Enrolment, Enrolment], evenings: Series
) -> None:
    sign_in(client, cast.parent)
    assert client.get(merge_url(booked[0])).status_code == 404
    decide(cast, "merge", to=evenings)
    assert client.get(merge_url(booked[1])).status_code == 404
