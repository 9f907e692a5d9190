"""What a browser keeps of one reader, and when it is told to forget it.

The register works without a network, so a phone keeps names and marks of one date; and so does practice at home, whose
weeks a phone keeps for a month. They are gone when their reader signs out, and when anybody else signs in on the same
phone: the browser itself is told, so that no script has to run.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.crypto import salted_hmac

LONGEST = 31 * 24 * 3600
MARK_LENGTH = 20
FORGET = '"cache", "storage"'


def owner_mark(user: Any) -> str:
    """Tells readers apart on one device, and says nothing about them; "" for a visitor."""
    return salted_hmac("config.device", str(user.pk)).hexdigest()[:MARK_LENGTH] if user.is_authenticated else ""


def cookie_name() -> str:
    return f"{'__Host-' if settings.SESSION_COOKIE_SECURE else ''}kept"


def say_whose(response: HttpResponseBase, user: Any) -> None:
    """This answer lets the browser keep something of that reader, for a month at most."""
    response.set_cookie(
        cookie_name(),
        owner_mark(user),
        max_age=LONGEST,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def device_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Has the browser forget all it keeps after signing out, and where it holds something of another reader.

    A sign-in that ran out is neither: its reader comes back, and what waits on the phone is then sent.
    """

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if _has_signed_out(request) or _is_somebody_else(request):
            response.headers["Clear-Site-Data"] = FORGET
            response.delete_cookie(cookie_name(), samesite="Lax")
        return response

    return handle


def _has_signed_out(request: HttpRequest) -> bool:
    is_way_out = request.method == "POST" and request.path == reverse("account_logout")
    return is_way_out and not request.user.is_authenticated


def _is_somebody_else(request: HttpRequest) -> bool:
    whose = request.COOKIES.get(cookie_name())
    return bool(whose) and request.user.is_authenticated and whose != owner_mark(request.user)
