"""Practice at home on paper: practice_paper and practice_booklet."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from pypdf import PdfReader

from classes import papers, practice, resting
from classes.models import RestingPart
from classes.papers import Paper
from curriculum.papers.press import print_paper
from families.models import HealthAnswers
from families.readiness import readiness_for
from tests.cast import NOW, Cast, sign_in
from tests.factories.families import make_family
from tests.factories.practice import taught_cast, tell_health

A4, LETTER, A5 = (595, 842), (612, 792), (420, 595)
AFTER_ALL = datetime.fromisoformat("2026-04-20T10:00+00:00")


@pytest.fixture
def cast(db: None, now: datetime) -> Cast:
    return taught_cast()


@pytest.fixture
def parent(cast: Cast, client: Client) -> Client:
    return sign_in(client, cast.parent)


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def words(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in read(pdf).pages).split())


def sheet(pdf: bytes) -> tuple[int, int]:
    box = read(pdf).pages[0].mediabox
    return round(box.width), round(box.height)


def paper_of(cast: Cast, *, now: datetime = NOW, by: Any = None) -> Paper:
    reader = by or cast.caregiver
    chosen = practice.choose(practice.practices_of(cast.family, now=now))
    return Paper(practice.course_of(chosen, now=now), readiness_for(chosen.baby, by=reader), size="a4")


def said(part: Any) -> str:
    """Every word in it, in order."""
    if isinstance(part, dict):
        return " ".join(said(value) for key, value in part.items() if key not in ("pictures", "qr"))
    return " ".join(map(said, part)) if isinstance(part, list) else str(part)


def test_practice_paper_tells_the_week_on_two_sides(parent: Client) -> None:
    answer = parent.get("/me/practice/2/paper/")
    told = words(answer.content)

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"] == 'inline; filename="warm-hands-2.pdf"'
    assert (len(read(answer.content).pages), sheet(answer.content)) == (2, A4)
    for part in (
        "Up to 15 minutes a day, for as long as Ada is enjoying it.",
        "Next: Thursday 26 March, 10:00, London time.",
        "One sign: pause. Two, or crying: stop",
        "Hello Asking permission",
        "Sun and moon",
        "From earlier weeks, as you both like",
        "Round goes the sun and up comes the moon,",
        "When to call a doctor Massage never replaces help.",
        "Never shake a baby.",
        "Page 2 of 2",
    ):
        assert part in told, part


def test_papers_come_in_the_size_that_is_asked_for_else_in_that_of_the_country(cast: Cast, parent: Client) -> None:
    asked = {size: sheet(parent.get(f"/me/practice/2/paper/?size={size}").content) for size in ("letter", "a4", "a3")}
    cast.venue.country = "US"
    cast.venue.save()
    usual = sheet(parent.get("/me/practice/2/paper/").content)

    assert asked == {"letter": LETTER, "a4": A4, "a3": A4}
    assert usual == LETTER


def test_practice_booklet_has_the_weeks_that_are_open_and_no_other(parent: Client) -> None:
    answer = parent.get("/me/practice/booklet/")
    told = words(answer.content)

    assert (answer.status_code, sheet(answer.content)) == (200, A5)
    assert answer.headers["Cache-Control"] == "no-store"
    assert [title in told for title in ("Asking, and legs", "Tummy", "Chest, arms and hands", "Face and back")] == [
        *(True, True, False, False)
    ]
    assert "Practice at home, for Ada" in told
    assert "Quiet and wide awake" in told


def test_a_booklet_has_each_stroke_once(cast: Cast) -> None:
    with time_machine.travel(AFTER_ALL, tick=False):
        made = papers.booklet_words(paper_of(cast, now=AFTER_ALL))
    slugs = [stroke["slug"] for week in made["weeks"] for group in week["groups"] for stroke in group["strokes"]]
    assert (len(made["weeks"]), len(slugs), len(set(slugs))) == (5, 54, 54)
    assert set(slugs) == set(made["pictures"])


def test_a_closed_week_has_no_paper_and_its_page_says_when_it_opens(cast: Cast, parent: Client) -> None:
    answer = parent.get("/me/practice/3/paper/")
    with time_machine.travel(datetime.fromisoformat("2026-03-12T10:39+00:00"), tick=False):
        booklet = sign_in(Client(), cast.parent).get("/me/practice/booklet/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/me/practice/3/")
    assert (booklet.status_code, booklet.headers["Location"]) == (302, "/me/practice/")


def test_papers_of_others_are_not_found(cast: Cast, parent: Client) -> None:
    make_family(cast.candidate)
    addresses = [
        *("/me/practice/6/paper/", f"/me/practice/2/paper/?baby={cast.other_baby.pk}"),
        f"/me/practice/booklet/?baby={cast.other_baby.pk}",
    ]
    assert {address: parent.get(address).status_code for address in addresses} == dict.fromkeys(addresses, 404)
    nothing_booked = sign_in(Client(), cast.candidate)
    assert [nothing_booked.get(f"/me/practice/{one}/").status_code for one in ("2/paper", "booklet")] == [404, 404]


def test_what_the_record_leaves_out_is_not_on_paper_and_nothing_says_why(cast: Cast) -> None:
    tell_health(cast.baby, "hip", by=cast.caregiver, born_early="yes", notes="canary: she was in a cast")
    paper = paper_of(cast)
    week, booklet = papers.week_words(paper, paper.course.week(2)), papers.booklet_words(paper)

    shown = [stroke["slug"] for group in week["week"]["groups"] for stroke in group["strokes"]]
    assert "water-wheel-a" in shown
    assert {"water-wheel-b", "knees-to-tummy"} & set(shown) == set()
    assert {"water-wheel-b", "knees-to-tummy", "leg-rolling"} & set(booklet["pictures"]) == set()
    assert week["week"]["left_out"] == (
        "A few strokes of this week are left for later. Your practice page says which, and why."
    )
    HealthAnswers.objects.update(shared_in_family=False)
    plain = paper_of(cast, by=cast.family.caregivers.get(user=cast.coparent))
    for made, open_to_all in (
        (week, papers.week_words(plain, plain.course.week(2))),
        (booklet, papers.booklet_words(plain)),
    ):
        told = said(made)
        assert [word for word in ("canary", "Born early", "born early", "Hips being", "record") if word in told] == []
        # Nothing is said that is not said to everyone, but for the one sentence.
        assert set(told.split()) - set(said(open_to_all).split()) <= set(week["week"]["left_out"].split())


def test_an_adult_who_may_not_read_the_answers_has_the_whole_week_on_paper(cast: Cast) -> None:
    tell_health(cast.baby, "hip", by=cast.caregiver)
    HealthAnswers.objects.update(shared_in_family=False)
    coparent = cast.family.caregivers.get(user=cast.coparent)
    paper = paper_of(cast, by=coparent)
    week = papers.week_words(paper, paper.course.week(2))
    assert "water-wheel-b" in week["pictures"]
    assert week["week"]["left_out"] == ""


def test_where_everything_is_left_out_the_paper_says_what_remains(cast: Cast, parent: Client) -> None:
    tell_health(cast.baby, "navel", by=cast.caregiver)
    told = words(parent.get("/me/practice/2/paper/").content)
    assert "your warm, still hands are Ada’s massage. Please ask your doctor or team what else is fine." in told


def test_everything_is_on_paper_where_the_carer_asked_for_everything(cast: Cast, parent: Client) -> None:
    tell_health(cast.baby, "hip", by=cast.caregiver)
    fitting, everything = (words(parent.get(f"/me/practice/2/paper/{all_}").content) for all_ in ("", "?all=1"))
    assert ("Water wheel B" in fitting, "Water wheel B" in everything) == (False, True)


def test_papers_ask_the_database_twice_however_many_weeks_are_open(cast: Cast) -> None:
    asked = []
    for now in (NOW, AFTER_ALL):
        paper = paper_of(cast, now=now)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            papers.booklet_words(paper)
        asked.append((sum(week.is_open for week in paper.course.weeks), len(queries)))
    assert asked == [(2, 2), (5, 2)]


def test_the_code_on_a_paper_opens_its_page(cast: Cast) -> None:
    paper = paper_of(cast)
    assert papers.week_words(paper, paper.course.week(2))["qr"]["alt"].endswith("/me/practice/2/")


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_papers_can_be_read_aloud_in_every_language(cast: Cast, language: str) -> None:
    """ "ua-1" refuses a picture without words, a heading out of order and a letter that the paper does not bring."""
    with translation.override(language):
        paper = paper_of(cast)
        made = {
            "week": papers.week_words(paper, paper.course.week(2)),
            "booklet": papers.booklet_words(paper),
        }
        for name, data in made.items():
            root: Any = read(print_paper(name, data, standards=("ua-1",))).trailer["/Root"]
            assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == (language, True)


def test_a_name_in_another_script_stops_no_paper(cast: Cast, parent: Client) -> None:
    cast.baby.first_name = "小雨"
    cast.baby.save()
    assert parent.get("/me/practice/2/paper/").status_code == 200


def test_the_page_of_a_week_leads_to_its_papers(parent: Client) -> None:
    page = parent.get("/me/practice/2/").content.decode()
    for address in (
        "/me/practice/2/paper/?size=a4",
        "/me/practice/2/paper/?size=letter",
        "/me/practice/booklet/?size=a4",
        "/me/practice/booklet/?size=a4&amp;fold=1",
        "/me/practice/2/paper/?size=a4&amp;large=1",
        "/strokes/routines/colic/card/?size=a4",
    ):
        assert f'href="{address}"' in page, address


def rest(cast: Cast, *parts: str) -> None:
    by_family = RestingPart.AskedBy.FAMILY
    for part in parts:
        resting.rest(cast.enrolment, baby=cast.baby, region=part, asked_by=by_family, by=cast.parent, now=NOW)


def test_a_part_that_rests_is_not_on_paper(cast: Cast, parent: Client) -> None:
    rest(cast, "abdomen")
    paper, booklet = (words(parent.get(f"/me/practice/{one}/").content) for one in ("2/paper", "booklet"))
    everything = words(parent.get("/me/practice/2/paper/?all=1").content)
    assert [("Water wheel A" in told, "Sun and moon" in told) for told in (paper, booklet)] == [(False, False)] * 2
    assert "What is new rests for now. Choose from what you both know and like." in paper
    assert "ask your doctor or team" not in paper
    assert "Water wheel A" in everything


def test_a_paper_with_some_parts_resting_says_that_the_page_knows_which(cast: Cast) -> None:
    rest(cast, "legs_feet")
    chosen = practice.choose(practice.practices_of(cast.family, now=NOW))
    whole = paper_of(cast)
    paper = replace(whole, resting=resting.resting_of(chosen.enrolment, chosen.baby))
    first = [papers.week_words(one, one.course.week(1))["week"] for one in (whole, paper)]
    assert [one["left_out"] for one in first] == [
        "",
        "A few strokes of this week are left for later. Your practice page says which, and why.",
    ]
    left = paper.left_to(paper.course.taught_in(paper.course.week(1)).new)
    assert "legs_feet" not in {stroke.region for stroke in left}


def test_a_booklet_is_printed_even_where_nothing_may_be_shown_for_now(cast: Cast, parent: Client) -> None:
    tell_health(cast.baby, "jaundice", by=cast.caregiver)
    answer = parent.get("/me/practice/booklet/")
    assert answer.status_code == 200
    assert "your warm, still hands are Ada’s massage." in words(answer.content)


def test_one_account_has_a_few_papers_in_a_minute(cast: Cast, parent: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or one reader would keep the press from all the others."""
    monkeypatch.setattr(papers, "print_paper", lambda name, words: b"%PDF")
    answers = [parent.get(f"/me/practice/{one}/").status_code for one in ["2/paper", "booklet"] * 5]
    coparent = sign_in(Client(), cast.coparent).get("/me/practice/2/paper/").status_code
    assert (answers, coparent) == ([200] * 8 + [503] * 2, 200)
