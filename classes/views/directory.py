"""The directory of instructors."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from classes import directory as finding
from classes.forms.directory import DirectoryForm, query_of
from classes.views.reading import now_of
from config.accounts.guards import public


@public
@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    """Instructors whose certificate is valid today; no others. The whole search is in the address."""
    now = now_of(request)
    form = DirectoryForm(request.GET, spoken=finding.languages_spoken(on=now.date()))
    wanted = form.wanted()
    found = finding.find(wanted, after=form.after_key, now=now)
    context = {
        "form": form,
        "wanted": wanted,
        "found": found,
        "others": [(other, query_of(replace(wanted, place=other.key))) for other in found.lookup.others],
        "newer": query_of(wanted) if form.after_key else "",
        "older": query_of(wanted, after=found.more) if found.more else "",
    }
    return render(request, "classes/directory.html", context)
