"""The waiting list: who is asked, in which order, and what an answer does. Pages: `join_waiting_list`, `answer_offer`,
`leave_waiting_list`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from classes import booking, offers, waiting_list
from classes.models import BookingDraft, Enrolment, Offer, Place
from classes.waiting_list import CannotWait, OfferIsOver
from config.letters.models import Letter
from families.models import Caregiver, Consent
from tests.cast import Cast, sign_in
from tests.classes.booking_forms import new_family, newest_code
from tests.classes.queues import fill, free, states, wait
from tests.factories.classes import make_waiting_party
from tests.factories.families import add_baby

WAIT = "/classes/busy-little-people/wait/"


@pytest.fixture
def full(cast: Cast) -> Enrolment:
    """The open series has two places, and one family has them both. Returns its booking."""
    return fill(cast.open)


def test_those_who_wait_longest_are_asked_first(cast: Cast, full: Enrolment, now: datetime) -> None:
    line = [wait(cast, name, "Baby", now=now) for name in ("ana", "bea", "cem")]
    assert [waiting_list.rank_of(party) for party in line] == [1, 2, 3]

    free(full, now=now)
    assert states(*line) == ["offered", "offered", "waiting"]


def test_a_party_that_does_not_fit_keeps_its_rank(cast: Cast, full: Enrolment, now: datetime) -> None:
    """Twins wait, then a single. One place frees: the single gets it. Two free: the twins get both."""
    twins = wait(cast, "twins", "Ida", "Ivo", now=now)
    single = wait(cast, "single", "Baby", now=now)
    gone = Place.objects.filter(enrolment=full, baby__first_name="Una")
    gone.update(released_at=now)
    offers.offer_places(cast.open, now=now)
    assert (states(twins, single), waiting_list.rank_of(twins)) == (["waiting", "offered"], 1)

    waiting_list.decline(Offer.objects.get(party=single), by=cast.parent, now=now)
    free(full, now=now)
    assert states(twins, single) == ["offered", "declined"]
    assert Place.objects.taken(now).filter(session__series=cast.open).count() == 2 * 5


def test_joining_a_list_with_room_offers_at_once_and_writes_one_letter(cast: Cast, now: datetime) -> None:
    party = wait(cast, "ana", "Baby", now=now)

    assert party.state == "offered"
    assert list(Letter.objects.values_list("key", flat=True)) == [f"offer:{Offer.objects.get().pk}"]


def test_accepting_books_the_held_places(cast: Cast, full: Enrolment, now: datetime) -> None:
    party = wait(cast, "ana", "Baby", now=now)
    free(full, now=now)
    offer = Offer.objects.get(party=party)
    enrolment = waiting_list.accept(offer, by=offer.enrolment.booked_by, now=now)

    assert (enrolment.state, enrolment.booked_at, enrolment.expires_at) == ("booked", now, None)
    assert (states(party), enrolment.places.booked().count(), enrolment.charges.count()) == (["joined"], 5, 1)
    assert Letter.objects.filter(key=f"booked:{enrolment.reference}").count() == 1


def test_accept_then_cancel_does_not_put_back_in_line(cast: Cast, full: Enrolment, now: datetime) -> None:
    party = wait(cast, "ana", "Baby", now=now)
    free(full, now=now)
    offer = Offer.objects.get(party=party)
    free(waiting_list.accept(offer, by=offer.enrolment.booked_by, now=now), now=now)

    assert states(party) == ["joined"]
    assert Place.objects.taken(now).filter(session__series=cast.open).count() == 0


def test_an_offer_that_ran_out_goes_to_the_next(cast: Cast, full: Enrolment, now: datetime) -> None:
    first, second = wait(cast, "ana", "Ida", "Ivo", now=now), wait(cast, "bea", "Baby", now=now)
    free(full, now=now)
    offer = Offer.objects.get(party=first)
    later = offer.enrolment.expires_at
    assert later is not None
    with pytest.raises(OfferIsOver):
        waiting_list.accept(offer, by=cast.parent, now=later)

    assert offers.sweep(later) == 1
    assert states(first, second) == ["waiting", "offered"]


def test_an_offer_ends_before_the_series_begins(cast: Cast, full: Enrolment, now: datetime) -> None:
    party = wait(cast, "ana", "Baby", now=now)
    first = cast.open.first_session_at
    assert first is not None
    free(full, now=first - timedelta(hours=1))

    assert Offer.objects.get(party=party).enrolment.expires_at == first


def test_nothing_is_offered_once_the_series_has_begun(cast: Cast, full: Enrolment, now: datetime) -> None:
    party = wait(cast, "ana", "Baby", now=now)
    Place.objects.filter(enrolment=full).update(released_at=now)

    assert offers.offer_places(cast.open, now=now + timedelta(days=40)) == []
    assert states(party) == ["waiting"]


def test_leaving_the_line_passes_an_offer_on(cast: Cast, full: Enrolment, now: datetime) -> None:
    first, second = wait(cast, "ana", "Ida", "Ivo", now=now), wait(cast, "bea", "Baby", now=now)
    free(full, now=now)
    waiting_list.withdraw(first, by=cast.parent, now=now)

    assert states(first, second) == ["withdrawn", "offered"]


def test_nobody_stands_in_one_line_twice(cast: Cast, full: Enrolment, now: datetime) -> None:
    party = make_waiting_party(cast.open, family=cast.family, babies=[cast.baby])
    with pytest.raises(CannotWait, match="already on this waiting list"):
        waiting_list.join(
            cast.open,
            family=cast.family,
            babies=[cast.baby],
            way="room",
            asked_by=cast.caregiver,
            by=cast.parent,
            now=now,
        )
    assert states(party) == ["waiting"]


def test_a_baby_with_a_place_cannot_wait_for_one(cast: Cast, now: datetime) -> None:
    booking.book(cast.open, family=cast.family, babies=[cast.baby], way="room", who_comes=[], by=cast.parent, now=now)
    with pytest.raises(CannotWait, match="has a place"):
        waiting_list.join(
            cast.open,
            family=cast.family,
            babies=[cast.baby],
            way="room",
            asked_by=cast.caregiver,
            by=cast.parent,
            now=now,
        )


@pytest.mark.parametrize("waiting", [1, 3])
def test_offering_nothing_asks_twice_however_long_the_line(
    cast: Cast, full: Enrolment, now: datetime, waiting: int
) -> None:
    for number in range(waiting):
        wait(cast, f"family{number}", "Baby", now=now)
    with CaptureQueriesContext(connection) as asked:
        offers.offer_places(cast.open, now=now)

    assert len(asked) == 2


def test_the_sweep_forgets_old_drafts(cast: Cast, client: Client, now: datetime) -> None:
    client.post("/classes/busy-little-people/book/", new_family())
    offers.sweep(now + timedelta(hours=23))
    kept = BookingDraft.objects.count()
    offers.sweep(now + timedelta(hours=25))

    assert (kept, BookingDraft.objects.count()) == (1, 0)


# The pages ------------------------------------------------------------------------------------------------------------


def accept_form(**changes: Any) -> dict[str, Any]:
    return {
        "answer": "yes",
        "born_early": "no",
        "consent_only_we_massage": "on",
        "consent_follow_cues": "on",
        **changes,
    }


def test_a_visitor_joins_with_six_digits(cast: Cast, full: Enrolment, client: Client) -> None:
    typed = {name: value for name, value in new_family().items() if name.startswith(("new_", "rows", "name", "email"))}
    sent = client.post(WAIT, typed)
    client.post(sent.headers["Location"], {"code": newest_code("priya@example.org"), "next": WAIT})
    assert b"Almost there" in client.get(WAIT).content

    joined = client.post(WAIT, {name: value for name, value in typed.items() if name != "email"})
    assert (joined.status_code, joined.headers["Location"]) == (302, WAIT)
    page = client.get(WAIT)
    assert (b"You are on the list" in page.content, page.context["rank"]) == (True, 1)


def test_join_waiting_list_shows_how_many_are_ahead(cast: Cast, full: Enrolment, client: Client, now: datetime) -> None:
    wait(cast, "ana", "Ida", "Ivo", now=now)
    wait(cast, "bea", "Baby", now=now)

    page = client.get(WAIT)
    assert page.context["line"] == [2, 1]
    assert b"2 families are ahead of you, waiting for 3 places in all." in page.content


def test_answer_offer_takes_the_place_with_its_consents(
    cast: Cast, full: Enrolment, client: Client, now: datetime
) -> None:
    make_waiting_party(cast.open, family=cast.family, babies=[cast.baby])
    free(full, now=now)
    offer = Offer.objects.get()
    sign_in(client, cast.parent)
    assert b"24 h 0 min" in client.get(WAIT).content

    address = f"/me/offers/{offer.token}/"
    without = client.post(address, {"answer": "yes"})
    assert (without.status_code, Enrolment.objects.get(pk=offer.enrolment_id).state) == (422, "offered")
    taken = client.post(address, accept_form())
    assert taken.headers["Location"] == f"/me/places/{offer.enrolment.reference}/booked/"
    assert Consent.objects.filter(family=cast.family, given=True).count() == 2


def test_answer_offer_is_for_the_family_that_was_asked(
    cast: Cast, full: Enrolment, client: Client, now: datetime
) -> None:
    make_waiting_party(cast.open, family=cast.family, babies=[cast.baby])
    free(full, now=now)
    address = f"/me/offers/{Offer.objects.get().token}/"
    stranger = sign_in(Client(), cast.other_parent)

    assert [client.post(address).status_code, stranger.post(address, accept_form()).status_code] == [302, 404]
    assert stranger.post("/me/offers/made-up/", accept_form()).status_code == 404
    assert sign_in(client, cast.parent).get(address).status_code == 405


def test_an_offer_is_read_but_not_answered_by_who_does_not_book(
    cast: Cast, full: Enrolment, client: Client, now: datetime
) -> None:
    make_waiting_party(cast.open, family=cast.family, babies=[cast.baby])
    free(full, now=now)
    Caregiver.objects.filter(user=cast.coparent).update(role=Caregiver.Role.PRACTICE)
    page = sign_in(client, cast.coparent).get(WAIT).content.decode()

    assert ("A place has opened" in page, "can do this for your family" in page, "Take the place" in page) == (
        True,
        True,
        False,
    )


def test_answer_offer_leads_back_to_its_page_after_signing_in(
    cast: Cast, full: Enrolment, client: Client, now: datetime
) -> None:
    make_waiting_party(cast.open, family=cast.family, babies=[cast.baby])
    free(full, now=now)
    answered = client.post(f"/me/offers/{Offer.objects.get().token}/", headers={"referer": f"http://testserver{WAIT}"})

    assert answered.headers["Location"] == f"/accounts/login/?next={WAIT}"


def test_answer_offer_says_no_and_leave_waiting_list_goes(
    cast: Cast, full: Enrolment, client: Client, now: datetime
) -> None:
    party = make_waiting_party(cast.open, family=cast.family, babies=[cast.baby])
    free(full, now=now)
    sign_in(client, cast.parent)
    answered = client.post(f"/me/offers/{Offer.objects.get().token}/", {"answer": "no"})
    assert (answered.headers["Location"], states(party)) == ("/me/", ["declined"])

    again = make_waiting_party(cast.open, family=cast.family, babies=[cast.baby])
    assert client.post(f"{WAIT}leave/").headers["Location"] == "/classes/busy-little-people/"
    assert states(again) == ["withdrawn"]


def test_answer_offer_for_twins_asks_who_comes_with_the_second(
    cast: Cast, full: Enrolment, client: Client, now: datetime
) -> None:
    theo = add_baby(cast.family, "Theo")
    make_waiting_party(cast.open, family=cast.family, babies=[cast.baby, theo])
    free(full, now=now)
    offer = Offer.objects.get()
    address = f"/me/offers/{offer.token}/"
    sign_in(client, cast.parent)
    alone = client.post(address, accept_form(who=[str(cast.caregiver.pk)]))
    assert (alone.status_code, list(alone.context["form"].errors)) == (422, ["in_turn"])
    assert "2 babies, 1 adult: please say who else comes, or that you take turns." in alone.content.decode()

    both = [str(one.pk) for one in cast.family.caregivers.all()]
    taken = client.post(address, accept_form(who=both))
    assert (taken.status_code, offer.enrolment.who_comes.count()) == (302, 2)
