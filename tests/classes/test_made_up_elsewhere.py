"""Making up in a class that teaches by another plan: it fits by what it shows, and brings what it showed, once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from classes import guests, making_up, planning, practice, releasing, session_plan, taught
from classes.making_up import CannotMakeUp
from classes.models import MakeUpRight, Series, Session, StrokePlan
from classes.practice import Course
from tests.cast import NOW, Cast, sign_in
from tests.factories.classes import make_series
from tests.factories.practice import taught_cast
from tests.factories.taught import guest_place, set_mark, ticked

LONG_AGO = NOW - timedelta(days=30)
YESTERDAY = NOW - timedelta(days=1)
TUMMY = [
    "water-wheel-a",
    "water-wheel-b",
    "thumbs-to-sides",
    "sun-moon",
    "i-love-you",
    "tummy-walking",
    "knees-to-tummy",
]
Counts = Callable[[int], Any]


@pytest.fixture
def cast(db: None, now: datetime) -> Cast:
    """Two sessions of five are over: asking and legs, tummy."""
    return taught_cast()


@pytest.fixture
def second(cast: Cast) -> Session:
    return session_of(cast.running, 2)


@pytest.fixture
def fridays(cast: Cast) -> Series:
    """Another instructor's series, a day after ours; its second date is 27 March."""
    other = cast.other_instructor_profile
    return make_series(
        other, slug="fridays", first=date(2026, 3, 20), venue=cast.venue, plan=cast.running.plan, capacity=8
    )


def session_of(series: Series, number: int) -> Session:
    found: Session = series.sessions.select_related("lesson", "series").get(number=number)
    return found


def arrange(series: Series, moves: dict[int, Sequence[str]], *, at: datetime = LONG_AGO) -> None:
    """These strokes move into these weeks; 0 leaves them out."""
    desk = planning.desk_of(series, now=at)
    wanted = desk.standing
    for week, slugs in moves.items():
        for slug in slugs:
            wanted = wanted.moved(slug, week)
    planning.arrange(series, wanted, seen=desk.number, key="", by=series.instructor.user, now=at)


def course(cast: Cast, at: datetime) -> Course:
    return practice.course_of(practice.practices_of(cast.family, now=at)[0], now=at)


def new_in(cast: Cast, number: int, at: datetime) -> list[str]:
    found = course(cast, at)
    return [one.slug for one in found.taught_in(found.week(number)).new]


def make_up(cast: Cast, missed: Session, there: Session) -> None:
    """Away from one, a guest in the other, which was held the day before."""
    Session.objects.filter(pk=there.pk).update(starts_at=YESTERDAY)
    set_mark(cast.enrolment, missed, "absent")
    place = guest_place(cast.enrolment, there, at=NOW)[0]
    right = {"enrolment": cast.enrolment, "baby": cast.baby, "missed": missed, "number": 1, "at_most": 1}
    until = NOW + timedelta(days=60)
    MakeUpRight.objects.create(place=place, state="used", granted_at=NOW, expires_at=until, **right)


def right_for(cast: Cast, number: int, now: datetime) -> list[MakeUpRight]:
    releasing.release(
        cast.enrolment, session=session_of(cast.running, number), babies=[cast.baby], by=cast.parent, now=now
    )
    return list(making_up.rights_to_use(MakeUpRight.objects.all()))


def fitting(held: Sequence[MakeUpRight], *, now: datetime) -> list[tuple[str, int, int, int]]:
    """(series, session, shown there, missed) of the classes that fit, but for the cast's own series to come."""
    rows = making_up.matches(held, now=now)
    told = [(one.session.series.slug, one.session.number, one.strokes, one.missed) for one in rows]
    return [row for row in told if row[0] == "fridays"]


