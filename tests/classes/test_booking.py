"""`booking.book`: what it writes, what it refuses, what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from classes import booking, holding
from classes.booking import BookingWish, CannotBook
from classes.models import Charge, Enrolment, Place, Series
from classes.terms import policy_of
from config.accounts.models import User
from config.audit.models import AuditEntry
from config.letters.models import Letter
from families.household import NewBaby
from families.models import Baby, Family
from tests.cast import Cast
from tests.factories.accounts import make_user
from tests.factories.classes import make_enrolment, make_series, make_waiting_party
from tests.factories.families import add_baby, make_household

YES = {"only_we_massage": True, "follow_cues": True, "health": True, "photos": False}


def book(cast: Cast, babies: Sequence[Baby] = (), *, series: Series | None = None, **changes: Any) -> Enrolment:
    asked: dict[str, Any] = {
        "family": cast.family,
        "babies": babies or [cast.baby],
        "way": "room",
        "who_comes": [cast.caregiver],
        "by": cast.parent,
        "now": changes.pop("now", None) or datetime.fromisoformat("2026-03-24T17:05+00:00"),
    }
    return booking.book(series or cast.open, **{**asked, **changes})


def refusal(cast: Cast, *args: Any, **changes: Any) -> list[str]:
    with pytest.raises(CannotBook) as refused:
        book(cast, *args, **changes)
    return [obstacle.code for obstacle in refused.value.obstacles]


def fill(series: Series, but: int = 0) -> Family:
    """Another family takes all places but so many."""
    user = make_user("crowd@example.org", "Crowd")
    family, babies = make_household(user, *(f"Baby {number}" for number in range(series.capacity - but)))
    make_enrolment(series, family=family, babies=babies, by=user)
    return family


def test_book_writes_one_place_for_each_baby_and_session(cast: Cast, now: datetime) -> None:
    twin = add_baby(cast.family, "Theo")
    enrolment = book(cast, [cast.baby, twin], now=now)

    rows = Place.objects.filter(enrolment=enrolment).order_by("session__number", "number")
    assert list(rows.values_list("session__number", "baby__first_name", "number", "way", "released_at")) == [
        (session, name, number, "room", None) for session in range(1, 6) for number, name in ((1, "Ada"), (2, "Theo"))
    ]
    assert (enrolment.state, enrolment.booked_at, enrolment.price_minor) == ("booked", now, 6000)
    assert enrolment.policy == policy_of(cast.open)


def test_book_raises_a_charge_writes_the_trail_and_queues_one_letter(cast: Cast, now: datetime) -> None:
    enrolment = book(cast, now=now)

    charge = Charge.objects.get(enrolment=enrolment)
    entry = AuditEntry.objects.get(what="booked")
    letter = Letter.objects.get()
    assert (charge.amount_minor, charge.currency, charge.settled_at) == (6000, "GBP", None)
    assert (entry.by_id, entry.about, entry.detail) == (
        cast.parent.pk,
        f"classes.Enrolment:{enrolment.pk}",
        {"babies": 1, "sessions": 5},
    )
    assert (letter.to, letter.key, letter.state) == ("parent@example.org", f"booked:{enrolment.reference}", "waiting")


def test_a_free_series_raises_no_charge(cast: Cast, now: datetime) -> None:
    assert Charge.objects.filter(enrolment=book(cast, series=cast.practice, now=now)).count() == 0


def test_a_price_for_each_baby_counts_them(cast: Cast, now: datetime) -> None:
    Series.objects.filter(pk=cast.open.pk).update(price_per="baby")

    assert book(cast, [cast.baby, add_baby(cast.family, "Theo")], now=now).price_minor == 12000


def test_book_refuses_a_ninth_baby(cast: Cast) -> None:
    fill(cast.open)

    assert refusal(cast) == ["full"]
    assert Place.objects.filter(baby=cast.baby, session__series=cast.open).count() == 0
    assert Letter.objects.count() == 0


def test_book_refuses_twins_where_one_place_is_left_and_takes_a_single(cast: Cast) -> None:
    fill(cast.open, but=1)
    twin = add_baby(cast.family, "Theo")

    assert refusal(cast, [cast.baby, twin]) == ["full"]
    assert book(cast).state == "booked"


def test_one_full_session_makes_the_series_full(cast: Cast) -> None:
    """A booking takes every date; a make-up guest in week 3 takes one of them."""
    family = fill(cast.open)
    third = cast.open.sessions.get(number=3)
    Place.objects.filter(enrolment__family=family).exclude(session=third).update(released_at=cast.open.first_session_at)

    assert refusal(cast) == ["full"]


def test_book_refuses_a_baby_who_has_a_place(cast: Cast) -> None:
    book(cast)

    assert refusal(cast) == ["already_booked"]


def test_book_refuses_no_baby_at_all(cast: Cast, now: datetime) -> None:
    with pytest.raises(CannotBook) as refused:
        booking.book(
            cast.open, family=cast.family, babies=[], way="room", who_comes=[cast.caregiver], by=cast.parent, now=now
        )
    assert [one.code for one in refused.value.obstacles] == ["no_baby"]


@pytest.mark.parametrize(
    ("state", "days", "code"), [("draft", 0, "draft"), ("cancelled", 0, "cancelled"), ("published", 28, "begun")]
)
def test_book_refuses_a_series_that_is_not_open(cast: Cast, now: datetime, state: str, days: int, code: str) -> None:
    Series.objects.filter(pk=cast.open.pk).update(state=state)

    assert refusal(cast, now=now + timedelta(days=days)) == [code]


def test_the_last_moment_is_before_the_first_session_begins(cast: Cast) -> None:
    first = cast.open.first_session_at
    assert first is not None

    assert refusal(cast, now=first) == ["begun"]
    assert book(cast, now=first - timedelta(seconds=1)).state == "booked"


def test_book_refuses_a_way_that_the_series_has_not(cast: Cast) -> None:
    assert refusal(cast, way="stream") == ["way"]
    assert refusal(cast, series=cast.stream, way="room") == ["way"]


def test_room_and_stream_are_counted_apart(cast: Cast) -> None:
    hybrid = make_series(cast.instructor_profile, slug="hybrid", first=date(2026, 4, 21), capacity=1, stream_capacity=1)
    fill(hybrid)

    assert refusal(cast, series=hybrid) == ["full"]
    assert book(cast, series=hybrid, way="stream").way == "stream"


def test_a_lapsed_offer_does_not_hold_its_place(cast: Cast, now: datetime) -> None:
    fill(cast.open, but=1)
    _offer(cast, expires_at=now)

    assert book(cast, now=now).state == "booked"
    assert Enrolment.objects.get(family=cast.other_family, series=cast.open).state == "lapsed"


def test_a_running_offer_holds_its_place(cast: Cast, now: datetime) -> None:
    fill(cast.open, but=1)
    _offer(cast, expires_at=now + timedelta(seconds=1))

    assert refusal(cast, now=now) == ["full"]


def test_whoever_waits_comes_before_someone_who_looks_at_the_right_moment(cast: Cast, now: datetime) -> None:
    """An offer lapsed and no sweep has run yet: its place goes down the line, not to the next visitor."""
    fill(cast.open, but=1)
    _offer(cast, expires_at=now)
    user = make_user("third@example.org", "Third")
    family, babies = make_household(user, "Kofi")
    make_waiting_party(cast.open, family=family, babies=babies)

    assert refusal(cast, now=now) == ["full"]


def test_the_same_request_books_once(cast: Cast) -> None:
    first, second = (book(cast, request_key="one press") for _ in range(2))

    assert first.pk == second.pk
    assert Letter.objects.count() == 1


def test_somebody_elses_request_key_opens_nothing(cast: Cast, now: datetime) -> None:
    first = book(cast, request_key="one press")
    with pytest.raises(CannotBook):
        booking.book(
            cast.open,
            family=cast.other_family,
            babies=[cast.other_baby],
            way="room",
            who_comes=[cast.other_caregiver],
            by=cast.other_parent,
            now=now,
            request_key="one press",
        )
    assert Enrolment.objects.filter(series=cast.open).get().pk == first.pk


def test_booking_ends_the_familys_waiting(cast: Cast) -> None:
    party = make_waiting_party(cast.open, family=cast.family, babies=[cast.baby])
    book(cast)
    party.refresh_from_db()

    assert (party.state, party.left_at is not None) == ("joined", True)


def test_an_own_pace_series_is_booked_without_dates_and_once(cast: Cast, now: datetime) -> None:
    own_pace = Series.objects.create(
        slug="own-pace",
        title="Your own pace",
        instructor=cast.instructor_profile,
        plan=cast.open.plan,
        time_zone="Europe/London",
        delivery="self_paced",
        state="published",
        capacity=0,
        stream_capacity=100,
        price_minor=2800,
    )

    assert book(cast, series=own_pace, way="stream", now=now).places.count() == 0
    assert refusal(cast, series=own_pace, way="stream", now=now) == ["already_booked"]


def _offer(cast: Cast, *, expires_at: datetime) -> Enrolment:
    return make_enrolment(
        cast.open,
        family=cast.other_family,
        babies=[cast.other_baby],
        by=cast.other_parent,
        state="offered",
        booked_at=None,
        expires_at=expires_at,
    )


def statements(context: CaptureQueriesContext) -> list[str]:
    """What was asked of the database inside, the bookkeeping of transactions left out."""
    noise = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")
    return [query["sql"] for query in context.captured_queries if not query["sql"].startswith(noise)]


@pytest.mark.parametrize("others", [1, 3])
def test_book_takes_thirteen_statements_at_every_size(cast: Cast, now: datetime, others: int) -> None:
    """The twelfth, the look for the same request, happens before the transaction."""
    fill(cast.open, but=cast.open.capacity - others)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        book(cast, now=now, request_key="one press")

    assert len(statements(asked)) == 13, "\n".join(statements(asked))


def in_transaction(context: CaptureQueriesContext) -> list[str]:
    """The statements from the lock on; what stands before it is asked outside the transaction."""
    asked = statements(context)
    lock = next(number for number, sql in enumerate(asked) if 'FROM "classes_series"' in sql)
    return asked[lock:]


def test_booking_with_a_hold_takes_thirteen_statements_in_its_transaction(cast: Cast, now: datetime) -> None:
    held = holding.hold(cast.open, places=1, way="room", now=now)
    with CaptureQueriesContext(connection) as asked:
        book(cast, now=now, request_key="one press", hold=held)

    assert len(in_transaction(asked)) == 13, "\n".join(in_transaction(asked))


def test_the_form_of_a_known_family_takes_thirteen_statements_in_its_transaction(cast: Cast, now: datetime) -> None:
    cast.parent.refresh_from_db()
    wish = BookingWish(
        way="room",
        name="Ines Moreau",
        known_babies=(cast.baby.pk,),
        consents={**YES, "health": False},
        request_key="one press",
    )
    with CaptureQueriesContext(connection) as asked:
        booking.book_from_form(cast.open, wish=wish, by=cast.parent, now=now)

    assert len(in_transaction(asked)) == 13, "\n".join(in_transaction(asked))


def test_a_first_booking_with_all_its_answers_takes_24_statements_in_its_transaction(cast: Cast, now: datetime) -> None:
    """Founding the family, its baby, answers and consents, in the same transaction as the places."""
    user = User.objects.create(email="priya@example.org")
    wish = BookingWish(
        way="room",
        name="Priya Sharma",
        new_babies=(NewBaby("Mina", cast.baby.born_on),),
        health={"born_early": "no", "conditions": [], "notes": ""},
        consents=YES,
        request_key="one press",
    )
    with CaptureQueriesContext(connection) as asked:
        booking.book_from_form(cast.open, wish=wish, by=user, now=now)

    assert len(in_transaction(asked)) == 24, "\n".join(sql[:150] for sql in in_transaction(asked))
