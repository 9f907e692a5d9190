"""An instructor's own pages: the day, a new series, one series. Their data comes through the instructor alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from classes import deciding, running, scheduling
from classes import teaching as own
from classes.access import instructor_only
from classes.dates import CannotSchedule
from classes.forms.deciding import DecideForm
from classes.forms.offering import HandForm, OffersForm, PlacesForm
from classes.forms.teaching import PageForm, SeriesForm
from classes.models import Series
from classes.scheduling import CannotPublish, Preview
from config.lib.times import local
from instructors.models import Instructor


@instructor_only
@require_safe
def teaching(request: HttpRequest) -> HttpResponse:
    """Tonight first, then what is to do and what comes."""
    now, reader = timezone.now(), reader_of(request)
    page = PageForm(request.GET)
    after = page.cursor
    coming, more = own.coming(reader, now=now, after=after)
    tonight = own.tonight(reader, now=now)
    context = {
        "tonight": tonight,
        "week": own.week_ahead(reader, now=now),
        "tasks": own.tasks(reader, now=now),
        "coming": coming,
        "is_first_page": after is None,
        "older": page.address_of(more),
        "at_home": own.said_at_home(tonight.session.series) if tonight else [],
        "credential": own.certificate_of(reader, now=now),
        "only_practice": scheduling.is_for_practice_only(reader, on=local(now, reader.time_zone).date()),
        "instructor": reader,
    }
    return render(request, "classes/teaching.html", context)


@instructor_only
@require_http_methods(["GET", "HEAD", "POST"])
def build_series(request: HttpRequest) -> HttpResponseBase:
    """A weekly series from a short form: its dates are shown before anything is kept."""
    now, reader = timezone.now(), reader_of(request)
    only_practice = scheduling.is_for_practice_only(reader, on=local(now, reader.time_zone).date())
    if request.method != "POST":
        like = _like(request, reader)
        return _builder(request, SeriesForm(reader, like=like, only_practice=only_practice), like=like)
    form = SeriesForm(reader, only_practice=only_practice, data=request.POST)
    if not form.is_valid():
        return _builder(request, form, status=422)
    try:
        return _build(request, form, now=now)
    except CannotSchedule as refusal:
        form.add_error(refusal.field, str(refusal))
        return _builder(request, form, status=422)


def _build(request: HttpRequest, form: SeriesForm, *, now: datetime) -> HttpResponseBase:
    outline, by = form.outline(), reader_of(request).user
    asked = request.POST.get("do")
    if asked == "publish":
        try:
            series = scheduling.make_and_publish(outline, by=by, now=now)
        except CannotPublish as refusal:
            seen = scheduling.preview(outline, now=now)
            return _builder(request, form, seen=seen, refusals=refusal.sentences, status=409)
        messages.success(request, _("Published. Families can book it from now on."))
    elif asked == "draft":
        series = scheduling.make_series(outline, by=by, now=now)
        messages.success(request, _("Kept as a draft. Nobody sees it until you publish."))
    else:
        return _builder(request, form, seen=scheduling.preview(outline, now=now))
    return redirect("classes:run_series", series.slug)


def _builder(
    request: HttpRequest,
    form: SeriesForm,
    *,
    like: Series | None = None,
    seen: Preview | None = None,
    refusals: Sequence[str] = (),
    status: int = 200,
) -> HttpResponse:
    zone = form.outline().time_zone if seen else ""
    context = {"form": form, "like": like, "seen": seen, "zone": zone, "refusals": refusals}
    return render(request, "classes/build_series.html", context, status=status)


def _like(request: HttpRequest, reader: Instructor) -> Series | None:
    """The series to start from: the one asked for, else the last one."""
    if not (slug := request.GET.get("like")):
        return own.last_series(reader)
    return own_series(reader, slug)


@instructor_only
@require_http_methods(["GET", "HEAD", "POST"])
def run_series(request: HttpRequest, slug: str) -> HttpResponseBase:
    """One own series: its dates with places, who comes, who waits; a draft is published or put aside here."""
    series = own_series(reader_of(request), slug)
    if request.method != "POST":
        return series_page(request, series)
    by, now = reader_of(request).user, timezone.now()
    try:
        if request.POST.get("do") == "put_aside":
            scheduling.cancel_draft(series, by=by, now=now)
            messages.success(request, _("The draft is put aside."))
            return redirect("classes:teaching")
        scheduling.publish(series, by=by, now=now)
    except CannotSchedule as refusal:
        return series_page(request, series, refusals=[str(refusal)], status=409)
    except CannotPublish as refusal:
        return series_page(request, series, refusals=refusal.sentences, status=409)
    messages.success(request, _("Published. Families can book it from now on."))
    return redirect("classes:run_series", series.slug)


def series_page(
    request: HttpRequest,
    series: Series,
    *,
    refusals: Sequence[str] = (),
    forms: Mapping[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of an own series; `forms` are those that came back with an answer that could not be taken."""
    now, returned = timezone.now(), forms or {}
    phase = running.phase_of(series, now=now)
    dates = running.dates_of(series, now=now)
    is_draft = phase == running.Phase.DRAFT
    waiting = running.waiting_panel(series, now=now)
    numbers = deciding.numbers_of(series, now=now)
    context: dict[str, Any] = {
        "series": series,
        "phase": phase,
        "numbers": numbers,
        "decide_form": DecideForm(numbers) if numbers and not numbers.refusal else None,
        "dates": dates,
        "next_date": next((date for date in dates if date.session.ends_at > now), None),
        "families": running.who_comes(series),
        "no_longer": running.no_longer(series),
        "waiting": waiting,
        "hand_forms": [
            (one, returned["hand_form"] if one.key == returned.get("hand_key") else HandForm(one.key))
            for one in waiting.line
        ],
        "places_form": PlacesForm(series),
        "offers_form": OffersForm(series),
        "refusals": refusals or (scheduling.publishing_obstacles(series, now=now) if is_draft else []),
        "is_refused": bool(refusals),
        "at_home": own.said_at_home(series),
        "now": now,
        **returned,
    }
    return render(request, "classes/run_series.html", context, status=status)


def own_series(reader: Instructor, slug: str) -> Series:
    """Raises Http404 for another's and a missing one alike."""
    try:
        return own.series_of(reader, slug)
    except Series.DoesNotExist as nothing:
        raise Http404 from nothing


def reader_of(request: HttpRequest) -> Instructor:
    """The instructor whom the guard let in."""
    found: Instructor = request.instructor  # type: ignore[attr-defined]  # set by the guard
    return found
