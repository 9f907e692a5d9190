"""More or fewer places in a series, and how they are offered. Pages: `change_places`, `change_offers`,
`offer_by_hand`, all on the page of a series."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client

from classes import capacity, offers
from classes.capacity import CannotChangeCapacity, change_capacity
from classes.models import Enrolment, Hold, Offer, Place, Series
from classes.wishes import Wish
from config.audit.models import AuditEntry
from tests.cast import Cast, sign_in
from tests.classes.queues import fill, household, offer_of, states, until, wait, wait_anywhere
from tests.factories.classes import make_waiting_party

RUN = "/teach/series/busy-little-people/"


@pytest.fixture
def full(cast: Cast) -> Enrolment:
    return fill(cast.open, babies=("Una", "Bo", "Kit"))


def places_of(series: Series) -> set[tuple[int, int]]:
    return set(series.sessions.values_list("capacity", "stream_capacity"))


def change(cast: Cast, room: int, *, stream: int = 0, now: datetime) -> Series:
    return change_capacity(cast.open, room=room, stream=stream, by=cast.instructor, now=now)


def test_new_places_go_to_those_in_line_first(cast: Cast, full: Enrolment, now: datetime) -> None:
    first, second = wait(cast, "ana", "Ida", "Ivo", now=now), wait(cast, "bea", "Baby", now=now)
    series = change(cast, 5, now=now)

    assert (series.capacity, places_of(cast.open), states(first, second)) == (5, {(5, 0)}, ["offered", "waiting"])
    entry = AuditEntry.objects.get(what="changed the places of a series")
    assert (entry.by_id, entry.detail) == (cast.instructor.pk, {"room": [3, 5], "stream": [0, 0]})


def test_more_places_ask_again_whoever_let_one_run_out(cast: Cast, full: Enrolment, now: datetime) -> None:
    party = wait(cast, "ana", "Baby", now=now)
    change(cast, 4, now=now)
    over = until(party)
    offers.sweep(over)
    assert states(party) == ["waiting"]

    change(cast, 5, now=over)
    assert states(party) == ["offered"]


def test_dates_that_are_over_keep_what_they_had(cast: Cast, now: datetime) -> None:
    change_capacity(cast.running, room=9, stream=2, by=cast.instructor, now=now)

    told = cast.running.sessions.order_by("number").values_list("capacity", "stream_capacity")
    assert list(told) == [(8, 4), (8, 4), (9, 2), (9, 2), (9, 2)]


def test_fewer_than_are_in_use_is_refused_date_by_date(cast: Cast, full: Enrolment, now: datetime) -> None:
    """The three are in all five sessions; one of them stays away on the first date."""
    first = cast.open.sessions.get(number=1)
    Place.objects.filter(session=first, baby__first_name="Bo").update(released_at=now)
    with pytest.raises(CannotChangeCapacity) as refused:
        change(cast, 2, now=now)

    assert refused.value.sentences == [
        "On Tuesday 28 April 3 places are in use. Choose 3 or more.",
        "On Tuesday 5 May 3 places are in use. Choose 3 or more.",
        "On Tuesday 12 May 3 places are in use. Choose 3 or more.",
        "On Tuesday 19 May 3 places are in use. Choose 3 or more.",
    ]
    assert (Series.objects.get(pk=cast.open.pk).capacity, places_of(cast.open)) == (3, {(3, 0)})


def test_offered_and_held_places_are_in_use(cast: Cast, full: Enrolment, now: datetime) -> None:
    Place.objects.filter(enrolment=full, baby__first_name__in=["Una", "Bo"]).update(released_at=now)
    wait(cast, "ana", "Baby", now=now)
    soon = now + timedelta(minutes=15)
    Hold.objects.create(series=cast.open, places=1, made_at=now, expires_at=soon)
    with pytest.raises(CannotChangeCapacity, match="3 places are in use"):
        change(cast, 2, now=now)

    assert change(cast, 2, now=soon).capacity == 2


def test_places_with_a_number_above_are_numbered_anew(cast: Cast, full: Enrolment, now: datetime) -> None:
    """Una has number 1 and Kit number 3; of two places Kit gets number 1 when Una has gone."""
    Place.objects.filter(enrolment=full, baby__first_name="Una").update(released_at=now)
    change(cast, 2, now=now)

    standing = Place.objects.unreleased().filter(enrolment=full).order_by("session_id", "baby_id")
    assert [(place.baby.first_name, place.number) for place in standing.select_related("baby")] == [
        ("Bo", 2),
        ("Kit", 1),
    ] * 5


@pytest.mark.parametrize(("room", "stream"), [(0, 0), (5, 2), (0, 4)])
def test_the_places_must_suit_the_way_of_joining(cast: Cast, now: datetime, room: int, stream: int) -> None:
    with pytest.raises(CannotChangeCapacity, match="must suit the way"):
        change(cast, room, stream=stream, now=now)


def test_the_same_number_again_writes_nothing(cast: Cast, full: Enrolment, now: datetime) -> None:
    change(cast, 3, now=now)

    assert AuditEntry.objects.filter(what="changed the places of a series").count() == 0


def test_offers_go_out_by_themselves_again_when_the_instructor_says_so(
    cast: Cast, full: Enrolment, now: datetime
) -> None:
    party = wait(cast, "ana", "Baby", now=now)
    capacity.set_offers(cast.open, hours=10, by_hand=True, by=cast.instructor, now=now)
    change(cast, 4, now=now)
    assert states(party) == ["waiting"]

    capacity.set_offers(cast.open, hours=3, by_hand=False, by=cast.instructor, now=now)
    assert (states(party), until(party)) == (["offered"], now + timedelta(hours=3))


# The pages ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def ruth(cast: Cast, client: Client) -> Client:
    return sign_in(client, cast.instructor)


def test_change_places_sets_them_and_refuses_with_a_sentence_for_each_date(
    cast: Cast, full: Enrolment, ruth: Client
) -> None:
    more = ruth.post(f"{RUN}places/", {"places-room": "4"})
    assert (more.status_code, more.headers["Location"], places_of(cast.open)) == (302, RUN, {(4, 0)})

    fewer = ruth.post(f"{RUN}places/", {"places-room": "2"})
    assert (fewer.status_code, "On Tuesday 21 April 3 places are in use." in fewer.content.decode()) == (409, True)
    assert 'value="2"' in fewer.content.decode()
    none = ruth.post(f"{RUN}places/", {"places-room": "0"})
    assert (none.status_code, list(none.context["places_form"].errors)) == (422, ["room"])


def test_change_offers_sets_hours_and_hand(cast: Cast, ruth: Client) -> None:
    kept = ruth.post(f"{RUN}offers/", {"offers-hours": "10", "offers-how": "hand"})
    assert kept.headers["Location"] == RUN
    assert Series.objects.filter(offer_hours=10, offers_by_hand=True).count() == 1

    wrong = ruth.post(f"{RUN}offers/", {"offers-hours": "1", "offers-how": "hand"})
    assert (wrong.status_code, list(wrong.context["offers_form"].errors)) == (422, ["hours"])


def test_offer_by_hand_asks_for_a_reason_out_of_turn(cast: Cast, full: Enrolment, ruth: Client, now: datetime) -> None:
    first, second = wait(cast, "ana", "Ida", now=now), wait(cast, "bea", "Baby", now=now)
    ruth.post(f"{RUN}offers/", {"offers-hours": "24", "offers-how": "hand"})
    Place.objects.filter(enrolment=full, baby__first_name="Una").update(released_at=now)
    page = ruth.get(RUN).content.decode()
    assert "A place is free. First in turn: Ida." in page

    address = f"{RUN}offers/{second.pk}/"
    refused = ruth.post(address, {})
    assert (refused.status_code, "say in a few words why" in refused.content.decode()) == (409, True)
    done = ruth.post(address, {f"hand{second.pk}-reason": "Moves away in June"})
    assert (done.headers["Location"], states(first, second)) == (RUN, ["waiting", "offered"])
    assert (offer_of(second).reason, offer_of(second).by) == ("Moves away in June", cast.instructor)


def test_offer_by_hand_knows_only_the_line_of_an_own_series(
    cast: Cast, full: Enrolment, ruth: Client, now: datetime
) -> None:
    party = wait(cast, "ana", "Baby", now=now)
    _user, family, babies = household("dee", "Zoe")
    elsewhere = make_waiting_party(cast.stream, family=family, babies=babies, way="stream")
    stranger = sign_in(Client(), cast.other_instructor)

    assert ruth.post(f"{RUN}offers/{elsewhere.pk}/").status_code == 404
    assert ruth.post(f"{RUN}offers/999999/").status_code == 404
    assert stranger.post(f"{RUN}offers/{party.pk}/").status_code == 404
    assert stranger.post(f"{RUN}places/", {"places-room": "9"}).status_code == 404
    assert stranger.post(f"{RUN}offers/", {"offers-hours": "9", "offers-how": "hand"}).status_code == 404
    assert Offer.objects.filter(party=party).count() == 0


def test_run_series_names_nobody_who_waits_for_any_class(
    cast: Cast, full: Enrolment, ruth: Client, now: datetime
) -> None:
    wait_anywhere("ana", "Ottilie", wish=Wish(near="Leeds", days=(2,)), now=now)
    page = ruth.get(RUN).content.decode()

    assert ("A family that takes any class that fits" in page, "Ottilie" in page, "Ana" in page) == (True, False, False)
