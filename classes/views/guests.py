"""Adding someone to a register at the door."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from classes import guests, teaching
from classes.access import instructor_only, is_lead
from classes.forms.guests import DropForm, FamilyForm, WalkInForm
from classes.guests import CannotAdd
from classes.models import Session
from classes.views.teaching import own_session, reader_of
from config.accounts.models import User


@instructor_only
@require_http_methods(["GET", "HEAD", "POST"])
def add_guest(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Who may be added to this register; one tap adds them. Only who finds the register finds this page."""
    session = own_session(request, reference)
    if request.method != "POST":
        return _page(request, session)
    deed = DEEDS.get(request.POST.get("do", ""), _walk_in)
    try:
        return deed(request, session)
    except CannotAdd as refusal:
        return _page(request, session, refusal=str(refusal), status=409)


def _family(request: HttpRequest, session: Session) -> HttpResponseBase:
    form = FamilyForm(request.POST)
    now = timezone.now()
    if not form.is_valid():
        return _page(request, session, family=form, status=422)
    found = guests.candidate(session, form.reference, now=now)
    if found is None:
        sentence = _("No booking with this reference has a make-up place for this week. You can add them as a walk-in.")
        form.add_error("family", sentence)
        return _page(request, session, family=form, status=422)
    guests.add_make_up(session, enrolment=found.enrolment, by=_user(request), now=now)
    messages.success(request, _("%(names)s: on the register.") % {"names": found.names})
    return redirect("classes:register", session.reference)


def _walk_in(request: HttpRequest, session: Session) -> HttpResponseBase:
    form = WalkInForm(request.POST)
    if not form.is_valid():
        return _page(request, session, walk_in=form, status=422)
    data = form.cleaned_data
    guests.add_walk_in(
        session, name=data["name"], places=data["places"], key=data["key"], by=_user(request), now=timezone.now()
    )
    messages.success(request, _("They are on the list, and their places are theirs for this date."))
    return redirect("classes:register", session.reference)


def _drop(request: HttpRequest, session: Session) -> HttpResponseBase:
    form = DropForm(request.POST)
    if form.is_valid() and guests.drop_walk_in(
        session, form.cleaned_data["walk_in"], by=_user(request), now=timezone.now()
    ):
        messages.success(request, _("Off the list again."))
    return redirect("classes:register", session.reference)


DEEDS: dict[str, Callable[[HttpRequest, Session], HttpResponseBase]] = {"family": _family, "drop": _drop}


def _page(
    request: HttpRequest,
    session: Session,
    *,
    family: Any = None,
    walk_in: Any = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    lead = is_lead(reader_of(request), session.series)
    context = {
        "session": session,
        "series": session.series,
        "day": teaching.day_word(session, now=now),
        "candidates": guests.candidates(session, now=now) if lead else [],
        "left": max(guests.room_left(session, now=now), 0),
        "family": family or FamilyForm(),
        "walk_in": walk_in or WalkInForm(request.POST if refusal and "places" in request.POST else None),
        "closed": guests.why_not_add(session, now=now),
        "refusal": refusal,
        "is_lead": lead,
    }
    return render(request, "classes/add_guest.html", context, status=status)


def _user(request: HttpRequest) -> User:
    return reader_of(request).user
