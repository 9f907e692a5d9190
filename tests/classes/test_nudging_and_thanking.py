"""A nudge to those who asked for it, thanks after the last date: once, by day, and to nobody who has no use for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from classes import nudging, thanking
from classes.models import Attendance, ChoiceLetter, Enrolment, Place, Session
from config.letters.models import Letter
from families import messages, quiet
from families.models import Caregiver, Family, PracticeLog
from tests.cast import Cast
from tests.factories.accounts import make_user
from tests.factories.classes import make_enrolment
from tests.factories.families import make_household

Counts = Callable[[int], Any]
HOUR = timedelta(hours=1)


def to() -> list[str]:
    return list(Letter.objects.order_by("to").values_list("to", flat=True))


def ask(caregiver: Caregiver, *, wanted: bool = True, kind: str = "practice") -> None:
    messages.choose(caregiver, wanted={kind: wanted}, by=caregiver.user, now=datetime(2026, 3, 1, tzinfo=UTC))  # type: ignore[arg-type]


def second(cast: Cast) -> Session:
    return cast.running.sessions.get(number=2)


def due(cast: Cast) -> datetime:
    """Saturday at ten, two days after the second date."""
    return second(cast).starts_at + nudging.AFTER


def all_sent(job: Callable[[datetime], int], start: datetime, *, hours: int) -> int:
    return sum(job(start + HOUR * number) for number in range(hours))


class TestNudge:
    def test_nobody_is_nudged_who_has_not_asked(self, cast: Cast) -> None:
        messages.choice_for(cast.caregiver, kind="practice")
        assert nudging.nudge(due(cast)) == 0

    def test_who_asked_is_nudged_two_days_after_a_date_and_once(self, cast: Cast) -> None:
        ask(cast.caregiver)
        assert nudging.nudge(due(cast) - timedelta(seconds=1)) == 0
        assert all_sent(nudging.nudge, due(cast), hours=24 * 6) == 1
        [letter] = Letter.objects.all()
        assert (letter.to, letter.subject) == ("parent@example.org", "When you like: Tummy")
        assert letter.stop_url in letter.text
        assert (letter.by_day_in, letter.send_until) == ("Europe/London", due(cast) + timedelta(days=2))

    def test_each_adult_asks_for_themselves(self, cast: Cast) -> None:
        ask(Caregiver.objects.get(user=cast.coparent))
        assert nudging.nudge(due(cast)) == 1
        assert to() == ["coparent@example.org"]
        ask(cast.caregiver)
        assert nudging.nudge(due(cast) + HOUR) == 1
        assert to() == ["coparent@example.org", "parent@example.org"]

    def test_who_practised_since_is_left_in_peace(self, cast: Cast) -> None:
        ask(cast.caregiver)
        at = second(cast).starts_at + HOUR
        PracticeLog.objects.create(baby=cast.baby, caregiver=cast.caregiver, practised_at=at)
        assert nudging.nudge(due(cast)) == 0

    @pytest.mark.parametrize("mark", ["absent", "absent_told"])
    def test_who_was_not_there_is_left_in_peace(self, cast: Cast, mark: str) -> None:
        ask(cast.caregiver)
        place = Place.objects.get(session=second(cast), baby=cast.baby)
        Attendance.objects.create(place=place, mark=mark)
        assert nudging.nudge(due(cast)) == 0

    def test_who_was_there_is_nudged(self, cast: Cast) -> None:
        ask(cast.caregiver)
        Attendance.objects.create(place=Place.objects.get(session=second(cast), baby=cast.baby), mark="late")
        assert nudging.nudge(due(cast)) == 1

    def test_two_series_in_one_week_are_one_nudge(self, cast: Cast) -> None:
        ask(cast.other_caregiver)
        Session.objects.filter(series=cast.stream, number=1).update(starts_at=second(cast).starts_at + HOUR)
        assert all_sent(nudging.nudge, due(cast) + HOUR, hours=48) == 1

    @pytest.mark.parametrize("stop", [3, 30, 60])
    def test_after_a_stop_it_is_made_up_for_by_day(self, cast: Cast, stop: int) -> None:
        ask(cast.caregiver)
        assert all_sent(nudging.nudge, due(cast) + stop * HOUR, hours=14) == 1
        at = ChoiceLetter.objects.get().written_at
        assert 7 <= at.hour < 21

    def test_a_stop_of_days_drops_what_is_no_use_any_more(self, cast: Cast) -> None:
        ask(cast.caregiver)
        assert nudging.nudge(second(cast).starts_at + nudging.AT_MOST) == 0

    def test_quiet_families_ended_bookings_and_called_off_dates_are_left_out(self, cast: Cast, now: datetime) -> None:
        ask(cast.caregiver)
        ask(cast.other_caregiver)
        quiet.go_quiet(cast.family, reason="", by=cast.parent, now=now)
        Enrolment.objects.filter(pk=cast.other_enrolment.pk).update(state="cancelled")
        assert nudging.nudge(due(cast)) == 0
        quiet.open_again(cast.family, by=cast.parent, now=now)
        Session.objects.filter(pk=second(cast).pk).update(state="cancelled")
        assert nudging.nudge(due(cast)) == 0

    def test_two_runs_that_meet_write_it_once(self, cast: Cast) -> None:
        ask(cast.caregiver)
        seen = nudging.due(due(cast))
        assert nudging.nudge(due(cast)) == 1
        assert [nudging._write(*one, now=due(cast)) for one in seen] == [0]
        assert Letter.objects.count() == ChoiceLetter.objects.count() == 1

    def test_it_is_written_once_though_the_letter_is_long_forgotten(self, cast: Cast) -> None:
        ask(cast.caregiver)
        nudging.nudge(due(cast))
        Letter.objects.all().delete()
        assert nudging.nudge(due(cast) + HOUR) == 0

    @pytest.mark.parametrize("families", [1, 3])
    def test_the_job_looks_as_often_for_many_as_for_one(
        self, cast: Cast, django_assert_num_queries: Counts, families: int
    ) -> None:
        for number in range(families):
            user = make_user(f"more-{number}@example.org", f"Family {number}")
            family, babies = make_household(user, "Bo")
            make_enrolment(cast.running, family=family, babies=babies, by=user)
            ask(family.caregivers.get())
        at = due(cast)
        with django_assert_num_queries(3):
            assert len(nudging.due(at)) == families


def last(cast: Cast) -> datetime:
    return cast.running.sessions.get(number=5).starts_at


class TestThanks:
    def test_every_booking_is_thanked_once_after_the_last_date(self, cast: Cast) -> None:
        assert thanking.thank(last(cast) + 2 * HOUR) == 0
        assert all_sent(thanking.thank, last(cast) + 3 * HOUR, hours=24 * 4) == 2
        assert to() == ["other-parent@example.org", "parent@example.org"]
        letter = Letter.objects.get(to="parent@example.org")
        assert letter.subject == "Thank you for Gentle Thursdays"
        for words in ("It was good to have Ada and you with us.", f"/me/places/{cast.enrolment.reference}/feedback/"):
            assert words in letter.text
            assert words in letter.html
        assert letter.stop_url in letter.text

    def test_a_date_that_is_added_or_moved_puts_it_off(self, cast: Cast) -> None:
        later = last(cast) + timedelta(days=7)
        Session.objects.filter(series=cast.running, number=5).update(starts_at=later)
        assert thanking.thank(last(cast) + timedelta(days=-7, hours=5)) == 0

    def test_a_last_date_that_is_called_off_does_not_hold_it_up(self, cast: Cast) -> None:
        Session.objects.filter(series=cast.running, number=5).update(state="cancelled")
        fourth = cast.running.sessions.get(number=4).starts_at
        type(cast.running).objects.filter(pk=cast.running.pk).update(last_session_at=fourth)
        assert thanking.thank(fourth + 5 * HOUR) == 2

    def test_who_never_came_is_not_thanked_and_not_blamed(self, cast: Cast) -> None:
        Place.objects.filter(enrolment=cast.enrolment).update(released_at=last(cast), release="told")
        assert thanking.thank(last(cast) + 5 * HOUR) == 1
        assert to() == ["other-parent@example.org"]

    def test_who_wants_no_thanks_gets_none(self, cast: Cast) -> None:
        ask(cast.caregiver, wanted=False, kind="thanks")
        assert all_sent(thanking.thank, last(cast) + 5 * HOUR, hours=24) == 1
        assert to() == ["other-parent@example.org"]

    def test_the_night_is_the_familys_own(self, cast: Cast) -> None:
        Family.objects.filter(pk=cast.family.pk).update(time_zone="Asia/Tokyo")
        at = last(cast) + 5 * HOUR
        assert thanking.thank(at) == 1
        assert to() == ["other-parent@example.org"]
        assert all_sent(thanking.thank, at, hours=14) == 1

    def test_after_a_stop_of_weeks_nothing_comes_out_of_the_blue(self, cast: Cast) -> None:
        assert thanking.thank(last(cast) + thanking.AT_MOST) == 0

    def test_two_runs_that_meet_write_it_once(self, cast: Cast) -> None:
        at = last(cast) + 5 * HOUR
        seen = thanking.due(at)
        assert thanking.thank(at) == 2
        assert [thanking._write(*one, now=at) for one in seen] == [0, 0]
        assert Letter.objects.count() == 2

    @pytest.mark.parametrize("families", [1, 3])
    def test_the_job_looks_as_often_for_many_as_for_one(
        self, cast: Cast, django_assert_num_queries: Counts, families: int
    ) -> None:
        for number in range(families):
            user = make_user(f"more-{number}@example.org", f"Family {number}")
            family, babies = make_household(user, "Bo", "Mo")
            make_enrolment(cast.running, family=family, babies=babies, by=user)
        at = last(cast) + 5 * HOUR
        with django_assert_num_queries(4):
            assert len(thanking.due(at)) == 2 + families
