"""What lets a phone take the register without a network: the page it keeps, the worker that shows it, the way in."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from classes import teaching
from classes.access import instructor_only
from classes.forms.register import BUTTONS
from classes.register import is_for_keeping
from classes.roll import names_and_marks
from classes.views.teaching import own_session, reader_of
from config.accounts.guards import public
from config.device import owner_mark, say_whose

# What a kept register and the page without a network are made of; the same for every reader.
MADE_OF = (
    "css/tokens.css",
    "css/base.css",
    "css/parts.css",
    "css/diagrams.css",
    "css/print.css",
    "css/register.css",
    "js/frame.js",
    "js/kept.js",
    "js/queue.js",
    "js/register.js",
    "js/offline.js",
    "img/icons.svg",
    "img/favicon.svg",
    "img/icon-48.png",
    "img/icon-192.png",
)
BOOTSTRAP = "vendor/bootstrap/css/bootstrap.min.css"
BOOTSTRAP_RTL = "vendor/bootstrap/css/bootstrap.rtl.min.css"


@instructor_only
@gzip_page
@require_safe
def keep_register(request: HttpRequest, reference: str) -> HttpResponse:
    """A bare register for the phone to keep: names and marks of one date, and nothing else of anybody.

    It has a template of its own, so that what is added to the register does not come to lie on a phone unawares.
    Where there is nothing to keep, before its day or once it is finished, the answer is empty: a page may ask for it
    in the very moment in which its register is finished.
    """
    session = own_session(request, reference)
    now = timezone.now()
    if not is_for_keeping(session, now=now):
        return HttpResponse(status=204)
    context = {
        "session": session,
        "series": session.series,
        "cards": names_and_marks(session),
        "buttons": BUTTONS,
    }
    response = render(request, "classes/keep_register.html", context)
    say_whose(response, request.user)
    return response


@instructor_only
@require_safe
def sending(request: HttpRequest) -> HttpResponse:
    """For deeds that waited on a phone: whose they must be, a token that is good now, the time in milliseconds."""
    now = timezone.now()
    told = {"owner": owner_mark(request.user), "token": get_token(request), "now": round(now.timestamp() * 1000)}
    return JsonResponse(told)


@instructor_only
@require_safe
def open_register(request: HttpRequest) -> HttpResponseBase:
    """Where the sign on the home screen leads: to the register that comes next, else to the day."""
    if tonight := teaching.tonight(reader_of(request), now=timezone.now()):
        return redirect("classes:register", tonight.session.reference)
    return redirect("classes:teaching")


@public
@require_safe
def no_signal(request: HttpRequest) -> HttpResponse:
    """What is shown without a network where no register is kept; the same for every reader, and kept on the phone."""
    return render(request, "classes/no_signal.html")


@public
@require_safe
def register_worker(request: HttpRequest) -> HttpResponse:
    """The worker that answers for pages of teaching while there is no network. It is part of the site, not of a reader.

    Its address is that of what it may answer for; what it does stands in static/js/register_worker.js.
    """
    bootstrap = BOOTSTRAP_RTL if translation.get_language_bidi() else BOOTSTRAP
    told = {
        "madeOf": [static(name) for name in (bootstrap, *MADE_OF)],
        "noSignal": reverse("classes:no_signal"),
        "start": reverse("classes:open_register"),
    }
    worker = static("js/register_worker.js")
    script = f"self.register = {json.dumps(told)};\nimportScripts({json.dumps(worker)});\n"
    return _for_everyone(HttpResponse(script, content_type="text/javascript; charset=utf-8"))


@public
@require_safe
def register_manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to know to put the register on its home screen."""
    sizes = (("img/icon-192.png", "192x192"), ("img/icon-512.png", "512x512"))
    told: dict[str, Any] = {
        "id": reverse("classes:open_register"),
        "name": _("Warm Hands: register"),
        "short_name": _("Register"),
        "start_url": reverse("classes:open_register"),
        "scope": "/",
        "display": "standalone",
        "lang": translation.get_language(),
        "dir": "rtl" if translation.get_language_bidi() else "ltr",
        "background_color": "#f7f4f6",
        "theme_color": "#f7f4f6",
        "icons": [{"src": static(name), "sizes": size, "type": "image/png"} for name, size in sizes],
    }
    return _for_everyone(JsonResponse(told, content_type="application/manifest+json"))


def _for_everyone(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-cache"
    return response
