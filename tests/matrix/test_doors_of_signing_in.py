"""The addresses of signing in, which a package of others serves: one line each, for a visitor, a carer and staff."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import get_resolver, reverse

from tests.house.test_guards import addresses
from tests.matrix.passive import findings
from tests.matrix.test_our_doors import GUARDS, ask
from tests.matrix.world import VISITOR, World

pytestmark = pytest.mark.django_db
OPEN, LOGIN, HOME, PROOF, NONE, CANNOT = 200, "/accounts/login/", "/arrive/", "/accounts/2fa/reauthenticate/", 404, 403
KEY = {"pk": 999_999}
Answer = int | str

# What a GET is answered with, a visitor first, then a carer, then staff: a status, or where it leads. Only staff have
# a second factor here, and have shown it.
DOORS: dict[str, tuple[Answer, Answer, Answer]] = {
    "account_login": (OPEN, HOME, HOME),
    "account_logout": ("/", OPEN, OPEN),
    "account_inactive": (OPEN, OPEN, OPEN),
    "account_signup": (OPEN, HOME, HOME),
    "account_reauthenticate": (LOGIN, CANNOT, PROOF),
    "account_email": (LOGIN, OPEN, OPEN),
    "account_email_verification_sent": (LOGIN, "/accounts/email/", "/accounts/email/"),
    "account_change_password": (LOGIN, "/accounts/password/set/", "/accounts/password/set/"),
    "account_set_password": (LOGIN, OPEN, OPEN),
    "account_reset_password": (OPEN, OPEN, OPEN),
    "account_reset_password_done": (OPEN, OPEN, OPEN),
    "account_reset_password_from_key": (OPEN, OPEN, OPEN),
    "account_reset_password_from_key_done": (OPEN, OPEN, OPEN),
    "account_request_login_code": (OPEN, HOME, HOME),
    "account_confirm_login_code": ("/accounts/login/code/", HOME, HOME),
    "mfa_index": (LOGIN, OPEN, OPEN),
    "mfa_authenticate": (LOGIN, HOME, HOME),
    "mfa_reauthenticate": (LOGIN, CANNOT, OPEN),
    "mfa_activate_totp": (LOGIN, OPEN, PROOF),
    "mfa_deactivate_totp": (LOGIN, NONE, PROOF),
    "mfa_view_recovery_codes": (LOGIN, NONE, NONE),
    "mfa_generate_recovery_codes": (LOGIN, OPEN, PROOF),
    "mfa_download_recovery_codes": (LOGIN, NONE, NONE),
    "mfa_list_webauthn": (LOGIN, OPEN, OPEN),
    "mfa_add_webauthn": (LOGIN, OPEN, PROOF),
    "mfa_reauthenticate_webauthn": (LOGIN, CANNOT, PROOF),
    "mfa_remove_webauthn": (LOGIN, NONE, PROOF),
    "mfa_edit_webauthn": (LOGIN, NONE, PROOF),
    "mfa_login_webauthn": (LOGIN, HOME, HOME),
}
PARTS: dict[str, dict[str, Any]] = {
    "account_reset_password_from_key": {"uidb36": "1", "key": "no-such-key"},
    "mfa_remove_webauthn": KEY,
    "mfa_edit_webauthn": KEY,
}


def test_every_address_of_signing_in_has_a_line_in_the_table() -> None:
    others = {name for name, _view in addresses(get_resolver()) if not name.startswith("admin:")} - set(GUARDS)
    assert others ^ set(DOORS) == set()


@pytest.mark.parametrize("name", DOORS)
def test_a_door_of_signing_in_opens_to_whom_it_should(world: World, name: str) -> None:
    wrong = []
    for role, expected in zip((VISITOR, "newcomer", "trainer"), DOORS[name], strict=True):
        answer, watch = ask(world, role, "GET", reverse(name, kwargs=PARTS.get(name)))
        led = answer.headers.get("Location", "").split("?")[0]
        if (led or answer.status_code) != expected:
            wrong.append(f"{role}: {answer.status_code} {led} instead of {expected}")
        wrong += [f"{role}: {one}" for one in (*findings(answer, signed_in=role != VISITOR), *watch.writes)]
    assert wrong == []


@pytest.mark.parametrize("name", DOORS)
def test_an_empty_form_does_no_harm_at_a_door_of_signing_in(world: World, name: str) -> None:
    wrong = []
    for role in (VISITOR, "newcomer", "trainer"):
        answer, watch = ask(world, role, "POST", reverse(name, kwargs=PARTS.get(name)))
        stays = role != VISITOR and name != "account_logout"
        if answer.status_code >= 500 or watch.writes:
            wrong.append(f"{role}: {answer.status_code} {watch.writes}")
        wrong += [f"{role}: {one}" for one in findings(answer, signed_in=stays)]
    assert wrong == []


@pytest.mark.parametrize("name", DOORS)
def test_a_form_of_signing_in_without_its_token_is_refused(world: World, name: str) -> None:
    answer, _watch = ask(world, "newcomer", "POST", reverse(name, kwargs=PARTS.get(name)), csrf=True)
    assert answer.status_code == 403
