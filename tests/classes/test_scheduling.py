"""Making a weekly series at local time, seeing clashes, publishing."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import TestCase

from classes import scheduling
from classes.dates import CannotSchedule, clashes, planned_sessions
from classes.models import Series, Session
from classes.scheduling import CannotPublish, make_and_publish, make_series, publish
from config.audit.models import AuditEntry
from instructors import life
from instructors.models import Certificate
from tests.cast import NOW, Cast
from tests.factories.classes import make_plan
from tests.factories.teaching import outline


def moments(cast: Cast, zone: str, first_on: date, clock: time, weeks: int) -> list[str]:
    made = outline(cast.instructor_profile, time_zone=zone, first_on=first_on, clock=clock, weeks=weeks)
    return [f"{planned.starts_at:%m-%d %H:%M}" for planned in planned_sessions(made)]


def test_make_series_writes_a_draft_with_a_session_a_week_and_its_lesson(cast: Cast) -> None:
    wish = outline(cast.instructor_profile, venue=cast.venue, weeks=3, total_minutes=50, capacity=6)
    series = make_series(wish, by=cast.instructor, now=NOW)
    assert (series.slug, series.state, series.published_at) == ("tuesday-mornings", "draft", None)
    assert (series.first_session_at, series.last_session_at) == (
        datetime(2026, 5, 5, 9, tzinfo=UTC),
        datetime(2026, 5, 19, 9, tzinfo=UTC),
    )
    rows = [
        (one.number, one.starts_at.day, one.minutes, one.capacity, str(one.lesson)) for one in series.sessions.all()
    ]
    assert rows == [
        (1, 5, 50, 6, "Week 1: Asking, and legs"),
        (2, 12, 50, 6, "Week 2: Tummy"),
        (3, 19, 50, 6, "Week 3: Chest, arms and hands"),
    ]
    entry = AuditEntry.objects.get(what="made a series")
    assert (entry.about, entry.by_id, entry.detail) == (
        f"classes.Series:{series.pk}",
        cast.instructor.pk,
        {"sessions": 3},
    )


def test_weeks_beyond_the_plan_have_no_lesson(cast: Cast) -> None:
    plan = make_plan(slug="two", weeks=("Legs", "Tummy"))
    planned = planned_sessions(outline(cast.instructor_profile, plan=plan, weeks=3))
    assert [one.lesson.title if one.lesson else None for one in planned] == ["Legs", "Tummy", None]


@pytest.mark.parametrize(
    ("zone", "first_on", "clock", "in_utc"),
    [
        # Spring in the north: from +0 to +1 on 29 March 2026.
        ("Europe/London", date(2026, 3, 26), time(18, 30), ["03-26 18:30", "04-02 17:30", "04-09 17:30"]),
        # Autumn in the north: from +2 to +1 on 25 October 2026.
        ("Europe/Warsaw", date(2026, 10, 20), time(10), ["10-20 08:00", "10-27 09:00", "11-03 09:00"]),
        # Autumn in the south: from +11 to +10 on 5 April 2026.
        ("Australia/Melbourne", date(2026, 4, 2), time(10), ["04-01 23:00", "04-09 00:00", "04-16 00:00"]),
        # Spring in the south: from +13 back to +12 was in April; from +12 to +13 on 27 September 2026.
        ("Pacific/Auckland", date(2026, 9, 24), time(9, 30), ["09-23 21:30", "09-30 20:30", "10-07 20:30"]),
        # Clocks that move by half an hour: Lord Howe, from +11 to +10:30 on 5 April 2026.
        ("Australia/Lord_Howe", date(2026, 4, 3), time(10), ["04-02 23:00", "04-09 23:30", "04-16 23:30"]),
        # Zones off the whole hour, without changes.
        ("Asia/Kolkata", date(2026, 3, 26), time(10), ["03-26 04:30", "04-02 04:30", "04-09 04:30"]),
        ("Asia/Kathmandu", date(2026, 3, 26), time(10), ["03-26 04:15", "04-02 04:15", "04-09 04:15"]),
    ],
)
def test_weekly_sessions_keep_their_wall_clock_time(
    cast: Cast, zone: str, first_on: date, clock: time, in_utc: list[str]
) -> None:
    assert moments(cast, zone, first_on, clock, 3) == in_utc


def test_a_planned_session_says_how_far_the_clocks_moved_before_it(cast: Cast) -> None:
    planned = planned_sessions(outline(cast.instructor_profile, first_on=date(2026, 3, 26), weeks=3))
    assert [one.clock_change for one in planned] == [timedelta(0), timedelta(hours=1), timedelta(0)]


def test_an_hour_that_the_clocks_skip_is_refused_by_name_at_the_field(cast: Cast) -> None:
    wish = outline(cast.instructor_profile, first_on=date(2026, 3, 22), clock=time(1, 30))
    with pytest.raises(CannotSchedule) as refused:
        make_series(wish, by=cast.instructor, now=NOW - timedelta(days=9))
    assert refused.value.field == "clock"
    assert str(refused.value) == (
        "On 29 March 2026 the clocks skip 01:30. Please choose another time, or another first date."
    )
    assert not Series.objects.filter(title="Tuesday mornings").exists()


def test_an_hour_that_comes_twice_is_its_first_one(cast: Cast) -> None:
    # In Leeds 01:30 comes twice on 25 October 2026: at 00:30 and at 01:30 UTC.
    assert moments(cast, "Europe/London", date(2026, 10, 25), time(1, 30), 1) == ["10-25 00:30"]


def test_a_first_date_in_the_past_is_refused_at_its_field(cast: Cast) -> None:
    with pytest.raises(CannotSchedule) as refused:
        make_series(outline(cast.instructor_profile, first_on=date(2026, 3, 24)), by=cast.instructor, now=NOW)
    assert (refused.value.field, str(refused.value)) == (
        "first_on",
        "Please choose a first date that is still to come.",
    )


@pytest.mark.parametrize("weeks", [0, 27])
def test_too_few_or_too_many_weeks_are_refused(cast: Cast, weeks: int) -> None:
    with pytest.raises(CannotSchedule) as refused:
        planned_sessions(outline(cast.instructor_profile, weeks=weeks))
    assert refused.value.field == "weeks"


@pytest.mark.parametrize("title", ["New", "Gentle Thursdays"])
def test_an_address_in_use_or_kept_for_a_page_gets_letters_of_its_own(cast: Cast, title: str) -> None:
    series = make_series(outline(cast.instructor_profile, title=title), by=cast.instructor, now=NOW)
    base, _dash, letters = series.slug.rpartition("-")
    assert (base, len(letters)) == (title.lower().replace(" ", "-"), 6)


def test_a_title_without_latin_letters_still_has_an_address(cast: Cast) -> None:
    assert make_series(outline(cast.instructor_profile, title="春の会"), by=cast.instructor, now=NOW).slug == "series"


def clash_sentences(cast: Cast, **fields: object) -> list[str]:
    wish = outline(cast.instructor_profile, **fields)
    found = clashes(planned_sessions(wish), instructor=wish.instructor, venue=wish.venue, zone=wish.time_zone)
    return [clash.sentence for clash in found]


def test_a_clash_names_the_date_and_the_other_series_of_the_instructor(cast: Cast) -> None:
    sentences = clash_sentences(cast, first_on=date(2026, 4, 7), clock=time(14, 39), weeks=3)
    assert sentences == ["On 21 April 2026 you teach Busy little people from 14:00 until 14:40."]


def test_sessions_that_only_touch_do_not_clash(cast: Cast) -> None:
    after = clash_sentences(cast, first_on=date(2026, 4, 21), clock=time(14, 40), weeks=1)
    before = clash_sentences(cast, first_on=date(2026, 4, 21), clock=time(13, 15), weeks=1, total_minutes=45)
    assert (after, before) == ([], [])


def test_a_room_taken_by_another_instructor_is_a_clash_and_a_stream_of_theirs_is_none(cast: Cast) -> None:
    friday = {"first_on": date(2026, 4, 10), "clock": time(10, 30), "weeks": 1}
    assert clash_sentences(cast, venue=cast.venue, **friday) == [
        "On 10 April 2026 St Brannoc’s Hall is taken from 10:00 until 10:40: Melody Fong, Practice on Fridays."
    ]
    assert clash_sentences(cast, **friday) == []
    assert clash_sentences(cast, first_on=date(2026, 4, 6), clock=time(18, 30), weeks=1, venue=cast.venue) == []


def test_drafts_and_dates_called_off_do_not_clash(cast: Cast) -> None:
    Session.objects.filter(series=cast.open, number=1).update(state=Session.State.CANCELLED)
    assert clash_sentences(cast, first_on=date(2026, 4, 21), clock=time(14), weeks=1) == []
    make_series(outline(cast.instructor_profile), by=cast.instructor, now=NOW)
    assert clash_sentences(cast) == []


def test_a_date_taken_as_substitute_clashes_and_a_date_given_away_does_not(cast: Cast) -> None:
    Session.objects.filter(series=cast.stream, number=1).update(substitute=cast.instructor_profile)
    Session.objects.filter(series=cast.open, number=1).update(substitute=cast.other_instructor_profile)
    assert clash_sentences(cast, first_on=date(2026, 4, 6), clock=time(18, 30), weeks=1) == [
        "On 6 April 2026 you teach After the bath from 18:30 until 19:10."
    ]
    assert clash_sentences(cast, first_on=date(2026, 4, 21), clock=time(14), weeks=1) == []


def test_clashes_are_found_in_one_query_however_many_weeks(cast: Cast) -> None:
    dates = planned_sessions(outline(cast.instructor_profile, first_on=date(2026, 4, 7), clock=time(14), weeks=20))
    with TestCase().assertNumQueries(1):
        clashes(dates, instructor=cast.instructor_profile, venue=cast.venue, zone="Europe/London")


def test_publish_opens_a_draft_once_and_writes_it_down(cast: Cast) -> None:
    series = publish(
        make_series(outline(cast.instructor_profile), by=cast.instructor, now=NOW), by=cast.instructor, now=NOW
    )
    assert (series.state, series.published_at, series.version) == ("published", NOW, 2)
    assert AuditEntry.objects.filter(what="published a series", about=f"classes.Series:{series.pk}").count() == 1
    with pytest.raises(CannotPublish) as refused:
        publish(series, by=cast.instructor, now=NOW)
    assert refused.value.sentences == ["Only a draft can be published."]


def test_publish_refuses_a_series_that_clashes_and_leaves_no_draft_behind(cast: Cast) -> None:
    with pytest.raises(CannotPublish) as refused:
        make_and_publish(
            outline(cast.instructor_profile, first_on=date(2026, 4, 21), clock=time(14, 30), weeks=1),
            by=cast.instructor,
            now=NOW,
        )
    assert refused.value.sentences == ["On 21 April 2026 you teach Busy little people from 14:00 until 14:40."]
    assert not Series.objects.filter(title="Tuesday mornings").exists()


def test_of_two_drafts_at_the_same_time_only_the_first_is_published(cast: Cast) -> None:
    first, second = (make_series(outline(cast.instructor_profile, title=t), by=cast.instructor, now=NOW) for t in "AB")
    publish(first, by=cast.instructor, now=NOW)
    with pytest.raises(CannotPublish):
        publish(second, by=cast.instructor, now=NOW)
    second.refresh_from_db()
    assert second.state == Series.State.DRAFT


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (
            {"valid_until": date(2026, 6, 1)},
            "The certificate ends on 1 June 2026, before this series. Renew it first.",
        ),
        (
            {"valid_from": date(2026, 5, 6)},
            "The certificate is valid from 6 May 2026; choose a first session from then on.",
        ),
    ],
)
def test_publish_refuses_an_instructor_whose_certificate_does_not_hold_on_every_date(
    cast: Cast, fields: dict[str, object], sentence: str
) -> None:
    Certificate.objects.held_by(cast.instructor).update(**fields)
    series = make_series(outline(cast.instructor_profile), by=cast.instructor, now=NOW)
    with pytest.raises(CannotPublish) as refused:
        publish(series, by=cast.instructor, now=NOW)
    assert [sentence in said for said in refused.value.sentences] == [True]


@pytest.mark.parametrize(("state", "sentence"), [("suspended", "suspended"), ("revoked", "no longer in force")])
def test_publish_refuses_an_instructor_whose_certificate_was_taken(cast: Cast, state: str, sentence: str) -> None:
    taken = Certificate.objects.get(holder=cast.instructor)
    said: dict[str, Any] = {"reason_code": "insurance", "now": NOW}
    if state == "suspended":
        life.suspend(taken, by=cast.registrar, **said)
    else:
        life.revoke(taken, by=cast.registrar, confirmed_by=cast.office, **said)
    series = make_series(outline(cast.instructor_profile), by=cast.instructor, now=NOW)
    with pytest.raises(CannotPublish) as refused:
        publish(series, by=cast.instructor, now=NOW)
    assert [sentence in words for words in refused.value.sentences] == [True]


def test_a_candidate_publishes_a_practice_series_and_no_other(cast: Cast) -> None:
    practice = make_series(outline(cast.candidate_profile, is_practice=True), by=cast.candidate, now=NOW)
    assert publish(practice, by=cast.candidate, now=NOW).state == Series.State.PUBLISHED
    other = make_series(outline(cast.candidate_profile, first_on=date(2026, 7, 7)), by=cast.candidate, now=NOW)
    with pytest.raises(CannotPublish) as refused:
        publish(other, by=cast.candidate, now=NOW)
    assert refused.value.sentences == [
        "Only certified instructors can publish a series. A practice series is open to candidates."
    ]


def test_a_candidate_whose_training_ended_publishes_nothing(cast: Cast) -> None:
    cast.traineeship.state = "lapsed"
    cast.traineeship.save(update_fields=["state"])
    series = make_series(outline(cast.candidate_profile, is_practice=True), by=cast.candidate, now=NOW)
    with pytest.raises(CannotPublish, match="Please ask your trainer"):
        publish(series, by=cast.candidate, now=NOW)


def test_publish_refuses_a_draft_whose_first_date_has_passed(cast: Cast) -> None:
    series = make_series(outline(cast.instructor_profile), by=cast.instructor, now=NOW)
    with pytest.raises(CannotPublish, match="The first date has passed"):
        publish(series, by=cast.instructor, now=datetime(2026, 5, 5, 9, tzinfo=UTC))


def test_a_draft_is_put_aside_and_a_published_series_is_not(cast: Cast) -> None:
    series = make_series(outline(cast.instructor_profile), by=cast.instructor, now=NOW)
    assert scheduling.cancel_draft(series, by=cast.instructor, now=NOW).state == Series.State.CANCELLED
    with pytest.raises(CannotSchedule, match="Only a draft can be put aside"):
        scheduling.cancel_draft(cast.open, by=cast.instructor, now=NOW)
