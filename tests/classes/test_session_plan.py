"""The plan of a session: its running order, what it shows, and saying what was taught: session_plan."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.test import Client

from classes import taught
from classes.models import Attendance, GivenWeek, Place, Session, TaughtStroke
from classes.session_plan import Step, minutes_of, plan_of
from classes.taught import CannotTick
from config.audit.models import AuditEntry
from curriculum.models import Stroke
from tests.cast import NOW, Cast, sign_in
from tests.factories.practice import taught_cast
from tests.factories.taught import set_mark, ticked

IN_CLASS = datetime(2026, 3, 26, 10, 12, tzinfo=UTC)
PARTS: list[Any] = [
    SimpleNamespace(minutes_long=long, minutes_short=short)
    for long, short in ((5, 2), (3, 1), (5, 2), (6, 3), (14, 8), (8, 2), (4, 2))
]


@pytest.fixture
def cast(db: None, now: datetime) -> Cast:
    return taught_cast()


@pytest.fixture
def third(cast: Cast) -> Session:
    """The session in two days: 26 March, ten in Leeds, chest, arms and hands."""
    return cast.running.sessions.select_related("lesson", "series").get(number=3)


@pytest.fixture
def teacher(cast: Cast, client: Client) -> Client:
    return sign_in(client, cast.instructor)


def key_of(slug: str) -> int:
    return Stroke.objects.get(slug=slug).pk


def address(session: Session) -> str:
    return f"/teach/sessions/{session.reference}/plan/"


def standing(session: Session) -> list[str]:
    return sorted(TaughtStroke.objects.shown().filter(session=session).values_list("stroke__slug", flat=True))


class TestRunningOrder:
    @pytest.mark.parametrize(
        ("total", "minutes"),
        [
            (45, [5, 3, 5, 6, 14, 8, 4]),
            (20, [2, 1, 2, 3, 8, 2, 2]),
            (40, [4, 3, 4, 5, 13, 7, 4]),
            (60, [7, 4, 7, 8, 19, 10, 5]),
            (90, [10, 6, 10, 12, 28, 16, 8]),
            (10, [1, 1, 1, 1, 4, 1, 1]),
            (7, [1, 1, 1, 1, 1, 1, 1]),
        ],
    )
    def test_the_parts_are_scaled_to_the_minutes_of_the_session(self, total: int, minutes: list[int]) -> None:
        assert minutes_of(PARTS, total) == minutes

    def test_whatever_the_length_it_comes_out_to_the_minute(self) -> None:
        assert [total for total in range(5, 181) if sum(minutes_of(PARTS, total)) != total] == []

    def test_the_clock_says_which_part_is_now(self, third: Session) -> None:
        order = plan_of(third, now=IN_CLASS).order

        assert order[0].starts_at == third.starts_at
        assert order[-1].ends_at == third.ends_at
        assert [part.step for part in order] == [Step.DONE] * 3 + [Step.NOW] + [Step.NEXT] * 3
        assert [part.step for part in plan_of(third, now=third.ends_at).order] == [Step.DONE] * 7
        assert [part.step for part in plan_of(third, now=NOW).order] == [Step.NEXT] * 7


class TestStrokes:
    def test_it_shows_the_strokes_of_the_week_and_the_rules_of_their_parts(self, third: Session) -> None:
        plan = plan_of(third, now=NOW)

        assert (len(plan.new), plan.again, plan.left) == (13, [], [])
        assert plan.new[0].stroke.slug == "chest-open-book"
        assert plan.talk_minutes == 7
        assert "Ask first" not in " ".join(plan.rules)
        assert len(plan.signs) == 6

    def test_what_earlier_weeks_left_out_can_be_shown_now(self, cast: Cast, third: Session) -> None:
        second = cast.running.sessions.get(number=2)
        ticked(second, "water-wheel-a", "sun-moon", by=cast.instructor, at=second.ends_at)
        left = [one.stroke.slug for one in plan_of(third, now=NOW).left]
        assert left == ["water-wheel-b", "thumbs-to-sides", "i-love-you", "tummy-walking", "knees-to-tummy"]

        ticked(third, "i-love-you", by=cast.instructor, at=IN_CLASS)
        assert [one.stroke.slug for one in plan_of(third, now=NOW).left if one.is_taught] == ["i-love-you"]

    def test_the_week_of_a_session_called_off_is_left_to_show(self, cast: Cast, third: Session) -> None:
        Session.objects.filter(series=cast.running, number=2).update(state=Session.State.CANCELLED)
        assert len(plan_of(third, now=NOW).left) == 7

    @pytest.mark.parametrize("sessions", [1, 3])
    def test_it_costs_twelve_queries(
        self, cast: Cast, third: Session, sessions: int, django_assert_num_queries: Any
    ) -> None:
        for number in range(1, sessions + 1):
            ticked(cast.running.sessions.get(number=number), "sun-moon", by=cast.instructor, at=NOW)
        with django_assert_num_queries(12):
            plan_of(third, now=NOW)


class TestTicking:
    def tick(self, cast: Cast, session: Session, slug: str, is_taught: bool, at: datetime = IN_CLASS) -> int:
        now = max(IN_CLASS, at) if at <= IN_CLASS else IN_CLASS
        ticks = {key_of(slug): is_taught}
        return taught.tick(session, ticks=ticks, tapped_at=at, by=cast.instructor, now=now)

    def test_a_tick_and_taking_it_back(self, cast: Cast, third: Session) -> None:
        assert self.tick(cast, third, "pit-stop", True) == 1
        assert standing(third) == ["pit-stop"]
        assert self.tick(cast, third, "pit-stop", False, IN_CLASS + timedelta(seconds=0)) == 0
        later = IN_CLASS + timedelta(seconds=5)
        ticks = {key_of("pit-stop"): False}
        assert taught.tick(third, ticks=ticks, tapped_at=later, by=cast.instructor, now=later) == 1
        assert standing(third) == []

    def test_ten_replays_are_one_and_an_older_tap_overwrites_no_newer(self, cast: Cast, third: Session) -> None:
        for _time in range(10):
            self.tick(cast, third, "pit-stop", True)
        self.tick(cast, third, "pit-stop", False, IN_CLASS - timedelta(minutes=3))

        assert standing(third) == ["pit-stop"]
        assert AuditEntry.objects.filter(what="said what was taught").count() == 1

    def test_a_phone_whose_clock_is_ahead_taps_now(self, cast: Cast, third: Session) -> None:
        self.tick(cast, third, "pit-stop", True, IN_CLASS + timedelta(days=3))
        assert TaughtStroke.objects.get().tapped_at == IN_CLASS

    def test_a_stroke_that_is_not_there_is_passed_over(self, cast: Cast, third: Session) -> None:
        ticks = {999_999: True}
        assert taught.tick(third, ticks=ticks, tapped_at=IN_CLASS, by=cast.instructor, now=IN_CLASS) == 0

    def test_not_days_ahead_and_not_where_it_was_called_off(self, cast: Cast, third: Session) -> None:
        with pytest.raises(CannotTick, match="from a day before"):
            taught.tick(third, ticks={key_of("pit-stop"): True}, tapped_at=NOW, by=cast.instructor, now=NOW)
        Session.objects.filter(pk=third.pk).update(state=Session.State.CANCELLED)
        with pytest.raises(CannotTick, match="called off"):
            self.tick(cast, third, "pit-stop", True)


class TestPage:
    def test_it_stands_beside_the_register_with_order_strokes_talk_and_safety(
        self, teacher: Client, third: Session
    ) -> None:
        with time_machine.travel(IN_CLASS, tick=False):
            page = teacher.get(address(third))
        said = page.content.decode()

        assert page.status_code == 200
        for part in (
            "Running order",
            "40 minutes, to ",
            'aria-current="step"',
            "Butterfly",
            "Only ticked strokes open at home",
            "asking permission always does",
            "We teach, we do not treat.",
            "You show on the doll",
            f"/teach/sessions/{third.reference}/register/",
            "0 of 2",
        ):
            assert part in said, part

    def test_one_tap_by_the_script_is_answered_with_what_stands(self, teacher: Client, third: Session) -> None:
        pit_stop = key_of("pit-stop")
        deed = {"do": "tick", "stroke": pit_stop, "is_taught": "1", "at": "2026-03-26T10:11:00Z", "key": "aaaaaaaa"}
        with time_machine.travel(IN_CLASS, tick=False):
            answer = teacher.post(address(third), deed, headers={"Accept": "application/json"})

        at = int(datetime(2026, 3, 26, 10, 11, tzinfo=UTC).timestamp() * 1000)
        assert answer.json() == {"taught": [pit_stop], "latest": at, "sentence": ""}

    @pytest.mark.parametrize("at", ["", "yesterday", "2026-02-31T10:00:00Z", "2026-03-26T10:11:00"])
    def test_a_moment_that_makes_no_sense_is_now(self, teacher: Client, third: Session, at: str) -> None:
        with time_machine.travel(IN_CLASS, tick=False):
            teacher.post(address(third), {"do": "tick", "stroke": key_of("pit-stop"), "is_taught": "1", "at": at})
        assert TaughtStroke.objects.get().tapped_at == IN_CLASS

    def test_refusals_and_nonsense_are_told_to_the_script(self, teacher: Client, third: Session) -> None:
        script = {"Accept": "application/json"}
        early = teacher.post(address(third), {"do": "tick", "stroke": key_of("pit-stop")}, headers=script)
        wrong = teacher.post(address(third), {"do": "tick", "stroke": "first"}, headers=script)

        assert (early.status_code, wrong.status_code) == (409, 400)
        assert early.json() == {"sentence": "You can tick what you taught from a day before the session."}

    def test_without_a_script_only_what_was_changed_on_the_page_counts(
        self, cast: Cast, teacher: Client, third: Session
    ) -> None:
        ticked(third, "pit-stop", "finger-roll", by=cast.instructor, at=IN_CLASS - timedelta(minutes=1))
        pit_stop, butterfly = key_of("pit-stop"), key_of("chest-butterfly")
        with time_machine.travel(IN_CLASS, tick=False):
            sent = {"was": [pit_stop], "taught": [butterfly], "session_note": "Slower next week", "do": "save"}
            answer = teacher.post(address(third), sent)
        third.refresh_from_db()

        assert answer.status_code == 302
        assert (standing(third), third.note) == (["chest-butterfly", "finger-roll"], "Slower next week")

    def test_the_whole_week_in_one_tap(self, teacher: Client, third: Session) -> None:
        with time_machine.travel(IN_CLASS, tick=False):
            teacher.post(address(third), {"do": "all", "session_note": ""})
        assert len(standing(third)) == 13

    def test_finishing_asks_for_the_marks_and_keeps_the_ticks(
        self, cast: Cast, teacher: Client, third: Session
    ) -> None:
        sent = {"do": "finish", "taught": [key_of("pit-stop")], "session_note": ""}
        with time_machine.travel(IN_CLASS, tick=False):
            refused = teacher.post(address(third), sent)
            for enrolment in (cast.enrolment, cast.other_enrolment):
                set_mark(enrolment, third, "present")
            done = teacher.post(address(third), sent | {"was": [key_of("pit-stop")]})
        third.refresh_from_db()

        assert (refused.status_code, done.status_code) == (409, 302)
        assert "2 babies have no mark yet" in refused.content.decode()
        assert (third.register_closed_at, standing(third)) == (IN_CLASS, ["pit-stop"])

    def test_a_week_is_opened_for_a_family_that_was_away_and_closed_again(self, cast: Cast, teacher: Client) -> None:
        second = cast.running.sessions.get(number=2)
        set_mark(cast.enrolment, second, "absent")
        page = teacher.get(address(second)).content.decode()
        assert "Open week 2" in page
        assert "No word" in page

        sent = {"do": "give", "family": cast.enrolment.reference}
        teacher.post(address(second), sent)
        assert [(row.enrolment, row.week) for row in GivenWeek.objects.all()] == [(cast.enrolment, 2)]
        teacher.post(address(second), {"do": "take_back", "family": cast.enrolment.reference})
        assert GivenWeek.objects.count() == 0

    def test_a_family_of_another_series_is_not_there(self, cast: Cast, teacher: Client) -> None:
        second = cast.running.sessions.get(number=2)
        for reference in (cast.stream_enrolment.reference, "NOBODY", ""):
            assert teacher.post(address(second), {"do": "give", "family": reference}).status_code == 404

    def test_the_marks_beside_it_say_nothing_of_health(self, cast: Cast, teacher: Client, third: Session) -> None:
        place = Place.objects.get(session=third, enrolment=cast.enrolment)
        Attendance.objects.create(place=place, mark="late", note="canary of the note")
        page = teacher.get(address(third)).content.decode()

        assert "1 of 2 marked" in page
        assert "canary" not in page
        assert AuditEntry.objects.filter(what="read health answers").count() == 0
