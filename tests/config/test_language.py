"""Which language a page is in: the one chosen here, else the account's, else the browser's."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db


def spoken(client: Client, browser: str) -> str:
    return client.get("/no-such-page/", headers={"accept-language": browser}).headers["Content-Language"]


def test_a_visitor_reads_the_browsers_language_and_english_where_we_do_not_speak_it(client: Client) -> None:
    assert [spoken(client, one) for one in ("es-MX, en;q=0.5", "en", "fi", "")] == ["es", "en", "en", "en"]


def test_an_account_reads_its_own_language_until_another_is_chosen_here(client: Client) -> None:
    client.force_login(make_user("rafael@example.org", "Rafael", language="es"))
    assert spoken(client, "en") == "es"
    client.post(reverse("set_language"), {"language": "en", "next": "/"})
    assert spoken(client, "es") == "en"


def test_an_account_whose_language_we_do_not_speak_reads_the_browsers(client: Client) -> None:
    client.force_login(make_user("haruka@example.org", "Haruka", language="ja"))
    assert spoken(client, "es") == "es"
