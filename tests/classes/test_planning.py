"""An instructor's own plan of a series: every version kept, and what a family was shown stays as it was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from classes import own_pace, own_plan, planning, practice, session_plan
from classes.arrangement import Arrangement, Difference, Kind, differences, put_over
from classes.catalogue import series_page
from classes.models import Series, Session, StrokePlan
from classes.planning import CannotArrange, ChangedSince, WrongNames, desk_of
from config.audit.models import AuditEntry
from config.lib.append_only import MustNotChange
from curriculum.models import Plan, Stroke
from tests.cast import NOW, Cast
from tests.factories.classes import make_enrolment, make_series
from tests.factories.practice import taught_cast
from tests.factories.taught import set_mark, ticked

BEFORE_IT_BEGAN = datetime(2026, 3, 10, 9, tzinfo=UTC)
THIRD_IS_OVER = datetime(2026, 3, 26, 10, 45, tzinfo=UTC)
ALL_OVER = datetime(2026, 4, 20, 9, tzinfo=UTC)
ONCE = "key-of-the-page"


@pytest.fixture
def cast(db: None, now: datetime) -> Cast:
    """Two sessions of five are over: asking and legs, tummy."""
    return taught_cast()


@pytest.fixture
def series(cast: Cast) -> Series:
    return cast.running


def standing(series: Series, at: datetime = NOW) -> Arrangement:
    return desk_of(series, now=at).standing


def keep(series: Series, wanted: Arrangement, cast: Cast, at: datetime = NOW, **more: Any) -> StrokePlan | None:
    told = {"seen": desk_of(series, now=at).number, "key": "", **more}
    return planning.arrange(series, wanted, by=cast.instructor, now=at, **told)


def strokes_of(cast: Cast, week: int, at: datetime = NOW) -> tuple[list[str], list[str]]:
    """(new, review) of the page of that open week, as they are called there."""
    course = practice.course_of(practice.practices_of(cast.family, now=at)[0], now=at)
    whole = course.taught_in(course.week(week))
    return [one.called for one in whole.new], [one.called for one in whole.review]


class TestArranging:
    def test_nothing_is_kept_where_nothing_is_different(self, cast: Cast, series: Series) -> None:
        assert keep(series, standing(series), cast) is None
        assert StrokePlan.objects.count() == 0

    def test_order_weeks_and_names_become_a_version(self, cast: Cast, series: Series) -> None:
        wanted = standing(series).stepped("chest-butterfly", -1).moved("pit-stop", 4).called({"back-combing": "Raking"})
        version = keep(series, wanted, cast)

        assert version is not None
        assert (version.number, version.by, version.made_at) == (1, cast.instructor, NOW)
        assert version.weeks["3"][:2] == ["chest-butterfly", "chest-open-book"]
        assert (version.weeks["4"][-1], version.names) == ("pit-stop", {"back-combing": "Raking"})
        assert [(row.what, row.detail) for row in AuditEntry.objects.filter(what__startswith="arranged")] == [
            ("arranged the strokes of a series", {"version": 1})
        ]

    def test_pressed_twice_it_is_one_version(self, cast: Cast, series: Series) -> None:
        wanted = standing(series).moved("pit-stop", 4)
        first = keep(series, wanted, cast, seen=0, key=ONCE)
        assert keep(series, wanted, cast, seen=0, key=ONCE) == first
        assert StrokePlan.objects.count() == 1

    def test_a_second_saver_overwrites_nothing(self, cast: Cast, series: Series) -> None:
        keep(series, standing(series).moved("pit-stop", 4), cast)
        with pytest.raises(ChangedSince, match="changed since you opened it") as refused:
            keep(series, standing(series).moved("back-combing", 5), cast, seen=0)
        assert refused.value.instead.week_of["back-combing"] == 5
        assert StrokePlan.objects.count() == 1

    def test_asking_permission_opens_the_first_week_whatever_was_sent(self, cast: Cast, series: Series) -> None:
        own = make_series(cast.instructor_profile, slug="later", plan=Plan.objects.get(slug="five-weeks"))
        wanted = standing(own).moved("ask-permission", 0).moved("back-combing", 5)
        version = keep(own, wanted, cast)
        assert version is not None
        assert version.weeks["1"][0] == "ask-permission"

    def test_a_stroke_of_the_library_can_be_added_and_one_nobody_teaches_is_passed_over(
        self, cast: Cast, series: Series
    ) -> None:
        Stroke.objects.filter(slug="back-combing").update(is_retired=True)
        wanted = standing(series).moved("no-such-stroke", 4).moved("back-combing", 4).moved("pit-stop", 4)
        version = keep(series, wanted, cast)
        assert version is not None
        assert [slug for slug in version.weeks["4"] if slug in ("back-combing", "no-such-stroke", "pit-stop")] == [
            "pit-stop"
        ]

    @pytest.mark.parametrize(
        ("name", "sentence"), [("x" * 81, "at most 80"), ("Cures colic", "claims more than is known")]
    )
    def test_names_are_short_and_claim_nothing(self, cast: Cast, series: Series, name: str, sentence: str) -> None:
        with pytest.raises(WrongNames) as wrong:
            keep(series, standing(series).called({"back-combing": name}), cast)
        assert list(wrong.value.sentences) == ["back-combing"]
        assert sentence in wrong.value.sentences["back-combing"]

    def test_its_own_name_is_no_name(self, cast: Cast, series: Series) -> None:
        wanted = standing(series).called({"back-combing": f" {Stroke.objects.get(slug='back-combing').name} "})
        assert keep(series, wanted, cast) is None


class TestWhatWasShown:
    def test_a_week_that_was_held_keeps_strokes_order_and_names(self, cast: Cast, series: Series) -> None:
        desk = desk_of(series, now=NOW)
        assert sorted(desk.settled.weeks) == [1, 2]
        for wanted in (
            desk.standing.moved("sun-moon", 3),
            desk.standing.moved("sun-moon", 0),
            desk.standing.called({"sun-moon": "Moonlight"}),
            desk.standing.moved("pit-stop", 2),
        ):
            with pytest.raises(CannotArrange, match="so what it showed stays") as refused:
                keep(series, wanted, cast)
            assert refused.value.instead.is_like(desk.standing)
        assert StrokePlan.objects.count() == 0

    def test_what_was_left_out_there_may_move_to_a_week_to_come(self, cast: Cast, series: Series) -> None:
        second = series.sessions.get(number=2)
        ticked(second, "water-wheel-a", "sun-moon", by=cast.instructor, at=NOW)
        assert keep(series, standing(series).moved("i-love-you", 4), cast) is not None
        with pytest.raises(CannotArrange):
            keep(series, standing(series).moved("sun-moon", 4), cast)

    def test_a_session_in_progress_is_not_over_and_a_finished_register_makes_it_so(
        self, cast: Cast, series: Series
    ) -> None:
        third = series.sessions.get(number=3)
        begun = third.starts_at + timedelta(minutes=5)
        assert 3 not in desk_of(series, now=begun).settled.weeks
        Session.objects.filter(pk=third.pk).update(register_closed_at=begun)
        assert 3 in desk_of(series, now=begun).settled.weeks

    def test_a_page_that_was_open_while_a_session_was_held_loses_only_that_week(
        self, cast: Cast, series: Series
    ) -> None:
        wanted = standing(series).moved("pit-stop", 4).moved("back-combing", 5)
        with pytest.raises(CannotArrange) as refused:
            keep(series, wanted, cast, at=THIRD_IS_OVER)
        assert (refused.value.instead.week_of["pit-stop"], refused.value.instead.week_of["back-combing"]) == (3, 5)


class TestAtHome:
    def test_the_weeks_to_come_follow_the_newest_version(self, cast: Cast, series: Series) -> None:
        keep(series, standing(series).moved("pit-stop", 4).called({"chest-butterfly": "Criss and cross"}), cast)
        new, _review = strokes_of(cast, 3, THIRD_IS_OVER)
        assert new[:3] == ["Open book, chest", "Criss and cross", "Integration, chest"]
        assert "Pit stop" not in new
        assert "Pit stop" in strokes_of(cast, 4, ALL_OVER)[0]
        assert "Criss and cross" in strokes_of(cast, 4, ALL_OVER)[1]

    def test_a_change_after_a_week_opened_changes_nothing_in_it(self, cast: Cast, series: Series) -> None:
        keep(series, standing(series, BEFORE_IT_BEGAN).called({"sun-moon": "Moonlight"}), cast, at=BEFORE_IT_BEGAN)
        before = [strokes_of(cast, week) for week in (1, 2)]
        assert "Moonlight" in before[1][0]

        # Past the gate that refuses it: even then the page of an open week reads the version of its own moment.
        weeks, _names = standing(series).moved("sun-moon", 4).stored()
        StrokePlan.objects.create(
            series=series, plan=series.plan, number=2, weeks=weeks, made_at=NOW, by=cast.instructor
        )
        assert [strokes_of(cast, week) for week in (1, 2)] == before

    def test_a_stroke_moved_on_is_not_new_for_a_family_that_had_it(self, cast: Cast, series: Series) -> None:
        weeks, names = standing(series).moved("sun-moon", 4).stored()
        StrokePlan.objects.create(
            series=series, plan=series.plan, number=1, weeks=weeks, names=names, made_at=NOW, by=cast.instructor
        )
        new, review = strokes_of(cast, 4, ALL_OVER)
        assert ("Sun and moon" in new, review.count("Sun and moon")) == (False, 1)

    def test_a_family_that_makes_up_later_gets_the_week_as_it_stands_then(self, cast: Cast, series: Series) -> None:
        second = series.sessions.get(number=2)
        ticked(second, "sun-moon", by=cast.instructor, at=NOW)
        set_mark(cast.enrolment, second, "absent")
        keep(series, standing(series).moved("tummy-walking", 4), cast)
        assert "Walking" in strokes_of(cast, 4, ALL_OVER)[0]

    def test_what_was_left_out_of_the_series_is_not_promised(self, cast: Cast, series: Series) -> None:
        ticked(series.sessions.get(number=2), "sun-moon", by=cast.instructor, at=NOW)

        def promised() -> list[str]:
            course = practice.course_of(practice.practices_of(cast.family, now=NOW)[0], now=NOW)
            return [one.slug for one in course.brought[2].not_yet]

        assert "tummy-walking" in promised()
        keep(series, standing(series).moved("tummy-walking", 0), cast)
        assert "tummy-walking" not in promised()

    def test_another_series_keeps_the_names_of_the_library(self, cast: Cast, series: Series) -> None:
        keep(series, standing(series).called({"back-combing": "Raking"}), cast)
        other = make_series(cast.instructor_profile, slug="later", plan=Plan.objects.get(slug="five-weeks"))
        combing = Stroke.objects.get(slug="back-combing")
        assert own_plan.dress([combing], series)[0].called == "Raking"
        assert own_plan.dress([combing], other)[0].called == combing.name
        assert combing.called == combing.name


class TestAtOwnPace:
    @pytest.fixture
    def track(self, cast: Cast) -> Series:
        fields = {"delivery": Series.Delivery.SELF_PACED, "first_session_at": None, "last_session_at": None}
        track = make_series(cast.instructor_profile, slug="pace", plan=Plan.objects.get(slug="five-weeks"))
        track.sessions.all().delete()
        Series.objects.filter(pk=track.pk).update(**fields)
        track.refresh_from_db()
        return track

    def test_each_family_keeps_what_it_opened_and_finds_the_rest_later(self, cast: Cast, track: Series) -> None:
        early = make_enrolment(track, family=cast.family, babies=[cast.baby], by=cast.parent)
        for week in (1, 2):
            own_pace.open_week(early, week=week, by=cast.parent, now=NOW)
        later = NOW + timedelta(days=1)
        wanted = (
            standing(track, later)
            .moved("sun-moon", 4)
            .moved("back-combing", 1)
            .called({"tummy-walking": "Little steps"})
        )
        keep(track, wanted, cast, at=later)

        pages = {one.number: [stroke.called for stroke in one.strokes] for one in own_pace.weeks_of(early)}
        assert ("Sun and moon" in pages[2], "Walking" in pages[2], "Combing" in pages[1]) == (True, True, False)

        own_pace.open_week(early, week=3, by=cast.parent, now=later)
        own_pace.open_week(early, week=4, by=cast.parent, now=later)
        pages = {one.number: [stroke.called for stroke in one.strokes] for one in own_pace.weeks_of(early)}
        # What came into a week that they have behind them comes with the next; what they had is not new again.
        assert (pages[3][0], "Sun and moon" in pages[4]) == ("Combing", False)
        course = practice.course_of(
            practice.choose(practice.practices_of(cast.family, now=later), series="pace"), now=later
        )
        assert {week.number: [one.called for one in course.taught_in(week).new] for week in course.weeks[:4]} == {
            number: pages[number] for number in (1, 2, 3, 4)
        }


class TestPuttingBack:
    def test_an_earlier_version_comes_back_but_for_what_was_shown_since(self, cast: Cast, series: Series) -> None:
        keep(series, standing(series).moved("pit-stop", 4), cast)
        keep(series, standing(series).moved("pit-stop", 5).moved("back-combing", 3), cast)
        assert standing(series).week_of["back-combing"] == 3

        back = planning.put_back(series, 1, seen=2, key="", by=cast.instructor, now=THIRD_IS_OVER)
        assert back is not None
        assert (back.number, back.put_back) == (3, 1)
        now = standing(series, THIRD_IS_OVER).week_of
        # Combing was shown in week 3 in between.
        assert (now["pit-stop"], now["back-combing"]) == (4, 3)

    def test_the_curriculum_s_own_comes_back_too(self, cast: Cast, series: Series) -> None:
        keep(series, standing(series).moved("pit-stop", 4).called({"back-combing": "Raking"}), cast)
        planning.put_back(series, 0, seen=1, key="", by=cast.instructor, now=NOW)
        desk = desk_of(series, now=NOW)
        assert (desk.number, desk.standing.is_like(desk.own)) == (2, True)
        assert planning.put_back(series, 0, seen=2, key="", by=cast.instructor, now=NOW) is None

    def test_a_second_saver_puts_nothing_back(self, cast: Cast, series: Series) -> None:
        keep(series, standing(series).moved("pit-stop", 4), cast)
        with pytest.raises(ChangedSince):
            planning.put_back(series, 0, seen=0, key="", by=cast.instructor, now=NOW)

    def test_put_over_keeps_what_was_shown_and_loses_no_stroke(self) -> None:
        here = Arrangement({1: ["a", "b"], 2: ["c"], 3: ["d"]}, {"a": "A"})
        wanted = Arrangement({1: ["b", "c"], 2: ["a"], 3: ["d"]}, {"d": "D"})
        assert put_over(wanted, here, fixed={"a": 1, "b": 1}, held={1}) == Arrangement(
            {1: ["a", "b"], 2: ["c"], 3: ["d"]}, {"d": "D", "a": "A"}
        )


class TestElsewhere:
    def test_the_page_of_the_series_tells_its_own_plan_in_as_many_statements(
        self, cast: Cast, series: Series, django_assert_num_queries: Any
    ) -> None:
        def third() -> list[str]:
            page = series_page(series.slug, now=NOW)
            assert page is not None
            return [one.called for one in page.weeks[2].strokes]

        with django_assert_num_queries(4):
            assert third()[:2] == ["Open book, chest", "Butterfly"]
        keep(series, standing(series).stepped("chest-butterfly", -1).called({"chest-butterfly": "Wings"}), cast)
        with django_assert_num_queries(4):
            assert third()[:2] == ["Wings", "Open book, chest"]

    def test_the_plan_of_a_session_is_that_of_its_own_day(self, cast: Cast, series: Series) -> None:
        keep(series, standing(series).moved("pit-stop", 4).called({"chest-butterfly": "Wings"}), cast)
        sessions = {one.number: one for one in series.sessions.select_related("series", "lesson")}
        third = [one.stroke.called for one in session_plan.plan_of(sessions[3], now=NOW).new]
        assert (third[1], "Pit stop" in third) == ("Wings", False)
        # Looked up again when all is over: still what stood when it was held.
        weeks, names = standing(series).moved("chest-butterfly", 5).stored()
        StrokePlan.objects.create(
            series=series, plan=series.plan, number=2, weeks=weeks, names=names, made_at=ALL_OVER, by=cast.instructor
        )
        again = [one.stroke.called for one in session_plan.plan_of(sessions[3], now=ALL_OVER).new]
        assert again == third

    def test_who_is_minded_in_a_session_goes_by_its_own_plan(self, cast: Cast, series: Series) -> None:
        keep(series, standing(series).moved("pit-stop", 4).called({"chest-butterfly": "Wings"}), cast)
        third = series.sessions.select_related("lesson").get(number=3)
        new, earlier = own_plan.strokes_until(third)
        assert [one.called for one in new[:2]] == ["Open book, chest", "Wings"]
        assert [one.slug for one in own_plan.strokes_of_session(third)] == [one.slug for one in new]
        assert ("pit-stop" in {one.slug for one in new}, earlier[0].slug) == (False, "ask-permission")

    def test_a_draft_that_changes_its_plan_leaves_the_arrangement_behind(self, cast: Cast, series: Series) -> None:
        keep(series, standing(series).moved("pit-stop", 4), cast)
        Series.objects.filter(pk=series.pk).update(plan=Plan.objects.get(slug="five-weeks-tummy-first"))
        series.refresh_from_db()
        desk = desk_of(series, now=NOW)
        assert (desk.number, desk.standing.is_like(desk.own)) == (0, True)


class TestDatabase:
    def test_a_version_is_written_once(self, cast: Cast, series: Series) -> None:
        version = keep(series, standing(series).moved("pit-stop", 4), cast)
        assert version is not None
        with pytest.raises(MustNotChange):
            version.save()
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE classes_strokeplan SET number = 9")

    def test_two_versions_never_share_a_number(self, cast: Cast, series: Series) -> None:
        keep(series, standing(series).moved("pit-stop", 4), cast)
        with pytest.raises(IntegrityError), transaction.atomic():
            StrokePlan.objects.create(series=series, plan=series.plan, number=1, made_at=NOW, by=cast.instructor)


def test_differences_are_told_one_by_one() -> None:
    before = Arrangement({1: ["a", "b", "c"], 2: ["d"]}, {"d": "D"})
    after = Arrangement({1: ["c", "b", "e"], 2: ["a"]}, {"a": "A"})
    assert differences(before, after) == [
        Difference(Kind.ADDED, "e", week=1),
        Difference(Kind.MOVED, "a", week=2, was=1),
        Difference(Kind.LEFT_OUT, "d", was=2),
        Difference(Kind.NAMED, "a", name="A"),
        Difference(Kind.NAMED, "d"),
        Difference(Kind.ORDER, week=1),
    ]


@time_machine.travel(NOW, tick=False)
def test_plans_cost_the_same_with_one_version_and_with_three(
    cast: Cast, series: Series, django_assert_num_queries: Any
) -> None:
    for week in (4, 5, 3):
        keep(series, standing(series).moved("pit-stop", week), cast)
        with django_assert_num_queries(5):
            own_plan.plan_for(series, at=NOW)
