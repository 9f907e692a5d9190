"""Accounts of the demo: signed in for once before, so that their addresses are verified."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password

from config.accounts.models import User
from config.demo.cast import CAST, PASSWORD, TOTP_SECRET, Role
from config.lib.fields import encrypt
from instructors.groups import AUDITOR, OFFICE, REGISTRAR, TRAINER, join

STAFF = {
    "trainer@example.org": TRAINER,
    "other-trainer@example.org": TRAINER,
    "registrar@example.org": REGISTRAR,
    "office@example.org": OFFICE,
    "auditor@example.org": AUDITOR,
}


def make_account(email: str, name: str, *, zone: str, language: str, at: datetime, password: str = "") -> User:
    """Someone with a verified address who joined at that moment. `password` is a hash; empty lets in by code alone."""
    user = User(email=email, name=name, time_zone=zone, language=language, joined_at=at, password=password)
    if not password:
        user.set_unusable_password()
    user.save()
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def make_cast(places: dict[str, tuple[str, str]], *, at: datetime) -> dict[str, User]:
    """{e-mail: account} of everyone in CAST. `places` is {e-mail: (zone, language)} where it is not Leeds."""
    hashed = make_password(PASSWORD)  # hashing is slow on purpose, and it is the same password
    return {role.email: _member(role, hashed, *places.get(role.email, ("Europe/London", "en")), at) for role in CAST}


def _member(role: Role, hashed: str, zone: str, language: str, at: datetime) -> User:
    user = make_account(role.email, role.name, zone=zone, language=language, at=at, password=hashed)
    if role.second_factor:
        Authenticator.objects.create(
            user=user, type=Authenticator.Type.TOTP, data={"secret": encrypt(TOTP_SECRET)}, created_at=at
        )
    if role.email in STAFF:
        User.objects.filter(pk=user.pk).update(is_staff=True)
        user.is_staff = True
        join(user, STAFF[role.email])
    return user
