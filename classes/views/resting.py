"""Not this part for now: a family says it on its practice page, an instructor on a page of the series."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from classes import resting
from classes.access import instructor_only
from classes.forms.practice import WhichPractice
from classes.forms.resting import RestForm, RestOfBabyForm
from classes.models import RestingPart, Series
from classes.practice import NothingToPractise
from classes.resting import MAY_REST, CannotRest
from classes.views.open_week import asked_for
from classes.views.reading import user_of
from classes.views.teaching import own_series, reader_of
from families.access import practiser_only, reader


@practiser_only
@require_POST
def rest_part(request: HttpRequest, number: int) -> HttpResponseBase:
    """A family leaves a part out for now, or takes it up again, whoever asked for it."""
    form, which = RestForm(request.POST), WhichPractice(request.POST)
    try:
        asked = asked_for(reader(request), which, number, timezone.now())
    except NothingToPractise as nothing:
        raise Http404 from nothing
    page = redirect(reverse("classes:practice_week", args=[number]) + which.query() + "#resting")
    # The page has no other parts than these; whoever asks for one finds everything as it was.
    if not form.is_valid():
        return page
    practice = asked.course.practice
    told = {"baby": practice.baby, "region": form.cleaned_data["region"], "by": user_of(request), "now": asked.now}
    if form.cleaned_data["up"]:
        resting.take_up(practice.enrolment, **told)
        return page
    try:
        resting.rest(practice.enrolment, asked_by=RestingPart.AskedBy.FAMILY, **told)
    except CannotRest as why:  # the booking ended in this very moment
        messages.info(request, str(why))
    return page


@instructor_only
@require_http_methods(["GET", "HEAD", "POST"])
def rest_parts(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The lead asks families to leave a part out for now, baby by baby, and takes that back."""
    series = own_series(reader_of(request), slug)
    rows = resting.babies_of(series)
    if request.method == "POST":
        form = RestOfBabyForm(request.POST)
        if not form.is_valid():
            return _page(request, series, rows, status=422)
        told = form.cleaned_data
        found = [one for one in rows if (one.enrolment.reference, one.baby.pk) == (told["booking"], told["baby"])]
        if not found:
            raise Http404
        try:
            _answer(request, found[0], told["region"], up=told["up"])
            return redirect("classes:rest_parts", slug)
        except CannotRest as why:
            return _page(request, series, rows, refusal=str(why), status=409)
    return _page(request, series, rows)


def _page(
    request: HttpRequest,
    series: Series,
    rows: Sequence[resting.BabyOfSeries],
    *,
    refusal: str = "",
    status: int = 200,
) -> HttpResponseBase:
    context = {"series": series, "rows": rows, "parts": MAY_REST, "refusal": refusal}
    return render(request, "classes/rest_parts.html", context, status=status)


def _answer(request: HttpRequest, row: resting.BabyOfSeries, region: str, *, up: bool) -> None:
    by, now = reader_of(request).user, timezone.now()
    if not up:
        asked_by = RestingPart.AskedBy.INSTRUCTOR
        resting.rest(row.enrolment, baby=row.baby, region=region, asked_by=asked_by, by=by, now=now)
        messages.success(request, _("Their practice page leaves it out from now on."))
    elif region in {part.region for part in row.parts}:
        resting.take_up(row.enrolment, baby=row.baby, region=region, by=by, now=now)
        messages.success(request, _("It stands on their practice page again."))
