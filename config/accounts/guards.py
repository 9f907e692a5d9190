"""What a view asks of its reader. Every view wears exactly one guard; the middleware refuses a view that wears none.

Nobody signed in: to the sign-in page and back. Signed in, but not this view's reader: 404, as if there were no page.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlsplit

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import urlencode

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
Test = Callable[[HttpRequest], bool]
LATELY = timedelta(minutes=15)


def public(view: View[P]) -> View[P]:
    """Anyone may read this."""
    return _marked(view, "public")


def signed_in(view: View[P]) -> View[P]:
    """Anyone who has signed in."""
    return guard("signed_in", lambda request: True)(view)


def link_holder(view: View[P]) -> View[P]:
    """Whoever holds the address: the view itself checks the secret in it."""
    return _marked(view, "link_holder")


def guard(name: str, test: Test, *, second_factor: bool = False) -> Callable[[View[P]], View[P]]:
    """A decorator for views whose reader must be signed in and pass the test.

    With `second_factor`, the reader must also have shown one in this session, because other people's records open.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(_way_back(request))
            if not test(request):
                raise Http404
            if second_factor and (detour := second_factor_detour(request)):
                return detour
            return view(request, *args, **kwargs)

        return _marked(guarded, name)

    return decorate


def _way_back(request: HttpRequest) -> str:
    """Where to go after signing in: here, or for a form that was sent, the page it stood on; its own may not open."""
    page = urlsplit(request.headers.get("Referer", ""))
    if request.method == "POST" and page.path and page.netloc == request.get_host():
        return f"{page.path}?{page.query}" if page.query else page.path
    return request.get_full_path()


def second_factor_detour(request: HttpRequest) -> HttpResponseRedirect | None:
    """None where this session has shown a second factor; else the way to set one up, or to show it."""
    if not is_mfa_enabled(request.user):
        request.session["second_factor_wanted_for"] = request.get_full_path()
        return HttpResponseRedirect(resolve_url("mfa_activate_totp"))
    if any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user)):
        return None
    return HttpResponseRedirect(f"{resolve_url('mfa_reauthenticate')}?{urlencode({'next': request.get_full_path()})}")


def has_lately_proved(request: HttpRequest, *, now: datetime) -> bool:
    """Whether this session has shown within LATELY that it is they: by signing in, or when it was asked once more."""
    records = get_authentication_records(request, request.user)
    newest = max((float(record.get("at", 0)) for record in records), default=0.0)
    return now.timestamp() - newest <= LATELY.total_seconds()


def can_prove_here(user: Any) -> bool:
    """Whether they can be asked without signing out: by their password, or by a second factor."""
    return bool(get_reauthentication_flows(user))


def _marked(view: View[P], name: str) -> View[P]:
    if hasattr(view, "guard_name"):
        raise TypeError(f"{view} wears two guards")
    view.guard_name = name  # type: ignore[attr-defined]  # functions take attributes; Callable cannot say so
    return view