class TestWhatFits:
    def test_a_class_fits_in_the_week_in_which_its_instructor_shows_it(
        self, cast: Cast, fridays: Series, now: datetime
    ) -> None:
        held = right_for(cast, 3, now)
        assert fitting(held, now=now) == [("fridays", 3, 13, 13)]

        chest_and_arms = planning.desk_of(fridays, now=LONG_AGO).standing.weeks[3]
        arrange(fridays, {4: chest_and_arms})
        assert fitting(held, now=now) == [("fridays", 4, 13, 13)]

    def test_what_is_missed_is_what_the_own_class_shows(self, cast: Cast, fridays: Series, now: datetime) -> None:
        arms = planning.desk_of(cast.running, now=LONG_AGO).standing.weeks[3]
        face = planning.desk_of(cast.running, now=LONG_AGO).standing.weeks[4]
        arrange(cast.running, {3: face, 4: arms})
        assert fitting(right_for(cast, 3, now), now=now) == [("fridays", 4, 12, 12)]

    def test_half_of_it_is_enough_and_less_is_not(self, cast: Cast, fridays: Series, now: datetime) -> None:
        held = right_for(cast, 3, now)
        third = planning.desk_of(fridays, now=LONG_AGO).standing.weeks[3]
        arrange(fridays, {0: third[:6]})
        [match] = [one for one in making_up.matches(held, now=now) if one.session.series == fridays]
        assert (match.strokes, match.missed, match.is_in_part) == (7, 13, True)

        arrange(fridays, {0: third[:7]})
        assert fitting(held, now=now) == []

    def test_a_class_arranged_otherwise_meanwhile_is_refused(self, cast: Cast, fridays: Series, now: datetime) -> None:
        held = right_for(cast, 3, now)
        arrange(fridays, {4: planning.desk_of(fridays, now=LONG_AGO).standing.weeks[3]})
        with pytest.raises(CannotMakeUp, match="does not fit by now"):
            making_up.make_up(held, session=session_of(fridays, 3), way="room", by=cast.parent, now=now)
        [place] = making_up.make_up(held, session=session_of(fridays, 4), way="room", by=cast.parent, now=now)
        assert place.session.number == 4

    def test_a_guest_at_the_door_fits_by_the_same_rule(self, cast: Cast, fridays: Series, now: datetime) -> None:
        reference = right_for(cast, 3, now)[0].enrolment.reference
        third, fourth = session_of(fridays, 3), session_of(fridays, 4)
        assert guests.candidate(third, reference, now=now)
        assert guests.candidate(fourth, reference, now=now) is None

        arrange(fridays, {4: planning.desk_of(fridays, now=LONG_AGO).standing.weeks[3]})
        assert guests.candidate(third, reference, now=now) is None
        found = guests.candidate(fourth, reference, now=now)
        assert found
        assert found.missed.number == 3

    def test_a_make_up_date_in_another_week_is_given_back_and_taken_back(
        self, cast: Cast, fridays: Series, now: datetime
    ) -> None:
        arrange(fridays, {4: planning.desk_of(fridays, now=LONG_AGO).standing.weeks[3]})
        held, fourth = right_for(cast, 3, now), session_of(fridays, 4)
        making_up.make_up(held, session=fourth, way="room", by=cast.parent, now=now)
        releasing.release(cast.enrolment, session=fourth, babies=[cast.baby], by=cast.parent, now=now)
        [place] = releasing.take_back(cast.enrolment, session=fourth, babies=[cast.baby], by=cast.parent, now=now)
        assert MakeUpRight.objects.get().place == place


