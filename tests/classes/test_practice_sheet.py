"""What stands on the sheet of a week, and what a baby's record leaves out."""

from __future__ import annotations

from datetime import datetime

import pytest

from classes.sheets import Sheet, sheet_of
from curriculum.lessons import lesson_for
from curriculum.models import Plan
from curriculum.readiness import precautions
from families.readiness import Record
from tests.factories.practice import taught_cast


@pytest.fixture
def plan(db: None, now: datetime) -> Plan:
    taught_cast()
    return Plan.objects.get(slug="five-weeks")


def sheet(plan: Plan, week: int, *conditions: str, part: str = "", show_all: bool = False) -> Sheet:
    record = Record(precautions(conditions))
    return sheet_of(lesson_for(plan, week), record=record, part=part, show_all=show_all)


def test_the_first_week_groups_its_seventeen_strokes_and_closes_with_the_closing_hold(plan: Plan) -> None:
    first = sheet(plan, 1)

    assert [(group.guide.region, len(group.strokes)) for group in first.groups] == [("holding", 5), ("legs_feet", 12)]
    assert first.groups[0].strokes[-1].slug == "closing-hold"
    assert (first.hello, first.parts, first.left_out) == (None, [], [])


def test_later_weeks_begin_with_asking_and_show_the_part_taught_last(plan: Plan) -> None:
    third = sheet(plan, 3)

    assert third.hello is not None
    assert third.hello.slug == "ask-permission"
    assert [(part.region, len(part.strokes), part.is_shown) for part in third.parts] == [
        ("holding", 4, False),
        ("legs_feet", 12, False),
        ("abdomen", 7, True),
    ]


def test_another_part_is_shown_when_asked_for_and_an_unknown_one_is_not(plan: Plan) -> None:
    assert sheet(plan, 3, part="legs_feet").shown_part == "legs_feet"
    assert sheet(plan, 3, part="elbows").shown_part == "abdomen"


def test_of_many_earlier_strokes_four_stand_open_and_a_few_all_do(plan: Plan) -> None:
    holding, legs, tummy = sheet(plan, 3).parts

    assert [len(part.at_once) for part in (holding, legs, tummy)] == [4, 4, 4]
    assert [len(part.folded) for part in (holding, legs, tummy)] == [0, 8, 3]
    assert [*legs.at_once, *legs.folded] == legs.strokes


def test_a_hip_harness_leaves_out_what_moves_the_legs_and_says_why(plan: Plan) -> None:
    second = sheet(plan, 2, "hip")

    assert [(out.precaution.key, [stroke.slug for stroke in out.strokes]) for out in second.left_out] == [
        (
            "hip",
            ["water-wheel-b", "knees-to-tummy", "leg-hug-and-glide", "leg-rolling", "bottom-relaxer"],
        )
    ]
    assert [stroke.slug for stroke in second.new] == [
        "water-wheel-a",
        "thumbs-to-sides",
        "sun-moon",
        "i-love-you",
        "tummy-walking",
    ]


def test_nothing_is_decided_for_the_carer_who_may_see_everything(plan: Plan) -> None:
    second = sheet(plan, 2, "hip", show_all=True)

    assert len(second.new) == 7
    assert [out.precaution.key for out in second.left_out] == ["hip"]


def test_an_unhealed_navel_leaves_the_whole_tummy_out(plan: Plan) -> None:
    second = sheet(plan, 2, "navel")
    assert (second.new, second.groups) == ([], [])


def test_a_routine_with_a_stroke_left_out_is_not_offered(plan: Plan) -> None:
    assert [one.routine.slug for one in sheet(plan, 2).routines] == ["colic"]
    assert sheet(plan, 2, "hernia").routines == []


@pytest.mark.parametrize("slug", ["five-weeks", "five-weeks-tummy-first"])
def test_every_stroke_taught_so_far_stands_on_the_sheet_once(plan: Plan, slug: str) -> None:
    other = Plan.objects.get(slug=slug)
    for week in range(1, 6):
        whole = lesson_for(other, week)
        shown = sheet(other, week)
        found = [*shown.new, *(stroke for part in shown.parts for stroke in part.strokes)]
        hello = [shown.hello] if shown.hello else []
        assert sorted(stroke.slug for stroke in [*found, *hello]) == sorted(stroke.slug for stroke in whole.strokes)
