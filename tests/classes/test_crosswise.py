"""Nobody waits for a row that they need not have, so that two deeds can never wait for each other."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from threading import Thread
from time import sleep
from typing import Any

import pytest
from django.db import transaction

from classes import alerts, booking, elsewhere, offers, waiting_list
from classes.models import Enrolment, Offer, WaitingParty
from classes.places import lock_series
from classes.searching import Search
from config.accounts.sessions import end_sessions
from families import household
from tests.cast import NOW, Cast, build_cast
from tests.classes.contention import Came, together

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.postgresql,
]
A_MOMENT_S = 1.0


@pytest.fixture
def world(now: Any, transactional_db: None) -> Cast:
    return build_cast()


def wait_for_open(cast: Cast) -> WaitingParty:
    party = WaitingParty.objects.create(
        series=cast.open, family=cast.family, asked_by=cast.caregiver, way="room", joined_at=NOW
    )
    party.babies.add(cast.baby)
    return party


def offer(cast: Cast) -> list[Offer]:
    with transaction.atomic():
        return offers.offer_places(lock_series(cast.open), now=NOW)


def change_the_family(cast: Cast) -> None:
    household.add_companion(cast.family, name="Colette", relation="grandparent", by=cast.parent, now=NOW)


def test_an_offer_does_not_wait_for_a_family_that_is_being_changed(world: Cast) -> None:
    wait_for_open(world)
    with transaction.atomic():
        change_the_family(world)
        [came] = together([partial(offer, world)])
    assert (came.to, Enrolment.objects.filter(family=world.family, series=world.open).count()) == ("ok", 1)


def test_an_alert_does_not_wait_for_a_series_that_is_being_booked(world: Cast) -> None:
    with transaction.atomic():
        lock_series(world.open)
        [came] = together([partial(alerts.make, Search(language="en"), by=world.parent, now=NOW)])
    assert came.to == "ok"


def test_declining_and_asking_anew_never_wait_crosswise(world: Cast) -> None:
    wait_for_open(world)
    [made] = offer(world)
    came: list[Came] = []
    declines = partial(waiting_list.decline, made, by=world.parent, now=NOW, keep=True)
    other = Thread(target=lambda: came.extend(together([declines])), daemon=True)
    with transaction.atomic():
        change_the_family(world)
        other.start()
        sleep(A_MOMENT_S)
        elsewhere.lock_entries(world.family)
    other.join()
    assert [one.to for one in came] == ["ok"]


def test_booking_and_being_removed_never_wait_crosswise(world: Cast) -> None:
    bo = household.NewBaby("Bo", born_on=NOW.date() - timedelta(weeks=9))
    wish = booking.BookingWish(way="room", name="Joseph", new_babies=(bo,), language="es")
    came: list[Came] = []
    books = partial(booking.book_from_form, world.open, wish=wish, by=world.coparent, now=NOW)
    other = Thread(target=lambda: came.extend(together([books])), daemon=True)
    with transaction.atomic():
        change_the_family(world)
        other.start()
        sleep(A_MOMENT_S)
        end_sessions(world.coparent, now=NOW)
    other.join()
    assert [one.to for one in came] == ["ok"], came
