"""The promise: absent in week 2, week 2 opens only after the make-up, or when whoever teaches opens it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from classes import practice, releasing, taught
from classes.models import Attendance, Enrolment, MakeUpRight, Place, Session
from classes.opening import Why
from classes.practice import Course
from classes.taught import CannotGive
from tests.cast import NOW, Cast
from tests.factories.classes import make_enrolment, make_series
from tests.factories.families import add_baby
from tests.factories.practice import taught_cast
from tests.factories.taught import guest_place, set_mark, take_back_place, ticked

SECOND_IS_OVER = datetime(2026, 3, 19, 10, 40, tzinfo=UTC)


@pytest.fixture
def cast(db: None, now: datetime) -> Cast:
    return taught_cast()


@pytest.fixture
def second(cast: Cast) -> Session:
    return cast.running.sessions.select_related("lesson").get(number=2)


def course(cast: Cast, at: datetime = NOW) -> Course:
    return practice.course_of(practice.practices_of(cast.family, now=at)[0], now=at)


def open_weeks(cast: Cast, at: datetime = NOW) -> list[int]:
    return [week.number for week in course(cast, at).weeks if week.is_open]


def strokes(cast: Cast, number: int, at: datetime = NOW) -> tuple[list[str], list[str]]:
    """(new, review) of the page of that week, by slugs."""
    found = course(cast, at)
    whole = found.taught_in(found.week(number))
    return [one.slug for one in whole.new], [one.slug for one in whole.review]


def make_up_elsewhere(cast: Cast, missed: Session) -> Session:
    """A make-up place for that date in another series, on 27 March at ten."""
    other = make_series(cast.other_instructor_profile, slug="fridays", first=date(2026, 3, 20), venue=cast.venue)
    there = other.sessions.get(number=2)
    place = guest_place(cast.enrolment, there, at=NOW)[0]
    MakeUpRight.objects.create(
        enrolment=cast.enrolment,
        baby=cast.baby,
        missed=missed,
        place=place,
        state=MakeUpRight.State.USED,
        number=1,
        at_most=1,
        granted_at=NOW,
        expires_at=NOW + timedelta(days=60),
    )
    return there


class TestComing:
    @pytest.mark.parametrize("mark", ["present", "late", "observed_with_doll", "makeup", ""])
    def test_a_family_that_came_has_the_week_and_so_has_one_that_nobody_marked(
        self, cast: Cast, second: Session, mark: str
    ) -> None:
        set_mark(cast.enrolment, second, mark)
        assert open_weeks(cast) == [1, 2]

    @pytest.mark.parametrize("mark", ["absent", "absent_told"])
    def test_absent_in_week_2_week_2_stays_closed_and_the_others_do_not(
        self, cast: Cast, second: Session, mark: str
    ) -> None:
        set_mark(cast.enrolment, second, mark)
        week = course(cast).week(2)

        assert open_weeks(cast) == [1]
        assert (week.why, week.opens_at, week.missed) == (Why.AWAY, None, second)
        assert open_weeks(cast, datetime(2026, 3, 26, 10, 40, tzinfo=UTC)) == [1, 3]

    def test_a_date_given_back_opens_nothing(self, cast: Cast, second: Session) -> None:
        take_back_place(cast.enrolment, second, at=NOW - timedelta(days=8))
        assert open_weeks(cast) == [1]
        assert course(cast).week(2).why == Why.AWAY

    def test_a_register_finished_before_the_end_opens_the_week_sooner(self, cast: Cast, second: Session) -> None:
        Session.objects.filter(pk=second.pk).update(register_closed_at=SECOND_IS_OVER - timedelta(minutes=9))
        assert open_weeks(cast, SECOND_IS_OVER - timedelta(minutes=9)) == [1, 2]

    def test_one_of_twins_is_enough_since_it_is_the_carer_who_is_taught(self, cast: Cast, second: Session) -> None:
        theo = add_baby(cast.family, "Theo")
        Place.objects.create(enrolment=cast.enrolment, session=second, baby=theo, number=7)
        set_mark(cast.enrolment, second, "absent")
        assert open_weeks(cast) == [1]

        Attendance.objects.filter(place__baby=theo).update(mark="present")
        assert open_weeks(cast) == [1, 2]

    def test_another_family_s_absence_is_not_ours(self, cast: Cast, second: Session) -> None:
        set_mark(cast.other_enrolment, second, "absent")
        assert open_weeks(cast) == [1, 2]

    def test_what_was_held_before_the_booking_opens_as_if_they_had_been_there(self, cast: Cast) -> None:
        Place.objects.filter(enrolment=cast.enrolment, session__number__lte=2).delete()
        Enrolment.objects.filter(pk=cast.enrolment.pk).update(booked_at=NOW - timedelta(days=1))
        assert open_weeks(cast) == [1, 2]

    def test_a_date_added_for_others_opens_nothing_here(self, cast: Cast, second: Session) -> None:
        Place.objects.filter(enrolment=cast.enrolment, session=second).delete()
        assert open_weeks(cast) == [1]
        assert course(cast).week(2).why == Why.NOT_BOOKED


class TestMakingUp:
    def test_absent_in_week_2_it_opens_only_after_the_make_up(self, cast: Cast, second: Session) -> None:
        set_mark(cast.enrolment, second, "absent")
        there = make_up_elsewhere(cast, second)
        week = course(cast).week(2)

        assert (week.is_open, week.why, week.opens_at) == (False, Why.MAKE_UP, there.ends_at)
        assert open_weeks(cast, there.ends_at - timedelta(seconds=1)) == [1, 3]
        assert open_weeks(cast, there.ends_at) == [1, 2, 3]

    def test_nor_after_a_make_up_that_they_did_not_come_to_either(self, cast: Cast, second: Session) -> None:
        set_mark(cast.enrolment, second, "absent")
        there = make_up_elsewhere(cast, second)
        set_mark(cast.enrolment, there, "absent")
        assert open_weeks(cast, there.ends_at) == [1, 3]

        set_mark(cast.enrolment, there, "makeup")
        assert open_weeks(cast, there.ends_at) == [1, 2, 3]

    def test_nor_by_a_make_up_class_that_was_called_off(self, cast: Cast, second: Session) -> None:
        set_mark(cast.enrolment, second, "absent")
        there = make_up_elsewhere(cast, second)
        Session.objects.filter(pk=there.pk).update(state=Session.State.CANCELLED)
        assert open_weeks(cast, there.ends_at) == [1, 3]

    def test_the_week_of_a_session_called_off_opens_by_its_make_up(self, cast: Cast, second: Session) -> None:
        there = make_up_elsewhere(cast, second)
        Session.objects.filter(pk=second.pk).update(state=Session.State.CANCELLED)
        assert open_weeks(cast) == [1]
        assert open_weeks(cast, there.ends_at) == [1, 2, 3]

    def test_a_late_family_that_asked_for_make_ups_waits_for_them(self, cast: Cast, second: Session) -> None:
        Place.objects.filter(enrolment=cast.enrolment, session=second).delete()
        Enrolment.objects.filter(pk=cast.enrolment.pk).update(booked_at=NOW - timedelta(days=1))
        there = make_up_elsewhere(cast, second)
        assert open_weeks(cast) == [1]
        assert open_weeks(cast, there.ends_at) == [1, 2, 3]

    def test_giving_a_date_back_by_the_real_deed_keeps_the_week_closed(self, cast: Cast) -> None:
        third = cast.running.sessions.get(number=3)
        releasing.release(cast.enrolment, session=third, babies=[cast.baby], by=cast.parent, now=NOW)
        assert open_weeks(cast, third.ends_at) == [1, 2]


class TestGiving:
    def test_absent_in_week_2_it_opens_when_whoever_teaches_opens_it(self, cast: Cast, second: Session) -> None:
        set_mark(cast.enrolment, second, "absent")
        for _twice in range(2):
            taught.give_week(cast.enrolment, session=second, by=cast.instructor, now=NOW)
        found = course(cast)

        assert [week.number for week in found.weeks if week.is_open] == [1, 2]
        assert found.current is not None
        assert found.current.number == 2
        assert open_weeks(cast, SECOND_IS_OVER + timedelta(days=7)) == [1, 2, 3]

    def test_a_week_given_late_does_not_push_aside_what_was_taught_since(self, cast: Cast, second: Session) -> None:
        set_mark(cast.enrolment, second, "absent")
        later = datetime(2026, 3, 27, 9, 0, tzinfo=UTC)
        taught.give_week(cast.enrolment, session=second, by=cast.instructor, now=later)
        current = course(cast, later).current

        assert current is not None
        assert current.number == 3

    def test_it_can_be_closed_again(self, cast: Cast, second: Session) -> None:
        set_mark(cast.enrolment, second, "absent")
        taught.give_week(cast.enrolment, session=second, by=cast.instructor, now=NOW)
        assert taught.take_week_back(cast.enrolment, week=2, by=cast.instructor, now=NOW)
        assert not taught.take_week_back(cast.enrolment, week=2, by=cast.instructor, now=NOW)
        assert open_weeks(cast) == [1]

    def test_it_is_not_given_before_the_session_is_over_nor_to_who_left(self, cast: Cast, second: Session) -> None:
        third = cast.running.sessions.get(number=3)
        with pytest.raises(CannotGive, match="not over yet"):
            taught.give_week(cast.enrolment, session=third, by=cast.instructor, now=NOW)
        Enrolment.objects.filter(pk=cast.enrolment.pk).update(state=Enrolment.State.CANCELLED)
        with pytest.raises(CannotGive, match="not booked in this series any more"):
            taught.give_week(cast.enrolment, session=second, by=cast.instructor, now=NOW)

    def test_a_family_of_another_series_is_given_nothing(self, cast: Cast, second: Session) -> None:
        with pytest.raises(CannotGive):
            taught.give_week(cast.stream_enrolment, session=second, by=cast.instructor, now=NOW)

    def test_who_was_away_is_listed_with_what_became_of_it(self, cast: Cast, second: Session) -> None:
        set_mark(cast.enrolment, second, "absent")
        take_back_place(cast.other_enrolment, second, at=NOW - timedelta(days=8))
        there = make_up_elsewhere(cast, second)
        taught.give_week(cast.other_enrolment, session=second, by=cast.instructor, now=NOW)
        found = taught.families_away(second)

        assert [(one.names, one.told, one.is_given, one.made_up_at) for one in found] == [
            (["Ada"], False, False, there),
            (["Noor"], True, True, None),
        ]

    @pytest.mark.parametrize("families", [1, 3])
    def test_listing_them_costs_three_queries(
        self, cast: Cast, second: Session, families: int, django_assert_num_queries: object
    ) -> None:
        for number in range(families - 1):
            baby = add_baby(cast.family, f"Baby {number}")
            more = make_enrolment(cast.running, family=cast.family, babies=[baby], by=cast.parent)
            set_mark(more, second, "absent")
        set_mark(cast.enrolment, second, "absent")
        with django_assert_num_queries(3):  # type: ignore[operator]
            assert len(taught.families_away(second)) == families


class TestWhatItBrings:
    def test_only_what_was_ticked_is_on_the_page_and_asking_first(self, cast: Cast) -> None:
        first = cast.running.sessions.get(number=1)
        ticked(first, "resting-hands", "leg-rolling", by=cast.instructor, at=first.ends_at)
        assert strokes(cast, 1) == (["ask-permission", "resting-hands", "leg-rolling"], [])

    def test_where_nothing_is_ticked_the_whole_lesson_is(self, cast: Cast) -> None:
        new, review = strokes(cast, 2)
        assert (len(new), len(review)) == (7, 17)

    def test_a_tick_taken_back_is_as_none(self, cast: Cast, second: Session) -> None:
        ticked(second, "sun-moon", by=cast.instructor, at=NOW)
        assert strokes(cast, 2)[0] == ["sun-moon"]
        second.taught.update(is_taught=False)
        assert len(strokes(cast, 2)[0]) == 7

    def test_what_was_left_out_stands_where_it_is_shown_in_the_end(self, cast: Cast, second: Session) -> None:
        first = cast.running.sessions.get(number=1)
        ticked(first, "resting-hands", "leg-rolling", by=cast.instructor, at=first.ends_at)
        assert "ankle-circles" in [one.slug for one in course(cast).brought[1].not_yet]
        ticked(second, "sun-moon", "leg-rolling", "ankle-circles", by=cast.instructor, at=NOW)

        assert strokes(cast, 2) == (["sun-moon", "ankle-circles"], ["ask-permission", "resting-hands", "leg-rolling"])
        assert "ankle-circles" not in [one.slug for one in course(cast).brought[1].not_yet]

    def test_a_week_that_they_were_away_from_is_not_reviewed(self, cast: Cast) -> None:
        set_mark(cast.enrolment, cast.running.sessions.get(number=1), "absent")
        new, review = strokes(cast, 2)
        assert (len(new), review) == (7, ["ask-permission"])

    def test_a_make_up_brings_what_was_taught_there(self, cast: Cast, second: Session) -> None:
        set_mark(cast.enrolment, second, "absent")
        ticked(second, "water-wheel-a", by=cast.instructor, at=NOW)
        there = make_up_elsewhere(cast, second)
        ticked(there, "sun-moon", "i-love-you", by=cast.other_instructor, at=there.ends_at)
        assert strokes(cast, 2, there.ends_at)[0] == ["sun-moon", "i-love-you"]

    def test_a_given_week_brings_what_was_taught_in_the_session_they_were_away_from(
        self, cast: Cast, second: Session
    ) -> None:
        set_mark(cast.enrolment, second, "absent")
        ticked(second, "water-wheel-a", by=cast.instructor, at=NOW)
        taught.give_week(cast.enrolment, session=second, by=cast.instructor, now=NOW)
        assert strokes(cast, 2)[0] == ["water-wheel-a"]

    def test_the_card_counts_what_is_on_the_page(self, cast: Cast, second: Session) -> None:
        ticked(second, "water-wheel-a", "sun-moon", by=cast.instructor, at=NOW)
        card = practice.this_week(cast.family, now=NOW)
        assert card is not None
        assert card.strokes == 2
