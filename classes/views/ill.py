"""You can't teach tonight: one form, one press, and then whom it reached."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from classes import answering, changing, ill, substitutes
from classes import told as reaching
from classes.access import instructor_only
from classes.forms.ill import IllForm
from classes.forms.notice import SpokenForm
from classes.models import Session, SessionChange
from classes.views.reading import now_of
from classes.views.teaching import reader_of


@instructor_only
@require_http_methods(["GET", "HEAD", "POST"])
def ill_tonight(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Cancel it, move it, go online or send a substitute; nothing is sent before the press, and nothing twice."""
    reader, now = reader_of(request), now_of(request)
    try:
        session = ill.date_of(reader, reference)
    except Session.DoesNotExist as nothing:
        raise Http404 from nothing
    if request.method != "POST":
        return _page(request, session)
    if done := ill.done_before(session, request.POST.get("key", "")):
        return redirect("classes:told", done.reference)
    form = _form(request, session, request.POST)
    if not form.is_valid():
        return _page(request, session, form=form, status=422)
    try:
        change = ill.act(session, form.wish(), by=reader.user, now=now)
    except changing.CannotChange as refusal:
        fresh = ill.date_of(reader, reference)
        again = _form(request, fresh, {**request.POST.dict(), "seen": str(fresh.sequence)})
        return _page(request, fresh, form=again, refused=str(refusal), status=409)
    return redirect("classes:told", change.reference)


def _form(request: HttpRequest, session: Session, data: Mapping[str, Any] | None = None) -> IllForm:
    now = now_of(request)
    return IllForm(
        session,
        moments=ill.moments_instead(session, now=now),
        free=substitutes.free_for(session, now=now),
        sums=changing.affected(session, now=now).sums,
        data=data,
    )


def _page(
    request: HttpRequest, session: Session, *, form: IllForm | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    now = now_of(request)
    closed = changing.why_not_change(session, now=now)
    context = {
        "session": session,
        "series": session.series,
        "closed": closed,
        "form": form or (None if closed else _form(request, session)),
        "affected": changing.affected(session, now=now),
        "change": ill.newest_change(session),
        "day": ill.near_day(session, now=now),
        "is_near": session.starts_at - now <= reaching.HURRY,
        "now": now,
        **more,
    }
    return render(request, "classes/ill_tonight.html", context, status=status)


@instructor_only
@require_http_methods(["GET", "HEAD", "POST"])
def told(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Whom to phone first, then who was told and who has opened it."""
    reader, now = reader_of(request), now_of(request)
    try:
        change = reaching.change_of(reader, reference)
    except SessionChange.DoesNotExist as nothing:
        raise Http404 from nothing
    form = SpokenForm(request.POST)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        answering.speak(change, booking=said["booking"], is_spoken=said["spoken"], by=reader.user, now=now)
        return redirect(f"{reverse('classes:told', args=[reference])}#phone")
    context = {
        "change": change,
        "session": change.session,
        "series": change.session.series,
        "told": reaching.told_of(change, now=now),
        "day": ill.near_day(change.session, now=now),
        "now": now,
    }
    return render(request, "classes/told.html", context, status=422 if request.method == "POST" else 200)
