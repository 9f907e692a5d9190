"""Journeys through the site in a real browser, at its real pages, styles and scripts."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
import time_machine

from curriculum.loading import load
from tests.cast import NOW, Cast, build_cast
from tests.journeys.visitor import Visitor

# Playwright leaves an event loop running, which Django takes for a reason to refuse the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"),
]
PHONE, DESK = 390, 1280


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/journeys/" in item.nodeid:
            item.add_marker(pytest.mark.browser)
            if not CHROMIUM:
                item.add_marker(pytest.mark.skip(reason="Chromium is not on this machine: apt-get install chromium"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def moment() -> datetime:
    """When the journey begins; a test module may say another moment."""
    return NOW


@pytest.fixture
def cast(transactional_db: None, moment: datetime) -> Iterator[Cast]:
    """The fixed cast and everything that is taught. The clock runs on from `moment`."""
    with time_machine.travel(moment, tick=True):
        load()
        yield build_cast()


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def width(request: Any) -> int:
    return int(request.param)


@pytest.fixture
def arrive(browser: Any, live_server: Any, request: Any, cast: Cast) -> Iterator[Callable[..., Visitor]]:
    """Make a visitor with a browser of their own: `arrive(width=390)`. At the end nobody's console holds an error."""
    visitors: list[Visitor] = []

    def arrived(**how: Any) -> Visitor:
        visitors.append(Visitor(browser, live_server.url, journey=request.node.originalname, **how))
        return visitors[-1]

    yield arrived
    for visitor in visitors:
        visitor.keep_last_look()
        visitor.leave()
    troubles = [trouble for visitor in visitors for trouble in visitor.troubles]
    assert not troubles, "\n".join(troubles)
