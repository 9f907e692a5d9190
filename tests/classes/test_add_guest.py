"""Someone at the door: a make-up guest or a walk-in, in two taps from the register: add_guest."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client

from classes import guests, holding, places, register
from classes.guests import CannotAdd
from classes.models import Attendance, Hold, MakeUpRight, Place, Series, Session, WalkIn
from classes.obstacles import CannotBook
from config.audit.models import AuditEntry
from config.letters.models import Letter
from tests.cast import NOW, Cast, sign_in
from tests.factories.classes import make_enrolment, make_series
from tests.factories.families import add_baby
from tests.factories.taught import take_back_place

AT_THE_DOOR = datetime(2026, 3, 26, 10, 4, tzinfo=UTC)


@pytest.fixture
def third(cast: Cast) -> Session:
    """26 March, ten in Leeds. Ada and Noor are in it; eight places in all."""
    return cast.running.sessions.select_related("series", "lesson").get(number=3)


@pytest.fixture
def teacher(cast: Cast, client: Client) -> Client:
    return sign_in(client, cast.instructor)


def right_from(cast: Cast, series: Series, *, by: Any = None, number: int = 3) -> MakeUpRight:
    """A right for week 3 of another series of that family, with a baby of its own."""
    theo = add_baby(cast.family, "Theo")
    enrolment = make_enrolment(series, family=cast.family, babies=[theo], by=cast.parent)
    return MakeUpRight.objects.create(
        enrolment=enrolment,
        baby=theo,
        missed=series.sessions.get(number=number),
        number=1,
        at_most=1,
        granted_at=NOW,
        expires_at=NOW + timedelta(days=60),
    )


@pytest.fixture
def own(cast: Cast) -> MakeUpRight:
    mornings = make_series(cast.instructor_profile, slug="mornings", first=date(2026, 3, 10), venue=cast.venue)
    return right_from(cast, mornings)


def fill(session: Session, *, left: int) -> None:
    """Make the session so small that only so many places of its room are left."""
    taken = Place.objects.unreleased().filter(session=session, way="room").count()
    Session.objects.filter(pk=session.pk).update(capacity=taken + left)


def walk_in(
    cast: Cast, session: Session, *, babies: int = 1, key: str = "walk-in-1", now: datetime = AT_THE_DOOR
) -> WalkIn:
    return guests.add_walk_in(session, name="Bo", places=babies, key=key, by=cast.instructor, now=now)


class TestWalkIns:
    def test_nobody_knows_them_and_they_count_against_the_room(self, cast: Cast, third: Session) -> None:
        before = guests.room_left(third, now=AT_THE_DOOR)
        made = walk_in(cast, third, babies=2)

        assert (made.name, made.places, made.hold.session_id, made.hold.places) == ("Bo", 2, third.pk, 2)
        assert (before, guests.room_left(third, now=AT_THE_DOOR)) == (6, 4)
        assert AuditEntry.objects.filter(what="added a walk-in").count() == 1

    def test_added_the_day_before_whoever_books_finds_their_place_taken(self, cast: Cast, third: Session) -> None:
        fill(third, left=2)
        day_before = third.starts_at - timedelta(hours=20)
        walk_in(cast, third, now=day_before)
        seen = places.occupancy(cast.running, now=day_before)
        assert seen.left_by_session("room")[third.pk] == 1

        with pytest.raises(CannotBook):
            holding.hold(cast.running, places=2, way="room", session=third, now=day_before)

    def test_the_same_key_is_one_walk_in(self, cast: Cast, third: Session) -> None:
        assert walk_in(cast, third) == walk_in(cast, third)
        assert (WalkIn.objects.count(), Hold.objects.count()) == (1, 1)

    def test_a_full_room_takes_nobody(self, cast: Cast, third: Session) -> None:
        fill(third, left=1)
        with pytest.raises(CannotAdd, match=r"There is 1 place left\. Please add fewer babies\."):
            walk_in(cast, third, babies=2)
        walk_in(cast, third)
        with pytest.raises(CannotAdd, match="The room is full"):
            walk_in(cast, third, key="walk-in-2")

    def test_what_a_booking_form_keeps_is_not_free_before_the_session_and_is_after_it_began(
        self, cast: Cast, third: Session
    ) -> None:
        fill(third, left=1)
        soon = third.starts_at - timedelta(minutes=5)
        Hold.objects.create(
            series=cast.running, session=third, places=1, made_at=soon, expires_at=soon + timedelta(minutes=15)
        )
        with pytest.raises(CannotAdd, match="full"):
            walk_in(cast, third, now=soon)
        walk_in(cast, third, now=third.starts_at)

    def test_people_are_counted_where_the_room_has_a_limit(self, cast: Cast, third: Session) -> None:
        """Ada and Noor with an adult each are four; a baby and an adult at the door are two more."""
        Series.objects.filter(pk=cast.running.pk).update(people_at_most=6)
        third.series.refresh_from_db()
        walk_in(cast, third)
        with pytest.raises(CannotAdd, match="space for 6 people"):
            walk_in(cast, third, key="walk-in-2")

    def test_taken_off_again_their_places_are_free(self, cast: Cast, third: Session) -> None:
        made = walk_in(cast, third)
        assert guests.drop_walk_in(third, made.pk, by=cast.instructor, now=AT_THE_DOOR)
        assert not guests.drop_walk_in(third, made.pk, by=cast.instructor, now=AT_THE_DOOR)
        made.hold.refresh_from_db()

        assert (guests.room_left(third, now=AT_THE_DOOR), made.hold.state) == (6, Hold.State.GIVEN_BACK)

    @pytest.mark.parametrize(
        ("now", "says"),
        [(NOW - timedelta(days=1), "opens a day before"), (AT_THE_DOOR + timedelta(days=2), "This session is over")],
    )
    def test_not_days_ahead_and_not_days_later(self, cast: Cast, third: Session, now: datetime, says: str) -> None:
        with pytest.raises(CannotAdd, match=says):
            walk_in(cast, third, now=now)

    def test_their_name_is_forgotten_after_thirty_days_and_that_they_came_is_not(
        self, cast: Cast, third: Session
    ) -> None:
        made = walk_in(cast, third)
        assert guests.forget_names(third.starts_at + timedelta(days=30)) == 0
        assert guests.forget_names(third.starts_at + timedelta(days=30, seconds=1)) == 1
        made.refresh_from_db()
        assert (made.name, made.places) == ("", 1)


class TestLastLine:
    """The lock taken away: the database itself counts places and walk-ins together."""

    def test_a_walk_in_too_many_is_refused(self, cast: Cast, third: Session) -> None:
        fill(third, left=1)
        made = walk_in(cast, third)
        hold = Hold.objects.create(series=cast.running, session=third, made_at=NOW, expires_at=AT_THE_DOOR)
        with pytest.raises(IntegrityError, match="walk_in_within_capacity"), transaction.atomic():
            WalkIn.objects.create(session=third, hold=hold, added_at=NOW, by=cast.instructor)
        with pytest.raises(IntegrityError, match="walk_in_within_capacity"), transaction.atomic():
            WalkIn.objects.filter(pk=made.pk).update(places=2)

    def test_a_place_too_many_beside_a_walk_in_is_refused(self, cast: Cast, third: Session) -> None:
        fill(third, left=1)
        walk_in(cast, third)
        theo = add_baby(cast.family, "Theo")
        number = Session.objects.get(pk=third.pk).capacity
        with pytest.raises(IntegrityError, match="place_beside_walk_ins"), transaction.atomic():
            Place.objects.create(enrolment=cast.enrolment, session=third, baby=theo, number=number)

    def test_other_changes_of_a_full_session_are_none_of_its_business(self, cast: Cast, third: Session) -> None:
        fill(third, left=1)
        walk_in(cast, third)
        take_back_place(cast.enrolment, third, at=NOW)
        assert Place.objects.filter(session=third, enrolment=cast.other_enrolment).update(price_minor=5) == 1
        assert connection.vendor in ("sqlite", "postgresql")


class TestMakeUps:
    def test_the_lead_finds_own_families_with_a_right_for_this_week(
        self, cast: Cast, third: Session, own: MakeUpRight
    ) -> None:
        found = guests.candidates(third, now=AT_THE_DOOR)
        assert [(one.names, one.missed, one.rights) for one in found] == [("Theo", own.missed, [own])]

    def test_other_weeks_other_leads_and_used_rights_are_not_among_them(
        self, cast: Cast, third: Session, own: MakeUpRight
    ) -> None:
        second = cast.running.sessions.select_related("series", "lesson").get(number=2)
        assert guests.candidates(second, now=AT_THE_DOOR) == []
        Series.objects.filter(pk=own.enrolment.series_id).update(instructor=cast.other_instructor_profile)
        assert guests.candidates(third, now=AT_THE_DOOR) == []
        assert guests.candidate(third, own.enrolment.reference.lower(), now=AT_THE_DOOR) is not None
        MakeUpRight.objects.update(state="withdrawn", ended_at=NOW)
        assert guests.candidate(third, own.enrolment.reference, now=AT_THE_DOOR) is None

    def test_at_the_door_they_have_a_place_a_mark_and_their_right_is_used(
        self, cast: Cast, third: Session, own: MakeUpRight
    ) -> None:
        for _twice in range(2):
            guests.add_make_up(third, enrolment=own.enrolment, by=cast.instructor, now=AT_THE_DOOR)
        own.refresh_from_db()
        place = own.place
        assert place is not None

        assert (own.state, place.session_id, place.kind, place.number, place.price_minor) == (
            *("used", third.pk, "make_up", 3, 0),
        )
        assert Attendance.objects.get(place=place).mark == "makeup"
        assert register.counts(["makeup"]).here == 1
        assert [letter.key.partition(":")[0] for letter in Letter.objects.all()] == ["make_up_booked"]
        assert AuditEntry.objects.filter(what="added a make-up guest").count() == 1

    def test_added_earlier_they_have_no_mark_yet(self, cast: Cast, third: Session, own: MakeUpRight) -> None:
        early = third.starts_at - timedelta(hours=2)
        guests.add_make_up(third, enrolment=own.enrolment, by=cast.instructor, now=early)
        assert Attendance.objects.count() == 0

    def test_a_full_room_takes_nobody_and_the_right_stays(self, cast: Cast, third: Session, own: MakeUpRight) -> None:
        fill(third, left=1)
        walk_in(cast, third)
        with pytest.raises(CannotAdd, match="The room is full"):
            guests.add_make_up(third, enrolment=own.enrolment, by=cast.instructor, now=AT_THE_DOOR)
        own.refresh_from_db()
        assert (own.state, own.place) == ("open", None)

    @pytest.mark.parametrize("families", [1, 3])
    def test_finding_them_costs_the_same(
        self, cast: Cast, third: Session, families: int, django_assert_num_queries: Any
    ) -> None:
        for number in range(families):
            slug = f"more-{number}"
            right_from(cast, make_series(cast.instructor_profile, slug=slug, first=date(2026, 3, 9), venue=cast.venue))
        with django_assert_num_queries(4):
            assert len(guests.candidates(third, now=AT_THE_DOOR)) == families


class TestPage:
    def post(self, teacher: Client, session: Session, **sent: Any) -> Any:
        with time_machine.travel(AT_THE_DOOR, tick=False):
            return teacher.post(f"/teach/sessions/{session.reference}/add/", sent)

    def test_two_taps_from_the_register_add_a_make_up_guest(
        self, teacher: Client, third: Session, own: MakeUpRight
    ) -> None:
        with time_machine.travel(AT_THE_DOOR, tick=False):
            first = teacher.get(f"/teach/sessions/{third.reference}/register/").content.decode()
            page = teacher.get(f"/teach/sessions/{third.reference}/add/").content.decode()
        assert f'href="/teach/sessions/{third.reference}/add/"' in first
        assert "6 places left in the room." in page
        assert "Theo" in page

        done = self.post(teacher, third, do="family", family=own.enrolment.reference)
        assert (done.status_code, done["Location"]) == (302, f"/teach/sessions/{third.reference}/register/")
        assert Place.objects.filter(session=third, baby=own.baby, kind="make_up").count() == 1

    def test_two_taps_add_a_walk_in_without_a_word(self, teacher: Client, third: Session) -> None:
        done = self.post(teacher, third, places="1", key="abcdefgh", name="")
        with time_machine.travel(AT_THE_DOOR, tick=False):
            first = teacher.get(done["Location"]).content.decode()

        assert WalkIn.objects.get().places == 1
        assert "1 walk-in" in first
        assert "Someone new" in first
        self.post(teacher, third, do="drop", walk_in=WalkIn.objects.get().pk)
        assert WalkIn.objects.here().count() == 0

    def test_who_told_us_stands_at_the_foot_of_the_register(self, cast: Cast, teacher: Client, third: Session) -> None:
        take_back_place(cast.other_enrolment, third, at=NOW)
        with time_machine.travel(AT_THE_DOOR, tick=False):
            first = teacher.get(f"/teach/sessions/{third.reference}/register/").content.decode()
        assert "Away, told us" in first
        assert guests.foot_of(third).told == ["Noor"]

    def test_a_full_room_a_wrong_reference_and_nonsense_are_said(
        self, cast: Cast, teacher: Client, third: Session
    ) -> None:
        unknown = self.post(teacher, third, do="family", family=cast.stream_enrolment.reference)
        wrong = self.post(teacher, third, do="family", family="<script>")
        many = self.post(teacher, third, places="7", key="abcdefgh", name="")
        fill(third, left=0)
        full = self.post(teacher, third, places="1", key="abcdefgh", name="Bo")

        assert [one.status_code for one in (unknown, wrong, many, full)] == [422, 422, 422, 409]
        assert "No booking with this reference has a make-up place for this week" in unknown.content.decode()
        assert "The room is full" in full.content.decode()
        assert 'value="Bo"' in full.content.decode()
