"""The door to a live-stream: for a family of that date, and for whoever leads it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from classes import streaming
from classes.access import instructor_only
from classes.forms.streaming import ContactForm, LinkForm
from classes.models import Enrolment, Session, StreamContact
from classes.rescheduling import leader_of
from classes.views.place import own_enrolment
from classes.views.reading import caregiver, now_of, user_of
from classes.views.teaching import reader_of
from families.access import practiser_only


@practiser_only
@require_http_methods(["GET", "HEAD", "POST"])
def join_stream(request: HttpRequest, reference: str, session: str) -> HttpResponseBase:
    """The way into one date by stream. Its link stands here once the door is open and we know where the family is."""
    enrolment = own_enrolment(request, reference)
    try:
        date, names = streaming.date_to_join(enrolment, session)
    except Session.DoesNotExist as nothing:
        raise Http404 from nothing
    return (
        _enter(request, enrolment, date, names)
        if request.method == "POST"
        else _join_page(request, enrolment, date, names)
    )


def _enter(request: HttpRequest, enrolment: Enrolment, date: Session, names: list[str]) -> HttpResponseBase:
    form, me = ContactForm(request.POST), caregiver(request)
    if not form.is_valid():
        return _join_page(request, enrolment, date, names, form=form, status=422)
    typed = form.cleaned_data
    try:
        streaming.enter(enrolment, session=date, by=me, account=user_of(request), now=now_of(request), **typed)
    except streaming.CannotEnter as refusal:
        return _join_page(request, enrolment, date, names, form=form, refused=str(refusal), status=409)
    return redirect("classes:join_stream", enrolment.reference, date.reference)


def _join_page(
    request: HttpRequest,
    enrolment: Enrolment,
    date: Session,
    names: list[str],
    *,
    form: ContactForm | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    now, me = now_of(request), caregiver(request)
    context = {
        "enrolment": enrolment,
        "door": streaming.door_of(enrolment, date, names, now=now),
        "session": date,
        "series": date.series,
        "leader": leader_of(date),
        "form": form or ContactForm(initial=streaming.known_contact(me)),
        "reads": streaming.reads_of(enrolment),
        "now": now,
        "me": me,
        "says_again": form is not None or request.GET.get("again") == "1",
        **more,
    }
    response = render(request, "classes/join_stream.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


@instructor_only
@require_http_methods(["GET", "HEAD", "POST"])
def lead_stream(request: HttpRequest, reference: str) -> HttpResponseBase:
    """The stream of one date for whoever leads it: its link, who joins by it, and where they are if help is needed."""
    reader = reader_of(request)
    try:
        session = streaming.date_to_lead(reader, reference)
    except Session.DoesNotExist as nothing:
        raise Http404 from nothing
    if request.method == "POST" and "booking" in request.POST:
        return _show_contact(request, session)
    form = LinkForm(request.POST if request.method == "POST" else None, url=session.stream_url)
    if request.method != "POST":
        return _lead_page(request, session, form)
    if not form.is_valid():
        return _lead_page(request, session, form, status=422)
    streaming.set_link(session, url=form.cleaned_data["url"], by=reader.user, now=now_of(request))
    messages.success(request, _("The link is kept. Families find it 15 minutes before."))
    return redirect("classes:lead_stream", reference)


def _show_contact(request: HttpRequest, session: Session) -> HttpResponse:
    form, wanted = LinkForm(url=session.stream_url), str(request.POST["booking"])
    try:
        found = streaming.read_contact(session, reference=wanted, reader=reader_of(request), now=now_of(request))
    except streaming.NoContact as refusal:
        return _lead_page(request, session, form, refused=str(refusal), status=409)
    return _lead_page(request, session, form, shown=(wanted, found))


def _lead_page(
    request: HttpRequest,
    session: Session,
    form: LinkForm,
    *,
    shown: tuple[str, StreamContact] | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    now = now_of(request)
    context = {
        "session": session,
        "series": session.series,
        "form": form,
        "families": streaming.families_there(session, now=now),
        "shown_for": shown[0] if shown else "",
        "contact": shown[1] if shown else None,
        "url": streaming.address_of(session),
        "opens_at": streaming.opens_at(session),
        "is_open": streaming.is_open(session, now=now),
        "now": now,
        **more,
    }
    response = render(request, "classes/lead_stream.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response
