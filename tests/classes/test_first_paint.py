"""What a phone on a slow line waits for before the pages read at home show their first words."""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass
from datetime import datetime

import pytest
from django.test import Client

from tests.cast import Cast, sign_in
from tests.classes.test_kept_register import source
from tests.factories.practice import taught_cast

PAGES = (
    "/me/practice/2/",
    "/me/practice/2/hands-free/",
    "/strokes/water-wheel-a/",
    "/strokes/routines/colic/",
    "/",
)
# Everything together, what holds the first paint back, and what fits two round trips of a new connection beside it.
REQUESTS, SHEETS, BYTES = 7, 2, 32_000


@dataclass(frozen=True)
class Start:
    """A page as it comes over the line, and what it names to be fetched before anybody does anything."""

    page: bytes
    html: str

    @property
    def sheets(self) -> list[str]:
        return [tag for tag in re.findall(r"<link\b[^>]*>", self.html) if 'rel="stylesheet"' in tag]

    @property
    def scripts(self) -> list[str]:
        return re.findall(r'(?:<script\b[^>]*?src|rel="modulepreload" href)="(/static/[^"]+)"', self.html)

    @property
    def others(self) -> set[str]:
        return set(re.findall(r'<use href="(/static/[^"#]+)', self.html)) | set(
            re.findall(r'rel="manifest" href="([^"]+)"', self.html)
        )


@pytest.fixture
def cast(db: None, now: datetime) -> Cast:
    return taught_cast()


@pytest.fixture
def start(cast: Cast, client: Client, request: pytest.FixtureRequest) -> Start:
    sign_in(client, cast.parent)
    answer = client.get(request.param, headers={"Accept-Encoding": "gzip"})
    assert (answer.status_code, answer.headers["Content-Encoding"]) == (200, "gzip")
    return Start(answer.content, gzip.decompress(answer.content).decode())


@pytest.mark.parametrize("start", PAGES, indirect=True)
def test_two_sheets_and_few_bytes_hold_the_first_words_back(start: Start) -> None:
    assert len(start.sheets) <= SHEETS
    assert [tag for tag in start.sheets if "media=" in tag] == []
    paths = [re.findall(r'href="([^"]+)"', tag)[0] for tag in start.sheets]
    assert sum(len(gzip.compress(source(path), 9)) for path in paths) < BYTES


@pytest.mark.parametrize("start", PAGES, indirect=True)
def test_few_requests_follow_the_page(start: Start) -> None:
    asked = [*start.sheets, *start.scripts, *start.others]
    assert len(asked) <= REQUESTS, asked


@pytest.mark.parametrize("start", PAGES[:2], indirect=True)
def test_every_script_of_practice_stands_in_the_page_so_that_none_waits_for_another(start: Start) -> None:
    named = {path.rsplit("/", 1)[1] for path in start.scripts}
    texts = [source(path).decode() for path in start.scripts]
    assert {
        name for text in texts for name in re.findall(r'^import .*?"\./([a-z_]+\.js)"', text, re.M)
    } - named == set()
