"""Pages that anyone may read: the library, one stroke, a routine, what research says."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.accounts.guards import public
from curriculum import ledger, library, one_stroke, routines
from curriculum.diagrams.pictures import CLOTHS
from curriculum.forms import LibraryFilter
from curriculum.models import Need, Routine, Stroke
from curriculum.views.keeping import cloth_of, edition_of, kept


@public
@require_safe
@kept
def strokes(request: HttpRequest) -> HttpResponse:
    """The library. `q`, `region`, `fits` and `colic` narrow it, `names` says whose names, `cloth` dresses the doll."""
    asked = LibraryFilter.asked(request.GET)
    found = library.library(asked, edition=edition_of(request))
    context = {
        "asked": asked,
        "library": found,
        "shown": found.strokes,
        "need": Need(asked.need) if asked.need else None,
        "needs": Need,
        "cloth": cloth_of(request),
        "cloths": CLOTHS,
    }
    return render(request, "curriculum/strokes.html", context)


@public
@require_safe
@kept
def stroke(request: HttpRequest, slug: str) -> HttpResponse:
    """One stroke: picture, how, why, cautions, adaptations, names."""
    try:
        page = one_stroke.stroke_page(slug, edition=edition_of(request))
    except Stroke.DoesNotExist:
        raise Http404 from None
    context = {"page": page, "stroke": page.stroke, "cloth": cloth_of(request), "cloths": CLOTHS}
    return render(request, "curriculum/stroke.html", context)


@public
@require_safe
@kept
def routine(request: HttpRequest, slug: str) -> HttpResponse:
    """Strokes in order, with what to heed: the tummy routine, a short one for the evening."""
    try:
        page = routines.routine_page(slug, edition=edition_of(request))
    except Routine.DoesNotExist:
        raise Http404 from None
    context = {"page": page, "routine": page.routine, "cloth": cloth_of(request), "cloths": CLOTHS}
    return render(request, "curriculum/routine.html", context)


@public
@require_safe
@kept
def evidence(request: HttpRequest) -> HttpResponse:
    """What may be said about effects, with how sure anyone can be."""
    return render(request, "curriculum/evidence.html", {"sections": ledger.ledger(), "strengths": ledger.strengths()})


@public
@require_safe
@kept
def evidence_in_full(request: HttpRequest) -> HttpResponse:
    """The same for professionals: what was studied, the tag, how sure, the allowed wording, the works cited."""
    return render(
        request, "curriculum/evidence_in_full.html", {"sections": ledger.full_ledger(), "tags": ledger.tags()}
    )