class TestWhatItBrings:
    def test_without_ticks_it_brings_what_that_series_has_for_the_date(
        self, cast: Cast, fridays: Series, second: Session
    ) -> None:
        arrange(fridays, {2: ["chest-butterfly"], 4: ["sun-moon", "i-love-you"]})
        make_up(cast, second, session_of(fridays, 2))
        whole = [slug for slug in TUMMY if slug not in ("sun-moon", "i-love-you")]
        assert new_in(cast, 2, NOW) == [*whole, "chest-butterfly"]

    def test_a_later_version_over_there_takes_nothing_away(self, cast: Cast, fridays: Series, second: Session) -> None:
        make_up(cast, second, session_of(fridays, 2))
        later = {"series": fridays, "plan": fridays.plan, "number": 1, "by": cast.other_instructor}
        StrokePlan.objects.create(weeks={"2": ["sun-moon"]}, names={}, made_at=NOW, **later)
        assert new_in(cast, 2, NOW) == TUMMY

    def test_what_they_saw_there_is_not_new_again_in_the_own_class(
        self, cast: Cast, fridays: Series, second: Session
    ) -> None:
        there, third = session_of(fridays, 2), session_of(cast.running, 3)
        make_up(cast, second, there)
        ticked(there, *TUMMY, "chest-butterfly", by=cast.other_instructor, at=NOW)
        later = third.ends_at
        found = course(cast, later)
        week = found.taught_in(found.week(3))
        assert len(week.new) == 12
        assert "chest-butterfly" in [one.slug for one in week.review]
        assert "chest-butterfly" not in [one.slug for one in week.new]

    def test_what_the_own_class_did_meanwhile_comes_with_its_next_date(
        self, cast: Cast, fridays: Series, second: Session
    ) -> None:
        there, third = session_of(fridays, 2), session_of(cast.running, 3)
        make_up(cast, second, there)
        ticked(there, *TUMMY[:5], by=cast.other_instructor, at=NOW)
        assert [one.slug for one in course(cast, NOW).brought[2].not_yet] == TUMMY[5:]

        later = third.ends_at
        assert new_in(cast, 2, later) == TUMMY[:5]
        assert new_in(cast, 3, later)[-2:] == TUMMY[5:]
        assert course(cast, later).brought[2].not_yet == []

    def test_or_when_it_is_ticked_there_again(self, cast: Cast, fridays: Series, second: Session) -> None:
        there, third = session_of(fridays, 2), session_of(cast.running, 3)
        make_up(cast, second, there)
        ticked(there, *TUMMY[:5], by=cast.other_instructor, at=NOW)
        ticked(third, "chest-butterfly", "tummy-walking", by=cast.instructor, at=third.starts_at)
        assert new_in(cast, 3, third.ends_at) == ["chest-butterfly", "tummy-walking"]
        assert [one.slug for one in course(cast, third.ends_at).brought[2].not_yet] == ["knees-to-tummy"]

    def test_or_at_once_when_whoever_teaches_opens_the_week_besides(
        self, cast: Cast, fridays: Series, second: Session
    ) -> None:
        there = session_of(fridays, 2)
        make_up(cast, second, there)
        ticked(there, "sun-moon", "chest-butterfly", by=cast.other_instructor, at=NOW)
        assert new_in(cast, 2, NOW) == ["sun-moon", "chest-butterfly"]

        taught.give_week(cast.enrolment, session=second, by=cast.instructor, now=NOW)
        assert new_in(cast, 2, NOW) == [*TUMMY, "chest-butterfly"]

    def test_it_says_names_as_the_own_class_does(self, cast: Cast, fridays: Series, second: Session) -> None:
        desk = planning.desk_of(cast.running, now=LONG_AGO)
        named = desk.standing.called({"chest-butterfly": "Moth"})
        planning.arrange(cast.running, named, seen=0, key="", by=cast.instructor, now=LONG_AGO)
        there = session_of(fridays, 2)
        make_up(cast, second, there)
        ticked(there, "chest-butterfly", by=cast.other_instructor, at=NOW)
        found = course(cast, NOW)
        assert [one.called for one in found.brought[2].new] == ["Moth"]

    @pytest.mark.parametrize("classes", [1, 3])
    def test_it_asks_four_times_more_however_many_they_made_up(
        self, cast: Cast, fridays: Series, classes: int, django_assert_num_queries: Counts
    ) -> None:
        for number in range(1, classes + 1):
            place = guest_place(cast.enrolment, session_of(fridays, number), at=NOW)[0]
            right = {"enrolment": cast.enrolment, "baby": cast.baby, "number": number, "at_most": 3}
            missed = session_of(cast.running, number)
            set_mark(cast.enrolment, missed, "absent")
            MakeUpRight.objects.create(
                missed=missed, place=place, state="used", granted_at=NOW, expires_at=NOW + timedelta(days=60), **right
            )
        mine = practice.practices_of(cast.family, now=NOW)[0]
        at = session_of(fridays, 3).ends_at
        with django_assert_num_queries(14):
            found = practice.course_of(mine, now=at)
        assert [week.number for week in found.weeks if week.guest_in] == list(range(1, classes + 1))


