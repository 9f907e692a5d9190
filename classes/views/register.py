"""The register of a session, taken on a phone. Every deed is a plain form; the page's script sends them singly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_safe

from classes import guests, teaching
from classes import register as taking
from classes.access import instructor_only, is_lead
from classes.forms.register import BUTTONS, NoteForm, RegisterForm, RestForm, SettleForm, TapForm, UndoForm
from classes.models import Session
from classes.register import CannotFinish, CannotMark
from classes.roll import bare_roll, conflict_words, marks_of, roll
from classes.views.teaching import own_session, reader_of
from config.accounts.models import User


@instructor_only
@require_safe
def register_standing(request: HttpRequest, reference: str) -> HttpResponseBase:
    """How the register stands now, so that two phones show the same."""
    return _answer(own_session(request, reference))


@instructor_only
@gzip_page  # the first load in a hall has a bound, wherever the site runs
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Who is here tonight. Only the lead of the series and that date's substitute find this page."""
    session = own_session(request, reference)
    if request.method != "POST":
        return _page(request, session)
    deed = DEEDS.get(request.POST.get("do", ""), _save)
    try:
        return deed(request, session)
    except CannotMark as refusal:
        return _refused(request, session, str(refusal), data=request.POST)


def _tap(request: HttpRequest, session: Session) -> HttpResponseBase:
    form = TapForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=400)
    place, mark = form.cleaned_data["place"], form.cleaned_data["mark"]
    if place not in marks_of(session):
        return _given_back(session, place)
    taking.mark_all(
        session,
        marks={place: mark},
        by=_user(request),
        now=timezone.now(),
        key=form.cleaned_data["key"],
        tapped_at=form.cleaned_data["at"],
        seen=form.seen_mark,
    )
    return _answer(session)


def _given_back(session: Session, place: int) -> HttpResponseBase:
    """For a phone that still shows a place that is nobody's any more. Raises Http404 for one of another session."""
    if not taking.had_place(session, place):
        raise Http404
    return _answer(session, sentence=_("That place was given back meanwhile, so it has no mark."), status=409)


def _undo(request: HttpRequest, session: Session) -> HttpResponseBase:
    form = UndoForm(request.POST)
    if form.is_valid():
        tap, at = form.cleaned_data["tap"], form.cleaned_data["at"]
        taking.undo(session, tap=tap, by=_user(request), now=timezone.now(), tapped_at=at)
    return _answer(session) if _by_script(request) else redirect(_address(session))


def _rest(request: HttpRequest, session: Session) -> HttpResponseBase:
    if not _by_script(request):
        return _save(request, session)
    form = RestForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=400)
    key, at, left = (form.cleaned_data[name] for name in ("key", "at", "left"))
    taking.mark_rest(session, by=_user(request), now=timezone.now(), key=key, tapped_at=at, left=left)
    return _answer(session)


def _note(request: HttpRequest, session: Session) -> HttpResponseBase:
    form = NoteForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=400)
    place, note = form.cleaned_data["place"], form.cleaned_data["note"]
    if place and place not in marks_of(session):
        raise Http404
    notes = {place: note} if place else {}
    session_note = None if place else note
    taking.keep(
        session, marks={}, notes=notes, session_note=session_note, by=_user(request), now=timezone.now(), key=""
    )
    return _answer(session)


def _save(request: HttpRequest, session: Session) -> HttpResponseBase:
    """The whole page at once; then what its button asked for: everyone left is here, or the end of the register."""
    now, by = timezone.now(), _user(request)
    form = RegisterForm(bare_roll(session), session_note=session.note, data=request.POST)
    if not form.is_valid():
        return _page(request, session, data=request.POST, status=422)
    new = taking.keep(
        session,
        marks=form.changed_marks(),
        notes=form.changed_notes(),
        session_note=form.changed_session_note,
        by=by,
        now=now,
        key=form.tap,
        seen=form.seen_marks(),
    )
    _settle(request, session, now=now, key=form.tap)
    asked = request.POST.get("do")
    if asked == "finish":
        return _finish(request, session, now=now)
    tap = form.tap
    if asked == "rest":
        tap = f"{form.cleaned_data['key']}-rest"
        new = taking.mark_rest(session, by=by, now=now, key=tap)
    # Only what is new can be undone.
    return redirect(f"{_address(session)}?{urlencode({'tap': tap})}" if new else _address(session))


def _settle(request: HttpRequest, session: Session, *, now: datetime, key: str) -> None:
    """Where two phones differ, the mark that stands is chosen once more, in sight of both."""
    form = SettleForm(request.POST)
    if not form.is_valid():
        return
    place = form.cleaned_data["settle"]
    if mark := marks_of(session).get(place):
        taking.mark_all(session, marks={place: mark}, by=_user(request), now=now, key=f"{key[:24]}-settled")


def _finish(request: HttpRequest, session: Session, *, now: datetime) -> HttpResponseBase:
    try:
        taking.finish(session, by=_user(request), now=now)
    except CannotFinish as refusal:
        return _refused(request, session, str(refusal))
    messages.success(request, _("The register is finished. Thank you."))
    return redirect("classes:teaching")


DEEDS: dict[str, Callable[[HttpRequest, Session], HttpResponseBase]] = {
    "tap": _tap,
    "undo": _undo,
    "rest": _rest,
    "note": _note,
}


def _page(
    request: HttpRequest, session: Session, *, data: Any = None, refusal: str = "", status: int = 200
) -> HttpResponse:
    now, reader = timezone.now(), reader_of(request)
    read = roll(session, reader=reader, now=now)
    undo = UndoForm(request.GET)
    context = {
        "session": session,
        "series": session.series,
        "sessions_in_all": session.series.sessions.count(),
        "roll": read,
        "guests": guests.foot_of(session),
        "counts": read.counts,
        "form": RegisterForm(read, session_note=session.note, data=data),
        "buttons": BUTTONS,
        "closed": taking.why_not_mark(session, now=now),
        "refusal": refusal,
        "tap": undo.cleaned_data["tap"] if undo.is_valid() else "",
        "is_lead": is_lead(reader, session.series),
        "day": teaching.day_word(session, now=now),
        "title": session.title if session.lesson else session.series.title,
        "keep": taking.is_for_keeping(session, now=now),
        "latest": taking.latest_tap(session),
    }
    return render(request, "classes/register.html", context, status=status)


def _refused(request: HttpRequest, session: Session, sentence: str, *, data: Any = None) -> HttpResponseBase:
    if _by_script(request):
        return _answer(session, sentence=sentence, status=409)
    return _page(request, session, data=data, refusal=sentence, status=409)


def _answer(session: Session, *, sentence: str = "", status: int = 200) -> JsonResponse:
    """How the register stands now, for the page's script, and what was refused."""
    marks = marks_of(session)
    told = {
        "marks": marks,
        "counts": asdict(taking.counts(marks.values())),
        "conflicts": conflict_words(session),
        "latest": taking.latest_tap(session),
        "sentence": sentence,
    }
    return JsonResponse(told, status=status)


def _by_script(request: HttpRequest) -> bool:
    return request.headers.get("Accept") == "application/json"


def _address(session: Session) -> str:
    return reverse("classes:register", args=[session.reference])


def _user(request: HttpRequest) -> User:
    return reader_of(request).user
