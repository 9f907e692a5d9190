"""A family practises at home: the page of this week, the readiness check, a quiet timer, a line in the diary, one sheet."""

from __future__ import annotations

import re
from collections.abc import Callable

from families.models import PracticeLog
from tests.cast import Cast
from tests.journeys.visitor import Visitor


def practise(visitor: Visitor, cast: Cast) -> None:
    visitor.sign_in(cast.parent, wanted="/me/practice/")
    visitor.page.wait_for_url("**/me/practice/")


def kept(cast: Cast) -> list[tuple[str, int | None, str]]:
    """(answer, minutes, note) of each moment in the diary."""
    return [(log.answer, log.minutes, log.note) for log in PracticeLog.objects.of_baby(cast.baby)]


def test_a_family_practises(cast: Cast, arrive: Callable[..., Visitor], width: int) -> None:
    visitor = arrive(width=width)
    page = visitor.page
    practise(visitor, cast)
    visitor.look("1-this-week")
    page.get_by_role("group", name="How is your baby?").get_by_role("radio", name="Quiet").check()
    page.get_by_role("button", name="Begin").click()
    page.get_by_text("Just begun").wait_for()
    page.get_by_role("button", name="We’ve finished").click()
    page.locator("#log").get_by_role("radio", name="Calm").first.check()
    page.get_by_label("A line for yourself").fill("She smiled at the water wheel")
    visitor.look("2-filled-in")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Kept. Thank you for writing it down.").wait_for()
    visitor.look("3-kept")
    ((answer, _minutes, note),) = kept(cast)
    assert (answer, note) == (PracticeLog.Answer.CALM, "She smiled at the water wheel")
    visitor.go("/me/practice/1/")
    visitor.look("4-week-one")
    visitor.go("/me/family/")
    visitor.look("5-family")


def test_a_family_keeps_its_diary_and_takes_it_along(cast: Cast, arrive: Callable[..., Visitor], width: int) -> None:
    visitor = arrive(width=width)
    page = visitor.page
    practise(visitor, cast)
    visitor.go("/me/diary/")
    log = page.locator("#log")
    log.get_by_role("radio", name="Not sure").click()
    log.get_by_role("radio", name="Not sure").click()
    log.locator("[name=answer]:checked").wait_for(state="detached")
    log.locator(".did summary", has_text="Tummy").click()
    log.get_by_role("checkbox", name="Sun and moon").check()
    log.get_by_role("group", name="Sun and moon And your hands?").get_by_role("radio", name="Getting there").click()
    visitor.look("1-diary")
    log.get_by_role("button", name="Save").click()
    page.get_by_text("Sun and moon: getting there.").wait_for()
    visitor.go("/me/family/take/")
    visitor.look("2-everything")
    with page.expect_download() as taken:
        page.get_by_role("button", name="Take it along").click()
    assert taken.value.suggested_filename.endswith(".zip")


def test_a_week_prints_on_one_sheet(cast: Cast, arrive: Callable[..., Visitor]) -> None:
    visitor = arrive(width=1280)
    practise(visitor, cast)
    sheet = visitor.page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", sheet)) == 1


def test_a_family_practises_with_scripts_off(cast: Cast, arrive: Callable[..., Visitor]) -> None:
    visitor = arrive(width=390, scripts=False)
    practise(visitor, cast)
    visitor.look("1-this-week")
    visitor.page.get_by_role("button", name="It was a not now").click()
    visitor.page.get_by_text("Kept. Thank you for writing it down.").wait_for()
    assert [answer for answer, _minutes, _note in kept(cast)] == [PracticeLog.Answer.STOP]


def test_a_visitor_reads_the_stroke_library(cast: Cast, arrive: Callable[..., Visitor], width: int) -> None:
    visitor = arrive(width=width)
    page = visitor.page
    visitor.go("/strokes/")
    visitor.look("1-strokes")
    page.get_by_label("Find a stroke").fill("buterfly")
    page.get_by_text("These come close.").wait_for()
    page.get_by_text("1 stroke", exact=True).wait_for()
    page.get_by_label("Find a stroke").fill("")
    parts = page.get_by_role("navigation", name="Part of the body")
    parts.get_by_role("link", name="Face").click()
    page.locator('[href="#face"][aria-current]').wait_for()
    page.get_by_label("Find a stroke").fill("hip to ankle")
    page.get_by_text("1 stroke", exact=True).wait_for()
    page.get_by_role("link", name="Indian milking, leg").click()
    page.get_by_text("Neutral name: Hip-to-ankle milking").wait_for()
    visitor.look("2-stroke")
    visitor.go("/strokes/")
    page.get_by_text("To fit a baby, or by other names").click()
    page.get_by_label("To fit a baby").select_option("Hip harness or cast")
    page.get_by_role("button", name="Show these").click()
    page.get_by_text("9 strokes to leave out for now").click()
    page.get_by_role("link", name="Cross legs").wait_for()
    visitor.look("3-for-a-hip-harness")
    visitor.go("/strokes/routines/colic/")
    page.get_by_text("How it goes").first.click()
    visitor.look("4-tummy-routine")
    visitor.go("/evidence/")
    visitor.look("5-evidence")
    page.get_by_role("link", name="The fuller page, for professionals").click()
    visitor.look("6-evidence-in-full")
