"""People who sign in."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP

from config.accounts.models import User

TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def make_user(
    email: str, name: str, *, time_zone: str = "Europe/London", is_staff: bool = False, **fields: object
) -> User:
    """Someone with a verified address and no password."""
    user = User(email=email, name=name, time_zone=time_zone, is_staff=is_staff, **fields)
    user.set_unusable_password()
    user.save()
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def give_second_factor(user: User) -> None:
    """An authenticator app with the fixed secret TOTP_SECRET."""
    if not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        TOTP.activate(user, TOTP_SECRET)
