"""What the tests of the waiting list share: families in line, a series that is full, and places that come free."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from classes import cancelling, waiting_list
from classes.models import Enrolment, Offer, Series, WaitingParty
from classes.wishes import Wish
from config.accounts.models import User
from families.models import Baby, Caregiver, Family
from tests.cast import Cast
from tests.factories.accounts import make_user
from tests.factories.classes import make_enrolment
from tests.factories.families import make_household

LEEDS = (53.8008, -1.5491)
YORK = (53.9600, -1.0873)  # 35 km from there


def household(name: str, *babies: str, **family: Any) -> tuple[User, Family, list[Baby]]:
    user = make_user(f"{name}@example.org", name.title())
    return (user, *make_household(user, *babies, **family))


def fill(series: Series, *, by: str = "crowd", babies: Sequence[str] = ("Una", "Bo")) -> Enrolment:
    """One family has every place of the series, which has as many as it has babies."""
    series.sessions.update(capacity=len(babies))
    Series.objects.filter(pk=series.pk).update(capacity=len(babies))
    series.refresh_from_db()
    user, family, born = household(by, *babies)
    return make_enrolment(series, family=family, babies=born, by=user)


def wait(cast: Cast, name: str, *babies: str, now: datetime, series: Series | None = None) -> WaitingParty:
    """A new family in the line of the open series, or of another."""
    user, family, born = household(name, *babies)
    me = Caregiver.objects.get(user=user)
    return waiting_list.join(series or cast.open, family=family, babies=born, way="room", asked_by=me, by=user, now=now)


def wait_anywhere(name: str, *babies: str, wish: Wish, now: datetime, **family: Any) -> WaitingParty:
    """A new family that waits for any class that fits."""
    user, home, born = household(name, *babies, **family)
    me = Caregiver.objects.get(user=user)
    return waiting_list.join_anywhere(wish, family=home, babies=born, asked_by=me, by=user, now=now)


def free(enrolment: Enrolment, *, now: datetime) -> None:
    cancelling.cancel(enrolment, by=enrolment.booked_by, now=now)


def states(*parties: WaitingParty) -> list[str]:
    return [WaitingParty.objects.get(pk=party.pk).state for party in parties]


def offer_of(party: WaitingParty) -> Offer:
    return Offer.objects.get(party=party, answered_at__isnull=True)


def until(party: WaitingParty) -> datetime:
    """When the offer in hand ends."""
    moment = offer_of(party).enrolment.expires_at
    assert moment is not None
    return moment
