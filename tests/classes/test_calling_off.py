"""Calling a whole series off: what was not held comes back, once, and everybody is told."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from classes import calling_off, dues, making_up, offers, releasing
from classes.calling_off import CannotCallOff
from classes.models import Charge, Enrolment, MakeUpRight, Offer, Place, Series, WaitingParty
from config.audit.models import AuditEntry
from config.letters.models import Letter
from tests.cast import Cast
from tests.classes.changes import owe, pay
from tests.factories.classes import make_enrolment, make_series, make_waiting_party


def cancel(cast: Cast, series: Series, now: datetime) -> Series:
    return calling_off.cancel_series(series, words="I am sorry.", by=cast.instructor, now=now, key="k")


def test_a_series_that_has_not_begun_gives_everything_back(cast: Cast, now: datetime) -> None:
    paid = make_enrolment(cast.open, family=cast.family, babies=[cast.baby], by=cast.parent)
    owed = make_enrolment(cast.open, family=cast.other_family, babies=[cast.other_baby], by=cast.other_parent)
    pay(paid, now)
    for one in (owed, cast.other_enrolment, cast.stream_enrolment, cast.enrolment):
        owe(one, now)

    for _again in range(2):
        series = cancel(cast, cast.open, now)

    assert (series.state, series.cancelled_at) == ("cancelled", now)
    assert set(Enrolment.objects.filter(series=series).values_list("state", flat=True)) == {"cancelled"}
    refunds = Charge.objects.filter(kind="refund").values_list("enrolment", "amount_minor", "settled_at")
    assert list(refunds) == [(paid.pk, 6000, None)]
    assert Charge.objects.get(enrolment=owed).waived_at == now
    assert Place.objects.unreleased().filter(session__series=series).count() == 0
    assert set(series.sessions.values_list("state", "sequence")) == {("cancelled", 1)}
    for family in (cast.family, cast.other_family):
        assert dues.balance(family, now=now, currency="GBP").difference.minor == 0
    letters = dict(Letter.objects.filter(key__startswith="series_cancelled:").values_list("to", "text"))
    assert set(letters) == {"parent@example.org", "other-parent@example.org"}
    assert "£60 comes back to you" in letters["parent@example.org"]
    assert "£60 that you had not paid yet is no longer due" in letters["other-parent@example.org"]
    mine = Letter.objects.get(key__startswith="series_cancelled:", to="parent@example.org")
    assert mine.attachments[0]["content"].count("STATUS:CANCELLED") == 5
    assert AuditEntry.objects.filter(what="called a series off").count() == 1


def test_of_a_running_series_what_was_held_stays_and_what_is_still_to_be_made_up_for_comes_back(
    cast: Cast, now: datetime
) -> None:
    before = now - timedelta(days=20)
    pay(cast.enrolment, now)
    pay(cast.other_enrolment, now)
    owe(cast.stream_enrolment, now)
    first = cast.running.sessions.get(number=1)
    releasing.release(cast.enrolment, session=first, babies=[cast.baby], by=cast.parent, now=before)
    cancel(cast, cast.running, now)
    refunds = dict(Charge.objects.filter(kind="refund").values_list("enrolment", "amount_minor"))
    assert refunds == {cast.enrolment.pk: 4800, cast.other_enrolment.pk: 3600}
    assert set(MakeUpRight.objects.values_list("state", flat=True)) == {"withdrawn"}
    assert set(cast.running.sessions.values_list("number", "state")) == {
        (1, "planned"),
        (2, "planned"),
        (3, "cancelled"),
        (4, "cancelled"),
        (5, "cancelled"),
    }
    for family in (cast.family, cast.other_family):
        assert dues.balance(family, now=now, currency="GBP").difference.minor == 0


def test_guests_get_their_make_up_place_back(cast: Cast, now: datetime) -> None:
    releasing.release(
        cast.enrolment, session=cast.running.sessions.get(number=3), babies=[cast.baby], by=cast.parent, now=now
    )
    [right] = making_up.rights_to_use(MakeUpRight.objects.all())
    until = right.expires_at
    making_up.make_up([right], session=cast.open.sessions.get(number=3), way="room", by=cast.parent, now=now)
    cancel(cast, cast.open, now)
    right.refresh_from_db()
    assert (right.state, right.place, right.expires_at) == ("open", None, until + timedelta(days=30))
    assert cast.enrolment.places.get(session__series=cast.open).release == "off"
    letter = Letter.objects.get(key__startswith="guest_freed:")
    assert ("30 days more" in letter.text, "STATUS:CANCELLED" in letter.attachments[0]["content"]) == (True, True)
    cast.enrolment.refresh_from_db()
    assert cast.enrolment.state == "booked"


def test_offers_end_and_the_list_is_closed(cast: Cast, now: datetime) -> None:
    full = make_series(cast.instructor_profile, slug="full", first=date(2026, 4, 24), capacity=1)
    party = make_waiting_party(full, family=cast.family, babies=[cast.baby])
    offers.sweep(now)
    assert Offer.objects.filter(enrolment__series=full, state="open").count() == 1
    cancel(cast, full, now)
    offers.sweep(now + timedelta(minutes=1))
    party.refresh_from_db()
    assert (Offer.objects.get().state, party.state) == ("withdrawn", "withdrawn")
    assert Place.objects.unreleased().filter(session__series=full).count() == 0
    assert WaitingParty.objects.in_line().count() == 0
    assert Letter.objects.filter(key__startswith="list_closed:").count() == 1


def test_a_draft_or_a_series_that_is_over_is_not_called_off(cast: Cast, now: datetime) -> None:
    draft = make_series(cast.instructor_profile, slug="draft", first=date(2026, 5, 5), state="draft")
    with pytest.raises(CannotCallOff, match="a draft still"):
        cancel(cast, draft, now)
    with pytest.raises(CannotCallOff, match="nothing left"):
        cancel(cast, cast.running, now + timedelta(days=300))


def test_a_family_that_asked_for_quiet_is_sent_nothing(cast: Cast, now: datetime) -> None:
    cast.family.quiet_at = now
    cast.family.save()
    cancel(cast, cast.running, now)
    assert list(Letter.objects.values_list("to", flat=True)) == ["other-parent@example.org"]
