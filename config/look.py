"""Day or night: the reader's choice, kept in a cookie so that the server sends the right colours at once."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

THEME_COOKIE = "theme"
THEMES = frozenset(("light", "dark"))
A_YEAR = 365 * 24 * 3600


def theme_of(request: HttpRequest) -> str:
    """ "light" or "dark" as chosen, or "" for whatever the device wishes."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else ""


def safe_next(request: HttpRequest) -> str:
    """The page that a form of the frame came from, never another site."""
    wanted = request.POST.get("next", "")
    allowed = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if wanted and allowed else "/"


def keep_theme(request: HttpRequest) -> HttpResponseBase:
    """Answer a press of the moon or the sun: remember it, and lead back."""
    chosen = request.POST.get("theme", "")
    response = HttpResponseRedirect(safe_next(request))
    if chosen in THEMES:
        response.set_cookie(THEME_COOKIE, chosen, max_age=A_YEAR, secure=settings.SECURE, httponly=True, samesite="Lax")
    else:
        response.delete_cookie(THEME_COOKIE, samesite="Lax")
    return response
