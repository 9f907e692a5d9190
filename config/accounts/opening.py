"""Opening an account for an address that nobody has confirmed yet, and forgetting those that nobody ever does."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from config.accounts.models import User

KEPT_UNCONFIRMED = timedelta(days=2)


def open_account(email: str) -> User | None:
    """The account of that address, opened where there is none; None where it may not sign in.

    It has no password and no name. Nothing can be done with it before someone types the code that is sent there.
    """
    standing = User.objects.filter(email__iexact=email).first()
    if standing is not None:
        return standing if standing.is_active else None
    try:
        with transaction.atomic():
            user = User(email=email.lower())
            user.set_unusable_password()
            user.save()
            EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
    except IntegrityError:
        # Opened by another request in the same moment.
        return User.objects.filter(email__iexact=email, is_active=True).first()
    return user


def forget_unconfirmed(now: datetime) -> int:
    """The job: delete accounts whose address nobody confirmed within two days; returns how many."""
    addresses = EmailAddress.objects.filter(user=OuterRef("pk"))
    forgotten = User.objects.filter(
        Exists(addresses),
        ~Exists(addresses.filter(verified=True)),
        last_login__isnull=True,
        is_staff=False,
        joined_at__lt=now - KEPT_UNCONFIRMED,
        password__startswith=UNUSABLE_PASSWORD_PREFIX,
    )
    count = forgotten.count()
    forgotten.delete()
    return count
