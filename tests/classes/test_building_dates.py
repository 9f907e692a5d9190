"""The dates of a series before it is kept: holidays, moves, hours that are skipped or come twice, clashes and ways out."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import TestCase
from django.utils import translation

from classes import scheduling
from classes.clashing import way_between
from classes.dates import CannotSchedule, Move, Outline, PlannedSession, clashes, lay_out
from classes.holidays_of import country_of_zone, holidays_between, is_region, name_of, regions_of
from classes.models import Series, Session
from classes.scheduling import CannotPublish, HasClashes, keep_draft, make_series
from tests.cast import NOW, Cast
from tests.factories.classes import make_series as make_published
from tests.factories.classes import make_venue
from tests.factories.teaching import outline

# Fridays in Leeds around Good Friday, 3 April 2026.
FRIDAYS: dict[str, Any] = {"first_on": date(2026, 3, 27), "weeks": 3, "skips_holidays_of": "GB-ENG"}
LEEDS_EAST = {"latitude": "53.80000", "longitude": "-1.46000"}
LEEDS_WEST = {"latitude": "53.80000", "longitude": "-1.61000"}


def fridays(cast: Cast, **fields: Any) -> Outline:
    return outline(cast.instructor_profile, **{**FRIDAYS, **fields})


def days(wish: Outline) -> list[str]:
    return [f"{one.starts_at:%m-%d %H:%M}" for one in lay_out(wish).dates]


# Holidays ------------------------------------------------------------------------------------------------------------


def test_a_public_holiday_is_skipped_by_name_and_the_series_ends_a_week_later(cast: Cast) -> None:
    laid = lay_out(fridays(cast))
    assert [(one.day, one.name) for one in laid.skipped] == [(date(2026, 4, 3), "Good Friday")]
    assert days(fridays(cast)) == ["03-27 10:00", "04-10 09:00", "04-17 09:00"]
    assert [one.lesson.week if one.lesson else None for one in laid.dates] == [1, 2, 3]
    assert laid.next_day == date(2026, 4, 24)


def test_a_holiday_is_held_anyway_where_its_instructor_says_so(cast: Cast) -> None:
    held = fridays(cast, held_anyway=frozenset([date(2026, 4, 3)]))
    assert (days(held), lay_out(held).skipped) == (["03-27 10:00", "04-03 09:00", "04-10 09:00"], [])


def test_a_day_that_is_left_out_stays_out_though_it_was_held_anyway(cast: Cast) -> None:
    both = frozenset([date(2026, 4, 3)])
    laid = lay_out(fridays(cast, held_anyway=both, left_out=both))
    assert [(one.day, one.name) for one in laid.skipped] == [(date(2026, 4, 3), "")]


def test_what_is_skipped_after_the_last_date_is_not_told(cast: Cast) -> None:
    assert lay_out(fridays(cast, weeks=1)).skipped == []


def test_a_series_that_is_all_holidays_is_refused(cast: Cast) -> None:
    every = frozenset(date(2026, 3, 27) + timedelta(weeks=week) for week in range(60))
    with pytest.raises(CannotSchedule) as refused:
        lay_out(fridays(cast, left_out=every))
    assert refused.value.field == "weeks"


@pytest.mark.parametrize(
    ("region", "day", "name"),
    [
        ("GB-ENG", date(2026, 8, 31), "Late Summer Bank Holiday"),
        ("GB-SCT", date(2026, 8, 31), ""),
        ("AU-VIC", date(2026, 11, 3), "Melbourne Cup Day"),
        ("AU-NSW", date(2026, 11, 3), ""),
        ("DE-BY", date(2026, 11, 1), "All Saints' Day"),
        ("", date(2026, 12, 25), ""),
        ("XX", date(2026, 12, 25), ""),
        ("GB-XXX", date(2026, 12, 25), ""),
        ("../..", date(2026, 12, 25), ""),
    ],
)
def test_each_region_keeps_its_own_days(region: str, day: date, name: str) -> None:
    assert holidays_between(region, day, day).get(day, "") == name


def test_regions_are_offered_by_country_and_named_in_the_readers_language() -> None:
    assert regions_of(["GB", "GB", "ES", "XX", ""])[:3] == [
        ("GB", "United Kingdom, everywhere"),
        ("GB-ENG", "United Kingdom: England"),
        ("GB-NIR", "United Kingdom: Northern Ireland"),
    ]
    assert (name_of("GB-ENG"), name_of("NP"), name_of("")) == ("United Kingdom: England", "Nepal", "")
    with translation.override("es"):
        assert name_of("GB-ENG") == "Reino Unido: England"
    assert all(is_region(code) and len(code) <= 12 for code, _name in regions_of(["GB", "AU", "US", "DE", "NP"]))


def test_the_country_of_a_clock_is_known_where_it_has_one() -> None:
    zones = ("Europe/London", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC", "nonsense")
    assert [country_of_zone(zone) for zone in zones] == ["GB", "NP", "AU", "", ""]


# Moves ---------------------------------------------------------------------------------------------------------------


def test_each_date_moves_by_itself_and_the_rest_keeps_its_hour(cast: Cast) -> None:
    moves = {date(2026, 5, 12): Move(date(2026, 5, 13)), date(2026, 5, 19): Move(date(2026, 5, 19), time(17, 30))}
    planned = lay_out(outline(cast.instructor_profile, weeks=4, moves=moves)).dates
    assert [(f"{one.starts_at:%m-%d %H:%M}", one.is_moved) for one in planned] == [
        ("05-05 09:00", False),
        ("05-13 09:00", True),
        ("05-19 16:30", True),
        ("05-26 09:00", False),
    ]


def test_dates_are_numbered_and_taught_in_the_order_in_which_they_come(cast: Cast) -> None:
    moves = {date(2026, 5, 5): Move(date(2026, 5, 14))}
    planned = lay_out(outline(cast.instructor_profile, weeks=3, moves=moves)).dates
    assert [(one.number, one.day, str(one.lesson)) for one in planned] == [
        (1, date(2026, 5, 12), "Week 1: Asking, and legs"),
        (2, date(2026, 5, 5), "Week 2: Tummy"),
        (3, date(2026, 5, 19), "Week 3: Chest, arms and hands"),
    ]


def test_a_date_cannot_move_out_of_the_year(cast: Cast) -> None:
    with pytest.raises(CannotSchedule, match="a series lasts a year at most"):
        lay_out(outline(cast.instructor_profile, moves={date(2026, 5, 5): Move(date(2027, 5, 6))}))


def test_two_dates_moved_onto_each_other_clash(cast: Cast) -> None:
    moves = {date(2026, 5, 5): Move(date(2026, 5, 12), time(9, 30))}
    with pytest.raises(HasClashes) as refused:
        keep_draft(outline(cast.instructor_profile, weeks=2, moves=moves), by=cast.instructor, now=NOW)
    assert refused.value.sentences == ["On 12 May 2026 another date of this series goes on until 10:15."]


# Clock changes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "day", "clock", "instead"),
    [
        ("Europe/London", date(2026, 3, 29), time(1, 30), time(2, 30)),
        ("America/New_York", date(2027, 3, 14), time(2, 15), time(3, 15)),
        ("Australia/Melbourne", date(2026, 10, 4), time(2, 30), time(3, 30)),
        ("Pacific/Auckland", date(2026, 9, 27), time(2, 59), time(3, 59)),
        # Clocks that move by half an hour.
        ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 15), time(2, 45)),
    ],
)
def test_an_hour_that_is_skipped_is_told_beside_its_date_with_the_one_that_would_do(
    cast: Cast, zone: str, day: date, clock: time, instead: time
) -> None:
    wish = outline(cast.instructor_profile, first_on=day - timedelta(weeks=1), clock=clock, time_zone=zone, weeks=3)
    seen = scheduling.preview(wish, now=NOW - timedelta(days=30))
    told = [(bool(row.clashes), row.free_start.time() if row.free_start else None) for row in seen.rows]
    assert told == [(False, None), (True, instead), (False, None)]
    assert seen.rows[1].here == datetime.combine(day, clock)
    with pytest.raises(CannotSchedule) as refused:
        make_series(wish, by=cast.instructor, now=NOW - timedelta(days=30))
    assert refused.value.field == "clock"
    moved = outline(
        cast.instructor_profile,
        **{"first_on": day - timedelta(weeks=1), "clock": clock, "time_zone": zone, "weeks": 3},
        moves={day: Move(day, instead)},
    )
    assert make_series(moved, by=cast.instructor, now=NOW - timedelta(days=30)).sessions.count() == 3


@pytest.mark.parametrize(
    ("zone", "day", "clock", "in_utc"),
    [
        ("Europe/London", date(2026, 10, 25), time(1, 30), "10-25 00:30"),
        ("Australia/Melbourne", date(2026, 4, 5), time(2, 30), "04-04 15:30"),
        ("Australia/Lord_Howe", date(2026, 4, 5), time(1, 45), "04-04 14:45"),
        ("America/New_York", date(2026, 11, 1), time(1), "11-01 05:00"),
    ],
)
def test_an_hour_that_comes_twice_is_its_first_one_and_says_so(
    cast: Cast, zone: str, day: date, clock: time, in_utc: str
) -> None:
    wish = outline(cast.instructor_profile, first_on=day, clock=clock, time_zone=zone, weeks=2)
    planned = lay_out(wish).dates
    assert (days(wish)[0], [one.comes_twice for one in planned]) == (in_utc, [True, False])


@pytest.mark.parametrize(
    ("zone", "first_on", "change", "on"),
    [
        ("Europe/London", date(2026, 10, 20), timedelta(hours=-1), date(2026, 10, 25)),
        ("Australia/Melbourne", date(2026, 9, 29), timedelta(hours=1), date(2026, 10, 4)),
        ("Australia/Lord_Howe", date(2026, 3, 31), timedelta(minutes=-30), date(2026, 4, 5)),
    ],
)
def test_the_day_on_which_the_clocks_change_is_told_in_both_hemispheres(
    cast: Cast, zone: str, first_on: date, change: timedelta, on: date
) -> None:
    planned = lay_out(outline(cast.instructor_profile, first_on=first_on, time_zone=zone, weeks=2)).dates
    assert [(one.clock_change, one.clocks_change_on) for one in planned] == [(timedelta(0), None), (change, on)]


# Clashes -------------------------------------------------------------------------------------------------------------


def said(cast: Cast, **fields: Any) -> list[str]:
    wish = outline(cast.instructor_profile, **{"first_on": date(2026, 4, 21), "weeks": 1, **fields})
    found = clashes(lay_out(wish).dates, instructor=wish.instructor, venue=wish.venue, zone=wish.time_zone)
    return [clash.sentence for clash in found]


def test_the_way_between_two_rooms_is_a_clash_before_and_after(cast: Cast) -> None:
    far = make_venue("Garforth Library", **LEEDS_EAST)
    type(cast.venue).objects.filter(pk=cast.venue.pk).update(**LEEDS_WEST)
    # Busy little people is from 14:00 until 14:40; ten kilometres take twenty minutes, and the packing fifteen.
    assert [said(cast, venue=far, clock=time(*clock)) for clock in ((15, 14), (15, 15), (12, 41), (12, 40))] == [
        ["On 21 April 2026 you teach Busy little people at St Brannoc’s Hall until 14:40. The way takes about 35 min."],
        [],
        ["On 21 April 2026 you teach Busy little people at St Brannoc’s Hall from 14:00. The way takes about 35 min."],
        [],
    ]


def test_within_one_room_and_by_stream_there_is_no_way_to_go(cast: Cast) -> None:
    assert (said(cast, venue=cast.venue, clock=time(14, 40)), said(cast, clock=time(14, 40))) == ([], [])


def test_of_rooms_that_nobody_put_on_the_map_only_the_packing_counts(cast: Cast) -> None:
    near, far = make_venue("Somewhere"), make_venue("Far", latitude="-37.80000", longitude="144.96000")
    mapped = make_venue("Here", **LEEDS_WEST)
    minutes = [way_between(near, one) // timedelta(minutes=1) for one in (near, far, None)]
    assert (minutes, way_between(mapped, far)) == ([0, 15, 0], timedelta(hours=6))


def test_a_date_that_went_online_needs_no_room_and_no_way(cast: Cast) -> None:
    other = make_published(
        cast.other_instructor_profile, slug="in-the-hall", venue=cast.venue, first=date(2026, 4, 22), weeks=1
    )
    day: dict[str, Any] = {"first_on": date(2026, 4, 22), "clock": time(10), "venue": cast.venue}
    assert len(said(cast, **day)) == 1
    Session.objects.filter(series=other).tell_anew(now=NOW, online_at=NOW)
    assert said(cast, **day) == []


def test_a_date_given_away_still_takes_the_room_and_is_told_as_anothers(cast: Cast) -> None:
    Session.objects.filter(series=cast.open, number=1).update(substitute=cast.other_instructor_profile)
    assert said(cast, clock=time(14), venue=cast.venue) == [
        "On 21 April 2026 St Brannoc’s Hall is taken from 14:00 until 14:40: Ruth Adeyemi, Busy little people."
    ]


def test_one_session_can_be_left_out_of_what_its_new_date_is_compared_with(cast: Cast) -> None:
    first, second = cast.open.sessions.order_by("number")[:2]
    planned = PlannedSession(1, second.starts_at + timedelta(minutes=10), 40)

    def found(leaving_out: Series | Session | None) -> list[str]:
        who, zone = cast.instructor_profile, "Europe/London"
        clash = clashes([planned], instructor=who, venue=cast.venue, zone=zone, leaving_out=leaving_out)
        return [one.sentence for one in clash]

    told = ["On 28 April 2026 you teach Busy little people from 14:00 until 14:40."]
    assert [found(one) for one in (None, first, second, cast.open)] == [told, told, [], []]


def test_a_clash_comes_with_the_next_hour_that_is_free_on_that_day(cast: Cast) -> None:
    at = date(2026, 4, 21)
    make_published(cast.instructor_profile, slug="after", first=at, clock=time(15), weeks=1, total_minutes=62)
    wish = outline(cast.instructor_profile, first_on=at, clock=time(14, 20), weeks=1, total_minutes=40)
    [row] = scheduling.preview(wish, now=NOW).rows
    assert (len(row.clashes), row.free_start) == (1, datetime.combine(at, time(16, 5)))


def test_no_hour_of_the_night_is_suggested(cast: Cast) -> None:
    make_published(cast.instructor_profile, slug="late", first=date(2026, 4, 22), clock=time(20, 30), weeks=1)
    wish = outline(cast.instructor_profile, first_on=date(2026, 4, 22), clock=time(20, 45), weeks=1, total_minutes=55)
    assert [row.free_start for row in scheduling.preview(wish, now=NOW).rows] == [None]


def test_a_draft_with_a_clash_is_refused_until_its_instructor_has_seen_it(cast: Cast) -> None:
    wish = outline(cast.instructor_profile, first_on=date(2026, 4, 21), clock=time(14, 30), weeks=1)
    with pytest.raises(HasClashes, match="you teach Busy little people"):
        keep_draft(wish, by=cast.instructor, now=NOW)
    assert not Series.objects.filter(title="Tuesday mornings").exists()
    draft = keep_draft(wish, by=cast.instructor, now=NOW, despite_clashes=True)
    with pytest.raises(CannotPublish, match="you teach Busy little people"):
        scheduling.publish(draft, by=cast.instructor, now=NOW)


def test_a_preview_takes_the_same_queries_for_one_week_and_twenty(cast: Cast) -> None:
    for weeks in (1, 20):
        wish = outline(cast.instructor_profile, first_on=date(2026, 4, 7), clock=time(14), weeks=weeks)
        # Lessons, the diary, and what the certificate says of the first day and of the last.
        with TestCase().assertNumQueries(3 if weeks == 1 else 4):
            scheduling.preview(wish, now=NOW)


def test_the_evening_of_the_decision_is_by_the_clock_of_the_series_and_still_to_come(cast: Cast) -> None:
    wish = outline(cast.instructor_profile, fewest_families=3, decide_days=4)
    assert make_series(wish, by=cast.instructor, now=NOW).decide_by == datetime(2026, 5, 1, 17, tzinfo=UTC)
    with pytest.raises(CannotSchedule) as refused:
        make_series(wish, by=cast.instructor, now=datetime(2026, 5, 1, 17, tzinfo=UTC))
    assert refused.value.field == "decide_days"
    none = outline(cast.instructor_profile, fewest_families=0, title="None")
    assert make_series(none, by=cast.instructor, now=NOW).decide_by is None
