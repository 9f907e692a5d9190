"""The quieter way out: one press, and everything stops. Pages: `end_quietly`, `my_classes`."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

import pytest
from django.test import Client

from classes import booking, cancelling, dues, quiet, running, transferring
from classes.models import Charge, Enrolment, Hold, Offer, Place, WaitingParty
from config.audit.models import AuditEntry
from config.letters.models import Letter
from config.letters.outbox import queue_letter
from families import quiet as contact
from families.models import Family, QuietNote
from families.quiet import AlreadyRead, Reason
from families.retention import sweep
from tests.cast import Cast, sign_in
from tests.factories.accounts import make_user
from tests.factories.classes import BOOKED_AT, make_enrolment, make_series, make_waiting_party
from tests.factories.ending import book, charges_of, go_to, make_up_place, pay, pounds
from tests.factories.families import add_baby, make_household


@pytest.fixture
def enrolment(cast: Cast) -> Enrolment:
    """Ada in "Busy little people", paid: five dates for £60."""
    booked = book(cast, at=BOOKED_AT)
    pay(booked, now=BOOKED_AT)
    return booked


def stop(cast: Cast, now: datetime, *, reason: str = "") -> quiet.Stopped:
    return quiet.stop_everything(cast.family, by=cast.parent, now=now, reason=reason)


def queue(to: str, key: str, now: datetime, *, urgent: bool = False) -> None:
    context = {"code": "123456", "email": to}
    queue_letter("account/email/login_code", to=to, context=context, language="en", key=key, now=now, urgent=urgent)


def test_everything_that_was_paid_comes_back_what_has_been_too(cast: Cast, enrolment: Enrolment) -> None:
    after_two = go_to(cast.open, session=2, hours=1)
    assert quiet.what_comes_back(cast.family, now=after_two) == [pounds(60)]

    stopped = stop(cast, after_two)

    enrolment.refresh_from_db()
    assert (stopped.back, enrolment.state, enrolment.ended_at) == ([pounds(60)], "ended", after_two)
    assert charges_of(enrolment) == [("series", 6000, "settled"), ("refund", 6000, "due")]
    releases = enrolment.places.order_by("session").values_list("release", flat=True)
    assert list(releases) == ["", "", "ended", "ended", "ended"], "what has been stays in the registers"


def test_what_was_not_paid_is_no_longer_due(cast: Cast, now: datetime) -> None:
    unpaid = book(cast, at=BOOKED_AT)
    assert stop(cast, now).back == []

    assert charges_of(unpaid) == [("series", 6000, "waived")]


def test_what_was_carried_over_and_what_was_kept_comes_back_too(cast: Cast, enrolment: Enrolment) -> None:
    after_two = go_to(cast.open, session=2, hours=1)
    cast.stream.last_session_at = after_two + timedelta(days=90)
    cast.stream.first_session_at = after_two + timedelta(days=30)
    cast.stream.save()
    for number, session in enumerate(cast.stream.sessions.all()):
        session.starts_at = after_two + timedelta(days=30 + 7 * number)
        session.save(update_fields=["starts_at"])
    new = transferring.transfer(enrolment, to=cast.stream, way="stream", by=cast.parent, now=after_two)
    assert charges_of(new) == [("series", 6000, "due"), ("carried", 3600, "settled")]

    assert stop(cast, after_two).back == [pounds(60)]
    assert charges_of(enrolment)[-1] == ("refund", 2400, "due")
    assert charges_of(new) == [("series", 6000, "waived"), ("carried", 3600, "settled"), ("refund", 3600, "due")]
    Charge.objects.create(  # for Gentle Thursdays, which is over
        enrolment=cast.enrolment, amount_minor=6000, currency="GBP", raised_at=BOOKED_AT, settled_at=BOOKED_AT
    )
    assert dues.balance(cast.family, now=after_two, currency="GBP") == dues.Balance(
        captured=pounds(120), refunded=pounds(60), kept=pounds(60), credits=pounds(0)
    )


def test_a_booking_that_was_just_cancelled_is_paid_back_as_well(cast: Cast, enrolment: Enrolment) -> None:
    late = go_to(cast.open, hours=-1)
    cancelling.cancel(enrolment, by=cast.parent, now=late)

    assert stop(cast, late).back == [pounds(60)]
    enrolment.refresh_from_db()
    assert enrolment.state == "ended"


def test_a_booking_of_long_ago_stays_as_it_is(cast: Cast, enrolment: Enrolment) -> None:
    over = go_to(cast.open, session=5, hours=24 * 30)

    assert (stop(cast, over).bookings, stop(cast, over).back) == (0, [])
    enrolment.refresh_from_db()
    assert (enrolment.state, charges_of(enrolment)) == ("booked", [("series", 6000, "settled")])


def test_places_rights_lists_and_offers_end_and_holds_stay(cast: Cast, enrolment: Enrolment, now: datetime) -> None:
    twin = add_baby(cast.family, "Theo")
    second = book(cast, at=BOOKED_AT, babies=[twin])
    made_up = make_up_place(second, missed=3, session=cast.running.sessions.get(number=4), now=now)
    waiting = make_waiting_party(cast.practice, family=cast.family, babies=[cast.baby])
    offered = make_waiting_party(cast.stream, family=cast.family, babies=[cast.baby], way="stream")
    offered_place = make_enrolment(
        cast.stream,
        family=cast.family,
        babies=[cast.baby],
        by=cast.parent,
        way="stream",
        state="offered",
        booked_at=None,
        expires_at=now + timedelta(hours=20),
    )
    WaitingParty.objects.filter(pk=offered.pk).update(state="offered")
    offer = Offer.objects.create(party=offered, enrolment=offered_place, made_at=now)
    hold = Hold.objects.create(series=cast.open, places=1, made_at=now, expires_at=now + timedelta(minutes=10))

    stop(cast, now)

    made_up.refresh_from_db()
    assert (made_up.release, second.rights.get().state) == ("ended", "withdrawn")
    states = WaitingParty.objects.filter(pk__in=[waiting.pk, offered.pk]).values_list("state", flat=True)
    assert list(states) == ["withdrawn", "withdrawn"]
    assert Offer.objects.get(pk=offer.pk).state == "withdrawn"
    assert Enrolment.objects.get(pk=offered_place.pk).state == "lapsed"
    assert not Place.objects.taken(now).filter(enrolment__family=cast.family, session__starts_at__gt=now).exists()
    assert Hold.objects.get(pk=hold.pk).state == "open"


def test_the_freed_place_goes_to_who_waits_and_they_are_written_to(cast: Cast, now: datetime) -> None:
    cast.open.capacity = 1
    cast.open.save(update_fields=["capacity"])
    cast.open.sessions.update(capacity=1)
    book(cast, at=BOOKED_AT)
    party = make_waiting_party(cast.open, family=cast.other_family, babies=[cast.other_baby])
    stop(cast, now)

    assert WaitingParty.objects.get(pk=party.pk).state == "offered"
    assert set(Letter.objects.values_list("to", flat=True)) == {"other-parent@example.org"}


def test_nothing_is_written_to_anybody_of_the_family_any_more(cast: Cast, enrolment: Enrolment, now: datetime) -> None:
    stop(cast, now)
    with pytest.raises(cancelling.CannotCancel):
        cancelling.cancel(enrolment, by=cast.coparent, now=now)
    cancelled = book(cast, at=now)
    cancelling.cancel(cancelled, by=cast.coparent, now=now)

    assert list(Letter.objects.all()) == []


def test_letters_that_wait_are_taken_back_but_not_the_six_digits(
    cast: Cast, enrolment: Enrolment, now: datetime
) -> None:
    queue("parent@example.org", "letter:0", now)
    queue("coparent@example.org", "letter:1", now)
    queue("parent@example.org", "letter:2", now, urgent=True)
    queue("other-parent@example.org", "letter:other", now)
    Letter.objects.filter(key="letter:1").update(state="parked")

    stop(cast, now)
    assert sorted(Letter.objects.values_list("key", flat=True)) == ["letter:2", "letter:other"]


def test_pressed_twice_is_once(cast: Cast, enrolment: Enrolment, now: datetime) -> None:
    stop(cast, now)
    again = stop(cast, now + timedelta(minutes=1))

    assert (again.bookings, again.back) == (0, [])
    assert Family.objects.get(pk=cast.family.pk).quiet_at == now
    assert charges_of(enrolment) == [("series", 6000, "settled"), ("refund", 6000, "due")]
    written = ["asked for quiet", "ended a booking"]
    assert AuditEntry.objects.filter(what__in=written, about=f"classes.Enrolment:{enrolment.pk}").count() == 1
    assert AuditEntry.objects.filter(what="asked for quiet").count() == 1


def test_the_trail_never_says_why(cast: Cast, enrolment: Enrolment, now: datetime) -> None:
    stop(cast, now, reason=Reason.DIED)

    assert QuietNote.objects.get().text == "died"
    assert [entry for entry in AuditEntry.objects.all() if "died" in f"{entry.what}{entry.detail}"] == []


def test_a_note_is_read_by_one_person_and_then_forgotten(cast: Cast, enrolment: Enrolment, now: datetime) -> None:
    stop(cast, now, reason=Reason.HOSPITAL)
    note = QuietNote.objects.get()
    assert contact.read_note(note, by=cast.office, now=now).text == "hospital"
    assert contact.read_note(note, by=cast.office, now=now + timedelta(days=1)).read_at == now
    with pytest.raises(AlreadyRead):
        contact.read_note(note, by=cast.registrar, now=now)

    assert AuditEntry.objects.filter(what="read a quiet note").count() == 1
    assert (sweep(now + timedelta(days=29)), sweep(now + timedelta(days=31))) == (0, 1)


def test_booking_again_opens_contact_again(cast: Cast, enrolment: Enrolment, now: datetime) -> None:
    stop(cast, now)
    booking.book(
        cast.open,
        family=Family.objects.get(pk=cast.family.pk),
        babies=[cast.baby],
        way="room",
        who_comes=[cast.caregiver],
        by=cast.parent,
        now=now + timedelta(days=1),
    )

    assert Family.objects.get(pk=cast.family.pk).quiet_at is None
    assert [letter.to for letter in Letter.objects.all()] == ["parent@example.org"]
    assert AuditEntry.objects.filter(what="opened contact again").count() == 1


def test_the_instructor_reads_ended_whatever_it_was(cast: Cast, client: Client, now: datetime) -> None:
    """Cancelled, moved or stopped quietly: the page of the series says the same, and no letter says anything."""
    families = {}
    for number, name in enumerate(("Bea", "Cy", "Di")):
        user = make_user(f"adult-{number}@example.org", f"Adult {number}")
        family, babies = make_household(user, name)
        families[name] = (family, book(cast, at=BOOKED_AT, family=family, babies=babies, by=user), user)
    cancelling.cancel(families["Bea"][1], by=families["Bea"][2], now=now)
    evenings = make_series(
        cast.instructor_profile, slug="evenings", first=date(2026, 5, 14), clock=time(18), venue=cast.venue
    )
    transferring.transfer(families["Cy"][1], to=evenings, way="room", by=families["Cy"][2], now=now)
    quiet.stop_everything(families["Di"][0], by=families["Di"][2], now=now, reason=Reason.DIED)
    Letter.objects.all().delete()

    page = sign_in(client, cast.instructor).get(f"/teach/series/{cast.open.slug}/").content.decode()
    rows = re.findall(r'<div class="muted"><b>(.*?)</b><span>(.*?)</span></div>(.*?)</li>', page)
    assert [(names, carer) for names, carer, _badge in rows] == [
        ("Bea", "Adult 0"),
        ("Cy", "Adult 1"),
        ("Di", "Adult 2"),
    ]
    assert len({badge for _names, _carer, badge in rows}) == 1
    for word in ("quiet", "cancelled", "moved", "refund"):
        assert word not in page.split("<main")[1].split("</main")[0].lower()


def test_who_ended_and_came_back_is_among_those_who_come(cast: Cast, now: datetime) -> None:
    cancelling.cancel(book(cast, at=BOOKED_AT), by=cast.parent, now=now)
    assert [one.names for one in running.no_longer(cast.open)] == ["Ada"]

    book(cast, at=now)
    assert running.no_longer(cast.open) == []
