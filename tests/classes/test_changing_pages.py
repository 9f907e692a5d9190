"""change_session and add_session: an instructor changes a date of an own series, or adds one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from classes.models import Place, Session, SessionChange
from tests.cast import Cast, sign_in


def third(cast: Cast) -> Session:
    return cast.running.sessions.get(number=3)


def page_of(cast: Cast) -> str:
    return reverse("classes:change_session", args=[third(cast).reference])


def press(**values: Any) -> dict[str, Any]:
    return {
        "do": "move",
        "on": "2026-03-27",
        "at": "15:00",
        "compensation": "make_up",
        "words": "See you on Friday.",
        "key": "one-press",
        "seen": 0,
        **values,
    }


def test_the_page_says_who_is_affected_before_anything_is_asked(client: Client, cast: Cast) -> None:
    text = sign_in(client, cast.instructor).get(page_of(cast)).content.decode()
    assert text.index("2 families are affected") < text.index("What happens to this date?")
    assert ("Ada; Noor" in text, "Tell both now" in text, "£12 back" in text) == (True, True, True)


def test_moving_answers_with_who_was_told_and_twice_is_once(client: Client, cast: Cast) -> None:
    sign_in(client, cast.instructor)
    for _again in range(2):
        answer = client.post(page_of(cast), press())
        change = SessionChange.objects.get()
        assert (answer.status_code, answer["Location"]) == (302, reverse("classes:told", args=[change.reference]))
    assert (third(cast).starts_at, change.words) == (datetime(2026, 3, 27, 15, 0, tzinfo=UTC), "See you on Friday.")
    text = client.get(page_of(cast)).content.decode()
    assert "Moved from" in text


def test_a_date_that_moves_within_its_day_says_from_what_time(client: Client, cast: Cast) -> None:
    sign_in(client, cast.instructor)
    told = client.post(page_of(cast), press(on="2026-03-26"), follow=True).content.decode()
    assert "Moved from 10:00 to Thursday 26 March, 15:00, London time." in strip_tags(told)
    asked = strip_tags(client.get(page_of(cast)).content.decode())
    assert ("Moved from 10:00" in asked, "Moved from Thu" in asked) == (True, False)


def test_calling_off_needs_no_day(client: Client, cast: Cast) -> None:
    sign_in(client, cast.instructor)
    answer = client.post(page_of(cast), press(do="call_off", on="", at=""))
    assert (answer.status_code, third(cast).state) == (302, "cancelled")
    text = client.get(page_of(cast)).content.decode()
    assert ("This date is called off already." in text, "<form" in text.split("<main")[1]) == (True, False)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"on": ""}, "This field is required"),
        ({"on": "2026-03-29", "at": "01:30"}, "The clocks skip this time on that day."),
        ({"do": ""}, "Please say what happens to this date."),
        ({"compensation": "all the money"}, "Select a valid choice"),
        ({"on": "0001-01-01"}, ""),
        ({"on": "9999-12-31", "at": "23:59"}, ""),
    ],
)
def test_what_cannot_be_is_said_next_to_the_field(
    client: Client, cast: Cast, wrong: dict[str, str], sentence: str
) -> None:
    answer = sign_in(client, cast.instructor).post(page_of(cast), press(**wrong))
    assert (answer.status_code in (409, 422), sentence in answer.content.decode()) == (True, True)
    assert SessionChange.objects.count() == 0


def test_a_second_saver_sees_the_date_as_it_is_and_may_press_again(client: Client, cast: Cast) -> None:
    sign_in(client, cast.instructor)
    client.post(page_of(cast), press())
    answer = client.post(page_of(cast), press(key="another", on="2026-03-28"))
    text = answer.content.decode()
    assert (answer.status_code, "This date changed since you opened the page." in text) == (409, True)
    assert 'name="seen" value="1"' in text
    assert client.post(page_of(cast), press(key="another", on="2026-03-28", seen=1)).status_code == 302
    assert third(cast).starts_at == datetime(2026, 3, 28, 15, 0, tzinfo=UTC)


def test_foreign_and_substituted_dates_are_not_found(client: Client, cast: Cast) -> None:
    Session.objects.filter(pk=third(cast).pk).update(substitute=cast.other_instructor_profile, sequence=1)
    sign_in(client, cast.other_instructor)
    add = reverse("classes:add_session", args=[cast.running.slug])
    for address in (page_of(cast), add):
        assert (client.get(address).status_code, client.post(address, press()).status_code) == (404, 404)


def test_one_more_date_is_added_for_everybody(client: Client, cast: Cast) -> None:
    sign_in(client, cast.instructor)
    address = reverse("classes:add_session", args=[cast.running.slug])
    text = client.get(address).content.decode()
    assert ("2 families come to all dates" in text, 'value="2026-04-16"' in text) == (True, True)
    said = {"on": "2026-04-16", "at": "10:00", "whom": "all", "words": "", "key": "k", "lesson": ""}
    for _again in range(2):
        assert client.post(address, said).status_code == 302
    date_ = cast.running.sessions.get(number=6)
    assert Place.objects.filter(session=date_).count() == 2
    assert client.post(address, {**said, "key": "l"}).status_code == 409
    alone = client.post(address, {**said, "key": "m", "on": "2026-04-23", "whom": "none"})
    assert alone["Location"] == reverse("classes:run_series", args=[cast.running.slug])


def test_the_page_of_a_series_leads_to_its_dates(client: Client, cast: Cast) -> None:
    text = (
        sign_in(client, cast.instructor).get(reverse("classes:run_series", args=[cast.running.slug])).content.decode()
    )
    assert page_of(cast) in text
    assert reverse("classes:add_session", args=[cast.running.slug]) in text
    over = cast.running.sessions.get(number=1)
    assert reverse("classes:change_session", args=[over.reference]) not in text


@pytest.mark.parametrize("families", [1, 3])
def test_the_page_takes_the_same_statements_for_one_family_and_three(
    client: Client, cast: Cast, django_assert_num_queries: Any, families: int
) -> None:
    from tests.factories.accounts import make_user
    from tests.factories.classes import make_enrolment
    from tests.factories.families import make_household

    for number in range(families):
        user = make_user(f"more-{number}@example.org", f"Family {number}")
        family, babies = make_household(user, "Bo")
        make_enrolment(cast.running, family=family, babies=babies, by=user)
    sign_in(client, cast.instructor)
    client.get(page_of(cast))
    with django_assert_num_queries(10):
        client.get(page_of(cast))
