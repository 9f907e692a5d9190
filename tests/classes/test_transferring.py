"""Moving a booking to another series: the new places first, the old ones back, the sum said before."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from classes import booking, cancelling, dues, transferring
from classes.models import Enrolment, Offer, Place, Series, WaitingParty
from classes.offers import offer_places
from classes.transferring import CannotMove, MoveQuoteChanged
from config.audit.models import AuditEntry
from config.letters.models import Letter
from config.lib.money import Money
from families.models import HealthAnswers
from tests.cast import Cast
from tests.factories.classes import BOOKED_AT, make_enrolment, make_series, make_waiting_party
from tests.factories.ending import book, charges_of, go_to, make_up_place, pay, pounds
from tests.factories.families import add_baby
from tests.factories.teaching import answer_health


@pytest.fixture
def enrolment(cast: Cast) -> Enrolment:
    """Ada in "Busy little people", from 21 April: five dates for £60."""
    return book(cast, at=BOOKED_AT)


@pytest.fixture
def evenings(cast: Cast) -> Series:
    """Thursday evenings in the same hall, from 14 May: £60 too."""
    return make_series(
        cast.instructor_profile,
        title="Thursday evenings",
        slug="thursday-evenings",
        first=date(2026, 5, 14),
        clock=time(18, 30),
        venue=cast.venue,
        capacity=2,
    )


def move(enrolment: Enrolment, to: Series, cast: Cast, now: datetime, *, agreed: Money | None = None) -> Enrolment:
    return transferring.transfer(enrolment, to=to, way="room", agreed=agreed, by=cast.parent, now=now)


def sums(quote: transferring.MoveQuote) -> tuple[int, int, int, int, int]:
    """(price, carried, left to pay, comes back, still owed of the old one)"""
    listed = (quote.price, quote.carried, quote.to_pay, quote.back, quote.owed)
    return tuple(one.minor for one in listed)  # type: ignore[return-value]


def test_the_quote_carries_the_worth_of_what_is_to_come(
    cast: Cast, enrolment: Enrolment, evenings: Series, now: datetime
) -> None:
    pay(enrolment, now=now)
    after_two = go_to(cast.open, session=2, hours=1)

    assert sums(transferring.quote(enrolment, to=evenings, way="room", now=now)) == (6000, 6000, 0, 0, 0)
    assert sums(transferring.quote(enrolment, to=evenings, way="room", now=after_two)) == (6000, 3600, 2400, 0, 0)


def test_an_unpaid_booking_carries_nothing_and_owes_what_has_been(
    cast: Cast, enrolment: Enrolment, evenings: Series
) -> None:
    after_two = go_to(cast.open, session=2, hours=1)

    assert sums(transferring.quote(enrolment, to=evenings, way="room", now=after_two)) == (6000, 0, 6000, 0, 2400)


def test_moving_takes_the_new_places_and_gives_the_old_ones_back(
    cast: Cast, enrolment: Enrolment, evenings: Series
) -> None:
    pay(enrolment, now=BOOKED_AT)
    enrolment.who_comes.set([cast.caregiver])
    after_two = go_to(cast.open, session=2, hours=1)

    new = move(enrolment, evenings, cast, after_two, agreed=pounds(24))

    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.ended_at) == ("moved", after_two)
    assert (new.state, new.moved_from, new.price_minor, new.way) == ("booked", enrolment, 6000, "room")
    assert list(new.who_comes.all()) == [cast.caregiver]
    assert list(new.places.unreleased().order_by("session").values_list("price_minor", flat=True)) == [1200] * 5
    assert list(enrolment.places.order_by("session").values_list("release", flat=True)) == ["", ""] + ["moved"] * 3
    assert charges_of(enrolment) == [("series", 6000, "settled"), ("credit", 3600, "settled")]
    assert charges_of(new) == [("series", 6000, "due"), ("carried", 3600, "settled")]
    assert AuditEntry.objects.filter(what="moved a booking").count() == 1
    assert [letter.to for letter in Letter.objects.filter(key__startswith="moved:")] == ["parent@example.org"]


def test_an_unpaid_booking_that_moves_leaves_what_has_been_to_pay(
    cast: Cast, enrolment: Enrolment, evenings: Series
) -> None:
    new = move(enrolment, evenings, cast, go_to(cast.open, session=2, hours=1))

    assert charges_of(enrolment) == [("series", 6000, "waived"), ("kept", 2400, "due")]
    assert charges_of(new) == [("series", 6000, "due")]


def test_what_the_new_series_does_not_cost_is_paid_back(
    cast: Cast, enrolment: Enrolment, evenings: Series, now: datetime
) -> None:
    pay(enrolment, now=now)
    evenings.price_minor = 5000
    evenings.save(update_fields=["price_minor"])

    new = move(enrolment, evenings, cast, now, agreed=pounds(-10))
    assert charges_of(new) == [("series", 5000, "settled"), ("carried", 5000, "settled"), ("refund", 1000, "due")]


def test_a_begun_series_costs_what_is_left_of_it(
    cast: Cast, enrolment: Enrolment, evenings: Series, now: datetime
) -> None:
    evenings.late_until = 2
    evenings.save(update_fields=["late_until"])
    second_only = go_to(evenings, session=1, hours=1)

    assert sums(transferring.quote(enrolment, to=evenings, way="room", now=second_only))[0] == 4800


def test_a_sum_that_changed_is_shown_again_before_anything_happens(
    cast: Cast, enrolment: Enrolment, evenings: Series, now: datetime
) -> None:
    with pytest.raises(MoveQuoteChanged) as refusal:
        move(enrolment, evenings, cast, now, agreed=pounds(1))

    assert refusal.value.quote.agreed == pounds(60)
    assert Enrolment.objects.get(pk=enrolment.pk).state == "booked"
    assert not evenings.enrolments.exists()


def test_a_full_series_is_not_moved_to_and_nothing_is_written(
    cast: Cast, enrolment: Enrolment, evenings: Series, now: datetime
) -> None:
    for name in ("Bo", "Cy"):
        baby = add_baby(cast.other_family, name)
        make_enrolment(evenings, family=cast.other_family, babies=[baby], by=cast.other_parent)
    before = Place.objects.count()

    with pytest.raises(CannotMove, match="full"):
        move(enrolment, evenings, cast, now)
    assert (Enrolment.objects.get(pk=enrolment.pk).state, Place.objects.count()) == ("booked", before)


def test_a_place_that_is_offered_is_not_taken_by_a_move(
    cast: Cast, enrolment: Enrolment, evenings: Series, now: datetime
) -> None:
    evenings.capacity = 1
    evenings.save(update_fields=["capacity"])
    evenings.sessions.update(capacity=1)
    make_waiting_party(evenings, family=cast.other_family, babies=[cast.other_baby])
    with transaction.atomic():
        offer_places(evenings, now=now)

    with pytest.raises(CannotMove, match="full"):
        move(enrolment, evenings, cast, now)
    assert Offer.objects.get().state == "open"


def test_a_booking_moves_as_often_as_its_terms_say(
    cast: Cast, enrolment: Enrolment, evenings: Series, now: datetime
) -> None:
    new = move(enrolment, evenings, cast, now)

    assert transferring.moves_left(enrolment) == 1
    with pytest.raises(CannotMove, match="not moved again"):
        move(new, cast.open, cast, now)
    with pytest.raises(CannotMove, match="already ended"):
        move(enrolment, cast.open, cast, now)


@pytest.mark.parametrize(
    ("why", "sentence"),
    [
        ("single", "Single dates are not moved"),
        ("same", "have a place in this series already"),
        ("currency", "another currency"),
        ("practice", "practice series is not moved to"),
        ("closed", "has begun"),
        ("over", "nothing left to move"),
    ],
)
def test_some_moves_are_refused_with_a_way_on(
    cast: Cast, enrolment: Enrolment, evenings: Series, now: datetime, why: str, sentence: str
) -> None:
    to, at = evenings, now
    if why == "single":
        Enrolment.objects.filter(pk=enrolment.pk).update(kind="single")
    elif why == "same":
        to = cast.open
    elif why == "currency":
        Series.objects.filter(pk=evenings.pk).update(currency="EUR")
    elif why == "practice":
        to = cast.practice
    elif why == "closed":
        to = cast.running
    else:
        at = go_to(cast.open, session=5, hours=1)

    with pytest.raises(CannotMove, match=sentence):
        move(enrolment, to, cast, at)


def test_a_move_does_not_wash_off_what_stays_due(cast: Cast, enrolment: Enrolment, evenings: Series) -> None:
    """Once nothing comes back by the terms, moving far ahead and cancelling there brings nothing back either."""
    pay(enrolment, now=BOOKED_AT)
    new = move(enrolment, evenings, cast, go_to(cast.open, session=2, hours=1))
    pay(new, now=BOOKED_AT)

    quote = cancelling.cancel(new, by=cast.parent, now=go_to(evenings, hours=-100))
    assert (quote.kept.minor, quote.back.minor) == (3600, 2400)
    told = Letter.objects.get(key__startswith="cancelled:").text
    assert "You get £24 back. By the terms of your booking £36 does not come back." in told


@pytest.mark.parametrize("is_paid", [True, False])
def test_a_move_to_something_cheaper_does_not_wash_it_off_either(
    cast: Cast, enrolment: Enrolment, evenings: Series, is_paid: bool
) -> None:
    """Four sessions at £12 are to come, and by the terms nothing of them comes back: £48 stay, whatever follows."""
    Series.objects.filter(pk=evenings.pk).update(price_minor=1000)
    evenings.refresh_from_db()
    at = go_to(cast.open, session=2, hours=-1)
    if is_paid:
        pay(enrolment, now=BOOKED_AT)
    before = dues.balance(cast.family, now=at, currency="GBP").difference
    quote = transferring.quote(enrolment, to=evenings, way="room", now=at)
    new = move(enrolment, evenings, cast, at)

    assert (quote.above, quote.back) == (pounds(38), pounds(0))
    assert quote.carried == (pounds(10) if is_paid else pounds(0))
    books = dues.balance(cast.family, now=at, currency="GBP")
    assert (books.captured, books.refunded) == (pounds(60 if is_paid else 0), pounds(0))
    assert books.difference == before
    assert dues.account_of(enrolment).to_pay + dues.account_of(new).to_pay == pounds(0 if is_paid else 60)


def test_a_move_in_good_time_keeps_everything_open(
    cast: Cast, enrolment: Enrolment, evenings: Series, now: datetime
) -> None:
    pay(enrolment, now=now)
    new = move(enrolment, evenings, cast, now)

    assert cancelling.quote(new, now=now).back == pounds(60)


def test_make_up_places_of_the_old_booking_go_back(
    cast: Cast, enrolment: Enrolment, evenings: Series, now: datetime
) -> None:
    enrolment = book(cast, at=BOOKED_AT, babies=[add_baby(cast.family, "Theo")])
    made_up = make_up_place(enrolment, missed=3, session=cast.running.sessions.get(number=4), now=now)
    move(enrolment, evenings, cast, now)
    made_up.refresh_from_db()

    assert (made_up.release, enrolment.rights.get().state) == ("moved", "withdrawn")


def test_the_old_place_goes_to_who_waits_for_it(
    cast: Cast, enrolment: Enrolment, evenings: Series, now: datetime
) -> None:
    cast.open.capacity = 1
    cast.open.save(update_fields=["capacity"])
    cast.open.sessions.update(capacity=1)
    party = make_waiting_party(cast.open, family=cast.other_family, babies=[cast.other_baby])
    move(enrolment, evenings, cast, now)

    assert WaitingParty.objects.get(pk=party.pk).state == "offered"


def test_moving_there_ends_the_waiting_for_it(
    cast: Cast, enrolment: Enrolment, evenings: Series, now: datetime
) -> None:
    party = make_waiting_party(evenings, family=cast.family, babies=[cast.baby])
    move(enrolment, evenings, cast, now)

    assert WaitingParty.objects.get(pk=party.pk).state == "joined"


def test_fitting_finds_open_series_with_room_near_by_at_this_age(
    cast: Cast, enrolment: Enrolment, evenings: Series, now: datetime
) -> None:
    make_series(cast.instructor_profile, slug="newborns", first=date(2026, 5, 1), venue=cast.venue, max_age_weeks=10)
    full = make_series(cast.instructor_profile, slug="full", first=date(2026, 5, 1), venue=cast.venue, capacity=1)
    make_enrolment(full, family=cast.other_family, babies=[cast.other_baby], by=cast.other_parent)

    found = transferring.fitting(enrolment, now=now)
    assert [(one.series.slug, one.ways) for one in found] == [
        ("after-the-bath", ["stream"]),
        ("thursday-evenings", ["room"]),
    ]


def test_fitting_asks_as_many_questions_of_one_series_as_of_three(
    cast: Cast, enrolment: Enrolment, evenings: Series, now: datetime
) -> None:
    enrolment = Enrolment.objects.for_page().get(pk=enrolment.pk)
    counts = []
    for number in range(3):
        with CaptureQueriesContext(connection) as asked:
            transferring.fitting(enrolment, now=now)
        counts.append(len(asked))
        make_series(cast.instructor_profile, slug=f"more-{number}", first=date(2026, 6, 1), venue=cast.venue)
    assert counts == [3, 3, 3]


def test_a_moved_booking_is_really_a_booking(cast: Cast, enrolment: Enrolment, evenings: Series, now: datetime) -> None:
    new = move(enrolment, evenings, cast, now)

    with pytest.raises(booking.CannotBook, match="already has a place"):
        booking.book(
            evenings, family=cast.family, babies=[cast.baby], way="room", who_comes=[], by=cast.parent, now=now
        )
    assert cancelling.cancel(new, by=cast.parent, now=now + timedelta(hours=1)).waived == pounds(60)


def test_the_letter_says_what_happened_what_it_means_and_where_to_look(
    cast: Cast, enrolment: Enrolment, evenings: Series
) -> None:
    pay(enrolment, now=BOOKED_AT)
    new = move(enrolment, evenings, cast, go_to(cast.open, session=2, hours=1))
    letter = Letter.objects.get(key__startswith="moved:")

    assert letter.subject == "You have moved: Thursday evenings"
    for words in (
        "The places for Ada are taken, and what was still to come of Busy little people is given back.",
        "1. Thursday 14 May, 18:30–19:10, London time",
        "£36 came with you. You pay £24 at your first session there, or by transfer: Ruth Adeyemi tells you how.",
        f"/me/places/{new.reference}/",
    ):
        assert words in " ".join(letter.text.split()), letter.text
    assert "You can cancel until" not in letter.text, "£36 of it would stay due"
    assert letter.html.count(f"/me/places/{new.reference}/") >= 1


def test_health_answers_are_kept_for_the_new_series(
    cast: Cast, enrolment: Enrolment, evenings: Series, now: datetime
) -> None:
    answers = answer_health(cast.baby)
    HealthAnswers.objects.update(forget_on=date(2026, 5, 19))
    move(enrolment, evenings, cast, now)

    answers.refresh_from_db()
    assert answers.forget_on == date(2026, 7, 11), "thirty days after the last of the evenings"
