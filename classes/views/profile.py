"""The public page of an instructor."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from classes.profile import profile_of
from config.accounts.guards import public


@public
@require_safe
def instructor(request: HttpRequest, slug: str) -> HttpResponse:
    """Who teaches, what of it others have checked, and what can be booked."""
    profile = profile_of(slug, now=timezone.now())
    if profile is None:
        raise Http404
    return render(request, "classes/instructor.html", {"profile": profile, "instructor": profile.instructor})
