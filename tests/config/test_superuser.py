"""The first account of a new site is made at the command line, and must not be locked out."""

from __future__ import annotations

import re

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from config.letters.models import Letter

pytestmark = pytest.mark.django_db


def test_who_was_made_at_the_command_line_signs_in_by_code_and_is_asked_for_a_second_factor(client: Client) -> None:
    call_command("createsuperuser", email="office@example.net", interactive=False)
    client.post(reverse("account_request_login_code"), {"email": "office@example.net"})
    code = re.search(r"\d{6}", Letter.objects.get().text)
    assert code is not None
    client.post(reverse("account_confirm_login_code"), {"code": code.group()})
    assert client.get(reverse("arrive")).headers["Location"] == reverse("admin:index")
    assert client.get(reverse("admin:index")).headers["Location"] == reverse("mfa_activate_totp")
