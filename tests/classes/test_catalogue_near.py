"""Finding a class near somewhere: `find_series` with distances, with what nearly fits, and without one filter."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from classes import searching
from classes.forms.find import SearchForm, chips_of, query_of
from classes.models import Locality, Series, Session, Venue
from classes.searching import ANYWHERE, Nearly, Search, kept, search_of
from tests.cast import Cast, sign_in
from tests.factories.classes import make_series, make_venue
from tests.factories.places import make_leeds, make_locality, make_newports

AROUND = {"Meanwood": (53.8261, -1.5649), "Bramley": (53.8117, -1.6335), "York": (53.958, -1.08)}


@pytest.fixture
def leeds(cast: Cast) -> Locality:
    """Busy little people is in Meanwood (3.5 km); Bramley is 6 km and York 35 km from the middle of Leeds."""
    Venue.objects.filter(pk=cast.venue.pk).update(latitude=AROUND["Meanwood"][0], longitude=AROUND["Meanwood"][1])
    for week, (town, (latitude, longitude)) in enumerate(list(AROUND.items())[1:]):
        make_series(
            cast.other_instructor_profile,
            title=f"In {town}",
            slug=town.lower(),
            venue=make_venue(f"{town} Hall", town=town, area="", latitude=latitude, longitude=longitude),
            first=date(2026, 5, 9 + week),
            clock=time(14 + 4 * week),
        )
    return make_leeds()


def titles(search: Search, now: datetime) -> list[str]:
    return [card.series.title for card in searching.find(search, page="", now=now).cards]


@pytest.mark.parametrize(
    ("km", "found"),
    [
        (5, ["Practice on Fridays", "Busy little people"]),
        (15, ["Practice on Fridays", "Busy little people", "In Bramley"]),
        (40, ["Practice on Fridays", "Busy little people", "In Bramley", "In York"]),
        (ANYWHERE, ["Practice on Fridays", "Busy little people", "In Bramley", "In York"]),
    ],
)
def test_a_radius_leaves_out_what_is_farther(
    cast: Cast, leeds: Locality, now: datetime, km: int, found: list[str]
) -> None:
    assert titles(Search(near="Leeds", km=km, delivery=("in_person",)), now) == found


def test_what_comes_to_ones_home_is_near_everywhere(cast: Cast, leeds: Locality, now: datetime) -> None:
    make_locality("Wick", 58.44, -3.09)

    assert titles(Search(near="Wick", km=5), now) == ["After the bath"]


def test_a_room_far_away_that_streams_is_found_by_those_who_stay_at_home(
    cast: Cast, leeds: Locality, now: datetime
) -> None:
    make_locality("Wick", 58.44, -3.09)
    Series.objects.filter(slug="york").update(delivery="hybrid", stream_capacity=4)

    assert "In York" not in titles(Search(near="Wick", km=5), now)
    assert titles(Search(near="Wick", km=5, delivery=("live_stream",)), now) == ["After the bath", "In York"]


def test_sorted_by_distance_what_has_none_comes_last_and_pages_follow(
    cast: Cast, leeds: Locality, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = Search(near="Leeds", km=ANYWHERE, sort="nearest")
    whole = titles(search, now)
    assert whole == ["Practice on Fridays", "Busy little people", "In Bramley", "In York", "After the bath"]

    monkeypatch.setattr(searching, "A_PAGE", 1)
    seen: list[str] = []
    page, rounds = "", 0
    while rounds == 0 or page:
        found = searching.find(search, page=page, now=now)
        seen += [card.series.title for card in found.cards]
        page, rounds = found.more, rounds + 1
        assert found.counted == 5
    assert (seen, rounds) == (whole, 5)


@pytest.mark.parametrize("page", ["12-any-", "home-x-3", "x-any-3", "-1-any-3", "20260421100000-7", "²-any-3", "----"])
def test_a_made_up_page_of_the_nearest_is_the_first(cast: Cast, leeds: Locality, client: Client, page: str) -> None:
    answer = client.get("/classes/", {"near": "Leeds", "sort": "nearest", "km": "any", "page": page})

    assert (answer.status_code, len(answer.context["found"].cards)) == (200, 5)


def test_cards_say_how_far_it_is(cast: Cast, leeds: Locality, client: Client) -> None:
    page = client.get("/classes/?near=Leeds").content.decode()

    assert page.count(" away") == 3
    assert "3.5 km (2.2 miles) away, step-free" in page
    assert " away" not in client.get("/classes/").content.decode()


def test_where_people_count_in_kilometres_no_miles_are_said(cast: Cast, leeds: Locality, client: Client) -> None:
    Venue.objects.filter(pk=cast.venue.pk).update(country="IE")

    assert "3.5 km away, step-free" in client.get("/classes/?near=Leeds").content.decode()


def test_two_towns_of_one_name_are_told_apart(cast: Cast, client: Client) -> None:
    wales, wight = make_newports()
    Venue.objects.filter(pk=cast.venue.pk).update(latitude=50.70, longitude=-1.29)
    page = client.get("/classes/?near=newport&delivery=in_person&km=5")
    link = query_of(Search(near="Newport", place=wight.key, km=5, delivery=("in_person",)))

    assert (page.context["found"].place, len(page.context["found"].cards)) == (wales, 0)
    assert "Did you mean" in page.content.decode()
    assert link.replace("&", "&amp;") in page.content.decode()
    there = client.get(f"/classes/{link}")
    assert (there.context["found"].place, len(there.context["found"].cards)) == (wight, 2)
    assert f'name="place" value="{wight.key}"' in there.content.decode()


def test_two_towns_of_one_name_and_region_are_told_apart_by_their_distance(cast: Cast, client: Client) -> None:
    make_locality("Ashford", 51.43, -0.46, region="England", population=26000)
    make_locality("Ashford", 51.146, 0.868, region="England", population=83000)
    page = " ".join(client.get("/classes/?near=ashford").content.decode().split())

    assert "Shown for Ashford, England. Did you mean" in page
    assert ">Ashford, England, 98 km from there</a>?" in page


def test_words_that_name_no_known_place_are_looked_for_in_the_rooms(
    cast: Cast, leeds: Locality, client: Client
) -> None:
    page = client.get("/classes/?near=brannoc&delivery=in_person").content.decode()

    assert "We do not know where brannoc is" in page
    assert "Busy little people" in page


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        (("afternoon",), ["Busy little people", "In Bramley"]),
        (("morning", "evening"), ["Practice on Fridays", "In York"]),
    ],
)
def test_the_part_of_the_day_is_a_filter(
    cast: Cast, leeds: Locality, now: datetime, parts: tuple[str, ...], found: list[str]
) -> None:
    assert titles(Search(parts=parts, delivery=("in_person",)), now) == found


# Filters in the address ---------------------------------------------------------------------------------------------

FULL = Search(
    near="Leeds & co",
    place="gn:1",
    km=40,
    delivery=("in_person", "live_stream"),
    days=(1, 6),
    parts=("morning", "evening"),
    language="en",
    age_weeks=0,
    sort="nearest",
)


@pytest.mark.parametrize("search", [FULL, Search(), Search(km=ANYWHERE), replace(FULL, days=(), sort="soonest")])
def test_a_search_survives_its_address(search: Search) -> None:
    form = SearchForm(QueryDict(query_of(search)[1:]), languages=["en"])

    assert form.search() == search


def test_each_chip_takes_one_filter_off() -> None:
    assert [
        (chip.words, chip.without == query_of(search)) for chip, search in zip(chips_of(FULL), OFF, strict=True)
    ] == [
        ("Within 40 km of Leeds & co", True),
        ("In the room", True),
        ("Live-stream", True),
        ("Monday", True),
        ("Saturday", True),
        ("Morning", True),
        ("Evening", True),
        ("English", True),
        ("0 weeks old", True),
    ]


OFF = [
    replace(FULL, near="", place="", km=15),
    replace(FULL, delivery=("live_stream",)),
    replace(FULL, delivery=("in_person",)),
    replace(FULL, days=(6,)),
    replace(FULL, days=(1,)),
    replace(FULL, parts=("evening",)),
    replace(FULL, parts=("morning",)),
    replace(FULL, language=""),
    replace(FULL, age_weeks=None),
]


def test_the_page_shows_its_chips_and_keeps_the_form(cast: Cast, leeds: Locality, client: Client) -> None:
    page = client.get("/classes/?near=Leeds&km=40&part=afternoon&day=tue").content.decode()

    assert '<a class="chip-x" href="/classes/?near=Leeds&amp;km=40&amp;day=tue">' in page
    assert '<a class="chip-x" href="/classes/?day=tue&amp;part=afternoon">' in page
    assert '<option value="40" selected>' in page
    assert "(3)" in page


@pytest.mark.parametrize("query", ["km=7", "km=-1", "part=night", "sort=price", "place=" + "x" * 300, "km=0"])
def test_a_filter_that_makes_no_sense_is_left_out(cast: Cast, leeds: Locality, client: Client, query: str) -> None:
    answer = client.get(f"/classes/?near=Leeds&{query}")

    assert (answer.status_code, answer.context["search"].km, answer.context["search"].sort) == (200, 15, "soonest")


@pytest.mark.parametrize("search", [FULL, Search(near="x", age_weeks=9)])
def test_a_kept_search_reads_as_it_was_and_its_baby_grows(search: Search) -> None:
    on = date(2026, 3, 24)
    unsorted = replace(search, sort="soonest")

    assert search_of(kept(search, on=on), on=on) == unsorted
    later = search_of(kept(search, on=on), on=on + timedelta(weeks=3))
    assert later == replace(unsorted, age_weeks=(search.age_weeks or 0) + 3)


def test_a_kept_search_that_someone_spoilt_is_read_without_what_makes_no_sense() -> None:
    query: dict[str, Any] = {"km": 7, "delivery": ["boat"], "days": [0, 9, "x"], "parts": ["night"], "near": 4}

    assert search_of(query, on=date(2026, 3, 24)) == Search(near="4")


# What nearly fits ---------------------------------------------------------------------------------------------------


def test_what_nearly_fits_lets_one_filter_go_at_a_time(cast: Cast, leeds: Locality, now: datetime) -> None:
    search = Search(near="Leeds", km=5, delivery=("in_person",), days=(6,), age_weeks=10)
    found = searching.find(search, page="", now=now)

    assert found.cards == []
    assert found.nearly == (
        Nearly("km", replace(search, km=15), 1),
        Nearly("days", replace(search, days=()), 2),
    )


def test_what_nearly_fits_is_said_with_links(cast: Cast, leeds: Locality, client: Client) -> None:
    page = client.get("/classes/?near=Leeds&km=5&delivery=in_person&day=sat&age_weeks=10").content.decode()

    assert "No class near Leeds fits all of that. These come close:" in " ".join(page.split())
    assert "1 class within 15 km" in page
    assert "2 classes on other days" in page
    assert "?near=Leeds&amp;delivery=in_person&amp;day=sat&amp;age_weeks=10" in page
    assert "/me/alerts/new/?near=Leeds&amp;km=5&amp;delivery=in_person&amp;day=sat&amp;age_weeks=10" in page


def test_many_that_nearly_fit_are_not_counted_to_the_end(cast: Cast, leeds: Locality, now: datetime) -> None:
    Series.objects.bulk_create(
        Series(
            slug=f"many-{number}",
            title="Many",
            instructor=cast.instructor_profile,
            plan=cast.open.plan,
            time_zone="Europe/London",
            state="published",
            first_session_at=now + timedelta(days=number + 1),
            weekday=1,
        )
        for number in range(30)
    )
    found = searching.find(Search(days=(1,), language="pl"), page="", now=now)

    assert [(one.let_go, one.count, one.is_more) for one in found.nearly] == [("language", 21, True)]


@pytest.mark.parametrize("rows", [1, 3])
def test_an_empty_page_takes_four_statements(cast: Cast, leeds: Locality, client: Client, rows: int) -> None:
    Series.objects.filter(pk__in=Series.objects.order_by("pk").values("pk")[rows:]).update(state="draft")
    with CaptureQueriesContext(connection) as asked:
        answer = client.get("/classes/?near=Wick&day=sun&part=morning&language=en&delivery=hospital&age_weeks=3&km=5")

    assert (answer.status_code, answer.context["found"].cards, len(asked)) == (200, [], 4)


# What has begun -----------------------------------------------------------------------------------------------------


def test_a_series_that_can_be_joined_late_says_when_it_began(cast: Cast, leeds: Locality, client: Client) -> None:
    Series.objects.filter(pk=cast.running.pk).update(late_until=3)
    page = " ".join(client.get("/classes/?near=Leeds").content.decode().split())

    assert "Gentle Thursdays" in page
    assert "12 March</time>, you can still join" in page
    assert "£36 <small>for 3 dates</small>" in page


def test_what_has_begun_is_not_said_to_start_soon(cast: Cast, client: Client) -> None:
    Series.objects.filter(pk=cast.running.pk).update(late_until=3)

    assert "Gentle Thursdays" not in [card.series.title for card in client.get("/").context["cards"]]


def test_after_the_last_date_to_join_it_is_gone(cast: Cast, leeds: Locality, now: datetime) -> None:
    Series.objects.filter(pk=cast.running.pk).update(late_until=3)
    third = Session.objects.get(series=cast.running, number=3).starts_at

    assert "Gentle Thursdays" in titles(Search(), third - timedelta(minutes=1))
    assert "Gentle Thursdays" not in titles(Search(), third)


def test_the_catalogue_may_be_kept_for_the_back_button(cast: Cast, client: Client) -> None:
    """A browser forgets a page that says no-store. What a signed-in reader saw says so; the address brings it back."""
    assert "no-store" not in client.get("/classes/").headers.get("Cache-Control", "")
    assert sign_in(client, cast.parent).get("/classes/?day=tue").headers["Cache-Control"] == "no-store"
