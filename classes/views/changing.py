"""Changing a date of an own series, and adding one: who is affected stands first, and one press tells them all."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from classes import changing, running
from classes.access import instructor_only
from classes.forms.changing import CALL_OFF, AddForm, ChangeForm
from classes.models import Series, Session, SessionChange
from classes.views.reading import now_of
from classes.views.teaching import own_series, reader_of


@instructor_only
@require_http_methods(["GET", "HEAD", "POST"])
def change_session(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Move one date of an own series or call it off."""
    session = _own_date(request, reference)
    if request.method != "POST":
        return _change_page(request, session)
    affected = changing.affected(session, now=now_of(request))
    form = ChangeForm(session, sums=affected.sums, data=request.POST)
    if not form.is_valid():
        return _change_page(request, session, form=form, status=422)
    try:
        change = _act(request, session, form)
    except changing.CannotChange as refusal:
        fresh = _own_date(request, reference)
        form.data = {**request.POST.dict(), "seen": str(fresh.sequence)}
        return _change_page(request, fresh, form=form, refused=str(refusal), status=409)
    return redirect("classes:told", change.reference)


def _act(request: HttpRequest, session: Session, form: ChangeForm) -> SessionChange:
    said = form.cleaned_data
    common: dict[str, Any] = {name: said[name] for name in ("compensation", "words", "seen", "key")}
    by, now = reader_of(request).user, now_of(request)
    if said["do"] == CALL_OFF:
        return changing.call_off(session, **common, by=by, now=now)
    return changing.move(session, to=form.moment, **common, by=by, now=now)


def _change_page(
    request: HttpRequest, session: Session, *, form: ChangeForm | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    now = now_of(request)
    affected = changing.affected(session, now=now)
    context = {
        "session": session,
        "series": session.series,
        "closed": changing.why_not_change(session, now=now),
        "form": form or ChangeForm(session, sums=affected.sums),
        "affected": affected,
        "count": len(affected.parties),
        "changes": running.changes_of(session),
        "now": now,
        **more,
    }
    return render(request, "classes/change_session.html", context, status=status)


@instructor_only
@require_http_methods(["GET", "HEAD", "POST"])
def add_session(request: HttpRequest, slug: str) -> HttpResponseBase:
    """One more date of an own series, for everybody in it or for whoever books it."""
    series = own_series(reader_of(request), slug)
    last = running.last_date(series)
    if request.method != "POST":
        return _add_page(request, series, AddForm(series, like=last))
    form = AddForm(series, like=last, data=request.POST)
    if not form.is_valid():
        return _add_page(request, series, form, status=422)
    said, for_all = form.cleaned_data, form.cleaned_data["whom"] == "all"
    try:
        change = changing.add_session(
            series,
            starts_at=form.moment,
            lesson=said["lesson"],
            for_all=for_all,
            words=said["words"],
            key=said["key"],
            by=reader_of(request).user,
            now=now_of(request),
        )
    except changing.CannotChange as refusal:
        return _add_page(request, series, form, refused=str(refusal), status=409)
    if for_all:
        return redirect("classes:told", change.reference)
    messages.success(request, _("The date is added. Families can book it from now on."))
    return redirect("classes:run_series", series.slug)


def _add_page(
    request: HttpRequest, series: Series, form: AddForm, *, refused: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "series": series,
        "form": form,
        "closed": changing.why_not_add(series),
        "families": [one for one in running.who_comes(series) if not one.days],
        "refused": refused,
    }
    return render(request, "classes/add_session.html", context, status=status)


def _own_date(request: HttpRequest, reference: str) -> Session:
    """Raises Http404 for another's date, a substitute's and a missing one alike."""
    try:
        return running.own_date(reader_of(request), reference)
    except Session.DoesNotExist as nothing:
        raise Http404 from nothing
