"""What families get for a date that changed: a make-up place, or their exact part of the price."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from classes import cancelling, changing, dues, making_up, releasing
from classes.changing import CannotMakeAmends
from classes.models import Amends, Charge, Enrolment, MakeUpRight, Notice, Place, Session
from config.letters.models import Letter
from tests.cast import Cast
from tests.classes.changes import CHOOSE, FRIDAY, MAKE_UP, REFUND, call_off, move, owe, pay, third
from tests.factories.classes import make_series


def test_money_back_is_the_exact_part_and_the_books_add_up(cast: Cast, now: datetime) -> None:
    pay(cast.enrolment, now)
    owe(cast.other_enrolment, now)
    owe(cast.stream_enrolment, now)
    shares = sorted(cast.enrolment.places.values_list("price_minor", flat=True))
    assert shares == [1200] * 5

    call_off(cast, now, REFUND)

    refunds = Charge.objects.filter(kind="refund")
    assert list(refunds.values_list("enrolment", "amount_minor")) == [(cast.enrolment.pk, 1200)]
    assert cast.other_enrolment.charges.get().amount_minor == 4800
    for enrolment, family in ((cast.enrolment, cast.family), (cast.other_enrolment, cast.other_family)):
        assert sum(enrolment.places.values_list("price_minor", flat=True)) == 4800
        assert dues.balance(family, now=now, currency="GBP").difference.minor == 0
    texts = dict(Letter.objects.filter(key__startswith="changed:").values_list("to", "text"))
    assert "£12 comes back to you" in texts["parent@example.org"]
    assert "£12 of what is not paid yet is no longer due" in texts["other-parent@example.org"]


def test_a_booking_that_ends_after_a_refund_pays_nothing_back_twice(cast: Cast, now: datetime) -> None:
    Enrolment.objects.filter(pk=cast.enrolment.pk).update(policy={**cast.enrolment.policy, "refund_hours": 0})
    cast.enrolment.refresh_from_db()
    pay(cast.enrolment, now)
    call_off(cast, now, REFUND)
    cancelling.cancel(cast.enrolment, by=cast.parent, now=now)
    account = dues.account_of(cast.enrolment)
    # Two dates have been, and by the terms those to come stay due once the first has begun.
    assert (account.refunded.minor, account.in_hand.minor, account.to_pay.minor) == (1200, 4800, 0)
    assert dues.balance(cast.family, now=now, currency="GBP").difference.minor == 0


def test_a_called_off_date_not_made_up_for_comes_back_in_full_when_the_booking_ends(cast: Cast, now: datetime) -> None:
    pay(cast.enrolment, now)
    call_off(cast, now, MAKE_UP)
    later = third(cast).starts_at + timedelta(days=1)
    quote = cancelling.quote(cast.enrolment, now=later)
    assert (quote.back.minor, quote.kept.minor, quote.worth.to_come, quote.worth.been) == (1200, 4800, 2, 2)
    cancelling.cancel(cast.enrolment, by=cast.parent, now=later)
    assert dues.balance(cast.family, now=later, currency="GBP").difference.minor == 0


def test_who_paid_nothing_gets_a_make_up_place_instead_of_money(cast: Cast, now: datetime) -> None:
    cast.enrolment.places.update(price_minor=0)
    Enrolment.objects.filter(pk=cast.enrolment.pk).update(price_minor=0)
    call_off(cast, now, REFUND)
    assert list(Amends.objects.filter(enrolment=cast.enrolment).values_list("kind", "minor")) == [("make_up", 0)]
    assert list(Amends.objects.filter(enrolment=cast.other_enrolment).values_list("kind", "minor")) == [
        ("refund", 1200)
    ]


def test_who_told_us_too_late_for_a_make_up_place_is_owed_as_well_when_the_date_is_called_off(
    cast: Cast, now: datetime
) -> None:
    late = third(cast).starts_at - timedelta(hours=3)
    releasing.release(cast.enrolment, session=third(cast), babies=[cast.baby], by=cast.parent, now=late)
    assert MakeUpRight.objects.count() == 0
    seen = changing.affected(third(cast), now=late)
    assert ([party.names for party in seen.paid], [party.names for party in seen.away]) == ([["Noor"]], [["Ada"]])
    call_off(cast, late + timedelta(minutes=5))
    assert MakeUpRight.objects.filter(enrolment=cast.enrolment, missed=third(cast), state="open").count() == 1
    assert Notice.objects.filter(enrolment=cast.enrolment).count() == 1


def test_a_family_takes_money_instead_of_a_place_that_it_did_not_use(cast: Cast, now: datetime) -> None:
    pay(cast.enrolment, now)
    change = call_off(cast, now, CHOOSE)
    places = list(cast.enrolment.places.filter(session=third(cast)).select_related("enrolment__series"))
    for _again in range(2):
        changing.compensate(places, kind=REFUND, change=change, by=cast.parent, now=now)
    assert MakeUpRight.objects.get(enrolment=cast.enrolment).state == "withdrawn"
    assert list(Charge.objects.filter(kind="refund").values_list("amount_minor", flat=True)) == [1200]
    assert Amends.objects.get(enrolment=cast.enrolment).kind == "refund"
    assert dues.balance(cast.family, now=now, currency="GBP").difference.minor == 0
    changing.compensate(places, kind=MAKE_UP, change=change, by=cast.parent, now=now)
    assert MakeUpRight.objects.get(enrolment=cast.enrolment).state == "withdrawn"


def test_money_is_not_given_for_a_make_up_place_that_is_booked(cast: Cast, now: datetime) -> None:
    pay(cast.enrolment, now)
    change = call_off(cast, now, CHOOSE)
    rights = list(making_up.rights_to_use(MakeUpRight.objects.filter(enrolment=cast.enrolment)))
    making_up.make_up(rights, session=cast.open.sessions.get(number=3), way="room", by=cast.parent, now=now)
    places = list(cast.enrolment.places.filter(session=third(cast)).select_related("enrolment__series"))
    with pytest.raises(CannotMakeAmends, match="booked already"):
        changing.compensate(places, kind=REFUND, change=change, by=cast.parent, now=now)
    assert Charge.objects.filter(kind="refund").count() == 0


def test_only_what_was_promised_is_given(cast: Cast, now: datetime) -> None:
    change = move(cast, now, compensation=MAKE_UP)
    places = list(cast.enrolment.places.filter(session=third(cast)).select_related("enrolment__series"))
    with pytest.raises(CannotMakeAmends, match="not offered"):
        changing.compensate(places, kind=REFUND, change=change, by=cast.parent, now=now)
    move(cast, now, to=FRIDAY + timedelta(hours=1), key="k2")
    with pytest.raises(CannotMakeAmends, match="once more"):
        changing.compensate(places, kind=MAKE_UP, change=change, by=cast.parent, now=now)


@pytest.mark.parametrize(("kind", "rights", "refunds"), [(MAKE_UP, 1, 0), (REFUND, 0, 1)])
def test_whom_the_new_date_does_not_suit_gives_it_back_for_what_was_promised(
    cast: Cast, now: datetime, kind: str, rights: int, refunds: int
) -> None:
    pay(cast.enrolment, now)
    change = move(cast, now, compensation=CHOOSE)
    late = FRIDAY - timedelta(hours=1)
    places = list(cast.enrolment.places.filter(session=third(cast)).select_related("enrolment__series"))
    for _again in range(2):
        changing.compensate(places, kind=kind, change=change, by=cast.parent, now=late)
    place = cast.enrolment.places.get(session=third(cast))
    assert (place.released_at, place.release) == (late, "told")
    found = MakeUpRight.objects.filter(enrolment=cast.enrolment, state="open").count()
    assert (found, Charge.objects.filter(kind="refund", amount_minor=1200).count()) == (rights, refunds)
    assert dues.balance(cast.family, now=late, currency="GBP").difference.minor == 0
    assert Letter.objects.filter(key__startswith="amends:").count() == 1


@pytest.mark.parametrize(("compensation", "rights", "paid_back"), [(MAKE_UP, 1, 0), (REFUND, 0, 1200), (CHOOSE, 1, 0)])
def test_saying_on_the_page_of_the_place_that_a_moved_date_does_not_suit_gives_what_was_promised_at_any_notice(
    cast: Cast, now: datetime, compensation: str, rights: int, paid_back: int
) -> None:
    pay(cast.enrolment, now)
    move(cast, now, compensation=compensation)
    late = FRIDAY - timedelta(hours=2)
    done = releasing.release(cast.enrolment, session=third(cast), babies=[cast.baby], by=cast.parent, now=late)
    assert len(done.rights) == rights
    assert sum(Charge.objects.filter(kind="refund").values_list("amount_minor", flat=True)) == paid_back
    assert ("comes back to you" in done.sentence) is bool(paid_back)
    if paid_back:
        with pytest.raises(releasing.CannotTakeBack, match="come back to you"):
            releasing.take_back(cast.enrolment, session=third(cast), babies=[cast.baby], by=cast.parent, now=late)
    else:
        releasing.take_back(cast.enrolment, session=third(cast), babies=[cast.baby], by=cast.parent, now=late)
        assert MakeUpRight.objects.filter(state="open").count() == 0
    assert dues.balance(cast.family, now=late, currency="GBP").difference.minor == 0


def test_who_booked_after_the_change_has_nothing_promised(cast: Cast, now: datetime) -> None:
    move(cast, now)
    Place.objects.filter(session=third(cast)).update(taken_at=now + timedelta(minutes=1))
    late = FRIDAY - timedelta(hours=2)
    done = releasing.release(cast.enrolment, session=third(cast), babies=[cast.baby], by=cast.parent, now=late)
    assert done.rights == []


def test_a_date_called_off_takes_no_time_in_the_week_of_a_baby(cast: Cast, now: datetime) -> None:
    call_off(cast, now)
    same = make_series(cast.other_instructor_profile, slug="same", first=date(2026, 3, 12), venue=cast.venue)
    Session.objects.filter(series=same, number=3).update(starts_at=third(cast).starts_at)
    rights = list(making_up.rights_to_use(MakeUpRight.objects.filter(enrolment=cast.enrolment)))
    found = [(match.session.series.slug, match.session.number) for match in making_up.matches(rights, now=now)]
    assert ("same", 3) in found
