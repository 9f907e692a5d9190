"""Pages of the house itself: the choices of the frame, the styleguide, and what is said when a page cannot be shown."""

from __future__ import annotations

import sys

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseServerError
from django.shortcuts import redirect, render
from django.template.loader import get_template
from django.templatetags.static import static
from django.views.decorators.http import require_POST
from django.views.i18n import set_language as django_set_language
from structlog.contextvars import get_contextvars

from config.accounts.guards import public, signed_in
from config.look import keep_theme

ERROR_SHEETS = (
    "css/frame.css",
    "css/diagrams.css",
)
# Seconds after which a busy database is asked again.
BUSY_FOR = 5
ARRIVALS = {
    "instructor": "classes:teaching",
    "staff": "admin:index",
    "candidate": "instructors:my_traineeship",
    "caregiver": "classes:my_classes",
}


@public
@require_POST
def set_theme(request: HttpRequest) -> HttpResponseBase:
    return keep_theme(request)


@public
@require_POST
def set_language(request: HttpRequest) -> HttpResponseBase:
    return django_set_language(request)


@public
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every part of the design in one place."""
    from config.styleguide import parts

    return render(request, "styleguide.html", parts(request))


@signed_in
def arrive(request: HttpRequest) -> HttpResponseBase:
    """Where signing in leads: to the work of the day for those who teach or train, to their classes for families."""
    roles: frozenset[str] = request.roles  # type: ignore[attr-defined]
    for role, name in ARRIVALS.items():
        if role in roles:
            return redirect(name)
    return redirect("classes:find_series")


@public
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "privacy.html")


@public
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "accessibility.html")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Where the refusal carries a sentence for the reader, the page says it."""
    return render(request, "403.html", {"sentence": getattr(exception, "sentence", "")}, status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """No session, no database, no frame: nothing here may break again. Without sheets it is plain but whole.

    Where the database was only busy or away (a lock that did not come in time, two deeds that waited for each other),
    nothing was written, and the page says to try again: 503.
    """
    reference = str(get_contextvars().get("request_id", ""))[:8]
    is_busy = isinstance(sys.exc_info()[1], OperationalError)
    page = get_template("500.html").render({"sheets": _sheets(), "reference": reference, "is_busy": is_busy})
    if not is_busy:
        return HttpResponseServerError(page)
    return HttpResponse(page, status=503, headers={"Retry-After": str(BUSY_FOR)})


def _sheets() -> list[str]:
    try:
        return [static(name) for name in ERROR_SHEETS]
    except ValueError:  # the manifest is away or does not know one of them
        return []


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403.html", {"csrf": True}, status=403)
