"""Parked letters stand in sight of staff, who can send them again and read none of them."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from config.accounts.models import User
from config.audit.models import AuditEntry
from config.letters.models import Letter
from tests.cast import sign_in
from tests.config.test_outbox import NOW, make_letter
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db
LIST = "/admin/letters/letter/"
SECRET = "246810"


@pytest.fixture
def office() -> User:
    return make_user("office@example.org", "Olu Peters", is_staff=True, is_superuser=True)


def letters() -> tuple[Letter, Letter]:
    parked = make_letter(
        1,
        state=Letter.State.PARKED,
        tries=2,
        refusals=3,
        trouble="550 No such mailbox",
        key="account/email/login_code:x",
    )
    sent = make_letter(2, state=Letter.State.SENT, sent_at=NOW)
    Letter.objects.update(subject=f"{SECRET} is your code", text=SECRET, html=SECRET)
    return parked, sent


def test_parked_letters_stand_first_with_their_trouble(client: Client, office: User) -> None:
    letters()
    page = sign_in(client, office).get(LIST).content.decode()
    assert page.index("carer-1@example.org") < page.index("carer-2@example.org")
    assert "550 No such mailbox" in page


def test_no_page_of_the_admin_shows_the_words_or_the_code(client: Client, office: User) -> None:
    parked, _sent = letters()
    sign_in(client, office)
    for address in (LIST, f"{LIST}{parked.pk}/change/", f"{LIST}{parked.pk}/history/"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert SECRET not in answer.content.decode()


def test_a_parked_letter_can_be_sent_again_and_a_sent_one_cannot(client: Client, office: User) -> None:
    parked, sent = letters()
    sign_in(client, office).post(LIST, {"action": "send_again", "_selected_action": [parked.pk, sent.pk]})
    parked.refresh_from_db()
    sent.refresh_from_db()
    assert (parked.state, parked.tries, parked.refusals, parked.trouble) == (Letter.State.WAITING, 0, 0, "")
    assert parked.send_after <= timezone.now()
    assert (sent.state, sent.sent_at) == (Letter.State.SENT, NOW)
    entry = AuditEntry.objects.get(what="sent a parked letter again")
    assert (entry.by_name, entry.about) == ("Olu Peters", f"letters.Letter:{parked.pk}")


@pytest.mark.parametrize("way", ["add/", "1/delete/"])
def test_letters_are_neither_written_nor_deleted_by_hand(client: Client, office: User, way: str) -> None:
    assert sign_in(client, office).get(f"{LIST}{way}").status_code in {403, 302}


def test_a_trainer_sees_no_letters(client: Client) -> None:
    letters()
    trainer = make_user("trainer@example.org", "Agnes Lund", is_staff=True)
    assert sign_in(client, trainer).get(LIST).status_code == 403
