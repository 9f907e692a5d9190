"""How classes went: who came, which mats were used again, the money by the day, what families said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client, TestCase
from django.urls import reverse

from classes import changing, income, needs, quality, register, releasing, reports, transferring
from classes.models import Attendance, Charge, Enrolment, Feedback, Place, QualityTick, Series, Session, SessionChange
from config.audit.models import AuditEntry
from tests.cast import NOW, Cast, sign_in
from tests.factories.accounts import make_user
from tests.factories.classes import BOOKED_AT, make_enrolment
from tests.factories.ending import book, pay
from tests.factories.families import make_household
from tests.factories.numbers import DECIDE_BY, FRIDAY, decide, make_evenings, make_short


def asked_of(cast: Cast, *, now: datetime = NOW, series: Series | None = None, name: str = "year") -> reports.Asked:
    return reports.Asked(cast.instructor_profile, reports.span_of(name, zone="Europe/London", now=now), series)


def mark(cast: Cast, number: int, *marks: str) -> None:
    """Mark the places of that session of "Gentle Thursdays", in the order of their numbers."""
    session = cast.running.sessions.get(number=number)
    places = Place.objects.unreleased().filter(session=session).order_by("number")
    told = {place.pk: mark for place, mark in zip(places, marks, strict=False)}
    register.mark_all(session, marks=told, by=cast.instructor, now=NOW, key=f"key-{number}")


# Who came ------------------------------------------------------------------------------------------------------------


def test_each_week_says_who_was_here_who_told_us_and_of_whom_there_is_no_word(cast: Cast) -> None:
    mark(cast, 1, "present", "late")
    mark(cast, 2, "absent", "absent_told")

    came = reports.who_came(asked_of(cast))
    assert [(week.number, week.title, week.here, week.told, week.no_word, week.unmarked) for week in came.weeks] == [
        (1, "Asking, and legs", 2, 0, 0, 0),
        (2, "Tummy", 0, 1, 1, 0),
    ]
    assert (came.families, came.series, came.together.places, came.together.no_word) == (2, 1, 4, 1)
    assert came.weeks[1].bar == [("told", 0, 500), ("no_word", 500, 500)]


def test_a_place_that_was_given_back_told_us_and_one_that_was_taken_again_did_not(cast: Cast) -> None:
    before = cast.running.sessions.get(number=2).starts_at - timedelta(days=2)
    second = cast.running.sessions.get(number=2)
    for enrolment, baby in ((cast.enrolment, cast.baby), (cast.other_enrolment, cast.other_baby)):
        releasing.release(enrolment, session=second, babies=[baby], by=enrolment.booked_by, now=before)
    releasing.take_back(
        cast.other_enrolment, session=second, babies=[cast.other_baby], by=cast.other_parent, now=before
    )

    week = reports.who_came(asked_of(cast)).weeks[1]
    assert (week.here, week.told, week.no_word, week.unmarked) == (0, 1, 0, 1)


def test_what_is_to_come_is_called_off_or_anothers_is_left_out(cast: Cast) -> None:
    Session.objects.filter(series=cast.running, number=2).tell_anew(now=NOW, state=Session.State.CANCELLED)
    mine = reports.who_came(asked_of(cast))
    theirs = reports.who_came(reports.Asked(cast.other_instructor_profile, asked_of(cast).span))
    assert ([week.number for week in mine.weeks], theirs.weeks) == ([1], [])


def test_a_span_ends_where_it_says(cast: Cast) -> None:
    span = reports.span_of("before", zone="Europe/London", now=NOW)
    assert (span.since, span.until) == (datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))
    assert reports.who_came(asked_of(cast, name="before")).weeks == []
    assert reports.span_of("nonsense", zone="Europe/London", now=NOW).name == "year"


def test_a_mat_that_somebody_else_had_was_used_again(cast: Cast) -> None:
    second = cast.running.sessions.get(number=2)
    before = second.starts_at - timedelta(days=2)
    releasing.release(cast.enrolment, session=second, babies=[cast.baby], by=cast.parent, now=before)
    assert reports.mats_used_again(asked_of(cast), now=NOW) == reports.Mats(1, 0, 0, 1, 0)
    left = Place.objects.get(enrolment=cast.enrolment, session=second)
    family, [baby] = make_household(make_user("new@example.org", "New"), "Nour")
    guest = make_enrolment(cast.open, family=family, babies=[baby], by=make_user("guest@example.org", "Guest"))
    Place.objects.create(
        enrolment=guest, session=second, baby=baby, number=left.number, kind="make_up", taken_at=before
    )
    assert reports.mats_used_again(asked_of(cast), now=NOW) == reports.Mats(1, 1, 0, 1, 0)


# Money ---------------------------------------------------------------------------------------------------------------


def rows_of(found: income.Income) -> list[tuple[str, int, int, int, int]]:
    return [(one.title, one.paid.minor, one.moved.minor, one.back.minor, one.in_all.minor) for one in found.rows]


def test_income_counts_by_the_day_the_money_came(cast: Cast) -> None:
    first = book(cast, at=BOOKED_AT)
    second = book(cast, at=BOOKED_AT, family=cast.other_family, babies=[cast.other_baby], by=cast.other_parent)
    pay(first, now=NOW - timedelta(days=2))
    Charge.objects.create(
        enrolment=first, kind="refund", amount_minor=1200, currency="GBP", raised_at=NOW, settled_at=NOW - timedelta(1)
    )

    found = income.income_of(asked_of(cast))
    assert rows_of(found) == [("Busy little people", 6000, 0, 1200, 4800)]
    assert ([one.minor for one in found.to_come], found.to_pay_back, found.has_moves) == ([6000], [], False)
    pay(second, now=NOW - timedelta(days=400))
    assert rows_of(income.income_of(asked_of(cast))) == rows_of(found)


def test_money_that_moved_with_a_family_is_counted_once(cast: Cast) -> None:
    evenings = make_evenings(cast)
    paid = book(cast, at=BOOKED_AT)
    pay(paid, now=NOW - timedelta(days=2))
    transferring.transfer(paid, to=evenings, way="room", by=cast.parent, now=NOW - timedelta(days=1))

    found = income.income_of(asked_of(cast))
    assert rows_of(found) == [("Busy little people", 6000, -6000, 0, 0), ("Thursday evenings", 0, 6000, 0, 6000)]
    assert [(one.currency, one.paid.minor, one.moved.minor, one.in_all.minor) for one in found.together] == [
        ("GBP", 6000, 0, 6000)
    ]


def test_another_instructors_money_is_not_counted(cast: Cast) -> None:
    pay(book(cast, at=BOOKED_AT, series=cast.stream, way="stream"), now=NOW - timedelta(days=2))
    assert rows_of(income.income_of(asked_of(cast))) == []


# What families said --------------------------------------------------------------------------------------------------


def say(enrolment: Enrolment, words: str = "", *, is_named: bool = False, ease: str = "well") -> None:
    by = enrolment.family.caregivers.all()[0]
    Feedback.objects.create(
        enrolment=enrolment, by=by, ease=ease, words=words, is_named=is_named, given_at=NOW - timedelta(days=1)
    )


def test_fewer_than_three_answers_stay_untold_but_for_what_is_named(cast: Cast) -> None:
    say(cast.enrolment, "The songs!", is_named=True)
    say(cast.other_enrolment, "Too loud for us.")
    found = reports.heard(asked_of(cast))
    assert (found.families, found.answers) == (2, [])
    assert [(one.words, one.by) for one in found.words] == [("The songs!", "Ines")]


def test_from_three_on_answers_are_read_together_and_names_only_where_allowed(cast: Cast) -> None:
    say(cast.enrolment, "The songs!", is_named=True)
    say(cast.other_enrolment, "Too loud for us.", ease="grew")
    user = make_user("third@example.org", "Third")
    family, babies = make_household(user, "Tove")
    say(make_enrolment(cast.running, family=family, babies=babies, by=user))

    found = reports.heard(asked_of(cast))
    assert found.answers[0].counts == [("Yes, from the start", 2), ("Yes, it came with time", 1), ("Not quite", 0)]
    assert sorted((one.words, one.by) for one in found.words) == [("The songs!", "Ines"), ("Too loud for us.", "")]


# The page ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def ruth(cast: Cast, client: Client) -> Client:
    return sign_in(client, cast.instructor)


def test_the_reports_page_shows_the_chart_as_a_table(cast: Cast, ruth: Client) -> None:
    mark(cast, 1, "present", "absent")
    page = ruth.get(reverse("classes:reports")).content.decode()
    for words in ("Asking, and legs", "Told us", "1 of 2 places", "Since 1 January 2026", "2 families"):
        assert words in page
    assert 'x="500" width="500"' in page
    one = ruth.get(reverse("classes:reports"), {"series": cast.open.slug, "since": "nonsense"})
    assert "No session in this time yet." in one.content.decode()
    assert ruth.get(reverse("classes:reports"), {"series": cast.stream.slug}).context["asked"].series is None


def test_the_reports_page_takes_the_same_statements_for_one_family_and_three(cast: Cast, ruth: Client) -> None:
    mark(cast, 1, "present", "absent")
    pay(book(cast, at=BOOKED_AT), now=NOW - timedelta(days=1))
    ruth.get(reverse("classes:reports"))
    # Session, account, profile, second factor, series, weeks, families, mats, rights, feedback, words, income (6), ticks,
    # roles.
    with TestCase().assertNumQueries(18):
        ruth.get(reverse("classes:reports"))
    for name in ("a", "b", "c"):
        user = make_user(f"{name}@example.org", name)
        family, babies = make_household(user, f"Baby {name}")
        say(make_enrolment(cast.running, family=family, babies=babies, by=user), "Lovely.")
        pay(book(cast, at=BOOKED_AT, family=family, babies=babies, by=user), now=NOW - timedelta(days=1))
        quality.tick(cast.open, points=["doll"], by=cast.instructor, now=NOW)
    with TestCase().assertNumQueries(18):
        ruth.get(reverse("classes:reports"))


def test_a_parent_finds_no_reports(cast: Cast, client: Client) -> None:
    sign_in(client, cast.parent)
    assert client.get(reverse("classes:reports")).status_code == 404


# The quality checklist -----------------------------------------------------------------------------------------------


def test_the_quality_checklist_keeps_what_is_ticked_and_no_more(cast: Cast, ruth: Client) -> None:
    url = reverse("classes:quality_checklist", args=[cast.running.slug])
    assert len(quality.POINTS) == len(quality.SLUGS) == 14
    assert ruth.post(url, {"points": ["doll", "talk"]}).status_code == 302
    assert ruth.post(url, {"points": ["doll", "permission"]}).status_code == 302
    assert ruth.post(url, {"points": ["nonsense"]}).status_code == 422
    assert sorted(QualityTick.objects.values_list("point", flat=True)) == ["doll", "permission"]
    assert quality.counts_of([cast.running, cast.open]) == {cast.running.pk: 2}
    assert "2 of 14" in ruth.get(url).content.decode()
    assert AuditEntry.objects.filter(what="ticked the quality checklist").count() == 2


# What needs me today -------------------------------------------------------------------------------------------------


def test_what_needs_an_instructor_stands_first_on_the_teaching_page(cast: Cast) -> None:
    make_short(cast)
    mine = cast.instructor_profile
    assert [one.slug for one in needs.needs_of(mine, now=DECIDE_BY).decisions] == [cast.open.slug]
    assert not needs.needs_of(cast.other_instructor_profile, now=DECIDE_BY)
    decide(cast, "merge", to=make_evenings(cast))
    [merge] = needs.needs_of(mine, now=FRIDAY).merges
    assert (merge.unanswered, merge.to.title) == (2, "Thursday evenings")


def test_a_stream_without_a_link_is_said_a_day_before(cast: Cast) -> None:
    first = cast.stream.sessions.get(number=1)
    theirs = cast.other_instructor_profile

    def links(hours: int) -> list[Any]:
        return list(needs.needs_of(theirs, now=first.starts_at - timedelta(hours=hours)).links)

    assert (links(25), links(23)) == ([], [first])
    Series.objects.filter(pk=cast.stream.pk).update(stream_url="https://meet.example/room")
    assert links(23) == []


def test_a_letter_has_its_while_to_be_opened_before_anybody_is_phoned(cast: Cast) -> None:
    third = cast.running.sessions.select_related("series").get(number=3)

    def unheard(told: datetime, *, minutes: int) -> list[int]:
        SessionChange.objects.filter(session=third).update(at=told)
        found = needs.needs_of(cast.instructor_profile, now=told + timedelta(minutes=minutes)).unheard
        return [change.unheard for change in found]

    early, late = third.starts_at - timedelta(hours=9), third.starts_at - timedelta(minutes=50)
    changing.call_off(
        third, compensation="make_up", words="", seen=third.sequence, key="k", by=cast.instructor, now=early
    )
    assert (unheard(early, minutes=19), unheard(early, minutes=20)) == ([], [2])
    assert unheard(late, minutes=1) == [2]


def test_marks_of_a_register_are_attendance(cast: Cast) -> None:
    mark(cast, 1, "present", "observed_with_doll")
    assert Attendance.objects.exclude(mark="").count() == 2
    assert reports.who_came(asked_of(cast)).weeks[0].here == 2
