"""Hands-free: which steps a run has, and the page that shows one after the other."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from classes.hands_free import NoSuchRun, Run, choices_of, run_of
from classes.sheets import Sheet, sheet_of
from curriculum.lessons import lesson_for
from curriculum.models import Plan, RegionGuide
from curriculum.readiness import precautions
from curriculum.wording import forbidden_in
from families.models import Caregiver, PracticeLog
from families.readiness import Record
from tests.cast import Cast, sign_in
from tests.factories.families import add_baby
from tests.factories.practice import taught_cast, tell_health

PAGE = "/me/practice/2/hands-free/"


@pytest.fixture
def cast(db: None, now: datetime) -> Cast:
    return taught_cast()


@pytest.fixture
def parent(cast: Cast, client: Client) -> Client:
    return sign_in(client, cast.parent)


def sheet(week: int, *conditions: str) -> Sheet:
    plan = Plan.objects.get(slug="five-weeks")
    return sheet_of(lesson_for(plan, week), record=Record(precautions(conditions)))


def run(week: int, *conditions: str, **asked: str) -> Run:
    return run_of(sheet(week, *conditions), title="This week", **asked)


def slugs(found: Run) -> list[str]:
    return [step.stroke.slug for step in found.steps]


def text_of(response: Any) -> str:
    return str(response.content.decode())


def heads(response: Any) -> list[str]:
    return re.findall(r'<h2 id="t\d+" data-say>([^<]*)</h2>', text_of(response))


def test_a_week_begins_with_asking_and_closes_with_a_thank_you(cast: Cast) -> None:
    assert slugs(run(2)) == [
        "ask-permission",
        "resting-hands",
        "water-wheel-a",
        "water-wheel-b",
        "thumbs-to-sides",
        "sun-moon",
        "i-love-you",
        "tummy-walking",
        "knees-to-tummy",
        "closing-hold",
    ]


def test_the_first_week_shows_each_of_its_strokes_once_and_its_goodbye_last(cast: Cast) -> None:
    first = slugs(run(1))
    assert (len(first), len(set(first)), first[0], first[-1]) == (17, 17, "ask-permission", "closing-hold")


def test_what_to_heed_is_said_once_for_all_parts_of_the_body(cast: Cast) -> None:
    rules = run(2).held_by(RegionGuide.objects.current())
    lines = [line for one in rules for line in one.lines]
    assert [one.heading for one in rules] == ["Before you begin", "Before a tummy stroke"]
    assert (len(lines), lines[0]) == (len(set(lines)), "Ask first. A “not now” ends it, and that is a good massage.")


@pytest.mark.parametrize("week", [1, 2, 3, 4, 5])
def test_every_new_stroke_of_a_week_is_in_its_run(cast: Cast, week: int) -> None:
    whole = sheet(week)
    assert {stroke.slug for stroke in whole.new} <= set(slugs(run_of(whole, title="")))


def test_a_mix_takes_some_of_each_part_in_turn(cast: Cast) -> None:
    mixed = run(4, kind="again")
    regions = [step.stroke.region for step in mixed.steps]
    assert len(mixed.steps) == 8 + 3
    assert {"legs_feet", "abdomen", "chest", "arms_hands"} <= set(regions)


def test_a_mix_of_one_part_is_that_part(cast: Cast) -> None:
    assert {step.stroke.region for step in run(4, kind="again", part="chest").steps} == {"chest", "holding"}


def test_a_routine_says_how_often_and_how_many_rounds(cast: Cast) -> None:
    colic = run(2, routine="colic")
    assert [(step.stroke.slug, step.times, step.only_long) for step in colic.steps][2:5] == [
        ("water-wheel-a", "6 times", False),
        ("knees-to-tummy", "Once", False),
        ("touch-relaxation", "Once", False),
    ]
    assert (colic.rounds, slugs(colic)[-1]) == (3, "closing-hold")


def test_one_stroke_is_a_run_of_one(cast: Cast) -> None:
    assert slugs(run(2, stroke="sun-moon")) == ["sun-moon"]


@pytest.mark.parametrize("asked", [{"stroke": "open-book"}, {"routine": "full-body"}, {"stroke": "chest-butterfly"}])
def test_what_was_not_taught_yet_is_no_run(cast: Cast, asked: dict[str, str]) -> None:
    with pytest.raises(NoSuchRun):
        run(2, **asked)


def test_what_the_record_leaves_out_is_in_no_run(cast: Cast) -> None:
    assert not {"water-wheel-b", "knees-to-tummy"} & set(slugs(run(2, "hip")))
    assert run(2, "navel").steps == []
    with pytest.raises(NoSuchRun):
        run(2, "hip", stroke="knees-to-tummy")
    assert [one.name for one in choices_of(sheet(2, "hernia"), title="Tummy")] == ["Tummy", "Earlier strokes"]


def test_hands_free_is_one_document_whose_steps_are_links_within_it(parent: Client) -> None:
    page = text_of(parent.get(PAGE))
    ids = set(re.findall(r'<section[^>]* id="([^"]+)"', page))
    inside = set(re.findall(r'<a [^>]*href="#([^"]+)"', page)) - {"main"}
    assert ids == {"start", *(f"s{n}" for n in range(1, 11)), "end", "no", "still", "call"}
    assert inside <= ids | {"record"}
    assert [page.count(f'href="#s{n}"') > 0 for n in range(1, 11)] == [True] * 10


def test_a_baby_says_no_from_every_step_and_carries_on_at_that_step(parent: Client) -> None:
    page = text_of(parent.get(PAGE))
    later = text_of(parent.get(PAGE + "?step=4"))
    assert re.findall(r'data-no href="([^"]+)"', page) == [f"?step={n}#no" for n in range(1, 11)]
    assert 'data-carry-on href="#s4"' in later
    assert re.findall(r'hf-first" id="([^"]+)"', later) == ["s4"]


@pytest.mark.parametrize("step", ["0", "11", "-1", "four", "9" * 30])
def test_a_step_that_is_not_there_begins_at_the_beginning(parent: Client, step: str) -> None:
    assert re.findall(r'hf-first" id="([^"]+)"', text_of(parent.get(PAGE, {"step": step}))) == ["start"]


def test_every_step_says_its_name_how_often_and_what_to_mind(parent: Client) -> None:
    page = text_of(parent.get(PAGE))
    assert heads(parent.get(PAGE))[5] == "Sun and moon"
    for said in ("6 of 10", "A full circle and a half one, always clockwise.", "6 times", "Clockwise only."):
        assert said in page


def test_when_to_call_a_doctor_is_one_tap_away_everywhere(parent: Client) -> None:
    hands_free, week = text_of(parent.get(PAGE)), text_of(parent.get("/me/practice/2/"))
    closed, these_days = text_of(parent.get("/me/practice/3/")), text_of(parent.get("/me/practice/2/these-days/"))
    assert re.search(r'<header class="hf-top">.*href="#call".*</header>', hands_free, re.S)
    assert 'href="#call"' in week
    for page in (hands_free, week, closed, these_days):
        assert 'id="call"' in page
        assert "A fever of 38 °C or more in a baby under twelve weeks" in page


def test_one_tap_writes_a_not_now_into_the_diary(cast: Cast, parent: Client) -> None:
    page = text_of(parent.get(PAGE))
    form = re.search(r'<form method="post"[^>]*>(?:(?!</form>).)*name="not_now".*?</form>', page, re.S)
    assert form is not None
    fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form[0]))
    answer = parent.post("/me/practice/2/log/", fields)
    assert answer.status_code == 302
    assert [log.answer for log in PracticeLog.objects.of_baby(cast.baby)] == [PracticeLog.Answer.STOP]


def test_one_tap_at_the_end_writes_how_it_was(cast: Cast, parent: Client) -> None:
    page = text_of(parent.get(PAGE))
    form = re.search(r'<form class="choices".*?</form>', page, re.S)
    assert form is not None
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[0]))
    parent.post("/me/practice/2/log/", {**hidden, "answer": "loved", "minutes": "7"})
    assert [(log.answer, log.minutes) for log in PracticeLog.objects.of_baby(cast.baby)] == [("loved", 7)]


def test_the_record_hides_strokes_says_why_and_everything_may_be_shown_all_the_same(cast: Cast, parent: Client) -> None:
    tell_health(cast.baby, "hip", by=cast.caregiver)
    fitting, everything = parent.get(PAGE), parent.get(PAGE + "?all=1")
    assert "Knees to tummy" not in heads(fitting)
    assert "The hips have to stay the way the hip team has set them." in text_of(fitting)
    assert 'href="?all=1#record"' in text_of(fitting)
    assert "Knees to tummy" in heads(everything)


def test_who_may_not_read_the_record_reads_none_of_it(cast: Cast) -> None:
    tell_health(cast.baby, "hip", by=cast.caregiver)
    Caregiver.objects.filter(user=cast.coparent).update(role=Caregiver.Role.PRACTICE)
    page = sign_in(Client(), cast.coparent).get(PAGE)
    assert "Knees to tummy" in heads(page)
    assert 'id="record"' not in text_of(page)
    assert "Ask the hip team to write down what is fine." not in text_of(page)


def test_where_everything_is_left_out_still_hands_are_offered(cast: Cast, parent: Client) -> None:
    tell_health(cast.baby, "heart_seizure", by=cast.caregiver)
    page = text_of(parent.get(PAGE))
    assert (heads(parent.get(PAGE)), "Still hands, together" in page) == ([], True)


def test_each_baby_has_steps_of_its_own_and_a_stranger_finds_nothing(cast: Cast, parent: Client) -> None:
    theo = add_baby(cast.family, "Theo")
    for query in (f"?baby={cast.other_baby.pk}", f"?baby={theo.pk}", "?stroke=nothing", "?routine=bedtime", "?baby=x"):
        assert parent.get(PAGE + query).status_code == 404
    assert sign_in(Client(), cast.other_parent).get(f"{PAGE}?baby={cast.baby.pk}").status_code == 404


def test_a_week_that_is_closed_sends_to_its_page_which_says_why(parent: Client) -> None:
    answer = parent.get("/me/practice/3/hands-free/")
    assert (answer.status_code, answer["Location"]) == (302, "/me/practice/3/")


def test_nothing_forbidden_is_said_and_there_is_no_score(parent: Client) -> None:
    page = re.sub(r"<[^>]+>", " ", text_of(parent.get(PAGE)))
    assert forbidden_in(page, audience="parents") == []
    assert not re.search(r"\b(streak|score|missed|failed)\b", page, re.I)


@pytest.mark.parametrize(
    ("conditions", "queries"), [((), 24), (("skin",), 24), (("hip",), 25), (("hip", "skin", "allergy"), 25)]
)
def test_hands_free_costs_the_same_whatever_the_record_says(
    cast: Cast, parent: Client, conditions: tuple[str, ...], queries: int, django_assert_num_queries: Any
) -> None:
    tell_health(cast.baby, *conditions, by=cast.caregiver)
    parent.get(PAGE)
    with django_assert_num_queries(queries):
        parent.get(PAGE)


def test_a_step_says_what_changes_for_a_baby_born_early_and_a_phone_keeps_none_of_it(
    cast: Cast, parent: Client
) -> None:
    tell_health(cast.baby, by=cast.caregiver, born_early="yes")
    said = "For Ada: Lay a still, warm hand there instead."
    assert said in text_of(parent.get(PAGE))
    kept = text_of(parent.get(f"{PAGE}kept/"))
    assert "Sun and moon" in kept
    assert not re.search(r"born early|for ada:|csrfmiddlewaretoken|these-days", kept, re.I)
