"""How it was: a family's own page about one of its bookings."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from classes import feeding_back
from classes.forms.feedback import FeedbackForm
from classes.models import Enrolment
from classes.views.place import own_enrolment
from classes.views.reading import caregiver, now_of
from families.access import practiser_only


@practiser_only
@require_http_methods(["GET", "HEAD", "POST"])
def give_feedback(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Say how it was, change it, or take it back."""
    enrolment, now = own_enrolment(request, reference), now_of(request)
    given, teacher = feeding_back.given_for(enrolment), enrolment.series.instructor.display_name
    if request.method != "POST":
        refusal = feeding_back.why_not_yet(enrolment, now=now)
        return _page(request, enrolment, FeedbackForm(teacher=teacher, given=given), given=given, refused=refusal)
    if request.POST.get("do") == "delete":
        if feeding_back.take_back(enrolment, by=caregiver(request), now=now):
            messages.success(request, _("Deleted. Nothing of it is kept."))
        return redirect("classes:give_feedback", reference)
    form = FeedbackForm(request.POST, teacher=teacher)
    if not form.is_valid():
        return _page(request, enrolment, form, given=given, status=422)
    try:
        feeding_back.give(enrolment, answers=form.answers(), by=caregiver(request), now=now)
    except feeding_back.CannotSay as refusal:
        return _page(request, enrolment, form, given=given, refused=str(refusal), status=409)
    messages.success(request, _("Thank you. %(name)s reads it soon.") % {"name": teacher})
    return redirect("classes:my_place", reference)


def _page(
    request: HttpRequest, enrolment: Enrolment, form: FeedbackForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"enrolment": enrolment, "series": enrolment.series, "form": form, **more}
    return render(request, "classes/give_feedback.html", context, status=status)
