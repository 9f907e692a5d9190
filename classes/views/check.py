"""Anything changed? The question before each class: on the family's own page, and behind the link in a letter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from classes import adapting
from classes import anything_changed as asking
from classes.anything_changed import CannotAnswer, Told
from classes.forms.check import CheckForm
from classes.models import CheckLink, Enrolment, ReadinessAnswer, Session
from classes.views.place import own_enrolment
from classes.views.reading import caregiver, now_of
from config.accounts.guards import link_holder
from families.access import practiser_only
from families.models import Baby, Caregiver


@practiser_only
@require_http_methods(["GET", "HEAD", "POST"])
def anything_changed(request: HttpRequest, reference: str, session: str) -> HttpResponseBase:
    """What an adult of the family tells before one date, and what they may read of what was told."""
    enrolment, me, now = own_enrolment(request, reference), caregiver(request), now_of(request)
    date = get_object_or_404(Session.objects.for_page().in_bookings(enrolment).distinct(), reference=session)
    babies = asking.babies_asked(enrolment, session=date)
    read = asking.read_in_family(date, babies, by=me, now=now)
    if request.method != "POST":
        return _own_page(request, enrolment, date, babies, read)
    if request.POST.get("do") == "delete":
        asking.take_back(list(read.values()), by=me, now=now)
        messages.success(request, _("Deleted. Nobody reads it any more."))
        return redirect("classes:anything_changed", enrolment.reference, date.reference)
    form = _form(request, babies, me, data=request.POST)
    if (told := _told(request, form)) is None:
        return _own_page(request, enrolment, date, babies, read, form=form, status=422)
    try:
        asking.answer(enrolment, session=date, told=told, by=me, now=now)
    except CannotAnswer as refusal:
        return _own_page(request, enrolment, date, babies, read, form=form, refused=str(refusal), status=409)
    messages.success(request, _("Thank you. That is all we need."))
    return redirect("classes:anything_changed", enrolment.reference, date.reference)


@link_holder
@require_http_methods(["GET", "HEAD", "POST"])
def check_by_link(request: HttpRequest, token: str) -> HttpResponseBase:
    """The same without signing in: it takes an answer, and never shows one. Looking changes nothing."""
    now = now_of(request)
    link = asking.link_at(token, now=now)
    if link is None:
        return _private(render(request, "classes/_link_over.html", status=404))
    babies = asking.babies_asked(link.enrolment, session=link.session)
    if request.method != "POST":
        return _link_page(request, link, babies)
    form = _form(request, babies, link.caregiver, data=request.POST)
    if (told := _told(request, form)) is None:
        return _link_page(request, link, babies, form=form, status=422)
    try:
        asking.answer(link.enrolment, session=link.session, told=told, by=link.caregiver, now=now)
    except CannotAnswer as refusal:
        return _link_page(request, link, babies, form=form, refused=str(refusal), status=409)
    return _private(redirect("classes:check_by_link", token))


def _form(
    request: HttpRequest,
    babies: list[Baby],
    me: Caregiver,
    *,
    data: Mapping[str, Any] | None = None,
    known: Mapping[int, Mapping[str, Any]] | None = None,
) -> CheckForm:
    return CheckForm(data, babies=babies, zone=me.family.time_zone, now=now_of(request), known=known)


def _told(request: HttpRequest, form: CheckForm) -> dict[int, Told] | None:
    """What was told by one of the two buttons; None where the form needs another look."""
    if request.POST.get("do") == "nothing":
        return {baby.pk: Told() for baby in form.babies}
    return form.told() if form.is_valid() else None


def _own_page(
    request: HttpRequest,
    enrolment: Enrolment,
    session: Session,
    babies: list[Baby],
    read: Mapping[int, ReadinessAnswer],
    *,
    form: CheckForm | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    now, me = now_of(request), caregiver(request)
    known = {key: row.facts for key, row in read.items()}
    today, reasons = asking.today_of(session), adapting.precautions_for(known.values())
    said = [(baby, read[baby.pk], known[baby.pk]) for baby in babies if baby.pk in read]
    context = {
        **_about(session, babies, now=now),
        "enrolment": enrolment,
        "me": me,
        "form": form or _form(request, babies, me, known=known),
        "told": [
            (baby, row, adapting.said_to_family(facts, today=today, reasons=reasons)) for baby, row, facts in said
        ],
        "may_delete": any(row.written_by_id == me.pk for row in read.values()),
        "answered": list(asking.answered(session, babies, now=now).values()),
        "refused": refused,
    }
    return render(request, "classes/anything_changed.html", context, status=status)


def _link_page(
    request: HttpRequest,
    link: CheckLink,
    babies: list[Baby],
    *,
    form: CheckForm | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    now = now_of(request)
    context = {
        **_about(link.session, babies, now=now),
        "enrolment": link.enrolment,
        "link": link,
        "form": form or _form(request, babies, link.caregiver),
        "answered": list(asking.answered(link.session, babies, now=now).values()),
        "refused": refused,
    }
    return _private(render(request, "classes/check_by_link.html", context, status=status))


def _about(session: Session, babies: list[Baby], *, now: Any) -> dict[str, Any]:
    return {
        "session": session,
        "series": session.series,
        "babies": babies,
        "teacher": session.substitute or session.series.instructor,
        "today": asking.today_of(session, reader=session.substitute or session.series.instructor),
        "not_now": asking.why_not_answer(session, now=now),
    }


def _private(response: HttpResponse) -> HttpResponse:
    """Its address is a secret: not kept by a browser, not found by a search engine."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
