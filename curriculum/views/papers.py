"""A routine on a card, and how any paper is handed to a browser."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.accounts.guards import public
from curriculum.forms import PaperAsked
from curriculum.models import Routine
from curriculum.papers import parts
from curriculum.papers.cards import routine_card as card_of
from curriculum.papers.press import CannotPrint, PressBusy
from curriculum.views.keeping import edition_of, kept

log = logging.getLogger(__name__)
WAIT = 20
"""Seconds after which a reader may ask again."""


@public
@require_safe
@kept
def routine_card(request: HttpRequest, slug: str) -> HttpResponse:
    """The routine on a card, `size` a4 or letter: half a sheet of it."""
    size = PaperAsked.size_of(request.GET) or parts.SIZES[0]
    edition = edition_of(request)
    try:
        return handed(request, lambda: card_of(slug, edition=edition, size=size), name=slug)
    except Routine.DoesNotExist:
        raise Http404 from None


def handed(request: HttpRequest, printed: Callable[[], bytes], *, name: str) -> HttpResponse:
    """The paper, to look at, to print or to keep. Where it cannot be printed now, a page says what else there is."""
    try:
        pdf = printed()
    except (PressBusy, CannotPrint) as wrong:
        if isinstance(wrong, CannotPrint):
            log.error("a paper could not be printed", exc_info=wrong)
        response = render(request, "curriculum/_no_paper.html", status=503)
        response.headers["Retry-After"] = str(WAIT)
        return response
    disposition = f'inline; filename="{name}.pdf"'
    return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": disposition})
