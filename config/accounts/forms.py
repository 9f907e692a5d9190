"""Sign-in forms where allauth's own do not fit."""

from __future__ import annotations

from allauth.account.forms import LoginForm, RequestLoginCodeForm
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from config.accounts.opening import open_account


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth has no types
    """With a password, for those who keep one. Accounts are made without, so allauth would leave the field away."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Your email")

    def _setup_password_field(self) -> None:
        self.fields["password"].label = _("Password")


class SendCodeForm(RequestLoginCodeForm):  # type: ignore[misc]  # allauth has no types
    """An address to sign in with, known here or new: either is sent six digits, and nobody learns which it was."""

    def send_code(self, request: HttpRequest) -> None:
        """Begin the sign-in; its next page is `account_confirm_login_code`."""
        email = self.cleaned_data["email"]
        LoginCodeVerificationProcess.initiate(request=request, user=self._user or open_account(email), email=email)
