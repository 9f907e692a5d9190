"""An instructor arranges the strokes of an own series. Every deed is a plain form; the script only saves taps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods

from classes import plan_history, planning
from classes.access import instructor_only
from classes.arrangement import Arrangement
from classes.forms.plan_strokes import ArrangeForm, OlderForm, PutBackForm, Whole, shelves_on_page, weeks_on_page
from classes.models import Series, StrokePlan
from classes.planning import CannotArrange, ChangedSince, Desk, WrongNames, desk_of
from classes.views.teaching import own_series, reader_of
from config.lib.refs import new_token


@instructor_only
@gzip_page
@require_http_methods(["GET", "HEAD", "POST"])
def plan_strokes(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Which stroke in which week, in which order, by which name; and what was kept before. For the lead alone."""
    series = own_series(reader_of(request), slug)
    if request.method != "POST":
        return _page(request, series)
    if "number" in request.POST:
        return _put_back(request, series)
    form = ArrangeForm(request.POST)
    if not form.is_valid():
        return _page(request, series, form=form, wanted=form.sent(), status=422)
    return _keep(request, series, form) if form.pressed[0] == "keep" else _arranged(request, series, form)


def _keep(request: HttpRequest, series: Series, form: ArrangeForm) -> HttpResponseBase:
    now, told, wanted = timezone.now(), form.cleaned_data, form.sent()
    wanted = _with_names_of_shown(wanted, desk_of(series, now=now))
    try:
        kept = planning.arrange(series, wanted, seen=told["seen"], key=told["key"], by=reader_of(request).user, now=now)
    except WrongNames as wrong:
        return _page(request, series, wanted=wanted, errors=wrong.sentences, status=422)
    except CannotArrange as refusal:
        return _page(request, series, wanted=refusal.instead, refusal=refusal, status=409)
    messages.success(
        request, _("Kept. Weeks that open from now on follow it.") if kept else _("Nothing was different.")
    )
    return redirect("classes:plan_strokes", series.slug)


def _arranged(request: HttpRequest, series: Series, form: ArrangeForm) -> HttpResponseBase:
    """The page once more as its button asked, with nothing kept yet."""
    desk = desk_of(series, now=timezone.now())
    wanted = _with_names_of_shown(form.sent(), desk)
    deed, about, which = [*form.pressed, "", ""][:3]
    if deed in ("up", "down"):
        wanted = wanted.stepped(about, -1 if deed == "up" else 1)
    elif deed == "name":
        wanted = wanted.called({about: _known_name(desk, about, which)})
    elif deed == "names":
        wanted = wanted.called(Whole(desk).names(about))
    return _page(
        request, series, desk=desk, wanted=wanted, seen=form.cleaned_data["seen"], key=form.cleaned_data["key"]
    )


def _known_name(desk: Desk, slug: str, which: str) -> str:
    """One of the other names of a stroke by its place in the row; empty, its own name, for anything else."""
    stroke = desk.strokes.get(slug)
    known = plan_history.names_known(stroke) if stroke else []
    return known[int(which)][0] if which.isdecimal() and int(which) < len(known) else ""


def _with_names_of_shown(wanted: Arrangement, desk: Desk) -> Arrangement:
    """Strokes that families were shown have no field for their name on the page, and keep it."""
    return wanted.called({slug: desk.standing.names.get(slug, "") for slug in desk.settled.strokes})


def _put_back(request: HttpRequest, series: Series) -> HttpResponseBase:
    form = PutBackForm(request.POST)
    if not form.is_valid():
        raise Http404
    now, told = timezone.now(), form.cleaned_data
    try:
        kept = planning.put_back(
            series, told["number"], seen=told["seen"], key=told["key"], by=reader_of(request).user, now=now
        )
    except StrokePlan.DoesNotExist as nothing:
        raise Http404 from nothing
    except CannotArrange as refusal:
        return _page(request, series, refusal=refusal, status=409)
    words = _("Put back, but for what was shown since.") if kept else _("That is how it stands.")
    messages.success(request, words)
    return redirect("classes:plan_strokes", series.slug)


def _page(
    request: HttpRequest,
    series: Series,
    *,
    desk: Desk | None = None,
    form: ArrangeForm | None = None,
    wanted: Arrangement | None = None,
    errors: Mapping[str, str] | None = None,
    refusal: CannotArrange | None = None,
    seen: int | None = None,
    key: str = "",
    status: int = 200,
) -> HttpResponseBase:
    desk = desk or desk_of(series, now=timezone.now())
    shown = desk.standing if wanted is None else desk.allowed(wanted)
    changes = plan_history.changes_from(desk, shown)
    weeks = weeks_on_page(desk, shown, errors or {})
    entries, older = plan_history.history_of(series, desk, before=OlderForm(request.GET).cursor)
    context: dict[str, Any] = {
        "series": series,
        "desk": desk,
        "form": form,
        "weeks": weeks,
        "shelves": shelves_on_page(desk, shown, errors or {}),
        "open_weeks": [(one.lesson.week, one.title) for one in weeks if not one.settled_at],
        "whole": Whole(desk).choices,
        "changes": changes,
        "errors": [(desk.strokes[slug], sentence) for slug, sentence in (errors or {}).items() if slug in desk.strokes],
        "refusal": refusal,
        "theirs": plan_history.last_kept(series, reader=reader_of(request))
        if isinstance(refusal, ChangedSince)
        else None,
        "seen": desk.number if seen is None else seen,
        "key": key or new_token(),
        "put_back_key": new_token(),
        "history": entries,
        "older": older,
        "is_first_page": "before" not in request.GET,
    }
    return render(request, "classes/plan_strokes.html", context, status=status)
