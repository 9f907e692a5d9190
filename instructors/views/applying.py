"""Trainings that are open, for any adult with an account, and applying for one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config.accounts.guards import signed_in
from instructors import open_trainings as applying
from instructors.candidate_forms import ApplyForm
from instructors.refusals import Refused
from instructors.views.training import now_of


@signed_in
@require_safe
def open_trainings(request: HttpRequest) -> HttpResponse:
    """The trainings that take applications, the next first."""
    found, after = applying.trainings(reader=request.user, now=now_of(request), after=request.GET.get("after", ""))
    context = {"trainings": found, "older": f"?after={after}" if after else "", "is_further": "after" in request.GET}
    return render(request, "instructors/open_trainings.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def apply_for_training(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What one training asks, who trains, where and when; and the application for it."""
    found = applying.training(pk, reader=request.user, now=now_of(request))
    if found is None:
        raise Http404
    user: Any = request.user
    form = ApplyForm(request.POST or None, named=bool(user.name))
    context = {"training": found, "form": form, "why_not": applying.obstacle(found, by=user, now=now_of(request))}
    if request.method != "POST":
        return render(request, "instructors/apply_for_training.html", context)
    if not form.is_valid():
        return render(request, "instructors/apply_for_training.html", context, status=422)
    try:
        row = applying.apply_for(found, by=user, now=now_of(request), **form.cleaned_data)
    except Refused as refusal:
        return render(request, "instructors/apply_for_training.html", {**context, "refusal": str(refusal)}, status=409)
    messages.success(request, _("Your application is with the trainer. The answer comes by letter."))
    return redirect(f"{reverse('instructors:my_traineeship')}?of={row.pk}")
