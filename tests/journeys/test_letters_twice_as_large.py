"""On a phone whose letters are twice as large, no page of a family scrolls sideways."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests.cast import Cast, sign_in
from tests.journeys.conftest import CHROMIUM, FLAGS, PHONE

LETTERS = 32
"""Pixels, where a browser comes with 16. Set as a reader sets it, for pages ask how wide the window is in letters."""
PAGES = (
    "/me/",
    "/me/family/",
    "/me/calendar/",
    "/me/alerts/new/",
    "/me/diary/",
    "/me/practice/1/",
    "/me/practice/2/?state=crying",
    "/me/practice/2/hands-free/",
    "/strokes/",
    "/strokes/i-love-you/",
)
WIDTH = """() => {
  for (const fold of document.querySelectorAll("main details")) fold.open = true;
  return document.documentElement.scrollWidth;
}"""


@pytest.fixture
def phone(browser: Any, tmp_path: Path) -> Iterator[Any]:
    """A phone whose owner has set letters twice as large."""
    wanted = tmp_path / "Default" / "Preferences"
    wanted.parent.mkdir()
    wanted.write_text(json.dumps({"webkit": {"webprefs": {"default_font_size": LETTERS}}}))
    context = browser.browser_type.launch_persistent_context(
        tmp_path,
        executable_path=CHROMIUM,
        args=FLAGS,
        viewport={"width": PHONE, "height": 844},
        reduced_motion="reduce",
    )
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.mark.parametrize("language", ["en", "de", "ar"])
def test_no_page_of_a_family_scrolls_sideways(cast: Cast, live_server: Any, phone: Any, language: str) -> None:
    session = sign_in(Client(), cast.parent).cookies[settings.SESSION_COOKIE_NAME].value
    cookies = {settings.SESSION_COOKIE_NAME: session, settings.LANGUAGE_COOKIE_NAME: language}
    phone.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()])
    page = phone.new_page()
    wide = {}
    for address in PAGES:
        assert page.goto(live_server.url + address).status == 200, address
        if (width := page.evaluate(WIDTH)) > PHONE:
            wide[address] = width
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == f"{LETTERS}px"
    assert page.evaluate("document.documentElement.lang") == language
    assert wide == {}
