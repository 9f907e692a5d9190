"""Finding a class: `home`, `find_series` and the page of one `series`."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from classes import catalogue, searching
from classes.models import Series, Session, Venue
from classes.searching import Search
from tests.cast import Cast, sign_in
from tests.factories.classes import make_enrolment, make_series, make_venue
from tests.factories.families import add_baby
from tests.factories.places import make_leeds


def titles(search: Search, now: datetime, page: str = "") -> list[str]:
    return [card.series.title for card in searching.find(search, page=page, now=now).cards]


ALL = ["After the bath", "Practice on Fridays", "Busy little people"]


def test_the_soonest_come_first_and_what_has_begun_is_gone(cast: Cast, now: datetime) -> None:
    assert titles(Search(), now) == ALL


def test_drafts_and_cancelled_series_are_not_found(cast: Cast, now: datetime) -> None:
    Series.objects.filter(pk=cast.open.pk).update(state="draft")
    Series.objects.filter(pk=cast.stream.pk).update(state="cancelled")

    assert titles(Search(), now) == ["Practice on Fridays"]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        (Search(near="leeds"), ALL),
        (Search(near="LS6 leeds"), ALL),
        (Search(near="Lalitpur"), ["After the bath"]),
        (Search(near="Lalitpur", delivery=("in_person",)), []),
        (Search(delivery=("in_person",)), ["Practice on Fridays", "Busy little people"]),
        (Search(delivery=("live_stream",)), ["After the bath"]),
        (Search(delivery=("live_stream", "in_person")), ALL),
        (Search(days=(1,)), ["After the bath"]),
        (Search(days=(2, 5)), ["Practice on Fridays", "Busy little people"]),
        (Search(language="pl"), []),
        (Search(language="en", near="brannoc", days=(2,)), ["Busy little people"]),
    ],
)
def test_filters_combine(cast: Cast, now: datetime, search: Search, found: list[str]) -> None:
    assert titles(search, now) == found


def test_a_hybrid_is_found_by_either_way(cast: Cast, now: datetime) -> None:
    Series.objects.filter(pk=cast.open.pk).update(delivery="hybrid")

    assert cast.open.title in titles(Search(delivery=("live_stream",)), now)
    assert cast.open.title in titles(Search(delivery=("in_person",)), now)


def test_the_weekday_is_that_of_the_series_own_clock(cast: Cast, now: datetime) -> None:
    """Tuesday at 01:00 in Kathmandu is Monday evening in London: on the wall of that room it is a Tuesday."""
    series = make_series(
        cast.instructor_profile, slug="early", first=date(2026, 5, 5), clock=time(1), time_zone="Asia/Kathmandu"
    )

    assert (series.first_session_at, series.weekday) == (datetime(2026, 5, 4, 19, 15, tzinfo=UTC), 2)


@pytest.mark.parametrize(
    ("weeks_today", "found"),
    [
        (5, False),  # 9 weeks on the first day, four weeks from now
        (6, True),  # 10
        (16, True),  # 20
        (17, False),  # 21
    ],
)
def test_an_age_is_that_of_the_first_day(cast: Cast, now: datetime, weeks_today: int, found: bool) -> None:
    Series.objects.filter(pk=cast.open.pk).update(
        min_age_weeks=10, max_age_weeks=20, first_session_at=now + timedelta(weeks=4)
    )

    assert (cast.open.title in titles(Search(age_weeks=weeks_today), now)) is found


def test_an_own_pace_series_has_no_day_and_comes_last(cast: Cast, now: datetime) -> None:
    _own_pace(cast)

    assert titles(Search(), now)[-1] == "Your own pace"
    assert titles(Search(days=(3,), age_weeks=8), now) == ["Your own pace"]
    assert titles(Search(age_weeks=60), now) == []


def _own_pace(cast: Cast) -> Series:
    return Series.objects.create(
        slug="own-pace",
        title="Your own pace",
        instructor=cast.instructor_profile,
        plan=cast.open.plan,
        time_zone="Europe/London",
        delivery="self_paced",
        state="published",
        capacity=0,
        stream_capacity=100,
    )


def test_pages_follow_each_other_without_gap_or_repeat(cast: Cast, now: datetime) -> None:
    _many(cast, 30)
    _own_pace(cast)
    seen: list[str] = []
    page, rounds = "", 0
    while rounds == 0 or page:
        found = searching.find(Search(), page=page, now=now)
        seen += [card.series.slug for card in found.cards]
        page, rounds = found.more, rounds + 1

    assert (len(seen), len(set(seen)), rounds) == (34, 34, 3)
    assert seen[-1] == "own-pace"


@pytest.mark.parametrize(
    "page", ["any-", "nonsense", "20260421-x", "99999999999999-1", "any-99999999999999999999", "-"]
)
def test_a_made_up_page_is_the_first(cast: Cast, client: Client, page: str) -> None:
    answer = client.get("/classes/", {"page": page})

    assert (answer.status_code, len(answer.context["found"].cards)) == (200, 3)


def test_results_are_counted_honestly_up_to_a_hundred(cast: Cast, now: datetime) -> None:
    _many(cast, 97)
    exactly = searching.find(Search(), page="", now=now)
    _many(cast, 1, prefix="more")
    above = searching.find(Search(), page="", now=now)

    assert (exactly.counted, exactly.is_more_than_counted) == (100, False)
    assert (above.counted, above.is_more_than_counted) == (100, True)


def _many(cast: Cast, count: int, *, prefix: str = "many", sessions: bool = False) -> None:
    first = datetime(2026, 6, 1, 9, tzinfo=UTC)
    made = Series.objects.bulk_create(
        Series(
            slug=f"{prefix}-{number}",
            title=f"Many {number}",
            instructor=cast.instructor_profile,
            plan=cast.open.plan,
            venue=cast.venue,
            time_zone="Europe/London",
            state="published",
            # Several begin at one moment: the key decides between them.
            first_session_at=first + timedelta(days=number // 5),
            weekday=1,
            day_part="morning",
        )
        for number in range(count)
    )
    if sessions:
        Session.objects.bulk_create(
            Session(series=one, number=1, starts_at=one.first_session_at or first, minutes=40, capacity=8)
            for one in made
        )


@pytest.mark.parametrize("rows", [10, 20, 1000])
@pytest.mark.parametrize(("near", "statements"), [("near=leeds&", 4), ("near=brannoc&", 4), ("", 3)])
@pytest.mark.parametrize("sort", ["soonest", "nearest"])
def test_find_series_takes_four_statements_at_most(
    cast: Cast, client: Client, rows: int, near: str, statements: int, sort: str
) -> None:
    """Languages, the place, one page with its count, its sessions."""
    make_leeds()
    Venue.objects.update(latitude=53.82, longitude=-1.57)
    _many(cast, rows, sessions=True)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(f"/classes/?{near}delivery=in_person&age_weeks=6&language=en&day=mon&sort={sort}")

    assert (answer.status_code, len(answer.context["found"].cards)) == (200, min(rows, 12))
    assert len(asked) == statements, [query["sql"][:160] for query in asked]
    assert not any("OFFSET" in query["sql"] for query in asked)
    assert any("LIMIT 101" in query["sql"] for query in asked)


@pytest.mark.parametrize("rows", [1, 3])
def test_home_takes_three_statements(cast: Cast, client: Client, rows: int) -> None:
    Series.objects.filter(pk__in=[cast.stream.pk, cast.practice.pk][: 3 - rows]).update(state="draft")
    with CaptureQueriesContext(connection) as asked:
        answer = client.get("/")

    assert (len(answer.context["cards"]), len(asked)) == (rows, 3)


@pytest.mark.parametrize("booked", [1, 3])
def test_the_page_of_a_series_takes_four_statements(cast: Cast, client: Client, booked: int) -> None:
    babies = [add_baby(cast.family, f"Baby {number}") for number in range(booked)]
    make_enrolment(cast.open, family=cast.family, babies=babies, by=cast.parent)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get("/classes/busy-little-people/")

    assert (answer.status_code, answer.context["card"].places_left) == (200, 8 - booked)
    assert len(asked) == 4, [query["sql"][:160] for query in asked]


def test_filters_survive_in_the_address_and_in_the_form(cast: Cast, client: Client) -> None:
    _many(cast, 20)
    page = client.get("/classes/?near=Leeds&delivery=in_person&day=mon&age_weeks=6").content.decode()

    assert 'value="Leeds"' in page
    assert [
        page.count(f'value="{value}" checked') or page.count(f'value="{value}"') for value in ("in_person", "mon", "6")
    ]
    assert "?near=Leeds&amp;delivery=in_person&amp;day=mon&amp;age_weeks=6&amp;page=" in page


@pytest.mark.parametrize(
    "query", ["age_weeks=old", "age_weeks=-3", "delivery=boat", "day=noday", "language=xx", "near=" + "x" * 500]
)
def test_a_filter_that_makes_no_sense_is_left_out(cast: Cast, client: Client, query: str) -> None:
    assert client.get(f"/classes/?{query}").status_code == 200


def test_an_empty_answer_says_why_and_what_to_do(cast: Cast, client: Client) -> None:
    page = client.get("/classes/?near=Atlantis&delivery=in_person").content.decode()

    assert "No class near Atlantis fits all of that" in page
    assert 'href="/classes/"' in page


def test_a_full_series_stays_in_the_list_with_its_waiting_list(cast: Cast, client: Client, now: datetime) -> None:
    babies = [add_baby(cast.family, f"Baby {number}") for number in range(8)]
    make_enrolment(cast.open, family=cast.family, babies=babies, by=cast.parent)
    full = searching.find(Search(days=(2,)), page="", now=now).cards[0]

    assert (full.is_full, full.taken, full.capacity) == (True, 8, 8)
    assert b"/classes/busy-little-people/wait/" in client.get("/classes/busy-little-people/").content


# In whose time -----------------------------------------------------------------------------------------------------


def shown(client: Client, address: str, **cookies: Any) -> list[str]:
    client.cookies.load(cookies)
    page = client.get(address)
    zone = page.context["zone"]
    return [
        zone,
        *(f"{one.starts_at.astimezone(ZoneInfo(zone)):%a %H:%M}" for one in page.context["page"].sessions[:1]),
    ]


def test_a_room_is_shown_by_its_own_clock_and_a_stream_by_the_readers(cast: Cast, client: Client) -> None:
    kathmandu = {"zone": "Asia/Kathmandu"}

    assert shown(client, "/classes/busy-little-people/", **kathmandu) == ["Europe/London", "Tue 14:00"]
    assert shown(client, "/classes/after-the-bath/", **kathmandu) == ["Asia/Kathmandu", "Mon 23:15"]
    assert shown(client, "/classes/after-the-bath/?zone=America/New_York", **kathmandu) == [
        "America/New_York",
        "Mon 13:30",
    ]
    assert shown(Client(), "/classes/after-the-bath/") == ["Europe/Warsaw", "Mon 19:30"]
    assert shown(Client(), "/classes/after-the-bath/?zone=Moon/Base") == ["Europe/Warsaw", "Mon 19:30"]


def test_the_zone_of_the_account_comes_before_that_of_the_browser(cast: Cast, client: Client) -> None:
    sign_in(client, cast.parent)

    assert shown(client, "/classes/after-the-bath/", zone="Asia/Kathmandu")[0] == "Europe/London"


@pytest.mark.parametrize(
    ("first", "zone", "after"),
    [
        (date(2026, 3, 12), "Europe/London", 3),  # clocks change on 29 March, between 26 March and 2 April
        (date(2026, 4, 2), "Europe/London", None),
        (date(2026, 3, 12), "Australia/Sydney", 4),  # on 5 April, between 2 and 9 April
        (date(2026, 3, 12), "Asia/Kathmandu", None),
        (date(2026, 10, 22), "Europe/London", 1),  # back on 25 October
    ],
)
def test_a_clock_change_is_told_after_the_right_session(
    cast: Cast, now: datetime, first: date, zone: str, after: int | None
) -> None:
    make_series(cast.instructor_profile, slug="changing", first=first, time_zone=zone)
    page = catalogue.series_page("changing", now=now)
    assert page is not None

    assert (page.clock_change_after.number if page.clock_change_after else None) == after
    assert {one.starts_at.astimezone(ZoneInfo(zone)).time() for one in page.sessions} == {time(10)}


def test_an_unchanged_page_is_not_sent_again(cast: Cast, client: Client) -> None:
    address = "/classes/busy-little-people/"
    etag = client.get(address).headers["ETag"]
    again = {"If-None-Match": etag}
    assert client.get(address, headers=again).status_code == 304

    make_enrolment(cast.open, family=cast.family, babies=[cast.baby], by=cast.parent)
    assert client.get(address, headers=again).status_code == 200
    assert "ETag" not in sign_in(client, cast.parent).get(address).headers


def test_a_venue_in_another_town_is_found_by_it(cast: Cast, now: datetime) -> None:
    make_series(
        cast.instructor_profile,
        title="Far away",
        slug="far",
        first=date(2026, 6, 1),
        venue=make_venue("Patan Hall", town="Lalitpur", area="44700", country="NP", time_zone="Asia/Kathmandu"),
    )

    assert titles(Search(near="lalitpur", delivery=("in_person",)), now) == ["Far away"]
