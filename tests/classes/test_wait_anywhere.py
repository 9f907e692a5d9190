"""Waiting for any class that fits: what fits, what does not, and one offer at a time. The page is `wait_anywhere`."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from classes import offers, waiting_list
from classes.line import line_for
from classes.models import Enrolment, Offer, Series, Venue, WaitingParty
from classes.places import occupancy
from classes.wishes import Wish, ways_in
from config.letters.models import Letter
from families.models import Baby
from tests.cast import Cast, sign_in
from tests.classes.queues import LEEDS, YORK, fill, free, household, offer_of, states, wait, wait_anywhere
from tests.factories.classes import make_series, make_waiting_party
from tests.factories.families import add_baby

PAGE = "/me/waiting/"
WAIT = "/classes/busy-little-people/wait/"
NEAR = Wish(near="Leeds", here=LEEDS, km=5)


@pytest.fixture
def full(cast: Cast) -> Enrolment:
    """The room of the open series lies in Leeds, and one family has both its places. Nothing else is open there."""
    Venue.objects.filter(pk=cast.venue.pk).update(latitude=LEEDS[0], longitude=LEEDS[1])
    Series.objects.filter(pk=cast.practice.pk).update(state=Series.State.CANCELLED)
    cast.open.refresh_from_db()
    return fill(cast.open)


def a_baby(weeks: int, on: date) -> Baby:
    return Baby(first_name="Ida", born_on=on - timedelta(weeks=weeks))


# What fits ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wish", "fits"),
    [
        (NEAR, True),
        (Wish(near="York", here=YORK, km=15), False),
        (Wish(near="York", here=YORK, km=40), True),
        (Wish(near="leeds ls6"), True),
        (Wish(near="harrogate"), False),
        (Wish(here=LEEDS, ways=("stream",)), False),
        (Wish(here=LEEDS, days=(2,), parts=("afternoon",), language="en", until=date(2026, 4, 21)), True),
        (Wish(here=LEEDS, days=(1, 3)), False),
        (Wish(here=LEEDS, parts=("morning", "evening")), False),
        (Wish(here=LEEDS, language="es"), False),
        (Wish(here=LEEDS, until=date(2026, 4, 20)), False),
    ],
)
def test_a_series_fits_by_every_part_of_the_wish(cast: Cast, full: Enrolment, wish: Wish, fits: bool) -> None:
    """Tuesdays at 14:00 from 21 April, in Leeds, in English."""
    series = Series.objects.select_related("venue").get(pk=cast.open.pk)

    assert bool(ways_in(series, wish, babies=[cast.baby])) is fits


def test_every_baby_must_be_of_the_age_on_the_first_day(cast: Cast, full: Enrolment) -> None:
    Series.objects.filter(pk=cast.open.pk).update(min_age_weeks=4, max_age_weeks=26)
    series = Series.objects.select_related("venue").get(pk=cast.open.pk)
    first = date(2026, 4, 21)
    fit = [weeks for weeks in (3, 4, 26, 27) if ways_in(series, NEAR, babies=[a_baby(weeks, first)])]
    expected = Baby(first_name="Bo", due_on=first - timedelta(weeks=5))

    assert fit == [4, 26]
    assert ways_in(series, NEAR, babies=[expected]) == ["room"]
    assert ways_in(series, NEAR, babies=[expected, a_baby(40, first)]) == []


def test_where_room_and_stream_would_do_the_room_comes_first(cast: Cast) -> None:
    both = Wish(near="Leeds", ways=("room", "stream"))

    assert ways_in(cast.running, both, babies=[cast.baby]) == ["room", "stream"]


# In line --------------------------------------------------------------------------------------------------------------


def test_both_kinds_stand_in_one_line_by_the_time_they_joined(cast: Cast, full: Enrolment, now: datetime) -> None:
    anywhere = wait_anywhere("ana", "Ida", wish=NEAR, now=now)
    one = wait(cast, "bea", "Baby", now=now + timedelta(hours=1))
    far = wait_anywhere("cem", "Baby", wish=Wish(near="York", here=YORK, km=5), now=now)
    assert ([item.party for item in line_for(cast.open)], waiting_list.rank_of(one)) == ([anywhere, one], 2)

    free(full, now=now + timedelta(hours=2))
    assert states(anywhere, one, far) == ["offered", "offered", "waiting"]
    assert offer_of(anywhere).enrolment.way == "room"


def test_a_family_stands_in_the_line_once_and_gets_one_offer(cast: Cast, full: Enrolment, now: datetime) -> None:
    party = wait(cast, "ana", "Baby", now=now)
    family = party.family
    waiting_list.join_anywhere(
        NEAR, family=family, babies=list(party.babies.all()), asked_by=party.asked_by, by=cast.parent, now=now
    )
    free(full, now=now)

    assert (len(line_for(cast.open)), Offer.objects.count()) == (1, 1)


def test_twins_that_wait_anywhere_are_passed_over_by_a_single_place(cast: Cast, full: Enrolment, now: datetime) -> None:
    twins = wait_anywhere("ana", "Ida", "Ivo", wish=NEAR, now=now)
    single = wait(cast, "bea", "Baby", now=now)
    full.places.filter(baby__first_name="Una").update(released_at=now)
    offers.offer_places(cast.open, now=now)

    assert states(twins, single) == ["waiting", "offered"]


def test_who_joins_while_a_class_that_fits_has_places_is_offered_the_soonest(cast: Cast, now: datetime) -> None:
    Venue.objects.update(latitude=LEEDS[0], longitude=LEEDS[1])
    party = wait_anywhere("ana", "Baby", wish=NEAR, now=now)

    assert (states(party), offer_of(party).enrolment.series) == (["offered"], cast.practice)


def test_two_series_never_ask_one_party_at_once(cast: Cast, full: Enrolment, now: datetime) -> None:
    second = make_series(
        cast.other_instructor_profile,
        title="The other one",
        slug="the-other-one",
        first=date(2026, 4, 22),
        clock=time(14),
        venue=cast.venue,
    )
    crowd = fill(second, by="second", babies=("Kit",))
    party = wait_anywhere("ana", "Baby", wish=NEAR, now=now)
    free(full, now=now)
    free(crowd, now=now)

    assert (states(party), Offer.objects.filter(party=party).count()) == (["offered"], 1)


def test_an_offer_that_was_made_elsewhere_a_moment_ago_is_seen_under_the_lock(
    cast: Cast, full: Enrolment, now: datetime
) -> None:
    """The line was read before another series asked the party; the conditional update finds nobody waiting."""
    party = wait_anywhere("ana", "Baby", wish=NEAR, now=now)
    [candidate] = line_for(cast.open)
    seen = occupancy(cast.open, now=now)
    WaitingParty.objects.filter(pk=party.pk).update(state="offered")

    assert offers.offer_to(candidate, cast.open, seen, way="room", now=now) is None
    assert Enrolment.objects.filter(state="offered").count() == 0


@pytest.mark.parametrize("waiting", [1, 3])
def test_the_line_is_read_in_two_statements(cast: Cast, full: Enrolment, now: datetime, waiting: int) -> None:
    for number in range(waiting):
        wait_anywhere(f"any{number}", "Baby", wish=NEAR, now=now)
        wait(cast, f"one{number}", "Baby", now=now)
    series = Series.objects.select_related("venue").get(pk=cast.open.pk)
    with CaptureQueriesContext(connection) as asked:
        assert len(line_for(series)) == 2 * waiting

    assert len(asked) == 2


def test_asking_again_changes_what_fits_and_keeps_the_rank(cast: Cast, full: Enrolment, now: datetime) -> None:
    party = wait_anywhere("ana", "Baby", wish=NEAR, now=now)
    babies = list(party.babies.all())
    again = waiting_list.join_anywhere(
        Wish(near="York", here=YORK, km=2),
        family=party.family,
        babies=babies,
        asked_by=party.asked_by,
        by=cast.parent,
        now=now + timedelta(days=3),
    )

    assert (again.pk, again.joined_at, again.km, line_for(cast.open)) == (party.pk, now, 2, [])


# The page -------------------------------------------------------------------------------------------------------------


def wish_form(*babies: Baby, **changes: Any) -> dict[str, Any]:
    typed = {"babies": [str(baby.pk) for baby in babies], "rows": "0", "near": "Leeds", "km": "15", "ways": ["room"]}
    return {**typed, **changes}


def test_wait_anywhere_joins_changes_and_leaves(cast: Cast, full: Enrolment, client: Client) -> None:
    sign_in(client, cast.parent)
    assert b"Wait for any class that fits" in client.get(PAGE).content
    joined = client.post(PAGE, wish_form(cast.baby, days=["weekdays"], parts=["afternoon"]))
    party = WaitingParty.objects.get(family=cast.family)
    assert (joined.status_code, joined.headers["Location"]) == (302, PAGE)
    assert (party.wish["days"], party.wish["parts"], party.km, party.latitude) == (
        [1, 2, 3, 4, 5],
        ["afternoon"],
        15,
        LEEDS[0],
    )
    page = client.get(PAGE)
    assert b"You wait for any class that fits" in page.content
    assert b"Any class that fits" in client.get("/me/").content

    assert client.post(PAGE, {"do": "leave"}).headers["Location"] == "/me/"
    assert states(party) == ["withdrawn"]


def test_wait_anywhere_says_what_is_missing_beside_the_field(cast: Cast, client: Client) -> None:
    sign_in(client, cast.parent)
    nowhere = client.post(PAGE, wish_form(cast.baby, near="Atlantis"))
    no_way = client.post(PAGE, wish_form(cast.baby, ways=[]))
    no_baby = client.post(PAGE, wish_form(near=""))

    assert [page.status_code for page in (nowhere, no_way, no_baby)] == [422, 422, 422]
    assert "We do not know this place." in nowhere.content.decode()
    assert 'value="Atlantis"' in nowhere.content.decode()
    assert set(no_baby.context["form"].errors) == {"babies", "near"}


def test_wait_anywhere_takes_no_baby_of_another_family(cast: Cast, client: Client) -> None:
    sign_in(client, cast.parent)

    assert client.post(PAGE, wish_form(cast.other_baby)).status_code == 422
    assert WaitingParty.objects.count() == 0


def test_join_waiting_list_for_this_one_or_any_that_fits(
    cast: Cast, full: Enrolment, client: Client, now: datetime
) -> None:
    add_baby(cast.family, "Theo")
    sign_in(client, cast.parent)
    babies = [str(baby.pk) for baby in cast.family.babies.all()]
    typed = {"babies": babies, "rows": "0", "where": "any", "near": "Leeds", "km": "5", "ways": ["room", "stream"]}
    joined = client.post(WAIT, typed)

    assert joined.headers["Location"] == WAIT
    parties = WaitingParty.objects.in_line().order_by("pk")
    assert [(party.series_id, party.babies.count(), party.way) for party in parties] == [
        (cast.open.pk, 2, "room"),
        (None, 2, "stream"),
    ]
    # The stream in the evening has places for both, and is offered at once; the other line is told in a letter.
    assert [letter.key.split(":")[0] for letter in Letter.objects.order_by("pk")] == ["waiting", "offer"]
    assert offer_of(parties[1]).enrolment.series == cast.stream
    assert b"You also wait for any class that fits" in client.get(WAIT).content
    assert b"After the bath" in client.get("/me/").content


def test_an_offer_of_an_anywhere_entry_is_answered_on_the_page_of_the_series(
    cast: Cast, full: Enrolment, client: Client, now: datetime
) -> None:
    party = make_waiting_party(cast.open, family=cast.family, babies=[cast.baby])
    WaitingParty.objects.filter(pk=party.pk).update(series=None, **NEAR.columns)
    free(full, now=now)
    sign_in(client, cast.parent)
    page = client.get(WAIT).content.decode()
    assert "Nobody else can take it while you think." in page
    assert "The clock stands still from 21:00 to 7:00." in page

    said = client.post(f"/me/offers/{offer_of(party).token}/", {"answer": "no", "then": "keep"})
    assert (said.headers["Location"], states(party)) == (PAGE, ["waiting"])


def test_a_class_that_was_declined_is_not_offered_again_when_another_place_opens(
    cast: Cast, full: Enrolment, now: datetime
) -> None:
    party = wait_anywhere("ana", "Baby", wish=NEAR, now=now)
    full.places.filter(baby__first_name="Una").update(released_at=now)
    offers.offer_places(cast.open, now=now)
    waiting_list.decline(offer_of(party), by=cast.parent, now=now, keep=True)
    free(full, now=now + timedelta(hours=1))

    assert (states(party), Offer.objects.filter(party=party).count()) == (["waiting"], 1)


def test_leaving_gives_back_an_offer_of_another_series(cast: Cast, full: Enrolment, now: datetime) -> None:
    first = wait_anywhere("ana", "Ida", "Ivo", wish=NEAR, now=now)
    second = wait(cast, "bea", "Baby", now=now)
    free(full, now=now)
    waiting_list.withdraw(first, by=cast.parent, now=now)

    assert states(first, second) == ["withdrawn", "offered"]


def test_a_family_with_no_account_left_has_nobody_to_write_to(cast: Cast, full: Enrolment, now: datetime) -> None:
    _user, family, babies = household("ana", "Baby")
    party = waiting_list.join_anywhere(
        NEAR, family=family, babies=babies, asked_by=family.caregivers.get(), by=cast.parent, now=now
    )
    family.caregivers.update(user=None)
    free(full, now=now)

    assert states(party) == ["waiting"]
