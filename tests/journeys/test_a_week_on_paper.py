"""A family prints from the browser: each week on one side of a sheet, and a keepsake."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from datetime import date

import pytest
from pypdf import PdfReader

from classes.models import Enrolment
from tests.cast import Cast
from tests.factories.practice import book_series, tell_health
from tests.journeys.visitor import Visitor

LONG_AGO = date(2026, 1, 29)
"""Of a course that began then, every week is open."""
PAPERS = ("A4", "Letter")
Printed = dict[tuple[int, str], int]


def sheets_of(visitor: Visitor, paper: str) -> PdfReader:
    """The page that is open, as the browser prints it."""
    return PdfReader(io.BytesIO(visitor.page.pdf(format=paper)))


def printed(visitor: Visitor, cast: Cast, *, plan: str, weeks: Iterable[int]) -> Printed:
    """{(week, paper): sides} of weeks of that plan."""
    book_series(cast, cast.baby, slug="printed", first=LONG_AGO, plan=plan)
    visitor.sign_in(cast.parent, wanted="/me/practice/")
    visitor.page.wait_for_url("**/me/practice/")
    found: Printed = {}
    for week in weeks:
        visitor.go(f"/me/practice/{week}/?series=printed")
        for paper in PAPERS:
            found[week, paper] = len(sheets_of(visitor, paper).pages)
    return found


@pytest.mark.parametrize("plan", ["five-weeks", "five-weeks-tummy-first"])
def test_every_week_prints_on_one_side(cast: Cast, arrive: Callable[..., Visitor], plan: str) -> None:
    weeks = range(1, 6)
    sides = printed(arrive(width=1280), cast, plan=plan, weeks=weeks)
    assert sides == {(week, paper): 1 for week in weeks for paper in PAPERS}


def test_a_week_with_something_to_heed_prints_on_one_side(cast: Cast, arrive: Callable[..., Visitor]) -> None:
    tell_health(cast.baby, "hip", "skin", "allergy", by=cast.caregiver, born_early="yes")
    weeks = (1, 2, 4)
    sides = printed(arrive(width=1280), cast, plan="five-weeks", weeks=weeks)
    assert sides == {(week, paper): 1 for week in weeks for paper in PAPERS}


def test_the_keepsake_fills_one_side(cast: Cast, arrive: Callable[..., Visitor]) -> None:
    over = book_series(cast, cast.baby, slug="printed", first=LONG_AGO)
    visitor = arrive(width=1280)
    visitor.sign_in(cast.parent, wanted="/me/practice/")
    visitor.page.wait_for_url("**/me/practice/")
    visitor.go(f"/me/places/{Enrolment.objects.get(series=over).reference}/done/")

    sides = {paper: len(sheets_of(visitor, paper).pages) for paper in PAPERS}
    visitor.page.emulate_media(media="print")
    filled = visitor.page.locator(".keep").evaluate("keep => keep.getBoundingClientRect().height / innerHeight")

    assert sides == dict.fromkeys(PAPERS, 1)
    assert 0.95 < filled <= 1


@pytest.mark.parametrize("address", ["/strokes/i-love-you/", "/strokes/routines/colic/"])
def test_what_is_folded_on_a_screen_stands_on_paper(cast: Cast, arrive: Callable[..., Visitor], address: str) -> None:
    visitor = arrive(width=1280)
    visitor.go(address)
    told = " ".join(" ".join(sheet.extract_text() for sheet in sheets_of(visitor, "A4").pages).split())
    assert "A fever of 38 °C" in told
    assert "Never shake a baby" in told
