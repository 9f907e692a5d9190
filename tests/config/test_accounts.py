"""Signing in by six digits, seen from outside and by someone who means ill."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from config.accounts.adapter import AccountAdapter
from config.accounts.models import User
from config.accounts.sessions import end_sessions
from config.letters.models import Letter
from tests.answers import said
from tests.factories.accounts import TOTP_SECRET, give_second_factor, make_user

pytestmark = pytest.mark.django_db
ASK, CONFIRM, SIGN_UP = "/accounts/login/code/", "/accounts/login/code/confirm/", "/accounts/signup/"


@pytest.fixture
def ines() -> User:
    return make_user("ines@example.org", "Ines Moreau")


def ask(client: Client, email: str, **more: str) -> Any:
    return client.post(ASK, {"email": email, **more})


def code_of(letter: Letter) -> str:
    found = re.search(r"\b\d{6}\b", letter.text)
    assert found
    return found[0]


def newest_code() -> str:
    return code_of(Letter.objects.latest("pk"))


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_six_digits_from_the_letter_sign_in_and_lead_back(client: Client, ines: User) -> None:
    before = client.get("/accounts/login/").wsgi_request.session.session_key
    ask(client, ines.email, next="/me/family/")
    letter = Letter.objects.get()
    assert (letter.to, letter.urgent, mail.outbox) == (ines.email, True, [])
    answer = client.post(CONFIRM, {"code": newest_code(), "next": "/me/family/"})
    assert (answer.status_code, answer["Location"], is_signed_in(client)) == (302, "/me/family/", True)
    assert client.session.session_key != before


def test_every_code_has_six_digits() -> None:
    adapter = AccountAdapter()
    makers = (
        adapter.generate_login_code,
        adapter.generate_email_verification_code,
        adapter.generate_password_reset_code,
    )
    assert all(re.fullmatch(r"\d{6}", make()) for make in makers for _one in range(200))


def test_a_code_works_once(client: Client, ines: User) -> None:
    ask(client, ines.email)
    code = newest_code()
    client.post(CONFIRM, {"code": code})
    other = Client()
    ask(other, "someone-else@example.org")
    other.post(CONFIRM, {"code": code})
    assert not is_signed_in(other)


def test_a_code_works_in_the_window_where_it_was_asked_for_and_in_no_other(client: Client, ines: User) -> None:
    thief = Client()
    ask(thief, ines.email)
    Letter.objects.all().delete()
    cache.clear()
    ask(client, ines.email)
    thief.post(CONFIRM, {"code": newest_code()})
    assert not is_signed_in(thief)


def test_a_code_dies_after_ten_minutes(client: Client, ines: User) -> None:
    ask(client, ines.email)
    with time_machine.travel(timezone.now() + timedelta(minutes=10, seconds=1), tick=True):
        client.post(CONFIRM, {"code": newest_code()})
    assert not is_signed_in(client)


def test_a_code_cannot_be_guessed_by_trying(client: Client, ines: User) -> None:
    ask(client, ines.email)
    code = newest_code()
    wrong = "000000" if code != "000000" else "000001"
    for _one in range(5):
        client.post(CONFIRM, {"code": wrong})
    client.post(CONFIRM, {"code": code})
    assert not is_signed_in(client)


def test_asking_again_and_again_is_stopped(ines: User) -> None:
    for _one in range(30):
        ask(Client(), ines.email)
    assert 1 <= Letter.objects.count() <= 5


class TestNobodyLearnsWhoHasAnAccount:
    @pytest.mark.parametrize("address", [ASK, SIGN_UP, "/accounts/password/reset/"])
    def test_a_known_and_an_unknown_address_are_answered_alike(self, ines: User, address: str) -> None:
        answers = []
        for email in (ines.email, "stranger@example.org"):
            client = Client()
            first = client.post(address, {"email": email})
            following = client.get(first["Location"]) if first.status_code == 302 else first
            answers.append((said(first, email), said(following, email)))
        assert answers[0] == answers[1]
        assert (
            Letter.objects.filter(to=ines.email).count()
            == Letter.objects.filter(to="stranger@example.org").count()
            == 1
        )

    @pytest.mark.parametrize(
        "more", [{"code": "123456"}, {"code": ""}, {"action": "resend"}, {"action": "change", "email": "x@y.zz"}]
    )
    def test_after_signing_up_every_press_is_answered_alike(self, ines: User, more: dict[str, str]) -> None:
        answers = []
        for email in (ines.email, "stranger@example.org"):
            client = Client()
            there = client.post(SIGN_UP, {"email": email})["Location"]
            answers.append(said(client.post(there, more), email))
        assert answers[0] == answers[1]

    def test_a_wrong_password_and_an_unknown_address_are_answered_alike(self, ines: User) -> None:
        ines.set_password("a long enough password")
        ines.save()
        answers = [
            said(Client().post("/accounts/login/", {"login": email, "password": "not this one"}), email)
            for email in (ines.email, "stranger@example.org")
        ]
        assert answers[0] == answers[1]

    def test_a_wrong_code_for_an_unknown_address_is_answered_like_any_wrong_code(self, ines: User) -> None:
        answers = []
        for email in (ines.email, "stranger@example.org"):
            client = Client()
            ask(client, email)
            answers.append(said(client.post(CONFIRM, {"code": "12345"}), email))
        assert answers[0] == answers[1]


ELSEWHERE = [
    *("https://evil.example", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example"),
    *("javascript:alert(1)", "data:text/html,x", "http:evil.example", "https:///evil.example", "/\t/evil.example"),
    *(" //evil.example", "https://testserver@evil.example", "https://testserver.evil.example", "//evil.example/%2f.."),
    *("////evil.example", "http://[::1].evil.example", "\x00//evil.example", "https://evil.example#testserver"),
]


class TestNobodyIsLedElsewhere:
    @pytest.mark.parametrize("wanted", ELSEWHERE)
    def test_after_signing_in(self, client: Client, ines: User, wanted: str) -> None:
        ask(client, ines.email, next=wanted)
        answer = client.post(CONFIRM, {"code": newest_code(), "next": wanted})
        assert is_signed_in(client)
        assert "evil" not in answer["Location"].split("?")[0]
        assert answer["Location"].startswith("/")
        assert not answer["Location"].startswith(("//", "/\\"))

    @pytest.mark.parametrize("wanted", ELSEWHERE)
    def test_after_choosing_a_look_or_a_language(self, client: Client, wanted: str) -> None:
        for address, choice in (("/theme/", {"theme": "dark"}), ("/language/", {"language": "es"})):
            answer = client.post(address, {**choice, "next": wanted}, headers={"referer": "https://evil.example/"})
            assert "evil" not in answer.headers.get("Location", "")

    @pytest.mark.parametrize("wanted", ELSEWHERE)
    def test_after_signing_out(self, client: Client, ines: User, wanted: str) -> None:
        client.force_login(ines, backend="allauth.account.auth_backends.AuthenticationBackend")
        answer = client.post("/accounts/logout/", {"next": wanted})
        assert "evil" not in answer["Location"]


class TestTheHost:
    def test_another_host_is_refused(self, client: Client) -> None:
        assert client.get("/accounts/login/", headers={"host": "evil.example"}).status_code == 400

    def test_a_forwarded_host_stands_in_no_letter(self, client: Client, ines: User) -> None:
        client.post("/accounts/password/reset/", {"email": ines.email}, headers={"x-forwarded-host": "evil.example"})
        letter = Letter.objects.get()
        assert "evil.example" not in letter.text + letter.html + letter.subject


def test_signing_out_takes_a_post(client: Client, ines: User) -> None:
    client.force_login(ines, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.get("/accounts/logout/")
    assert is_signed_in(client)
    client.post("/accounts/logout/")
    assert not is_signed_in(client)


def test_someone_with_a_second_factor_must_show_it_after_the_code(client: Client, ines: User) -> None:
    give_second_factor(ines)
    ask(client, ines.email)
    answer = client.post(CONFIRM, {"code": newest_code()})
    assert answer["Location"].startswith("/accounts/2fa/authenticate/")
    assert not is_signed_in(client)


def test_the_secret_of_an_authenticator_app_is_ciphertext_in_the_database(ines: User) -> None:
    give_second_factor(ines)
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        assert all(TOTP_SECRET not in str(data) for (data,) in cursor.fetchall())
    assert Authenticator.objects.get().wrap().validate_code("000000") in {True, False}


def test_two_accounts_cannot_differ_by_capitals_alone(ines: User) -> None:
    from django.db import IntegrityError

    with pytest.raises(IntegrityError):
        make_user("INES@example.org", "Another")


def test_an_account_is_called_by_its_name_and_never_by_its_address() -> None:
    assert "example" not in str(make_user("nameless@example.org", ""))


def test_ended_sessions_are_over_at_the_next_request_and_signing_in_again_is_open(ines: User, settings: Any) -> None:
    phone, laptop, other = Client(), Client(), Client()
    sam = make_user("sam@example.org", "Sam Price")
    backend = "allauth.account.auth_backends.AuthenticationBackend"
    for client, user in ((phone, ines), (laptop, ines), (other, sam)):
        client.force_login(user, backend=backend)
    end_sessions(ines, now=timezone.now())
    assert [one.get("/arrive/")["Location"] for one in (phone, laptop, other)] == [
        *("/accounts/login/?next=/arrive/", "/accounts/login/?next=/arrive/", "/classes/")
    ]
    phone.force_login(User.objects.get(pk=ines.pk), backend=backend)
    assert phone.get("/arrive/")["Location"] == "/classes/"
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = (
        [settings.SECRET_KEY],
        "another secret key of fifty letters and more, yes",
    )
    assert phone.get("/arrive/")["Location"] == "/classes/"
