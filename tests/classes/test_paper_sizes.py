"""How large papers are set: a week lies on one sheet, whatever the plan, the paper and the language."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise
from typing import Any

import pytest
import time_machine
import zxingcpp
from django.conf import settings
from django.test import Client
from django.utils import translation
from PIL import Image
from pypdf import PdfReader

from classes import papers, practice
from classes.papers import Paper
from curriculum import words as texts
from curriculum.models import wording
from curriculum.papers import setter, sizes
from curriculum.papers.cards import card_words
from curriculum.routines import routine_page
from families.readiness import readiness_for
from tests.cast import Cast, sign_in
from tests.factories.practice import book_series, taught_cast

AFTER_ALL = datetime.fromisoformat("2026-04-20T10:00+00:00")
FULLEST = {"five-weeks": (1, 3), "five-weeks-tummy-first": (1, 4)}
"""Weeks with the most strokes; a longer language tells first there."""
SMALLEST_IN_FULL = [one for one in sizes.WEEK["tries"] if one.get("in-full", True)][-1]
SMALLEST_IN_A_LINE = [one for one in sizes.WEEK["tries"] if one.get("says", True) and one["scale"] < 1][-1]


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    """Every week of both plans is open, and spoken in seven languages."""
    with time_machine.travel(AFTER_ALL, tick=False):
        cast = taught_cast()
        book_series(cast, cast.baby, slug="tummy-first", first=date(2026, 1, 29), plan="five-weeks-tummy-first")
        yield cast


def papers_of(cast: Cast, *, size: str) -> dict[str, Paper]:
    """{plan: the paper of a practice that follows it}."""
    found = {}
    for one in practice.practices_of(cast.family, now=AFTER_ALL):
        course = practice.course_of(one, now=AFTER_ALL)
        found[course.plan.slug] = Paper(course, readiness_for(one.baby, by=cast.caregiver), size=size)
    return found


def sides(words: dict[str, Any], size: dict[str, Any]) -> int:
    """How many sides a week takes when it is set so large."""
    setting = setter.compiler("week", data=json.dumps(words), **{"try": json.dumps(size)})
    return int(setting.query("<sides>", field="value", one=True))


def print_in_margins(name: str, said: dict[str, Any]) -> bool:
    """Whether anything stands where nothing should, left or right: a word longer than its column."""
    size = setter.first_that_fits(name, json.dumps(said), said["fit"]["tries"])
    setting = setter.compiler(name, data=json.dumps(said), **{"try": json.dumps(size)})
    for side in setting.compile(format="png", ppi=50):
        seen = Image.open(io.BytesIO(side)).convert("L")
        edge = 20
        for left in (0, seen.width - edge):
            if seen.crop((left, 0, left + edge, seen.height)).getextrema() != (255, 255):
                return True
    return False


def words_of_week(paper: Paper, number: int) -> dict[str, Any]:
    return papers.week_words(paper, paper.course.week(number))


def test_every_week_of_both_plans_lies_on_one_sheet_in_every_language(cast: Cast) -> None:
    """On Letter, the shorter of the two: told step by step, but for one first week of 21 strokes."""
    texts.keep_in_step(folder=texts.WORDS)
    found: dict[tuple[str, int], set[int]] = {}
    titles = set()
    over_the_edge = []
    for language, _name in settings.LANGUAGES:
        wording.forget()
        with translation.override(language):
            for plan, paper in papers_of(cast, size="letter").items():
                for number in range(1, 6) if language == "en" else FULLEST[plan]:
                    said = words_of_week(paper, number)
                    titles.add(said["week"]["title"])
                    least = SMALLEST_IN_A_LINE if (plan, number) == ("five-weeks-tummy-first", 1) else SMALLEST_IN_FULL
                    found.setdefault((plan, number), set()).add(sides(said, least))
                    if least is SMALLEST_IN_A_LINE and print_in_margins("week", said):
                        over_the_edge.append(language)
    assert len(titles) > 3 * 6
    assert over_the_edge == []
    assert found == {week: {2} for week in found}
    assert len(found) == 10


def test_long_words_stay_on_a_card(cast: Cast) -> None:
    """The longest that German has, in the largest letters that fit: parted, not cut off at the edge."""
    with translation.override("de"):
        said = card_words(routine_page("bedtime", edition=""), size="a4")
    for step in said["card"]["steps"]:
        for part in step["parts"]:
            part |= {"name": "Berührungsentspannungshalten", "says": "Abschlussentspannungshalten mit beiden Händen"}
    assert not print_in_margins("card", said)


def test_a_name_without_a_number_stands_as_far_from_its_words_as_one_with_it(cast: Cast) -> None:
    """Step 5 of the tummy routine has one of each, and words alone below them."""
    said = card_words(routine_page("colic", edition=""), size="a4")
    names, words = (
        {"Knees to tummy", "Touch relaxation"},
        {"Up, stay a moment, and let go", "Cup a tense arm or leg, and"},
    )
    lines: list[tuple[str, float]] = []

    def look(text: str, turned: list[float], matrix: list[float], _font: Any, _size: float) -> None:
        if text.strip():
            lines.append((text.strip(), turned[5] + turned[3] * matrix[5]))

    read(print_of(said, name="card")).pages[0].extract_text(visitor_text=look)
    found = {
        name: round(height - below, 1)
        for (name, height), (said_below, below) in pairwise(lines)
        if name in names and said_below.startswith(tuple(words))
    }
    assert found.keys() == names
    assert len(set(found.values())) == 1


def test_rows_of_strokes_share_what_the_first_side_has_left(cast: Cast) -> None:
    """In the week of the tummy the third row is too high for it."""
    said = words_of_week(papers_of(cast, size="a4")["five-weeks"], 2)
    size = setter.first_that_fits("week", json.dumps(said), said["fit"]["tries"])
    setting = setter.compiler("week", data=json.dumps(said), **{"try": json.dumps(size)})
    side = Image.open(io.BytesIO(setting.compile(format="png", ppi=50)[0])).convert("L")
    blank = [side.crop((0, top, side.width, top + 1)).getextrema() == (255, 255) for top in range(side.height - 40)]
    highest = max(len(run) for run in "".join("x" if one else " " for one in blank).split())
    assert highest / 50 * 25.4 < 12


def test_a_short_week_is_set_larger_than_a_full_one(cast: Cast) -> None:
    paper = papers_of(cast, size="a4")["five-weeks"]
    scales = []
    for number in (1, 2, 5):
        said = words_of_week(paper, number)
        scales.append(setter.first_that_fits("week", json.dumps(said), said["fit"]["tries"])["scale"])
    assert scales == sorted(scales)
    assert scales[0] >= 0.9
    assert scales[-1] >= 1.1


def test_a_week_comes_in_large_letters(cast: Cast) -> None:
    """Fourteen points and more for what is to be done, on as many sheets as that takes."""
    answer = sign_in(Client(), cast.parent).get("/me/practice/2/paper/?series=gentle-thursdays&large=1")
    sizes_seen: list[float] = []
    pages = read(answer.content).pages

    def look(text: str, _cm: Any, matrix: list[float], _font: Any, size: float) -> None:
        if "Wait half an hour" in text or "Then the other" in text or "Hold" in text:
            sizes_seen.append(round(abs(matrix[3]) * size, 1))

    for page in pages:
        page.extract_text(visitor_text=look)
    assert len(pages) > 2
    assert sizes_seen
    assert min(sizes_seen) >= 13.5


def crowded(cast: Cast, *, parts: int) -> dict[str, Any]:
    """A week that brings everything of so many parts of the body, as an instructor may arrange it."""
    paper = papers_of(cast, size="a4")["five-weeks"]
    whole = [words_of_week(paper, number) for number in range(1, 6)]
    said = whole[0] | {"pictures": {slug: one for each in whole for slug, one in each["pictures"].items()}}
    routines = [routine for each in whole for routine in each["week"]["routines"]]
    groups = [group for each in whole for group in each["week"]["groups"]]
    return said | {"week": said["week"] | {"groups": groups[:parts], "routines": routines}}


def test_a_week_of_many_strokes_lies_on_one_sheet_too(cast: Cast) -> None:
    said = crowded(cast, parts=5)
    assert sum(len(group["strokes"]) for group in said["week"]["groups"]) > 30
    assert len(read(print_of(said)).pages) == 2


def test_rather_another_sheet_than_letters_that_nobody_can_read(cast: Cast) -> None:
    said = crowded(cast, parts=9)
    tries = said["fit"]["tries"]
    assert setter.first_that_fits("week", json.dumps(said), tries) == tries[-1]
    assert min(one["scale"] for one in tries) >= 0.74
    assert tries[-1]["scale"] == 1


def test_what_to_mind_is_told_however_full_a_week_is(cast: Cast) -> None:
    said = crowded(cast, parts=5)
    told = " ".join(" ".join(page.extract_text() for page in read(print_of(said)).pages).split())
    strokes = [stroke for group in said["week"]["groups"] for stroke in group["strokes"]]
    missing = [words for stroke in strokes for words in stroke["cautions"] if words not in told]
    assert missing == []


def print_of(said: dict[str, Any], *, name: str = "week") -> bytes:
    return setter.set_paper(name, json.dumps(said), [])


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


@pytest.mark.parametrize(("name", "address"), [("week", "/me/practice/2/"), ("booklet", "/me/practice/")])
def test_a_camera_reads_the_code_off_a_grey_print(cast: Cast, name: str, address: str) -> None:
    paper = replace(papers_of(cast, size="a4")["five-weeks"], query="?series=gentle-thursdays")
    said = words_of_week(paper, 2) if name == "week" else papers.booklet_words(paper)
    setting = setter.compiler(name, data=json.dumps(said), **{"try": json.dumps(said["fit"]["tries"][-1])})
    first = Image.open(io.BytesIO(setting.compile(format="png", ppi=100)[0])).convert("L")
    read_by_camera = [found.text for found in zxingcpp.read_barcodes(first)]
    assert read_by_camera == [f"{settings.SITE_URL}{address}?series=gentle-thursdays"]


def test_a_booklet_comes_ready_to_fold(cast: Cast) -> None:
    """Two pages to a side: outside the back cover and the front, inside the second page and the last but one."""
    client = sign_in(Client(), cast.parent)
    plain, folded = (
        read(client.get(f"/me/practice/booklet/?series=gentle-thursdays{fold}").content) for fold in ("", "&fold=1")
    )
    box = folded.pages[0].mediabox
    sheets = -(-len(plain.pages) // 4)

    assert (round(box.width), round(box.height), len(folded.pages)) == (842, 595, sheets * 2)
    outside, inside = (" ".join(folded.pages[number].extract_text().split()) for number in (0, 1))
    assert ("When to call a doctor" in outside, "Practice at home, for Ada" in outside) == (True, True)
    assert ("In this booklet" in inside, "When to call a doctor" in inside) == (True, False)
    assert plain.pages[-1].extract_text().startswith("When to call a doctor")


@pytest.mark.parametrize(("language", "front"), [("en", "right"), ("ar", "left")])
def test_the_front_of_a_folded_booklet_lies_where_its_language_opens_it(cast: Cast, language: str, front: str) -> None:
    with translation.override(language):
        said = papers.booklet_words(papers_of(cast, size="a4")["five-weeks"]) | {"fold": True}
    side: Any = read(print_of(said, name="booklet")).pages[0]
    placed = re.findall(r"([\d.]+) 0 cm/(x\d) Do", side.get_contents().get_data().decode("latin-1"))
    middle = side.mediabox.width / 2
    # Of the two, only the front has a drawing.
    drawn = [name for name, half in side["/Resources"]["/XObject"].items() if "/XObject" in half["/Resources"]]
    assert [("left", "right")[float(at) >= middle] for at, name in placed if f"/{name}" in drawn] == [front]
    assert len(placed) == 2
