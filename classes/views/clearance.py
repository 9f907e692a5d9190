"""A clinician's word: the family tells it, the instructor confirms it. And how long an instructor waits."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from classes import clearing
from classes.access import instructor_only
from classes.booking import last_day
from classes.clearing import CannotClear
from classes.forms.clearance import AnswerForm, ClearanceForm, WaitForm
from classes.models import Clearance, Series
from classes.views.reading import now_of, today_of, user_of, zone_of
from classes.views.teaching import own_series, reader_of
from config.accounts.guards import signed_in
from families import household
from families.access import NotYourPart, caregiver_of, why_not_book
from families.models import Baby, Caregiver
from instructors import profiles


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def give_clearance(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Say who agreed that massage is fine, until when, and with which limits."""
    series = get_object_or_404(Series.objects.published().asking_first().for_page(), slug=slug)
    me = caregiver_of(request.user)
    if me and (sentence := why_not_book(me)):
        raise NotYourPart(sentence)
    if request.method == "POST" and request.POST.get("do") == "delete":
        return _delete(request, series, me)
    babies = list(Baby.objects.of_family(me.family)) if me else []
    today = today_of(request, zone=series.time_zone)
    form = ClearanceForm(request.POST or None, babies=babies, needs_name=me is None, today=today)
    if request.method != "POST":
        return _family_page(request, series, me, babies, form)
    if not form.is_valid():
        return _family_page(request, series, me, babies, form, status=422)
    try:
        _give(request, series, me, form)
    except CannotClear as refusal:
        form.add_error("until", str(refusal))
        return _family_page(request, series, me, babies, form, status=409)
    messages.success(request, _("Sent. As soon as it is confirmed we write to you."))
    return redirect("classes:give_clearance", slug)


def _give(request: HttpRequest, series: Series, me: Caregiver | None, form: ClearanceForm) -> None:
    by, now = user_of(request), now_of(request)
    with transaction.atomic():
        if me is None:
            zone = zone_of(request, fallback=series.time_zone)
            me = household.family_for(by, name=form.cleaned_data["name"], time_zone=zone, now=now)
        baby = form.known_baby or household.add_babies(me.family, [form.new_baby], by=by, now=now)[0]
        clearing.give(series, baby=baby, word=form.word, last_session_on=last_day(series, now=now), by=me, now=now)


def _delete(request: HttpRequest, series: Series, me: Caregiver | None) -> HttpResponseBase:
    if me is None:
        raise Http404
    babies = list(Baby.objects.of_family(me.family))
    for row in clearing.read_in_family(series, babies, by=me).values():
        clearing.take_back(row, by=me, now=now_of(request))
    messages.success(request, _("Deleted. Nobody reads it any more."))
    return redirect("classes:give_clearance", series.slug)


def _family_page(
    request: HttpRequest,
    series: Series,
    me: Caregiver | None,
    babies: list[Baby],
    form: ClearanceForm,
    *,
    status: int = 200,
) -> HttpResponse:
    told = clearing.read_in_family(series, babies, by=me) if me else {}
    context = {
        "series": series,
        "form": form,
        "told": [(baby, told[baby.pk]) for baby in babies if baby.pk in told],
        "may_delete": bool(me and any(row.written_by_id == me.pk for row in told.values())),
        "holds_back": clearing.holds_back(series),
        "today": form.today,
    }
    return render(request, "classes/give_clearance.html", context, status=status)


@instructor_only
@require_http_methods(["GET", "HEAD", "POST"])
def clearances(request: HttpRequest, slug: str) -> HttpResponseBase:
    """What families sent for an own series: to make sure of, and confirm."""
    reader, now = reader_of(request), timezone.now()
    series = own_series(reader, slug)
    if series.delivery not in clearing.ASKED_IN:
        raise Http404
    refused, status = "", 200
    if request.method == "POST":
        refused, status = _answer(request, series)
        if not refused:
            return redirect("classes:clearances", slug)
    context = {"series": series, "sent": clearing.sent_in(series, reader=reader, now=now), "refused": refused}
    return render(request, "classes/clearances.html", context, status=status)


def _answer(request: HttpRequest, series: Series) -> tuple[str, int]:
    """Do what the form says about one clearance; returns the sentence that refuses, if any, and its status."""
    form, reader, now = AnswerForm(request.POST), reader_of(request), timezone.now()
    if not form.is_valid():
        return _("Please choose again."), 422
    row = get_object_or_404(Clearance.objects.of_series(series), pk=form.cleaned_data["clearance"])
    try:
        if form.cleaned_data["do"] == "confirm":
            clearing.confirm(row, seen=form.cleaned_data["seen"], by=reader, now=now)
            messages.success(request, _("Confirmed. The family can book."))
        else:
            clearing.ask_again(row, by=reader, now=now)
            messages.success(request, _("The family is asked to tell it anew."))
    except CannotClear as refusal:
        return str(refusal), 409
    return "", 200


@instructor_only
@require_http_methods(["GET", "HEAD", "POST"])
def vaccination_wait(request: HttpRequest) -> HttpResponseBase:
    """How long this instructor waits after a vaccination."""
    reader = reader_of(request)
    form = WaitForm(request.POST if request.method == "POST" else None, hours=reader.vaccination_wait_hours)
    if request.method == "POST" and form.is_valid():
        profiles.set_vaccination_wait(reader, hours=form.cleaned_data["hours"], now=timezone.now())
        messages.success(request, _("Noted. It counts from now, in every class that you lead."))
        return redirect("classes:vaccination_wait")
    context = {"form": form, "hours": reader.vaccination_wait_hours}
    return render(request, "classes/vaccination_wait.html", context, status=422 if form.is_bound else 200)
