"""Pages of the house itself: the choices of the frame, the styleguide, and what is said when a page cannot be shown."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import get_template
from django.views.decorators.http import require_POST
from django.views.i18n import set_language as django_set_language

from config.accounts.guards import public
from config.look import keep_theme


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


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """No context, no static manifest, no database: nothing here may break again."""
    return HttpResponseServerError(get_template("500.html").render())


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403.html", {"csrf": True}, status=403)
