"""The office settles charges, opens contact again, and reads a quiet note once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

import families.quiet
from classes import cancelling, dues, quiet
from classes.models import Charge, Enrolment
from config.accounts.models import User
from config.audit.models import AuditEntry
from families.models import Family, QuietNote
from families.quiet import Reason
from instructors.groups import OFFICE, TRAINER, join
from tests.cast import Cast, sign_in
from tests.factories.accounts import make_user
from tests.factories.classes import BOOKED_AT
from tests.factories.ending import book, pay
from tests.factories.families import add_baby

CHARGES, FAMILIES, NOTES = "/admin/classes/charge/", "/admin/families/family/", "/admin/families/quietnote/"


@pytest.fixture
def clerk(cast: Cast) -> User:
    user = make_user("clerk@example.org", "Lena Holt", is_staff=True)
    join(user, OFFICE)
    return user


@pytest.fixture
def refund(cast: Cast, now: datetime) -> Charge:
    booked = book(cast, at=BOOKED_AT)
    pay(booked, now=BOOKED_AT)
    cancelling.cancel(booked, by=cast.parent, now=now)
    return Charge.objects.get(kind="refund")


def press(client: Client, address: str, action: str, *keys: int) -> Any:
    return client.post(address, {"action": action, "_selected_action": list(keys)}, follow=True)


def test_refunds_to_pay_are_a_list(cast: Cast, clerk: User, refund: Charge, client: Client) -> None:
    book(cast, at=BOOKED_AT, babies=[add_baby(cast.family, "Theo")])
    page = sign_in(client, clerk).get(f"{CHARGES}?standing=refunds").content.decode()

    assert "1 in all" in page
    for words in (refund.enrolment.reference, "refund", "£60", "to be paid back"):
        assert words in page


def test_a_refund_pressed_twice_by_two_is_paid_back_once(
    cast: Cast, clerk: User, refund: Charge, client: Client, now: datetime
) -> None:
    first = press(sign_in(client, clerk), CHARGES, "settle", refund.pk)
    second = press(sign_in(Client(), cast.office), CHARGES, "settle", refund.pk)

    assert "1 is settled." in first.content.decode()
    assert "0 are settled. 1 was settled before." in second.content.decode()
    refund.refresh_from_db()
    assert refund.settled_at == now
    assert list(AuditEntry.objects.filter(what="paid back").values_list("by_id", flat=True)) == [clerk.pk]


def test_what_is_no_longer_due_is_not_settled(cast: Cast, now: datetime) -> None:
    book(cast, at=BOOKED_AT)
    [charge] = Charge.objects.all()
    Charge.objects.update(waived_at=now)

    assert dues.settle([charge.pk], by=cast.office, now=now) == []
    assert Charge.objects.get().settled_at is None


def test_a_charge_is_not_changed_by_hand(cast: Cast, clerk: User, refund: Charge, client: Client) -> None:
    sign_in(client, clerk)
    answers = [
        client.post(f"{CHARGES}{refund.pk}/change/", {"amount_minor": "1"}).status_code,
        client.get(f"{CHARGES}add/").status_code,
    ]
    assert answers == [403, 403]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_charges_asks_the_same_for_any_number(cast: Cast, clerk: User, client: Client, rows: int) -> None:
    for number in range(rows):
        book(cast, at=BOOKED_AT, babies=[add_baby(cast.family, f"Baby {number}")])
    sign_in(client, clerk)
    client.get(CHARGES)
    with CaptureQueriesContext(connection) as asked:
        client.get(f"{CHARGES}?standing=unpaid")

    assert len(asked) == 13, [query["sql"][:100] for query in asked]


def test_the_office_writes_to_a_family_again(cast: Cast, clerk: User, client: Client, now: datetime) -> None:
    quiet.stop_everything(cast.family, by=cast.parent, now=now)
    sign_in(client, clerk)
    page = client.get(f"{FAMILIES}?quiet=yes").content.decode()
    assert "Ines Moreau, Joseph Moreau" in page
    assert "Ada" not in page

    done = press(client, FAMILIES, "write_again", cast.family.pk, cast.other_family.pk)
    assert "1 family hears from us again." in done.content.decode()
    assert Family.objects.get(pk=cast.family.pk).quiet_at is None
    assert AuditEntry.objects.get(what="opened contact again").by_id == clerk.pk


def test_a_quiet_note_is_read_by_one_person(cast: Cast, clerk: User, client: Client, now: datetime) -> None:
    quiet.stop_everything(cast.family, by=cast.parent, now=now, reason=Reason.HOSPITAL)
    note = QuietNote.objects.get()
    words = "A baby of ours is in hospital"
    sign_in(client, clerk)
    for address in (NOTES, f"{NOTES}{note.pk}/change/"):
        assert words not in client.get(address).content.decode(), "looking is not reading"

    assert words in press(client, NOTES, "read", note.pk).content.decode()
    another = sign_in(Client(), cast.office)
    assert "Somebody else has read this note" in press(another, NOTES, "read", note.pk).content.decode()
    assert words not in another.get(f"{NOTES}{note.pk}/change/").content.decode()


def test_trainers_find_none_of_it(cast: Cast, refund: Charge, client: Client) -> None:
    join(cast.trainer, TRAINER)
    sign_in(client, cast.trainer)

    assert {client.get(address).status_code for address in (CHARGES, FAMILIES, NOTES)} == {403}
    assert Enrolment.objects.filter(state="cancelled").count() == 1


def test_the_first_page_says_what_waits_for_the_office_and_to_nobody_else(
    cast: Cast, clerk: User, refund: Charge, client: Client, now: datetime
) -> None:
    quiet.stop_everything(cast.other_family, by=cast.other_parent, now=now, reason=Reason.ILL)
    page = sign_in(client, clerk).get("/admin/").content.decode()
    assert "1 refund to pay back" in page
    assert f"{CHARGES}?standing=refunds" in page
    assert "1 quiet note to read" in page

    dues.settle([refund.pk], by=clerk, now=now)
    families.quiet.read_note(QuietNote.objects.get(), by=clerk, now=now)
    page = client.get("/admin/").content.decode()
    assert ("to pay back" in page, "to read" in page) == (False, False)


def test_a_trainer_is_not_asked_for_refunds(cast: Cast, refund: Charge, client: Client) -> None:
    join(cast.trainer, TRAINER)
    assert "to pay back" not in sign_in(client, cast.trainer).get("/admin/").content.decode()
