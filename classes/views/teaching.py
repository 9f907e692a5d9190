"""An instructor's own pages: the day, one series. Their data comes through the instructor alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from classes import deciding, needs, practicum, running, scheduling, sharing_diaries
from classes import teaching as own
from classes.access import instructor_only
from classes.dates import CannotSchedule
from classes.forms.deciding import DecideForm
from classes.forms.offering import HandForm, OffersForm, PlacesForm
from classes.forms.teaching import PageForm
from classes.models import Series, Session
from classes.scheduling import CannotPublish
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
        "needs": needs.needs_of(reader, now=now),
        "coming": coming,
        "is_first_page": after is None,
        "older": page.address_of(more),
        "at_home": own.said_at_home(tonight.session.series) if tonight else [],
        "credential": own.certificate_of(reader, now=now),
        "only_practice": scheduling.is_for_practice_only(reader, on=local(now, reader.time_zone).date()),
        "instructor": reader,
        "now": now,
    }
    return render(request, "classes/teaching.html", context)


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
        "practice": practicum.agreed_in(series),
        "diaries": sharing_diaries.shared_in(series, by=reader_of(request), now=now),
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


def own_session(request: HttpRequest, reference: str) -> Session:
    """The session whose register this reader may open. Raises Http404 for any other."""
    try:
        return own.register_of(reader_of(request), reference)
    except Session.DoesNotExist as nothing:
        raise Http404 from nothing


def reader_of(request: HttpRequest) -> Instructor:
    """The instructor whom the guard let in."""
    found: Instructor = request.instructor  # type: ignore[attr-defined]  # set by the guard
    return found
