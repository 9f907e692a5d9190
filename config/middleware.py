"""What happens to every request before its view, and to every answer after it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject

from config.health import health_answer
from config.roles import roles_of

Next = Callable[[HttpRequest], HttpResponse]
METHODS = ("GET", "HEAD", "POST")

# Rooms that are not ours and guard themselves: allauth, and the admin (whose site has the guard in has_permission).
SELF_GUARDED = (
    "allauth.",
    "django.contrib.admin.",
    "django.contrib.contenttypes.",
    "django.views.i18n",
    "django.views.static",
)


def health_middleware(get_response: Next) -> Next:
    """Answers /healthz and /readyz before hosts, sessions and languages are looked at."""

    def handle(request: HttpRequest) -> HttpResponse:
        return health_answer(request.path) or get_response(request)

    return handle


def headers_middleware(get_response: Next) -> Next:
    """Headers that no package of ours sets. What a signed-in person saw is never kept by a browser or proxy."""

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated and not request.path.startswith(settings.STATIC_URL):
            response.headers["Cache-Control"] = "no-store"
        return response

    return handle


def language_middleware(get_response: Next) -> Next:
    """The language of the cookie; without one, the account's; for visitors the browser's."""

    def handle(request: HttpRequest) -> HttpResponse:
        language = language_of(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response

    return handle


def language_of(request: HttpRequest) -> str:
    """A language of settings.LANGUAGES."""
    chosen_here = settings.LANGUAGE_COOKIE_NAME in request.COOKIES
    if not chosen_here and request.user.is_authenticated and request.user.language in dict(settings.LANGUAGES):
        return str(request.user.language)
    return translation.get_language_from_request(request)


def person_middleware(get_response: Next) -> Next:
    """request.roles: what this reader is (caregiver, instructor, candidate, holder, staff), looked up when asked."""

    def handle(request: HttpRequest) -> HttpResponse:
        request.roles = SimpleLazyObject(lambda: roles_of(request.user))  # type: ignore[attr-defined]
        request.now = timezone.now()  # type: ignore[attr-defined]
        return get_response(request)

    return handle


class guard_middleware:
    """Refuses a view that declares no guard, for a page forgotten is a page closed; methods that no page takes; and an
    address that no database could look up.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if not hasattr(view, "guard_name") and not is_self_guarded(view):
            raise PermissionDenied(f"{view.__module__}.{view.__name__} declares no guard")
        if any("\x00" in part for part in kwargs.values() if isinstance(part, str)):
            raise Http404("PostgreSQL holds no text with a null in it")
        return None if request.method in METHODS else HttpResponseNotAllowed(METHODS)


def is_self_guarded(view: Any) -> bool:
    """Whether the view comes from a package or from the admin site, which guard their own doors."""
    module = str(getattr(view, "__module__", ""))
    return module.startswith(SELF_GUARDED) or hasattr(view, "admin_site") or hasattr(view, "model_admin")
