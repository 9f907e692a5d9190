"""How allauth talks to the rest: its letters go through our outbox, so a slow mail server never slows a page."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from config.letters.outbox import queue_letter
from config.lib.fields import decrypt, encrypt
from config.lib.refs import new_token

SIX_DIGITS = 6
# Where in the session stands the address of a form that waits for its reader to sign in, whichever way they take.
UNFINISHED_PAGE = "unfinished_page"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        "incorrect_code": _("That is not the newest code. Please take the one from the last letter we sent."),
        "email_password_mismatch": _(
            "This address and this password do not go together. A code by email always works."
        ),
        "incorrect_password": _("That is another password. Please try once more."),
        "too_many_login_attempts": _("That was often. Please wait a few minutes, then try once more."),
        "rate_limited": _("That was often. Please wait a few minutes, then try once more."),
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue allauth's letter. Ours lie beside its own, by the same name, under templates/."""
        with transaction.atomic():
            queue_letter(
                template_prefix,
                to=email,
                context={**context, "email": email, "site_url": settings.SITE_URL, "site_name": settings.SITE_NAME},
                language=translation.get_language() or settings.LANGUAGE_CODE,
                key=f"{template_prefix}:{new_token()}",
                now=timezone.now(),
                urgent=True,
            )

    def generate_login_code(self) -> str:
        return self._six_digits()

    def generate_email_verification_code(self) -> str:
        return self._six_digits()

    def generate_password_reset_code(self) -> str:
        return self._six_digits()

    def _six_digits(self) -> str:
        import secrets

        return f"{secrets.randbelow(10**SIX_DIGITS):0{SIX_DIGITS}d}"

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        wanted = request.session.pop("second_factor_wanted_for", None) or request.session.pop(UNFINISHED_PAGE, None)
        return wanted or str(super().get_login_redirect_url(request))


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """The secrets of authenticator apps are ciphertext in the database."""

    def encrypt(self, text: str) -> str:
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text)
