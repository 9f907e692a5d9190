"""Joining a series that has begun: until when, at what price, and what becomes of the weeks that are over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as some

from classes import booking, practice, prices
from classes.booking import CannotBook
from classes.models import Enrolment, MakeUpRight, Place, Series, Session
from classes.obstacles import closed_obstacles
from config.audit.models import AuditEntry
from config.letters.models import Letter
from config.lib.money import shares
from families.models import Baby
from tests.cast import Cast, sign_in
from tests.classes.booking_forms import own_family
from tests.factories.accounts import make_user
from tests.factories.classes import make_enrolment
from tests.factories.families import add_baby, make_household

BOOK = "/classes/gentle-thursdays/book/"


@pytest.fixture
def late(cast: Cast) -> Series:
    """Gentle Thursdays, of which two of five sessions are over, and which takes families until the fourth."""
    Series.objects.filter(pk=cast.running.pk).update(late_until=4, price_minor=6001, price_per="baby")
    cast.running.refresh_from_db()
    return cast.running


def book(cast: Cast, series: Series, *babies: Baby, now: datetime, **changes: Any) -> Enrolment:
    asked: dict[str, Any] = {"way": "room", "who_comes": [cast.caregiver], "by": cast.parent, **changes}
    return booking.book(series, family=cast.family, babies=babies, now=now, **asked)


def test_a_family_that_joins_late_pays_the_exact_worth_of_what_is_to_come(
    cast: Cast, late: Series, now: datetime
) -> None:
    theo = add_baby(cast.family, "Theo")
    enrolment = book(cast, late, theo, now=now)

    places = Place.objects.filter(enrolment=enrolment).order_by("session__number")
    assert [(one.session.number, one.price_minor) for one in places] == [(3, 1200), (4, 1200), (5, 1201)]
    assert (enrolment.price_minor, enrolment.charges.get().amount_minor) == (3601, 3601)


@pytest.mark.parametrize(("until", "codes"), [(1, ["begun"]), (2, ["begun"]), (3, []), (5, [])])
def test_it_is_open_until_the_last_of_those_sessions_begins(
    cast: Cast, now: datetime, until: int, codes: list[str]
) -> None:
    Series.objects.filter(pk=cast.running.pk).update(late_until=until)
    cast.running.refresh_from_db()
    sessions = list(cast.running.sessions.all())

    assert [one.code for one in closed_obstacles(cast.running, now=now)] == codes
    assert [one.code for one in closed_obstacles(cast.running, now=now, sessions=sessions)] == codes
    assert (cast.running in Series.objects.open_to_book(now)) is not bool(codes)


def test_the_moment_when_that_session_begins_is_too_late(cast: Cast, late: Series) -> None:
    fourth = late.sessions.get(number=4).starts_at

    assert closed_obstacles(late, now=fourth - timedelta(seconds=1)) == []
    assert [one.code for one in closed_obstacles(late, now=fourth)] == ["begun"]
    assert late not in Series.objects.open_to_book(fourth)


def test_a_session_called_off_keeps_nothing_open(cast: Cast, late: Series, now: datetime) -> None:
    late.sessions.filter(number__in=[3, 4]).update(state=Session.State.CANCELLED)

    assert [one.code for one in closed_obstacles(late, now=now)] == ["begun"]
    assert late not in Series.objects.open_to_book(now)


def test_a_full_date_that_is_over_is_no_obstacle(cast: Cast, late: Series, now: datetime) -> None:
    user = make_user("crowd@example.org", "Crowd")
    family, babies = make_household(user, *(f"Baby {number}" for number in range(late.capacity - 2)))
    crowd = make_enrolment(late, family=family, babies=babies, by=user)
    theo = add_baby(cast.family, "Theo")
    with pytest.raises(CannotBook):
        book(cast, late, theo, now=now)
    crowd.places.filter(session__starts_at__gt=now).update(released_at=now, release="told")

    assert book(cast, late, theo, now=now).state == "booked"


def test_missed_weeks_become_rights_within_the_cap_and_the_latest_come_first(
    cast: Cast, late: Series, now: datetime
) -> None:
    theo = add_baby(cast.family, "Theo")
    late.refresh_from_db()
    Series.objects.filter(pk=late.pk).update(makeups_at_most=1)
    enrolment = book(cast, late, theo, now=now, missed="make_ups")

    [right] = MakeUpRight.objects.filter(enrolment=enrolment)
    second = late.sessions.get(number=2)
    assert (right.missed, right.baby, right.number, right.at_most, right.state) == (second, theo, 1, 1, "open")
    assert right.expires_at == second.starts_at + timedelta(days=60)
    assert AuditEntry.objects.filter(what="granted a make-up right").count() == 1


def test_twins_have_a_right_each_for_each_week(cast: Cast, late: Series, now: datetime) -> None:
    twins = [add_baby(cast.family, name) for name in ("Theo", "Mia")]
    enrolment = book(cast, late, *twins, now=now, missed="make_ups")

    rights = MakeUpRight.objects.filter(enrolment=enrolment).order_by("baby_id", "number")
    assert [(right.baby.first_name, right.missed.number) for right in rights] == [
        ("Theo", 2),
        ("Theo", 1),
        ("Mia", 2),
        ("Mia", 1),
    ]


def test_missed_weeks_become_pages_unless_asked_otherwise(cast: Cast, late: Series, now: datetime) -> None:
    theo = add_baby(cast.family, "Theo")
    enrolment = book(cast, late, theo, now=now)
    course = practice.course_of(practice.Practice(enrolment, theo), now=now)

    assert MakeUpRight.objects.filter(enrolment=enrolment).count() == 0
    assert [week.number for week in course.weeks if week.is_open] == [1, 2]


def test_who_joins_in_time_has_missed_nothing(cast: Cast, now: datetime) -> None:
    enrolment = book(cast, cast.open, cast.baby, now=now, missed="make_ups")

    assert MakeUpRight.objects.filter(enrolment=enrolment).count() == 0


MONDAY = datetime(2026, 3, 2, 10, tzinfo=UTC)


@given(
    price=some.integers(0, 100_000),
    percent=some.integers(0, 100),
    per=some.sampled_from(["family", "baby"]),
    babies=some.integers(1, 6),
    sessions=some.integers(1, 20),
    over=some.integers(0, 20),
)
def test_what_is_over_and_what_is_left_make_the_full_price(
    price: int, percent: int, per: str, babies: int, sessions: int, over: int
) -> None:
    series = Series(price_minor=price, further_baby_percent=percent, price_per=per, currency="GBP")
    held = [Session(pk=number, starts_at=MONDAY + timedelta(weeks=number)) for number in range(sessions)]
    at = MONDAY + timedelta(weeks=min(over, sessions) - 1)
    full = series.price_for(babies).minor
    left = prices.price_to_come(series, babies=babies, held=held, now=at).minor
    gone = sum(shares(full, sessions)[: min(over, sessions)])
    told = prices.sum_of_series(series, names=[f"Baby {number}" for number in range(babies)], held=held, now=at)

    assert left + gone == full
    assert 0 <= left <= full
    assert (told.total.minor, sum(line.amount.minor for line in told.lines)) == (left, left)
    assert all(line.amount.minor >= 0 for line in told.lines)
    assert left == prices.price_to_come(series, babies=babies, held=held[::-1], now=at).minor


def test_book_place_says_what_a_late_family_pays_and_chooses(cast: Cast, client: Client, late: Series) -> None:
    sign_in(client, cast.other_parent)
    Place.objects.filter(baby=cast.other_baby).delete()
    page = client.get(BOOK).content.decode()
    assert "From session 3: " in page
    for words in ("Noor, the 3 sessions to come", "£36.01", "Read them at home", "Make up for them", "Book for £36.01"):
        assert words in page
    typed = own_family(cast.other_baby.pk, name="Amal Haddad", missed="make_ups", request_key="late")
    assert client.post(BOOK, typed).status_code == 302

    enrolment = Enrolment.objects.get(request_key="late")
    letter = Letter.objects.get(key=f"booked:{enrolment.reference}")
    assert (enrolment.price_minor, enrolment.rights.count()) == (3601, 2)
    assert "You join from session 3 and pay £36.01 for the 3 to come." in letter.text
    assert "You can make up for 2 weeks in other classes: My place shows where." in letter.text


def test_series_says_how_it_can_still_be_joined(cast: Cast, client: Client, late: Series) -> None:
    assert "Join from session 3: £36.01 for the 3 to come" in client.get("/classes/gentle-thursdays/").content.decode()
    Series.objects.filter(pk=late.pk).update(late_until=1)

    page = client.get("/classes/gentle-thursdays/").content.decode()
    assert ("Join from session" in page, "This series has begun." in page) == (False, True)
    assert 'href="#s-one">Come to one date' in page or "Find another class" in page
