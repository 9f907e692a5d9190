"""What asks to wait in these days, told at home: a vaccination, a fever, sore skin, an upset tummy."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from classes.forms.practice import WhichPractice
from classes.practice import NothingToPractise
from classes.views.open_week import Asked, asked_for
from curriculum.readiness import before_massage
from families import reasons
from families.access import practiser_only, reader
from families.forms.reasons import ReasonsForm


@practiser_only
@require_http_methods(["GET", "HEAD", "POST"])
def these_days(request: HttpRequest, number: int) -> HttpResponseBase:
    """Tell what asks to wait, or that it is over. Told twice, it stands once."""
    which = WhichPractice(request.POST if request.method == "POST" else request.GET)
    try:
        asked = asked_for(reader(request), which, number, timezone.now())
    except NothingToPractise as nothing:
        raise Http404 from nothing
    usual = before_massage()
    offered = [row for row in usual.precautions if row.key in reasons.TOLD_AT_HOME]
    form = ReasonsForm(request.POST if request.method == "POST" else None, offered=offered)
    if request.POST.get("do") == "over":
        _tell(asked, keys=(), vaccinated_at=None)
        messages.success(request, _("Lovely. Nothing waits any more."))
    elif form.is_valid():
        at = form.vaccinated_at(zone=asked.caregiver.family.time_zone, now=asked.now)
        _tell(asked, keys=form.cleaned_data["changed"], vaccinated_at=at)
        messages.success(request, _("Kept in mind. It goes away by itself."))
    else:
        context = {"reasons_form": form, "offered": offered, "readiness": usual, "number": number}
        return _form_page(request, asked, context)
    return redirect(reverse("classes:practice_week", args=[number]) + which.query() + "#ready")


def _tell(asked: Asked, *, keys: Sequence[str], vaccinated_at: datetime | None) -> None:
    baby = asked.course.practice.baby
    reasons.tell(baby, keys=keys, vaccinated_at=vaccinated_at, by=asked.caregiver, now=asked.now)


def _form_page(request: HttpRequest, asked: Asked, context: dict[str, Any]) -> HttpResponse:
    chosen = asked.course.practice
    context |= {
        "baby": chosen.baby,
        "series": chosen.series,
        "which": asked.which,
        "home": reverse("classes:practice_week", args=[context["number"]]) + asked.which.query(),
    }
    return render(request, "classes/these_days.html", context, status=422 if context["reasons_form"].is_bound else 200)
