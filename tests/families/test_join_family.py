"""join_family: the page behind an invitation, from the letter to belonging."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client

from config.accounts.models import User
from config.letters.models import Letter
from families import inviting
from families.models import Caregiver, Invitation
from tests.cast import NOW, Cast, sign_in
from tests.classes.booking_forms import newest_code
from tests.factories.accounts import make_user
from tests.factories.families import an_invitation

CODE = "/accounts/login/code/confirm/"


@pytest.fixture
def invitation(cast: Cast) -> Invitation:
    with time_machine.travel(NOW, tick=False):
        told: dict[str, Any] = {"relation": "grandparent", "role": "practice", "agrees_to_massage": False}
        return inviting.invite(
            cast.family, email="lea@example.org", name="Léa Moreau", by=cast.caregiver, now=NOW, **told
        )


@pytest.fixture(autouse=True)
def _at_now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def words(response: Any) -> str:
    text = re.sub(r"<svg.*?</svg>", " ", response.content.decode(), flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def address(invitation: Invitation) -> str:
    invitation.refresh_from_db()
    return f"/join/{invitation.token}/"


def test_from_the_letter_to_belonging(invitation: Invitation, client: Client, cast: Cast) -> None:
    page = client.get(address(invitation))
    asked = client.post(address(invitation), {"email": "lea@example.org"})
    back = client.post(asked["Location"], {"code": newest_code("lea@example.org")})
    named = client.get(address(invitation))
    joined = client.post(address(invitation), {"name": "Léa Moreau"})

    assert "Ines invites you" in words(page)
    # The way back stands in the session: an address within an address would end up in logs.
    assert (asked["Location"], back["Location"], named.status_code) == (CODE, address(invitation), 200)
    assert (joined.status_code, joined["Location"]) == (302, "/me/")
    lea = Caregiver.objects.get(user__email="lea@example.org")
    assert (lea.family, lea.role, lea.name) == (cast.family, "practice", "Léa Moreau")
    assert client.get("/me/").status_code == 200


@pytest.mark.parametrize("role", ["full", "practice", "dates"])
def test_whoever_holds_the_link_sees_a_first_name_and_nothing_private(cast: Cast, client: Client, role: str) -> None:
    made = an_invitation(cast.caregiver, role=role)
    page = client.get(address(made))
    for secret in ("Moreau", "Ada", "Joseph", "example.org", "Gentle Thursdays", cast.family.reference):
        assert secret not in words(page)
    assert ("Book, pay" in words(page)) is (role == "full")
    assert (page.headers["Cache-Control"], page.headers["X-Robots-Tag"]) == ("no-store", "noindex")


def test_looking_changes_nothing(invitation: Invitation, cast: Cast) -> None:
    client = sign_in(Client(), make_user("lea@example.org", "Léa Moreau"))
    for method in (client.get, client.head, Client().get, Client().head):
        method(address(invitation))
    invitation.refresh_from_db()
    assert (invitation.state, Caregiver.objects.filter(name="Léa Moreau").count()) == ("open", 0)


def test_the_sign_in_of_another_address_is_told_and_joins_nothing(invitation: Invitation, cast: Cast) -> None:
    thief = sign_in(Client(), make_user("thief@example.org", "Thief"))
    shown, tried = thief.get(address(invitation)), thief.post(address(invitation), {"name": "Thief"})
    assert (shown.status_code, tried.status_code) == (200, 409)
    for page in (shown, tried):
        assert "This invitation went to another address." in words(page)
        assert "lea@example.org" not in page.content.decode()
    assert thief.post(address(invitation), {"refuse": "1"}).status_code == 409
    assert Invitation.objects.get().state == "open"


@pytest.mark.parametrize(("email", "sentence"), [("other-parent@example.org", "Please leave that one first")])
def test_someone_of_another_family_gets_a_sentence(cast: Cast, email: str, sentence: str) -> None:
    made = an_invitation(cast.caregiver, email)
    client = sign_in(Client(), cast.other_parent)
    assert sentence in words(client.get(address(made)))
    refused = client.post(address(made), {"name": "Amal"})
    assert (refused.status_code, sentence in words(refused)) == (409, True)


def test_no_thank_you_ends_it(invitation: Invitation) -> None:
    lea = sign_in(Client(), make_user("lea@example.org", "Léa Moreau"))
    assert lea.post(address(invitation), {"refuse": "1"}).status_code == 302
    assert lea.get(address(invitation)).status_code == 410


def test_a_name_is_asked_for(invitation: Invitation) -> None:
    lea = sign_in(Client(), make_user("lea@example.org", ""))
    answer = lea.post(address(invitation), {"name": " "})
    assert (answer.status_code, Invitation.objects.get().state) == (422, "open")


def test_used_taken_back_and_run_out_look_alike_and_a_guess_finds_nothing(cast: Cast, client: Client) -> None:
    used = an_invitation(cast.caregiver, "a@example.org")
    inviting.accept(used, user=make_user("a@example.org", "A"), name="A", now=NOW)
    back = an_invitation(cast.caregiver, "b@example.org")
    inviting.take_back(back, by=cast.caregiver, now=NOW)
    old = an_invitation(cast.caregiver, "c@example.org", sent_at=NOW - timedelta(days=14))
    pages = [client.get(address(one)) for one in (used, back, old)]
    assert [page.status_code for page in pages] == [410, 410, 410]
    assert len({words(page) for page in pages}) == 1
    assert [client.post(address(one), {"email": "a@example.org"}).status_code for one in (used, back, old)] == [410] * 3
    altered = address(an_invitation(cast.caregiver, "d@example.org"))[:-3] + "xx/"
    assert client.get(altered).status_code == 404


def test_a_code_is_sent_to_any_address_so_that_nobody_learns_which_was_asked(
    invitation: Invitation, client: Client
) -> None:
    for email in ("lea@example.org", "nobody@example.org"):
        answer = Client().post(address(invitation), {"email": email})
        assert answer["Location"].startswith(CODE)
    assert Letter.objects.filter(urgent=True).count() == 2
    assert User.objects.filter(email="nobody@example.org").count() == 1
