"""A browser forgets what it kept of a reader when they sign out, and when somebody else signs in."""

from __future__ import annotations

import gzip
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from classes.models import Session
from config.accounts.sessions import end_sessions
from config.device import cookie_name, owner_mark
from tests.cast import NOW, Cast, sign_in

FORGET = '"cache", "storage"'


@pytest.fixture
def phone(cast: Cast, client: Client) -> Client:
    """A phone that keeps a register of the instructor's."""
    session = cast.running.sessions.get(number=3)
    Session.objects.filter(pk=session.pk).update(starts_at=NOW - timedelta(minutes=5))
    sign_in(client, cast.instructor)
    assert client.get(reverse("classes:keep_register", args=[session.reference])).status_code == 200
    return client


def forgets(client: Client, path: str) -> str | None:
    return client.get(path).headers.get("Clear-Site-Data")


def test_what_is_kept_carries_a_mark_that_says_nothing_and_ends_in_a_month(cast: Cast, phone: Client) -> None:
    cookie = phone.cookies[cookie_name()]
    assert (cookie.value, cookie["max-age"], cookie["httponly"], cookie["samesite"]) == (
        owner_mark(cast.instructor),
        31 * 24 * 3600,
        True,
        "Lax",
    )
    assert (len(cookie.value), owner_mark(cast.parent) == cookie.value) == (20, False)


def test_signing_out_has_the_browser_forget(phone: Client) -> None:
    response = phone.post(reverse("account_logout"))
    assert (response.status_code, response.headers["Clear-Site-Data"]) == (302, FORGET)
    assert phone.cookies[cookie_name()].value == ""


def test_signing_out_forgets_where_nothing_was_known_to_be_kept(cast: Cast, client: Client) -> None:
    sign_in(client, cast.instructor)
    assert client.post(reverse("account_logout")).headers["Clear-Site-Data"] == FORGET


def test_the_page_that_asks_about_signing_out_forgets_nothing(phone: Client) -> None:
    assert forgets(phone, reverse("account_logout")) is None


def test_somebody_else_on_the_same_phone_finds_nothing(cast: Cast, phone: Client) -> None:
    sign_in(phone, cast.parent)
    assert [forgets(phone, "/me/") for _twice in range(2)] == [FORGET, None]


def test_a_sign_in_that_ran_out_keeps_what_waits(cast: Cast, phone: Client) -> None:
    end_sessions(cast.instructor, now=NOW)
    assert forgets(phone, "/") is None
    sign_in(phone, cast.instructor)
    assert forgets(phone, "/teach/") is None


def says(client: Client, path: str = "/") -> list[bool]:
    """Whether the page tells to forget everything, twice in a row."""
    return ['data-forget="all"' in client.get(path).content.decode() for _twice in range(2)]


def test_a_browser_that_does_not_listen_is_told_once_more_by_the_page_after(phone: Client) -> None:
    assert says(phone) == [False, False]
    phone.post(reverse("account_logout"))
    assert says(phone) == [True, False]


def test_a_page_that_cannot_say_it_leaves_it_to_the_next(phone: Client) -> None:
    phone.post(reverse("account_logout"))
    silent = [phone.get(path) for path in ("/me/no-signal/", "/teach/no-signal/")]
    assert [(one.status_code, b"data-forget" in one.content) for one in silent] == [(200, False)] * 2
    assert says(phone) == [True, False]


def test_a_page_that_says_it_packed_has_said_it(phone: Client) -> None:
    phone.post(reverse("account_logout"))
    packed = [phone.get("/", headers={"accept-encoding": "gzip"}) for _twice in range(2)]
    assert [one.headers.get("Content-Encoding") for one in packed] == ["gzip", "gzip"]
    assert ['data-forget="all"' in gzip.decompress(one.content).decode() for one in packed] == [True, False]


def test_the_first_page_of_somebody_else_tells_it_and_so_does_the_next(cast: Cast, phone: Client) -> None:
    sign_in(phone, cast.parent)
    assert [says(phone, "/me/"), says(phone, "/me/")] == [[True, True], [False, False]]