def test_the_page_says_where_a_class_shows_it_in_part(
    cast: Cast, fridays: Series, client: Client, now: datetime
) -> None:
    third = planning.desk_of(fridays, now=LONG_AGO).standing.weeks[3]
    arrange(fridays, {0: third[:6]})
    right_for(cast, 3, now)
    words = sign_in(client, cast.parent).get(f"/me/places/{cast.enrolment.reference}/").content.decode()
    assert words.count("strokes that you have not seen yet.") == 1
    assert "Shows 7 of the 13 strokes that you have not seen yet." in words


class TestWhoeverTeachesThemNext:
    def owed(self, cast: Cast, number: int = 3) -> dict[str, str]:
        plan = session_plan.plan_of(session_of(cast.running, number), now=NOW)
        return {one.stroke.slug: one.owed_to for one in plan.left if one.owed_to}

    def test_sees_what_they_were_not_shown_over_there(self, cast: Cast, fridays: Series, second: Session) -> None:
        there = session_of(fridays, 2)
        make_up(cast, second, there)
        ticked(there, *TUMMY[:5], by=cast.other_instructor, at=NOW)
        assert self.owed(cast) == {"tummy-walking": "Ada", "knees-to-tummy": "Ada"}

    def test_and_no_longer_once_it_was_ticked_for_them(self, cast: Cast, fridays: Series, second: Session) -> None:
        there, third = session_of(fridays, 2), session_of(cast.running, 3)
        make_up(cast, second, there)
        ticked(there, *TUMMY[:5], by=cast.other_instructor, at=NOW)
        ticked(third, "tummy-walking", by=cast.instructor, at=third.starts_at)
        assert self.owed(cast, 4) == {"knees-to-tummy": "Ada"}

    def test_nor_once_the_week_was_opened_by_hand(self, cast: Cast, fridays: Series, second: Session) -> None:
        there = session_of(fridays, 2)
        make_up(cast, second, there)
        ticked(there, *TUMMY[:5], by=cast.other_instructor, at=NOW)
        taught.give_week(cast.enrolment, session=second, by=cast.instructor, now=NOW)
        assert self.owed(cast) == {}

    def test_nor_after_a_date_without_ticks_which_brought_it(
        self, cast: Cast, fridays: Series, second: Session
    ) -> None:
        there = session_of(fridays, 2)
        make_up(cast, second, there)
        ticked(there, *TUMMY[:5], by=cast.other_instructor, at=NOW)
        assert self.owed(cast, 4) == {}
        assert new_in(cast, 3, session_of(cast.running, 3).ends_at)[-2:] == TUMMY[5:]

    def test_nor_for_one_who_is_not_booked_in_it(self, cast: Cast, fridays: Series, second: Session) -> None:
        there, third = session_of(fridays, 2), session_of(cast.running, 3)
        make_up(cast, second, there)
        ticked(there, *TUMMY[:5], by=cast.other_instructor, at=NOW)
        releasing.release(cast.enrolment, session=third, babies=[cast.baby], by=cast.parent, now=NOW)
        assert self.owed(cast) == {}

    def test_it_stands_on_the_page_of_the_plan(
        self, cast: Cast, fridays: Series, second: Session, client: Client
    ) -> None:
        there, third = session_of(fridays, 2), session_of(cast.running, 3)
        make_up(cast, second, there)
        ticked(there, *TUMMY[:6], by=cast.other_instructor, at=NOW)
        words = sign_in(client, cast.instructor).get(f"/teach/sessions/{third.reference}/plan/").content.decode()
        assert words.count("Not seen yet by Ada: they made up in another class.") == 1
