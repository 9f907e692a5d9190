"""What a browser keeps of one reader, and when it is told to forget it.

The register works without a network, so a phone keeps names and marks of one date; and so does practice at home, whose
weeks a phone keeps for a month. They are gone when their reader signs out, and when anybody else signs in on the same
phone: the browser itself is told, so that no script has to run. For browsers that do not listen, and where only a part
has to go, every page says what is to be forgotten (`forget`, static/js/forget.js).
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.crypto import salted_hmac

LONGEST = 31 * 24 * 3600
MARK_LENGTH = 20
FORGET = '"cache", "storage"'
ALL, WEEKS, HOME = "all", "weeks", "home"
"""What may have to be forgotten: everything; the weeks of practice; these, and what waits to be sent from home."""


def owner_mark(user: Any) -> str:
    """Tells readers apart on one device, and says nothing about them; "" for a visitor."""
    return salted_hmac("config.device", str(user.pk)).hexdigest()[:MARK_LENGTH] if user.is_authenticated else ""


def cookie_name(what: str = "kept") -> str:
    """`kept`: whose it is. `weeks`: what its weeks were kept upon, sealed. `forget`: all of it still has to go."""
    return f"{'__Host-' if settings.SESSION_COOKIE_SECURE else ''}{what}"


def say_whose(response: HttpResponseBase, user: Any) -> None:
    """This answer lets the browser keep something of that reader, for a month at most."""
    _tell(response, "kept", owner_mark(user))


def say_upon_what(response: HttpResponseBase, sealed: str) -> None:
    """This answer lets the browser keep weeks of practice, as long as what is sealed there holds."""
    _tell(response, "weeks", sealed)


def _tell(response: HttpResponseBase, what: str, value: str) -> None:
    response.set_cookie(
        cookie_name(what),
        value,
        max_age=LONGEST,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def device_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Has the browser forget all it keeps after signing out, and where it holds something of another reader.

    A sign-in that ran out is neither: its reader comes back, and what waits on the phone is then sent.
    `request.forget` is what the page has to say, until one page has said it.
    """

    def handle(request: HttpRequest) -> HttpResponse:
        has_to = bool(request.COOKIES.get(cookie_name("forget")))
        request.forget = ALL if has_to or _is_somebody_else(request) else ""  # type: ignore[attr-defined]  # ours
        response = get_response(request)
        if _has_signed_out(request) or _is_somebody_else(request):
            response.headers["Clear-Site-Data"] = FORGET
            for what in ("kept", "weeks"):
                response.delete_cookie(cookie_name(what), samesite="Lax")
            _tell(response, "forget", ALL)
        elif has_to and _has_said_it(response):
            response.delete_cookie(cookie_name("forget"), samesite="Lax")
        return response

    return handle


def _has_said_it(response: HttpResponse) -> bool:
    """A page of the records, or one that comes to lie on a phone, is a page too, and tells its browser nothing."""
    if response.streaming:
        return False
    is_packed = response.headers.get("Content-Encoding") == "gzip"
    page = gzip.decompress(response.content) if is_packed else response.content
    return f'data-forget="{ALL}"'.encode() in page


def _has_signed_out(request: HttpRequest) -> bool:
    is_way_out = request.method == "POST" and request.path == reverse("account_logout")
    return is_way_out and not request.user.is_authenticated


def _is_somebody_else(request: HttpRequest) -> bool:
    whose = request.COOKIES.get(cookie_name())
    return bool(whose) and request.user.is_authenticated and whose != owner_mark(request.user)
