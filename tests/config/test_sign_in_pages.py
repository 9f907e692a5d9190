"""Signing in: the code first, then the other ways; what went wrong stands by its field."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from config.accounts.models import User
from config.letters.models import Letter

pytestmark = pytest.mark.django_db


@pytest.fixture
def ines() -> User:
    user = User.objects.create_user("ines@example.org", "warm-hands-demo", name="Ines Moreau")
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


def code_in_the_last_letter() -> str:
    found = re.search(r"\b\d{6}\b", Letter.objects.latest("pk").text)
    assert found
    return found.group(0)


@pytest.mark.parametrize(
    "name", ["account_login", "account_request_login_code", "account_signup", "account_reset_password"]
)
def test_a_visitor_finds_the_way_in(client: Client, name: str) -> None:
    assert client.get(reverse(name)).status_code == 200


def test_six_digits_from_the_letter_open_the_door(client: Client, ines: User) -> None:
    client.post(reverse("account_request_login_code"), {"email": ines.email})
    code = code_in_the_last_letter()
    client.post(reverse("account_confirm_login_code"), {"code": f"{code[:3]} {code[3:]}"})
    assert client.session["_auth_user_id"] == str(ines.pk)


def test_a_wrong_code_is_answered_beside_its_field(client: Client, ines: User) -> None:
    client.post(reverse("account_request_login_code"), {"email": ines.email})
    wrong = "000000" if code_in_the_last_letter() != "000000" else "000001"
    page = client.post(reverse("account_confirm_login_code"), {"code": wrong}).content.decode()
    assert ('aria-invalid="true" aria-describedby="id_code_error"' in page, "That is not the newest code" in page) == (
        True,
        True,
    )


def test_a_password_opens_the_door_for_those_who_keep_one(client: Client, ines: User) -> None:
    client.post(reverse("account_login"), {"login": ines.email, "password": "warm-hands-demo"})
    assert client.session["_auth_user_id"] == str(ines.pk)


def test_a_wrong_password_leaves_its_part_open_and_the_address_typed(client: Client, ines: User) -> None:
    page = client.post(reverse("account_login"), {"login": ines.email, "password": "not it"}).content.decode()
    assert ('<details class="fold mt-2" open>' in page, 'value="ines@example.org"' in page) == (True, True)


def test_an_account_is_made_with_an_address_and_a_code(client: Client) -> None:
    client.post(reverse("account_signup"), {"email": "new@example.org"})
    client.post(reverse("account_email_verification_sent"), {"code": code_in_the_last_letter()})
    assert client.session["_auth_user_id"] == str(User.objects.get(email="new@example.org").pk)


@pytest.mark.parametrize("name", ["account_email", "mfa_index", "mfa_list_webauthn", "account_logout"])
def test_the_account_is_looked_after_in_our_frame(client: Client, ines: User, name: str) -> None:
    client.force_login(ines, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(reverse(name))
    assert (page.status_code, 'class="topbar"' in page.content.decode()) == (200, True)
