"""Accounts of addresses that nobody has confirmed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from config.accounts.models import User
from config.accounts.opening import forget_unconfirmed, open_account
from tests.cast import NOW
from tests.factories.accounts import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


def test_open_account_opens_one_and_finds_it_again_in_any_case() -> None:
    first, second = open_account("Priya@Example.org"), open_account("priya@example.org")

    assert (first, User.objects.count()) == (second, 1)
    assert first is not None
    assert (first.email, first.name, first.has_usable_password()) == ("priya@example.org", "", False)
    assert list(EmailAddress.objects.values_list("email", "verified")) == [("priya@example.org", False)]


def test_an_account_that_was_closed_is_not_opened_again() -> None:
    make_user("gone@example.org", "Gone", is_active=False)

    assert open_account("gone@example.org") is None


def test_accounts_that_nobody_confirmed_are_forgotten_after_two_days() -> None:
    open_account("typo@example.org")
    make_user("parent@example.org", "Ines")
    make_user("staff@example.org", "Agnes", is_staff=True)
    kept = forget_unconfirmed(NOW + timedelta(days=2))
    forgotten = forget_unconfirmed(NOW + timedelta(days=2, seconds=1))

    assert (kept, forgotten) == (0, 1)
    assert sorted(User.objects.values_list("email", flat=True)) == ["parent@example.org", "staff@example.org"]


def test_an_unconfirmed_account_cannot_sign_in_without_its_code(client: Client) -> None:
    open_account("typo@example.org")
    client.post("/accounts/login/", {"login": "typo@example.org", "password": "!"})

    assert "_auth_user_id" not in client.session
