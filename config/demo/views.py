"""The desk of the demo: who a visitor can be, the digits of the second factor, and the letters that were "sent"."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from config.accounts.guards import public
from config.demo.cast import CAST, PASSWORD, TOTP_SECRET, current_code, seconds_left
from config.letters.models import Letter

LETTERS_SHOWN = 30


@public
def demo_desk(request: HttpRequest) -> HttpResponse:
    _only_in_the_demo()
    now = timezone.now()
    return _unindexed(
        render(
            request,
            "demo/demo_desk.html",
            {
                "cast": CAST,
                "password": PASSWORD,
                "secret": TOTP_SECRET,
                "code": current_code(now),
                "seconds": seconds_left(now),
                "letters": Letter.objects.newest(LETTERS_SHOWN),
            },
        )
    )


@public
def demo_letter(request: HttpRequest, number: int) -> HttpResponse:
    _only_in_the_demo()
    letter = get_object_or_404(Letter, pk=number)
    return _unindexed(render(request, "demo/demo_letter.html", {"letter": letter}))


def _only_in_the_demo() -> None:
    if not settings.DEMO:
        raise Http404


def _unindexed(response: HttpResponse) -> HttpResponse:
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "no-store"
    return response
