"""A family prints its weeks from the browser: each on one side of a sheet, whatever the plan and the paper."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from datetime import date

import pytest
from pypdf import PdfReader

from tests.cast import Cast
from tests.factories.practice import book_series, tell_health
from tests.journeys.visitor import Visitor

LONG_AGO = date(2026, 1, 29)
"""Of a course that began then, every week is open."""
PAPERS = ("A4", "Letter")
Printed = dict[tuple[int, str], int]


def printed(visitor: Visitor, cast: Cast, *, plan: str, weeks: Iterable[int]) -> Printed:
    """{(week, paper): sides} of weeks of that plan."""
    book_series(cast, cast.baby, slug="printed", first=LONG_AGO, plan=plan)
    visitor.sign_in(cast.parent, wanted="/me/practice/")
    visitor.page.wait_for_url("**/me/practice/")
    found: Printed = {}
    for week in weeks:
        visitor.go(f"/me/practice/{week}/?series=printed")
        for paper in PAPERS:
            sheet = visitor.page.pdf(format=paper)
            found[week, paper] = len(PdfReader(io.BytesIO(sheet)).pages)
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
