"""Sign-in forms where allauth's own do not fit."""

from __future__ import annotations

from allauth.account.forms import LoginForm
from django.utils.translation import gettext_lazy as _


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth has no types
    """With a password, for those who keep one. Accounts are made without, so allauth would leave the field away."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Your email")

    def _setup_password_field(self) -> None:
        self.fields["password"].label = _("Password")
