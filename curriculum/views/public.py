"""Pages that anyone may read: the library, one stroke, what research says."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.accounts.guards import public
from curriculum import library
from curriculum.diagrams.pictures import CLOTHS
from curriculum.forms import LibraryFilter
from curriculum.models import RegionGuide, Stroke
from curriculum.views.keeping import cloth_of, edition_of, kept


@public
@require_safe
@kept
def strokes(request: HttpRequest) -> HttpResponse:
    """The library. `q` and `region` narrow it, `cloth` dresses the doll."""
    asked = LibraryFilter.asked(request.GET)
    shelves = library.shelves(edition=edition_of(request), region=asked["region"], words=asked["q"])
    shown = [stroke for shelf in shelves for stroke in shelf.strokes]
    context = {
        "asked": asked,
        "shelves": shelves,
        "shown": shown,
        "guides": RegionGuide.objects.current(),
        "cloth": cloth_of(request),
        "cloths": CLOTHS,
    }
    return render(request, "curriculum/strokes.html", context)


@public
@require_safe
@kept
def stroke(request: HttpRequest, slug: str) -> HttpResponse:
    """One stroke: picture, how, why, cautions, adaptations."""
    try:
        page = library.stroke_page(slug, edition=edition_of(request))
    except Stroke.DoesNotExist:
        raise Http404 from None
    context = {"page": page, "stroke": page.stroke, "cloth": cloth_of(request), "cloths": CLOTHS}
    return render(request, "curriculum/stroke.html", context)


@public
@require_safe
@kept
def evidence(request: HttpRequest) -> HttpResponse:
    """What may be said about effects, with how sure anyone can be."""
    return render(request, "curriculum/evidence.html", {"sections": library.ledger(), "strengths": library.strengths()})
