"""What is said when a page cannot be shown."""

from __future__ import annotations

import pytest
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


@pytest.mark.usefixtures("missing_manifest")
def test_server_error_stands_without_its_sheets() -> None:
    page = views.server_error(RequestFactory().get("/")).content.decode()
    assert ("stylesheet" in page, "Something broke on our side" in page) == (False, True)


def test_csrf_failure_tells_the_way_out() -> None:
    answer = Client(enforce_csrf_checks=True).post("/theme/", {"theme": "dark"})
    assert (answer.status_code, "Please try once more" in answer.content.decode()) == (403, True)
