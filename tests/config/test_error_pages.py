"""What is said when a page cannot be shown."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory

from config import views


@pytest.fixture
def missing_manifest(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str) -> str:
        raise ValueError(f"Missing staticfiles manifest entry for {name!r}")

    monkeypatch.setattr(views, "static", refuse)


def test_a_missing_page_says_so_kindly(client: Client) -> None:
    answer = client.get("/no/such/page/")
    assert (answer.status_code, "We looked, and it is not here" in answer.content.decode()) == (404, True)


def test_server_error_needs_no_session_and_no_database() -> None:
    answer = views.server_error(RequestFactory().get("/"))
    assert (answer.status_code, "Something broke on our side" in answer.content.decode()) == (500, True)


def test_a_busy_database_is_no_broken_site() -> None:
    try:
        raise OperationalError("deadlock detected")
    except OperationalError:
        answer = views.server_error(RequestFactory().get("/"))
    page = answer.content.decode()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert ("Nothing was changed. Please try again in a moment." in page, "broke" in page) == (True, False)


def test_a_page_that_meets_a_busy_database_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Through the whole of the site, from the view to the answer."""

    def busy(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr("config.views.render", busy)
    answer = Client(raise_request_exception=False).get("/privacy/")
    assert (answer.status_code, "Too many hands at once" in answer.content.decode()) == (503, True)


@pytest.mark.usefixtures("missing_manifest")
def test_server_error_stands_without_its_sheets() -> None:
    page = views.server_error(RequestFactory().get("/")).content.decode()
    assert ("stylesheet" in page, "Something broke on our side" in page) == (False, True)


def test_csrf_failure_tells_the_way_out() -> None:
    answer = Client(enforce_csrf_checks=True).post("/theme/", {"theme": "dark"})
    assert (answer.status_code, "Please try once more" in answer.content.decode()) == (403, True)
