"""What a guard answers: a detour to signing in, a page that is not there, a detour to the second factor, or the page."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from config.accounts.guards import guard, link_holder, public, signed_in
from config.accounts.models import User
from config.urls import handler400, handler403, handler404, handler500  # noqa: F401  # the error pages of the house
from config.urls import urlpatterns as of_the_house
from tests.answers import said
from tests.cast import NOW
from tests.factories.accounts import give_second_factor, make_user

pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("the page")


def _with(decorate: Any) -> Any:
    def view(request: HttpRequest) -> HttpResponse:
        return page(request)

    return decorate(view)


is_ruth = guard("instructor_only", lambda request: str(request.user) == "Ruth")
is_ruth_with_proof = guard("teaching_only", lambda request: str(request.user) == "Ruth", second_factor=True)
urlpatterns = [
    *of_the_house,
    path("test/public/", _with(public)),
    path("test/link/", _with(link_holder)),
    path("test/signed-in/", _with(signed_in)),
    path("test/ruth/", _with(is_ruth)),
    path("test/proof/", _with(is_ruth_with_proof)),
]


def signed_in_client(user: User, *shown: str) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session["account_authentication_methods"] = [{"method": method, "at": NOW.timestamp()} for method in shown]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


def test_no_view_and_no_database_is_asked_for_an_address_with_a_null_in_it(
    client: Client, django_assert_num_queries: Any
) -> None:
    """PostgreSQL takes no such text, so looking for it would be an error of ours."""
    for address in ("/join/%00/", "/alerts/a%00b/stop/", "/away/%00/", "/calendar/%00.ics"):
        with django_assert_num_queries(0):
            assert client.get(address).status_code == 404


@pytest.fixture
def ruth() -> User:
    return make_user("ruth@example.org", "Ruth")


@pytest.fixture
def ines() -> User:
    return make_user("ines@example.org", "Ines")


@pytest.mark.parametrize("address", ["/test/public/", "/test/link/"])
def test_a_public_page_is_open_to_all(client: Client, ines: User, address: str) -> None:
    assert client.get(address).content == b"the page"
    assert signed_in_client(ines).get(address).content == b"the page"


@pytest.mark.parametrize("address", ["/test/signed-in/", "/test/ruth/", "/test/proof/"])
def test_a_visitor_is_led_to_sign_in_and_back(client: Client, address: str) -> None:
    answer = client.get(address, {"week": "3"})
    there = urlsplit(answer["Location"])
    assert (answer.status_code, there.netloc, there.path) == (302, "", "/accounts/login/")
    assert parse_qs(there.query) == {"next": [f"{address}?week=3"]}


def test_everyone_who_signed_in_sees_what_is_for_them(ines: User) -> None:
    assert signed_in_client(ines).get("/test/signed-in/").content == b"the page"


@pytest.mark.parametrize("address", ["/test/ruth/", "/test/proof/"])
def test_another_role_finds_no_page(ines: User, address: str) -> None:
    client = signed_in_client(ines)
    denied, missing = client.get(address), client.get("/test/nothing/")
    assert (denied.status_code, missing.status_code) == (404, 404)
    assert said(denied, address) == said(missing, "/test/nothing/")


def test_the_right_role_sees_the_page(ruth: User) -> None:
    assert signed_in_client(ruth).get("/test/ruth/").content == b"the page"


class TestSecondFactor:
    def test_without_one_the_way_leads_to_setting_one_up_and_is_remembered(self, ruth: User) -> None:
        client = signed_in_client(ruth, "code")
        answer = client.get("/test/proof/", {"week": "3"})
        assert (answer.status_code, answer["Location"]) == (302, "/accounts/2fa/totp/activate/")
        assert client.session["second_factor_wanted_for"] == "/test/proof/?week=3"

    def test_with_one_that_was_not_shown_the_way_leads_to_showing_it(self, ruth: User) -> None:
        give_second_factor(ruth)
        answer = signed_in_client(ruth, "code").get("/test/proof/")
        assert answer["Location"] == "/accounts/2fa/reauthenticate/?next=%2Ftest%2Fproof%2F"

    def test_with_one_that_was_shown_the_page_opens(self, ruth: User) -> None:
        give_second_factor(ruth)
        assert signed_in_client(ruth, "code", "mfa").get("/test/proof/").content == b"the page"

    @pytest.mark.parametrize("method", ["code", "password", "reauthentication", ""])
    def test_nothing_else_counts_as_one(self, ruth: User, method: str) -> None:
        give_second_factor(ruth)
        assert signed_in_client(ruth, method).get("/test/proof/").status_code == 302

    def test_another_role_is_not_told_that_there_is_something_to_prove(self, ines: User) -> None:
        give_second_factor(ines)
        assert signed_in_client(ines, "code").get("/test/proof/").status_code == 404


def test_an_account_that_was_closed_is_out_at_once(ruth: User) -> None:
    client = signed_in_client(ruth)
    User.objects.filter(pk=ruth.pk).update(is_active=False)
    assert client.get("/test/ruth/").status_code == 302


def test_what_a_signed_in_person_saw_is_not_kept_by_a_browser(client: Client, ines: User) -> None:
    assert signed_in_client(ines).get("/test/public/")["Cache-Control"] == "no-store"
    assert "no-store" not in client.get("/test/public/").headers.get("Cache-Control", "")
