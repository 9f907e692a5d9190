"""A series at one's own pace: the weeks as the family opens them, its check-in, and the way to a live series."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from classes import check_ins as checking
from classes import offering_own_pace, transferring
from classes import own_pace as pace
from classes.access import instructor_only
from classes.forms.building_own_pace import OwnPaceForm
from classes.forms.own_pace import CheckInForm, TakeForm, WeekForm
from classes.models import Enrolment, Series, Session
from classes.place_end import choices_of
from classes.scheduling import CannotPublish
from classes.views.place import own_enrolment
from classes.views.reading import caregiver, now_of, user_of
from classes.views.teaching import own_series, reader_of
from config.lib.refs import new_token
from config.lib.times import local
from curriculum.models import Stroke
from families.access import practiser_only


@practiser_only
@require_http_methods(["GET", "HEAD", "POST"])
def own_pace(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Where the family is, what comes next, and who is there to ask. A week is opened by POST."""
    enrolment = _own_weeks(request, reference)
    if request.method != "POST":
        return _page(request, enrolment)
    form = WeekForm(request.POST)
    if not form.is_valid():
        return _page(request, enrolment, refused=_("Please choose the next week."), status=422)
    week = form.cleaned_data["week"]
    try:
        pace.open_week(enrolment, week=week, by=user_of(request), now=now_of(request))
    except pace.CannotOpen as refusal:
        return _page(request, enrolment, refused=str(refusal), status=409)
    messages.success(request, _("Week %(week)d is open. It lasts as long as you like.") % {"week": week})
    return redirect("classes:own_pace", reference)


@instructor_only
@require_http_methods(["GET", "HEAD", "POST"])
def build_own_pace(request: HttpRequest) -> HttpResponseBase:
    """A plan at each family's own pace, from one short form; it is open for booking at once."""
    reader = reader_of(request)
    form = OwnPaceForm(reader, data=request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _build_page(request, form, status=422 if form.is_bound else 200)
    try:
        series = offering_own_pace.offer(reader, wanted=form.wanted(), by=reader.user, now=timezone.now())
    except CannotPublish as refusal:
        return _build_page(request, form, refusals=refusal.sentences, status=409)
    messages.success(request, _("Published. Families can book it from now on."))
    return redirect("classes:run_series", series.slug)


def _build_page(
    request: HttpRequest, form: OwnPaceForm, *, refusals: Sequence[str] = (), status: int = 200
) -> HttpResponse:
    context = {"form": form, "refusals": refusals}
    return render(request, "classes/build_own_pace.html", context, status=status)


@practiser_only
@require_POST
def take_check_in(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Take a place in one of the check-ins."""
    enrolment = _own_weeks(request, reference)
    form = TakeForm(request.POST)
    if not form.is_valid():
        return _page(request, enrolment, refused=_("Please choose one of the dates."), status=422)
    session = get_object_or_404(
        Session.objects.for_page().of_series(enrolment.series), reference=form.cleaned_data["session"]
    )
    try:
        key = f"check-in:{form.cleaned_data['key']}"
        booked = checking.take(enrolment, session=session, by=user_of(request), now=now_of(request), key=key)
    except checking.CannotCheckIn as refusal:
        return _page(request, enrolment, refused=str(refusal), status=409)
    messages.success(request, _("Your place is booked. The link opens here 15 minutes before."))
    return redirect("classes:my_place", booked.reference)


def _own_weeks(request: HttpRequest, reference: str) -> Enrolment:
    """A booking of weeks of the reader's family; 404 for any other."""
    enrolment = own_enrolment(request, reference)
    if not pace.is_own_pace(enrolment):
        raise Http404
    return enrolment


def _page(request: HttpRequest, enrolment: Enrolment, *, refused: str = "", status: int = 200) -> HttpResponse:
    now, weeks = now_of(request), pace.weeks_of(enrolment)
    is_booked = enrolment.state == Enrolment.State.BOOKED
    taken = checking.taken_by(enrolment)
    context = {
        "enrolment": enrolment,
        "series": enrolment.series,
        "me": caregiver(request),
        "now": now,
        "weeks": weeks,
        "is_booked": is_booked,
        "is_done": all(week.opened_at for week in weeks),
        "babies": transferring.babies_of(enrolment),
        "pictures": _pictured(weeks),
        "check_in": taken,
        "check_ins": checking.coming(enrolment.series, now=now) if is_booked and not taken else [],
        "key": new_token(),
        "live": _live(request, enrolment) if is_booked else None,
        "refused": refused,
    }
    return render(request, "classes/own_pace.html", context, status=status)


def _pictured(weeks: Sequence[pace.PaceWeek]) -> list[Stroke]:
    """One of each week, and all of the week where they are."""
    return [stroke for week in weeks for stroke in (week.strokes if week.is_current else [week.picture]) if stroke]


def _live(request: HttpRequest, enrolment: Enrolment) -> dict[str, Any] | None:
    """The live series that fits first, and what going there comes to; None where there is none, or who may not book."""
    now = now_of(request)
    if not caregiver(request).may_book or transferring.why_not_move(enrolment, now=now):
        return None
    choices = choices_of(transferring.fitting(enrolment, now=now), own_way=Enrolment.Way.ROOM)
    if not choices:
        return None
    chosen = choices[0]
    quote = transferring.quote(enrolment, to=chosen.series, way=chosen.way, now=now)
    url = f"{reverse('classes:move_place', args=[enrolment.reference])}?to={chosen.value}"
    return {"choice": chosen, "move": quote, "url": url, "others": len(choices) - 1}


@instructor_only
@require_http_methods(["GET", "HEAD", "POST"])
def check_ins(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The check-ins of an own series at one's own pace, and a form for another one."""
    series, now = own_series(reader_of(request), slug), timezone.now()
    if series.delivery != Series.Delivery.SELF_PACED:
        raise Http404
    data = request.POST if request.method == "POST" else None
    form = CheckInForm(data, zone=series.time_zone, today=local(now, series.time_zone).date())
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and form.starts_at:
            told, by = form.cleaned_data, reader_of(request).user
            try:
                checking.add(
                    series, starts_at=form.starts_at, minutes=told["minutes"], places=told["places"], by=by, now=now
                )
            except checking.CannotCheckIn as refusal:
                form.add_error("clock", str(refusal))
                status = 409
            else:
                messages.success(request, _("The check-in is open for families of this series."))
                return redirect("classes:check_ins", slug)
    context = {"series": series, "form": form, "check_ins": checking.coming(series, now=now)}
    return render(request, "classes/check_ins.html", context, status=status)
