"""The reminder of each date: in time, by day, once, and to the right one."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from classes import releasing, reminding
from classes.models import AwayLink, Coming, Session
from config.letters.models import Letter
from families.models import Caregiver, Family
from tests.cast import Cast
from tests.factories.accounts import make_user
from tests.factories.classes import make_enrolment
from tests.factories.families import make_household

Counts = Callable[[int], Any]


def third(cast: Cast) -> Session:
    return cast.running.sessions.get(number=3)


def starts(cast: Cast) -> datetime:
    return third(cast).starts_at


def written() -> list[tuple[str, str]]:
    return list(Letter.objects.order_by("to").values_list("to", "subject"))


SUBJECT = "Thursday at 10:00: Chest, arms and hands"
BOTH = [("other-parent@example.org", SUBJECT), ("parent@example.org", SUBJECT)]


def test_a_date_is_told_of_48_hours_ahead_and_once(cast: Cast) -> None:
    early = starts(cast) - timedelta(hours=48)
    assert reminding.remind(early - timedelta(seconds=1)) == 0
    assert reminding.remind(early) == 2
    assert reminding.due(early + timedelta(minutes=5)) == []
    assert reminding.remind(early + timedelta(minutes=5)) == 0
    assert written() == BOTH
    assert AwayLink.objects.count() == 2


@pytest.mark.parametrize(("hours", "count"), [(3, 2), (2, 0), (1, 0), (-1, 0)])
def test_after_a_stop_what_still_helps_is_made_up_for(cast: Cast, hours: int, count: int) -> None:
    assert reminding.remind(starts(cast) - timedelta(hours=hours)) == count


@pytest.mark.parametrize(("clock", "count"), [((20, 59), 2), ((21, 0), 0), ((3, 0), 0), ((6, 59), 0), ((7, 0), 2)])
def test_nobody_is_written_to_at_night(cast: Cast, clock: tuple[int, int], count: int) -> None:
    day = 25 if clock[0] < 12 else 24
    assert reminding.remind(datetime(2026, 3, day, *clock, tzinfo=UTC)) == count


def test_the_night_is_the_familys_own(cast: Cast) -> None:
    Family.objects.filter(pk=cast.family.pk).update(time_zone="Asia/Kathmandu")
    at = datetime(2026, 3, 24, 17, 0, tzinfo=UTC)
    assert reminding.remind(at) == 1
    assert written() == BOTH[:1]
    assert reminding.remind(datetime(2026, 3, 25, 2, 0, tzinfo=UTC)) == 1


def test_who_cannot_come_any_more_is_left_in_peace(cast: Cast, now: datetime) -> None:
    releasing.release(cast.enrolment, session=third(cast), babies=[cast.baby], by=cast.parent, now=now)
    Letter.objects.all().delete()
    Family.objects.filter(pk=cast.other_family.pk).update(quiet_at=now)
    assert reminding.remind(now) == 0
    Family.objects.update(quiet_at=None)
    Session.objects.filter(pk=third(cast).pk).update(state="cancelled")
    assert reminding.remind(now) == 0


def test_the_one_who_booked_is_written_to_as_long_as_they_belong(cast: Cast, now: datetime) -> None:
    Caregiver.objects.filter(pk=cast.caregiver.pk).update(removed_at=now)
    reminding.remind(now)
    assert ("coparent@example.org", SUBJECT) in written()
    assert AwayLink.objects.get(enrolment=cast.enrolment).caregiver.user == cast.coparent


def test_another_adult_is_told_where_the_first_was_removed_in_the_meantime(cast: Cast, now: datetime) -> None:
    reminding.remind(now)
    Caregiver.objects.filter(pk=cast.caregiver.pk).update(removed_at=now)
    assert reminding.remind(now) == 1
    assert written() == [("coparent@example.org", SUBJECT), *BOTH]
    assert AwayLink.objects.get(enrolment=cast.enrolment).caregiver.user == cast.coparent
    assert reminding.remind(now) == 0


def test_where_nobody_can_be_written_to_nothing_is(cast: Cast, now: datetime) -> None:
    Caregiver.objects.of_family(cast.family).update(role="dates")
    assert reminding.remind(now) == 1


def test_the_letter_says_where_when_with_whom_and_how_to_say_no(cast: Cast, now: datetime, client: Client) -> None:
    joseph = Caregiver.objects.get(user=cast.coparent)
    Coming.objects.create(enrolment=cast.enrolment, session=third(cast), caregiver=joseph)
    reminding.remind(now)
    letter = Letter.objects.get(to="parent@example.org")

    for words in (letter.text, letter.html):
        assert "St Brannoc’s Hall" in words
        assert "Bus 6 and 8 stop outside." in words
        assert "Joseph" in words
        assert "Ada" in words
        assert "lets you stream it" in words
        assert "you get a make-up place" in words
    assert "Tell us before Wednesday 25 March, 10:00, and you get a make-up place." in letter.text
    [address] = set(re.findall(r"https?://[^/\s\"]+(/away/[^\"\s]+)", letter.text + letter.html))
    assert "You can’t come this time?" in client.get(address).content.decode()
    assert letter.key == f"reminder:{cast.enrolment.reference}:{third(cast).reference}:{cast.caregiver.pk}"


def test_a_date_moved_online_is_told_of_as_a_live_stream(cast: Cast, now: datetime) -> None:
    Session.objects.filter(pk=third(cast).pk).update(online_at=now)
    reminding.remind(now)
    letter = Letter.objects.get(to="parent@example.org")
    for words in (letter.text, letter.html):
        assert "By live-stream." in words
        assert "St Brannoc’s Hall" not in words
        assert "lets you stream it" not in words


def test_late_there_is_no_word_of_a_make_up_place(cast: Cast) -> None:
    reminding.remind(starts(cast) - timedelta(hours=10) + timedelta(hours=7))
    assert "you get a make-up place" not in Letter.objects.get(to="parent@example.org").text


@pytest.mark.parametrize("families", [1, 3])
def test_the_job_looks_as_often_for_many_as_for_one(
    cast: Cast, now: datetime, django_assert_num_queries: Counts, families: int
) -> None:
    for number in range(families):
        user = make_user(f"more-{number}@example.org", f"Family {number}")
        family, babies = make_household(user, "Bo", "Mo")
        make_enrolment(cast.running, family=family, babies=babies, by=user)
    with django_assert_num_queries(6):
        assert len(reminding.due(now)) == 2 + families


def test_a_run_that_meets_another_writes_nothing_twice(cast: Cast, now: datetime) -> None:
    seen = reminding.due(now)
    assert reminding.remind(now) == 2
    assert [reminding._write(one, now=now) for one in seen] == [0, 0]
    assert Letter.objects.count() == 2
