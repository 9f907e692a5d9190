"""The pages that end a booking: the sum stands above the button. Pages: `move_place`, `cancel_place`, `end_quietly`,
`come_back`, and what `my_place` and `my_classes` say of them."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from classes import transferring
from classes.models import Charge, Enrolment, Series
from classes.place_end import place_end
from families.models import Caregiver, Family, QuietNote
from tests.cast import Cast, sign_in
from tests.factories.classes import BOOKED_AT, make_series
from tests.factories.ending import book, charges_of, go_to, pay


@pytest.fixture
def enrolment(cast: Cast) -> Enrolment:
    """Ada in "Busy little people", paid: five dates for £60."""
    booked = book(cast, at=BOOKED_AT)
    pay(booked, now=BOOKED_AT)
    return booked


@pytest.fixture
def evenings(cast: Cast) -> Series:
    return make_series(
        cast.instructor_profile,
        title="Thursday evenings",
        slug="thursday-evenings",
        first=date(2026, 5, 14),
        clock=time(18, 30),
        venue=cast.venue,
    )


def said(client: Client, address: str) -> str:
    return " ".join(client.get(address).content.decode().split())


def address_of(enrolment: Enrolment, page: str = "") -> str:
    return f"/me/places/{enrolment.reference}/{page}"


def test_my_place_offers_to_move_or_cancel_the_rest(
    cast: Cast, enrolment: Enrolment, evenings: Series, client: Client
) -> None:
    sign_in(client, cast.parent)
    page = said(client, address_of(enrolment))

    assert "Thursday evenings, from 14 May, 18:30, St Brannoc’s Hall" in page
    assert "Cancel, and get £60 back" in page
    assert "A quieter way out" in page


def test_my_place_offers_a_move_to_visits_that_have_no_room(
    cast: Cast, enrolment: Enrolment, evenings: Series, client: Client
) -> None:
    Series.objects.filter(pk=evenings.pk).update(delivery=Series.Delivery.PRIVATE_VISIT, venue=None)
    sign_in(client, cast.parent)

    assert "Thursday evenings, from 14 May, 18:30, Private visit" in said(client, address_of(enrolment))


def test_cancel_place_says_the_sum_first_and_does_it_by_post(cast: Cast, enrolment: Enrolment, client: Client) -> None:
    sign_in(client, cast.parent)
    address = address_of(enrolment, "cancel/")
    assert "Cancel, and get £60 back" in said(client, address)
    assert Enrolment.objects.get(pk=enrolment.pk).state == "booked"

    done = client.post(address, {"agreed": "-6000"}, follow=True)
    assert "its places are free for other families" in done.content.decode()
    assert Enrolment.objects.get(pk=enrolment.pk).state == "cancelled"
    assert "This booking has already ended" in client.post(address, {"agreed": "-6000"}, follow=True).content.decode()
    assert Charge.objects.filter(enrolment=enrolment, kind="refund").count() == 1


@pytest.mark.parametrize("agreed", ["", "abc", "0", "-5999"])
def test_cancel_place_does_nothing_for_another_sum(
    cast: Cast, enrolment: Enrolment, client: Client, agreed: str
) -> None:
    sign_in(client, cast.parent)
    answer = client.post(address_of(enrolment, "cancel/"), {"agreed": agreed})

    assert answer.status_code == 409
    assert "Cancel, and get £60 back" in answer.content.decode()
    assert Enrolment.objects.get(pk=enrolment.pk).state == "booked"


def test_cancel_place_tells_what_has_been_and_what_is_to_come(cast: Cast, enrolment: Enrolment, client: Client) -> None:
    with time_machine.travel(go_to(cast.open, session=2, hours=1), tick=False):
        sign_in(client, cast.parent)
        page = said(client, address_of(enrolment, "cancel/"))

    assert "<dt>Sessions that have been, 2</dt><dd>£24</dd>" in page
    assert "<dt>Sessions still to come, 3</dt><dd>£36</dd>" in page
    assert "Cancel 3 sessions</button>" in page
    assert "After that you can move once, free." in page


def test_move_place_shows_the_quote_and_moves(
    cast: Cast, enrolment: Enrolment, evenings: Series, client: Client
) -> None:
    with time_machine.travel(go_to(cast.open, session=2, hours=1), tick=False):
        sign_in(client, cast.parent)
        address = address_of(enrolment, "move/")
        page = said(client, f"{address}?to=thursday-evenings:room")
        assert "<dt>Thursday evenings, 5 sessions</dt><dd>£60</dd>" in page
        assert "<dt>Your 3 sessions still to come</dt><dd>−£36</dd>" in page
        assert "Move, and pay £24</button>" in page

        done = client.post(address, {"to": "thursday-evenings:room", "agreed": "2400"}, follow=True)
        again = client.post(address, {"to": "thursday-evenings:room", "agreed": "2400"}, follow=True)

    new = Enrolment.objects.get(moved_from=enrolment)
    assert "You have moved" in done.content.decode()
    assert [url for url, _status in done.redirect_chain] == [address_of(new)]
    assert [url for url, _status in again.redirect_chain] == [address_of(new)]


@pytest.mark.parametrize(
    ("posted", "sentence"),
    [
        ({"to": "thursday-evenings:room", "agreed": "1"}, "The sum has changed since you saw it"),
        ({"to": "thursday-evenings:room"}, "Please look at the sum once more"),
        ({"to": "gentle-thursdays:room", "agreed": "0"}, "no longer open"),
        ({"agreed": "0"}, "Please choose a series"),
    ],
)
def test_move_place_refuses_with_a_fresh_quote(
    cast: Cast, enrolment: Enrolment, evenings: Series, client: Client, posted: dict[str, str], sentence: str
) -> None:
    sign_in(client, cast.parent)
    answer = client.post(address_of(enrolment, "move/"), posted)

    assert answer.status_code == 409
    assert sentence in answer.content.decode()
    assert Enrolment.objects.get(pk=enrolment.pk).state == "booked"


def test_move_place_says_when_nothing_fits_and_when_it_is_over(
    cast: Cast, enrolment: Enrolment, now: datetime, client: Client
) -> None:
    Series.objects.exclude(pk=cast.open.pk).update(state="cancelled")
    sign_in(client, cast.parent)
    assert "No other series near you has room" in said(client, address_of(enrolment, "move/"))

    Enrolment.objects.filter(pk=enrolment.pk).update(state="cancelled", ended_at=now)
    assert "This booking has already ended" in said(client, address_of(enrolment, "move/"))


def test_my_place_asks_as_many_questions_of_one_series_as_of_three(
    cast: Cast, enrolment: Enrolment, evenings: Series
) -> None:
    found = Enrolment.objects.for_page().get(pk=enrolment.pk)
    counts = []
    for number in range(3):
        with CaptureQueriesContext(connection) as asked:
            place_end(found, now=go_to(cast.open, hours=-100))
        counts.append(len(asked))
        make_series(cast.instructor_profile, slug=f"more-{number}", first=date(2026, 6, 1), venue=cast.venue)
    assert counts == [7, 7, 7]


def test_end_quietly_stops_everything_with_one_press(cast: Cast, enrolment: Enrolment, client: Client) -> None:
    sign_in(client, cast.parent)
    address = address_of(enrolment, "quiet/")
    page = said(client, address)
    assert "All £60 goes back to you" in page
    assert "will reach you or Joseph" in page
    assert "It ends Gentle Thursdays and Busy little people" in page

    done = client.post(address, {}, follow=True)
    assert [url for url, _status in done.redirect_chain] == ["/me/"]
    assert not QuietNote.objects.exists()
    calm = " ".join(done.content.decode().split())
    assert "£60 goes back to you. You need do nothing for it." in calm
    for word in ("Ada", "practice page", "!</"):
        assert word not in calm.split("<main")[1].split("</main")[0]
    assert charges_of(enrolment)[-1] == ("refund", 6000, "due")
    assert client.get(address).status_code == client.post(address).status_code == 302


def test_end_quietly_keeps_a_reason_that_was_given(cast: Cast, enrolment: Enrolment, client: Client) -> None:
    sign_in(client, cast.coparent)
    client.post(address_of(enrolment, "quiet/"), {"reason": "ill"})

    assert QuietNote.objects.get().text == "ill"


def test_end_quietly_stops_though_the_reason_is_none_of_ours(cast: Cast, enrolment: Enrolment, client: Client) -> None:
    sign_in(client, cast.parent)
    client.post(address_of(enrolment, "quiet/"), {"reason": "nonsense"})

    assert (Enrolment.objects.get(pk=enrolment.pk).state, QuietNote.objects.count()) == ("ended", 0)


def test_come_back_is_one_press(cast: Cast, enrolment: Enrolment, now: datetime, client: Client) -> None:
    Family.objects.update(quiet_at=now)
    sign_in(client, cast.parent)
    assert "Everything has stopped" in said(client, "/me/")
    client.post("/me/quiet/over/")

    assert Family.objects.get(pk=cast.family.pk).quiet_at is None
    assert "Everything has stopped" not in said(client, "/me/")


@pytest.mark.parametrize("page", ["move/", "cancel/", "quiet/"])
def test_who_only_sees_the_dates_is_told_who_can_do_it(
    cast: Cast, enrolment: Enrolment, client: Client, page: str
) -> None:
    Caregiver.objects.filter(user=cast.coparent).update(role="dates")
    sign_in(client, cast.coparent)

    assert client.get(address_of(enrolment, page)).status_code == 403
    assert "Move or cancel the rest" not in said(client, address_of(enrolment))


def test_a_stranger_finds_nothing_to_end(cast: Cast, enrolment: Enrolment, client: Client) -> None:
    sign_in(client, cast.other_parent)
    answers = [client.post(address_of(enrolment, page)).status_code for page in ("move/", "cancel/", "quiet/")]

    assert answers == [404, 404, 404]
    assert transferring.moved_to(enrolment) is None


def test_a_form_says_that_contact_opens_with_it(cast: Cast, now: datetime, client: Client) -> None:
    pages = [f"/classes/{cast.open.slug}/{page}/" for page in ("book", "wait")]
    sign_in(client, cast.parent)
    assert ["hear from us again" in said(client, page) for page in pages] == [False, False]

    Family.objects.update(quiet_at=now)
    assert ["hear from us again" in said(client, page) for page in pages] == [True, True]


def test_my_place_says_what_was_paid_and_what_goes_back(
    cast: Cast, enrolment: Enrolment, now: datetime, client: Client
) -> None:
    sign_in(client, cast.parent)
    page = said(client, address_of(enrolment))
    assert ("Booked and paid" in page, "Paid. Thank you." in page) == (True, True)

    client.post(address_of(enrolment, "quiet/"))
    page = said(client, address_of(enrolment))
    assert "<dt>Back to you</dt><dd>£60</dd>" in page
    assert "The office pays it back." in page
    assert ("Ended" in page, "Cancelled" in page) == (True, False)

    Charge.objects.filter(kind="refund").update(settled_at=now)
    assert "It has been paid back." in said(client, address_of(enrolment))


def test_my_place_says_what_came_along_and_what_is_left(
    cast: Cast, enrolment: Enrolment, evenings: Series, client: Client
) -> None:
    after_two = go_to(cast.open, session=2, hours=1)
    new = transferring.transfer(enrolment, to=evenings, way="room", by=cast.parent, now=after_two)
    with time_machine.travel(after_two, tick=False):
        sign_in(client, cast.parent)
        old_page, new_page = said(client, address_of(enrolment)), said(client, address_of(new))

    assert "<dt>Came with you when you moved</dt><dd>−£36</dd>" in new_page
    assert "<dt>Left to pay</dt><dd>£24</dd>" in new_page
    assert "<dt>Went with you when you moved</dt><dd>−£36</dd>" in old_page
    assert "Moved" in old_page
