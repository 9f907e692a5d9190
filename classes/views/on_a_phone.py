"""What the register and practice at home share where a phone keeps their pages: worker, manifest, the way back."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject

from classes.still_kept import what_goes
from config.device import cookie_name, owner_mark

FRAME, FRAME_RTL = "css/frame.css", "css/frame.rtl.css"
WORKER = "js/kept_worker.js"
# What every kept page is made of, and the page that says that there is no signal; the same for every reader.
MADE_OF = (
    "css/diagrams.css",
    "css/print.css",
    "js/frame.js",
    "js/kept.js",
    "js/sealed.js",
    "js/queue.js",
    "js/forget.js",
    "js/offline.js",
    "img/icons.svg",
    "img/favicon.svg",
    "img/icon-48.png",
    "img/icon-192.png",
)
# What every page shows and none that lies on a phone: a token would be old by then, and a message ("Kept in mind.") was
# for one reader at one moment; it waits for the next page of theirs. Nor does a page that lies there tell to forget it.
NOT_FOR_KEEPING: dict[str, Any] = {"csrf_token": "", "messages": (), "forget": ""}


@dataclass(frozen=True)
class Kept:
    """What a worker is told; it knows the words of it as they stand here.

    `madeOf` are parts of pages, as paths of static files, beside those that all share. `shelf` is where the pages lie,
    for `days` at most (static/js/kept.js knows the same); `alike` names the store of what is for everyone; `tells` are
    the names in a query that make another page of it; `single` is the name that asks for one thing, with the name and
    the value that ask for the page which holds each of them. `start` is where the sign on the home screen leads: to the
    only page kept, or to the `newest`.
    """

    madeOf: Sequence[str]  # noqa: N815  # as the worker reads it
    noSignal: str  # noqa: N815  # as the worker reads it
    start: str
    shelf: str
    days: int
    alike: str
    tells: Sequence[str] = ()
    single: Sequence[str] = ()
    newest: bool = False


def worker(told: Kept) -> HttpResponse:
    """The worker of these pages. Its address is that of what it may answer for; what it does stands in WORKER."""
    frame = FRAME_RTL if translation.get_language_bidi() else FRAME
    made_of = [static(name) for name in (frame, *MADE_OF, *told.madeOf)]
    words = json.dumps({**asdict(told), "madeOf": made_of, "language": translation.get_language()})
    script = f"self.warmHands = {words};\nimportScripts({json.dumps(static(WORKER))});\n"
    return for_everyone(HttpResponse(script, content_type="text/javascript; charset=utf-8"))


def manifest(*, name: str, short_name: str, start: str) -> HttpResponse:
    """What a phone needs to know to put `start` on its home screen under that name."""
    # The sign stands well inside its ground, so a phone may cut that to a shape of its own.
    signs = (
        ("img/icon-192.png", "192x192", "any"),
        ("img/icon-512.png", "512x512", "any"),
        ("img/icon-512.png", "512x512", "maskable"),
    )
    told: dict[str, Any] = {
        "id": start,
        "name": name,
        "short_name": short_name,
        "start_url": start,
        "scope": "/",
        "display": "standalone",
        "lang": translation.get_language(),
        "dir": "rtl" if translation.get_language_bidi() else "ltr",
        "background_color": "#f7f4f6",
        "theme_color": "#f7f4f6",
        "icons": [
            {"src": static(file), "sizes": size, "type": "image/png", "purpose": purpose}
            for file, size, purpose in signs
        ],
    }
    return for_everyone(JsonResponse(told, content_type="application/manifest+json"))


def who_may_send(request: HttpRequest) -> JsonResponse:
    """For deeds that waited on a phone: whose they must be, a token that is good now, the time in milliseconds.

    `forget` is what else lies there and has to go.
    """
    now = timezone.now()
    told = {"owner": owner_mark(request.user), "token": get_token(request), "now": round(now.timestamp() * 1000)}
    return JsonResponse({**told, "forget": str(request.forget)})  # type: ignore[attr-defined]  # set by the middleware


def for_everyone(response: HttpResponse) -> HttpResponse:
    """Asked for anew each time, and the same for every reader."""
    response.headers["Cache-Control"] = "no-cache"
    return response


def still_kept_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """`request.forget` knows also of weeks that may not lie on this phone any more; looked up where a page says it."""

    def handle(request: HttpRequest) -> HttpResponse:
        carried = request.COOKIES.get(cookie_name("weeks"))
        if carried and not getattr(request, "forget", ""):
            request.forget = SimpleLazyObject(lambda: what_goes(carried))  # type: ignore[attr-defined]  # set anew
        return get_response(request)

    return handle
