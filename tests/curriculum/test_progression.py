"""What is new in a week, what is reviewed, what is left out for a baby."""

from __future__ import annotations

from typing import Any

import pytest

from curriculum import lessons, readiness
from curriculum.lessons import NoSuchWeek, lesson_for, plan_with_lessons, weeks_of
from curriculum.models import Plan, Stroke
from curriculum.progression import blocked_regions, blocks_for, fitted, review_for_week, strokes_for_week
from tests.factories.curriculum import make_plan, make_precaution, make_stroke

pytestmark = pytest.mark.django_db


def slugs(strokes: list[Stroke]) -> list[str]:
    return [stroke.slug for stroke in strokes]


def test_later_weeks_review_what_came_before() -> None:
    a, b, c = (make_stroke(slug) for slug in ("a", "b", "c"))
    plan = plan_with_lessons(make_plan([a, b], [c], []).pk)
    assert [slugs(strokes_for_week(plan, week)) for week in (1, 2, 3, 4)] == [["a", "b"], ["c"], [], []]
    assert [slugs(review_for_week(plan, week)) for week in (1, 2, 3)] == [[], ["a", "b"], ["a", "b", "c"]]


def test_a_stroke_taught_again_is_new_and_not_reviewed() -> None:
    a, b = make_stroke("a"), make_stroke("b")
    plan = plan_with_lessons(make_plan([a, b], [b]).pk)
    assert (slugs(strokes_for_week(plan, 2)), slugs(review_for_week(plan, 2))) == (["b"], ["a"])


def test_a_retired_stroke_is_neither_taught_nor_reviewed() -> None:
    a, b = make_stroke("a"), make_stroke("b", is_retired=True)
    plan = plan_with_lessons(make_plan([a, b], []).pk)
    assert (slugs(strokes_for_week(plan, 1)), slugs(review_for_week(plan, 2))) == (["a"], ["a"])


@pytest.mark.parametrize("weeks", [1, 3])
def test_a_plan_with_its_lessons_costs_four_queries(weeks: int, django_assert_num_queries: Any) -> None:
    strokes = [make_stroke(f"s{i}") for i in range(weeks)]
    plan = make_plan(*([stroke] for stroke in strokes))
    with django_assert_num_queries(4):
        week = lesson_for(plan, weeks)
        assert slugs(week.strokes) == slugs([strokes[-1], *strokes[:-1]])
        assert week.routines == []


def test_a_week_that_the_plan_does_not_have_is_refused() -> None:
    with pytest.raises(NoSuchWeek):
        lesson_for(make_plan([]), 2)


def test_a_part_is_left_out_with_its_reasons() -> None:
    leg, arm = make_stroke("leg"), make_stroke("arm", region="arms_hands")
    sore, hands = make_precaution(), make_precaution("hands", blocks="", strokes="arm")
    found = [
        (fit.stroke.slug, [block.precaution.key for block in fit.blocks]) for fit in fitted([leg, arm], [sore, hands])
    ]
    assert found == [("leg", ["sore-leg"]), ("arm", ["hands"])]
    assert {region: [b.answer for b in blocks] for region, blocks in blocked_regions([sore, hands]).items()} == {
        "legs_feet": ["Leave the legs."]
    }


def test_offered_plans_begin_with_the_default(taught: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert [plan.slug for plan in lessons.plans()] == ["five-weeks", "five-weeks-tummy-first", "workshop"]


def test_the_default_plan_teaches_everything_once(taught: None) -> None:
    weeks = weeks_of(Plan.objects.get(slug="five-weeks"))
    assert [(len(week.new), len(week.review)) for week in weeks] == [(17, 0), (7, 17), (13, 24), (12, 37), (5, 49)]
    assert [[routine.slug for routine in week.routines] for week in weeks] == [
        ["nappy-change"],
        ["colic"],
        [],
        ["bedtime"],
        ["full-body"],
    ]


def test_both_courses_end_with_the_same_strokes(taught: None) -> None:
    ends = [lesson_for(Plan.objects.get(slug=slug), 5) for slug in ("five-weeks", "five-weeks-tummy-first")]
    assert set(slugs(ends[0].strokes)) == set(slugs(ends[1].strokes))


def test_the_workshop_has_no_whole_routine(taught: None) -> None:
    week = lesson_for(Plan.objects.get(slug="workshop"), 1)
    assert {stroke.region for stroke in week.new} == {"holding", "legs_feet", "abdomen"}
    assert len(week.new) == 13


@pytest.mark.parametrize(
    ("key", "left_out"),
    [
        ("navel", {"abdomen", "chest-integration", "arm-integration"}),
        ("hip", {"knees-to-tummy", "leg-rolling", "bicycle-legs", "legs-up-down", "cross-legs", "water-wheel-b"}),
        ("hernia", {"abdomen", "bicycle-legs", "legs-up-down"}),
        ("fever_ill", {"holding", "abdomen", "legs_feet", "face", "back"}),
    ],
)
def test_precautions_leave_out_what_concerns_them(taught: None, key: str, left_out: set[str]) -> None:
    precautions = readiness.precautions([key])
    strokes = list(Stroke.objects.current())
    blocked = {stroke.slug for stroke in strokes if blocks_for(stroke, precautions)}
    assert left_out - blocked - {stroke.region for stroke in strokes if stroke.slug in blocked} == set()


def test_a_hip_harness_leaves_the_arms_alone(taught: None) -> None:
    precautions = readiness.precautions(["hip"])
    arms = Stroke.objects.current().of_region("arms_hands")
    assert [stroke.slug for stroke in arms if blocks_for(stroke, precautions)] == []


def test_readiness_is_read_at_one_query_each(taught: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(7):
        states, cues, precautions = readiness.states(), readiness.cues(), readiness.precautions()
        lasting, signs = readiness.lasting_precautions(), readiness.when_to_call()
        oils, parts, none = readiness.oil_notes(), readiness.session_parts(), readiness.precautions([])
    assert [state.key for state in states] == [
        "deep_sleep",
        "light_sleep",
        "drowsy",
        "quiet_alert",
        "active_alert",
        "crying",
    ]
    assert [state.answer for state in states] == ["no", "no", "no", "yes", "maybe", "no"]
    assert (len(cues.engagement), len(cues.subtle), len(cues.potent), len(cues.medical)) == (9, 11, 7, 3)
    assert (len(precautions), len(lasting), len(signs), len(oils), len(parts), none) == (17, 8, 9, 10, 7, [])
    assert next(p for p in precautions if p.key == "vaccination").wait_hours == 72
