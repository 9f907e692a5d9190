"""A candidate's own page."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from instructors.access import candidate_only
from instructors.models import Traineeship
from instructors.training_page import training_page


@candidate_only
def my_traineeship(request: HttpRequest) -> HttpResponse:
    """What is done, what is missing, and by when: the newest traineeship of the reader."""
    row = Traineeship.objects.of(request.user).with_work().order_by("-pk").first()
    if row is None:
        raise Http404
    return render(request, "instructors/my_traineeship.html", {"page": training_page(row, now=timezone.now())})
