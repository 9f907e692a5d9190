"""The dates of a place, one by one: `my_place`, `release_date`, `take_back_date`, `switch_date`, `choose_make_up`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from classes import making_up, my_dates, releasing
from classes.models import Hold, MakeUpRight, Place, Session
from families.models import Caregiver
from tests.cast import Cast, sign_in
from tests.factories.classes import make_enrolment, make_series
from tests.factories.families import add_baby

Counts = Callable[[int], Any]


def third(cast: Cast) -> Session:
    return cast.running.sessions.get(number=3)


def place_url(cast: Cast) -> str:
    return f"/me/places/{cast.enrolment.reference}/"


def date_url(cast: Cast, deed: str, session: Session | None = None) -> str:
    return f"{place_url(cast)}dates/{(session or third(cast)).reference}/{deed}/"


def dates(cast: Cast, now: datetime) -> dict[int, my_dates.Date]:
    return {one.session.number: one for one in my_dates.dates_of(cast.enrolment, now=now)}


def test_each_date_says_how_it_stands(cast: Cast, now: datetime) -> None:
    releasing.release(cast.enrolment, session=third(cast), babies=[cast.baby], by=cast.parent, now=now)
    found = dates(cast, now)
    assert {number: (one.is_open, bool(one.here), one.can_take_back) for number, one in found.items()} == {
        1: (False, True, False),
        2: (False, True, False),
        3: (True, False, True),
        4: (True, True, False),
        5: (True, True, False),
    }
    assert (found[4].other_way, found[3].other_way) == ("stream", "")
    assert [right.state for right in found[3].open_rights] == ["open"]


@pytest.mark.parametrize("babies", [1, 3])
def test_the_dates_take_three_queries(
    cast: Cast, now: datetime, django_assert_num_queries: Counts, babies: int
) -> None:
    series = make_series(cast.instructor_profile, slug="many", venue=cast.venue)
    many = [add_baby(cast.family, f"Baby {number}") for number in range(babies)]
    mine = make_enrolment(series, family=cast.family, babies=many, by=cast.parent)
    with django_assert_num_queries(3):
        found = my_dates.dates_of(mine, now=now)
        assert [len(one.here) for one in found] == [babies] * 5
        assert found[0].names_here == [baby.first_name for baby in many]


def test_my_place_asks_the_same_for_one_right_held_by_one_baby_and_by_three(
    cast: Cast, now: datetime, client: Client, django_assert_num_queries: Counts
) -> None:
    releasing.release(cast.enrolment, session=third(cast), babies=[cast.baby], by=cast.parent, now=now)
    with django_assert_num_queries(7):
        [one] = my_dates.making_up(cast.enrolment, now=now)
    assert (one.names, one.missed, len(one.found)) == (["Ada"], third(cast), 2)


def test_release_date_and_take_back_date_by_button(cast: Cast, client: Client) -> None:
    sign_in(client, cast.coparent)
    gone = client.post(date_url(cast, "away"), follow=True)
    words = gone.content.decode()
    assert gone.redirect_chain == [(f"{place_url(cast)}#make-up", 302)]
    assert "Thank you for telling us. You have a make-up place for it." in words
    assert "Nobody has taken it yet. You hold a make-up place instead." in words
    assert "Take this one" in words

    back = client.post(date_url(cast, "back"), follow=True).content.decode()
    assert "Good, you are coming." in back
    assert "Take it back" not in back


def test_one_baby_is_named(cast: Cast, client: Client) -> None:
    theo = add_baby(cast.family, "Theo")
    Place.objects.create(enrolment=cast.enrolment, session=third(cast), baby=theo, number=7)
    sign_in(client, cast.parent)
    assert "Only one of them stays home" in client.get(place_url(cast)).content.decode()
    words = client.post(date_url(cast, "away"), {"baby": str(theo.pk)}, follow=True).content.decode()
    assert "Theo: given back on" in words
    assert "Nobody can come" in words
    assert client.post(date_url(cast, "away"), {"baby": str(cast.other_baby.pk)}).status_code == 404


def test_switch_date_there_and_back(cast: Cast, client: Client) -> None:
    sign_in(client, cast.parent)
    words = client.post(date_url(cast, "way"), {"way": "stream"}, follow=True).content.decode()
    assert "You join by live-stream that day." in words
    assert "By stream, this once" in words
    assert "Back to the room" in words
    assert client.post(date_url(cast, "way"), {"way": "moon"}).status_code == 422
    words = client.post(date_url(cast, "way"), {"way": "room"}, follow=True).content.decode()
    assert "By stream, this once" not in words


def test_choose_make_up_books_in_two_taps(cast: Cast, client: Client, now: datetime) -> None:
    sign_in(client, cast.parent)
    client.post(date_url(cast, "away"))
    there = cast.open.sessions.get(number=3)
    page = client.get(place_url(cast)).content.decode()
    assert f'name="place" value="{there.reference}:room" checked' in page

    typed = {"missed": third(cast).reference, "place": f"{there.reference}:room"}
    words = client.post(f"{place_url(cast)}make-up/", typed, follow=True).content.decode()
    assert "Your make-up place is booked." in words
    assert "Busy little people" in words
    assert "You make up for it on" in words
    assert "Take this one" not in words
    again = client.post(f"{place_url(cast)}make-up/", typed, follow=True)
    assert again.status_code == 200
    assert Place.objects.filter(kind="make_up").count() == 1


@pytest.mark.parametrize(
    ("typed", "status", "words"),
    [
        ({}, 422, "Please choose a class for your make-up place."),
        ({"missed": "x", "place": "y:room"}, 409, "does not fit by now"),
        ({"missed": "third", "place": "second:room"}, 409, "does not fit by now"),
        ({"missed": "third", "place": "fits:moon"}, 409, "no longer a place for all of you"),
    ],
)
def test_choose_make_up_says_why_not(
    cast: Cast, client: Client, now: datetime, typed: dict[str, str], status: int, words: str
) -> None:
    releasing.release(cast.enrolment, session=third(cast), babies=[cast.baby], by=cast.parent, now=now)
    named = {
        "third": third(cast).reference,
        "second": cast.open.sessions.get(number=2).reference,
        "fits": cast.open.sessions.get(number=3).reference,
    }
    form = {name: ":".join(named.get(part, part) for part in value.split(":")) for name, value in typed.items()}
    answer = sign_in(client, cast.parent).post(f"{place_url(cast)}make-up/", form)
    assert (answer.status_code, words in answer.content.decode()) == (status, True)
    assert MakeUpRight.objects.get().state == "open"


def test_a_refusal_stands_on_the_page(cast: Cast, client: Client, now: datetime) -> None:
    releasing.release(cast.enrolment, session=third(cast), babies=[cast.baby], by=cast.parent, now=now)
    Session.objects.filter(pk=third(cast).pk).update(capacity=2)
    Hold.objects.create(series=cast.running, session=third(cast), made_at=now, expires_at=now + timedelta(minutes=9))
    sign_in(client, cast.parent)
    assert "Someone else has the place now." in client.get(place_url(cast)).content.decode()
    answer = client.post(date_url(cast, "back"))
    assert answer.status_code == 409
    assert "Someone else has taken the place by now." in answer.content.decode()
    first = cast.running.sessions.get(number=1)
    assert "has begun" in client.post(date_url(cast, "away", first)).content.decode()
    assert client.post(date_url(cast, "way", first), {"way": "stream"}).status_code == 409


def test_who_only_sees_the_dates_changes_none(cast: Cast, client: Client) -> None:
    Caregiver.objects.filter(user=cast.coparent).update(role="dates")
    sign_in(client, cast.coparent)
    page = client.get(place_url(cast))
    assert (page.status_code, "We can’t come" in page.content.decode()) == (200, False)
    for deed in ("away", "back", "way"):
        assert client.post(date_url(cast, deed), {"way": "stream"}).status_code == 403
    assert client.post(f"{place_url(cast)}make-up/", {}).status_code == 403
    Caregiver.objects.filter(user=cast.coparent).update(role="practice")
    assert client.post(date_url(cast, "away")).status_code == 302


def test_dates_of_others_are_not_there(cast: Cast, client: Client) -> None:
    sign_in(client, cast.other_parent)
    assert client.post(date_url(cast, "away")).status_code == 404
    theirs = cast.stream.sessions.get(number=1)
    sign_in(client, cast.parent)
    assert client.post(date_url(cast, "away", theirs)).status_code == 404
    assert client.get(date_url(cast, "away")).status_code == 405


def test_my_classes_has_the_button_and_the_right(cast: Cast, client: Client) -> None:
    sign_in(client, cast.parent)
    page = client.get("/me/").content.decode()
    assert date_url(cast, "away") in page
    client.post(date_url(cast, "away"))
    page = client.get("/me/").content.decode()
    assert "You have a make-up place" in page
    assert f"{place_url(cast)}#make-up" in page


def test_a_stale_make_up_date_leaves_the_list_once_its_right_serves_another(cast: Cast, now: datetime) -> None:
    releasing.release(cast.enrolment, session=third(cast), babies=[cast.baby], by=cast.parent, now=now)
    one, other = cast.open.sessions.get(number=3), cast.stream.sessions.get(number=3)
    rights = list(making_up.rights_to_use(MakeUpRight.objects.all()))
    making_up.make_up(rights, session=one, way="room", by=cast.parent, now=now)
    releasing.release(cast.enrolment, session=one, babies=[cast.baby], by=cast.parent, now=now)
    series = [date.session.series.slug for date in my_dates.dates_of(cast.enrolment, now=now)]
    assert series.count("busy-little-people") == 1
    making_up.make_up(rights, session=other, way="stream", by=cast.parent, now=now)
    series = [date.session.series.slug for date in my_dates.dates_of(cast.enrolment, now=now)]
    assert (series.count("busy-little-people"), series.count("after-the-bath")) == (0, 1)


def test_a_date_moved_online_sends_nobody_to_the_room(cast: Cast, client: Client, now: datetime) -> None:
    Session.objects.filter(pk=third(cast).pk).update(online_at=now)
    sign_in(client, cast.parent)
    next_card = client.get("/me/").content.decode().split("Bookings")[0]
    assert ("The link opens 15 minutes before." in next_card, "St Brannoc’s Hall" in next_card) == (True, False)
    assert dates(cast, now)[3].other_way == ""


def test_whoever_stands_in_is_named(cast: Cast, client: Client) -> None:
    other = cast.other_instructor_profile
    Session.objects.filter(pk=third(cast).pk).update(substitute=other)
    assert f"With {other.display_name}" in sign_in(client, cast.parent).get(place_url(cast)).content.decode()
