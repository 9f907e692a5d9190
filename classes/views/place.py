"""One booking: its dates one by one, and what a family does about each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from classes import anything_changed, company, making_up, merging_series, my_dates, practice_consents, releasing
from classes import my_classes as mine
from classes.forms.dates import BabiesOfDateForm, MakeUpForm, WayOfDateForm
from classes.models import Enrolment, Session
from classes.my_dates import Date
from classes.place_end import place_end
from classes.streaming import joins_by_stream, opens_at
from classes.views.reading import caregiver, now_of, user_of
from families.access import caregiver_only, practiser_only
from families.models import Baby

# The way to the door of a stream shows shortly before the session and until it is over.
DOOR_SHOWS = timedelta(minutes=60)


def own_enrolment(request: HttpRequest, reference: str) -> Enrolment:
    """The booking of the reader's own family."""
    own = Enrolment.objects.ever_booked().for_family(caregiver(request).family).for_page()
    return get_object_or_404(own, reference=reference)


def page_of_place(request: HttpRequest, enrolment: Enrolment, **more: Any) -> dict[str, Any]:
    """What the page of one booking shows; `more` adds to it."""
    now = now_of(request)
    [booking] = mine.with_dates([enrolment])
    dates = my_dates.dates_of(enrolment, now=now)
    coming = [date for date in dates if date.here and not date.session.is_over(now)] if booking.is_booked else []
    with_whom = company.for_page(enrolment, now=now) if booking.is_booked else []
    return {
        "enrolment": enrolment,
        "booking": booking,
        "series": enrolment.series,
        "dates": dates,
        "adults": company.still_here(enrolment.who_comes.all()),
        "company": with_whom,
        "comes": {one.session.pk: one for one in with_whom},
        "coming": coming,
        "now": now,
        "next": coming[0].session if coming else None,
        "live": (live := _live(coming, now=now)),
        "door_opens": opens_at(live.session) if live else None,
        "me": caregiver(request),
        "may_change": booking.is_booked and caregiver(request).may_practise,
        "making_up": my_dates.making_up(enrolment, now=now),
        "check": _asked_next(coming, now=now) if caregiver(request).may_practise else None,
        "tell_until": my_dates.tell_until(enrolment, coming[0].session) if coming else None,
        "end": place_end(enrolment, now=now),
        "may_count": practice_consents.said_for(enrolment) if enrolment.series.is_practice else None,
        "merge_ask": merging_series.open_ask_of(enrolment, now=now) if booking.is_booked else None,
        **more,
    }


def _asked_next(coming: Sequence[Date], *, now: datetime) -> anything_changed.Ask | None:
    if not coming:
        return None
    return anything_changed.asked_next(coming[0].session, [place.baby for place in coming[0].here], now=now)


def _live(coming: Sequence[Date], *, now: datetime) -> Date | None:
    """The date that is joined by stream now, or within the hour."""
    soon = [date for date in coming if date.session.starts_at - now <= DOOR_SHOWS]
    return next((date for date in soon if joins_by_stream(date.session, date.way)), None)


@caregiver_only
def my_place(request: HttpRequest, reference: str) -> HttpResponse:
    """One booking: its dates, who comes, what it costs."""
    return render(request, "classes/my_place.html", page_of_place(request, own_enrolment(request, reference)))


@practiser_only
@require_POST
def release_date(request: HttpRequest, reference: str, session: str) -> HttpResponseBase:
    """We cannot come on that date: all of us, or the babies that are named."""
    enrolment, date, babies = _chosen(request, reference, session)
    try:
        done = releasing.release(enrolment, session=date, babies=babies, by=user_of(request), now=now_of(request))
    except releasing.CannotRelease as refusal:
        return _refused(request, enrolment, str(refusal))
    messages.success(request, done.sentence)
    return _back(enrolment, "make-up" if done.rights else "dates")


@practiser_only
@require_POST
def take_back_date(request: HttpRequest, reference: str, session: str) -> HttpResponseBase:
    """We are coming after all."""
    enrolment, date, babies = _chosen(request, reference, session)
    try:
        releasing.take_back(enrolment, session=date, babies=babies, by=user_of(request), now=now_of(request))
    except releasing.CannotTakeBack as refusal:
        return _refused(request, enrolment, str(refusal))
    messages.success(request, _("Good, you are coming. The place is yours as before."))
    return _back(enrolment, "dates")


@practiser_only
@require_POST
def switch_date(request: HttpRequest, reference: str, session: str) -> HttpResponseBase:
    """Join that date by stream instead of in the room, or the other way round."""
    enrolment, date, _babies = _chosen(request, reference, session)
    form = WayOfDateForm(request.POST)
    if not form.is_valid():
        return _refused(request, enrolment, _("Please say how you would like to join."), status=422)
    way = form.cleaned_data["way"]
    try:
        releasing.switch_way(enrolment, session=date, way=way, by=user_of(request), now=now_of(request))
    except releasing.CannotSwitch as refusal:
        return _refused(request, enrolment, str(refusal))
    said = _("You join by live-stream that day.") if way == Enrolment.Way.STREAM else _("You are in the room that day.")
    messages.success(request, said)
    return _back(enrolment, "dates")


@practiser_only
@require_POST
def choose_make_up(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Book a make-up place for a date that was given back."""
    enrolment, now = own_enrolment(request, reference), now_of(request)
    form = MakeUpForm(request.POST)
    if not form.is_valid():
        return _refused(request, enrolment, _("Please choose a class for your make-up place."), status=422)
    there, way = form.session_and_way()
    missed = form.cleaned_data["missed"]
    try:
        making_up.choose(enrolment, missed=missed, there=there, way=way, by=user_of(request), now=now)
    except making_up.CannotMakeUp as refusal:
        return _refused(request, enrolment, str(refusal))
    messages.success(request, _("Your make-up place is booked. It stands among your dates."))
    return _back(enrolment, "dates")


@practiser_only
@require_POST
def be_counted(request: HttpRequest, reference: str) -> HttpResponseBase:
    """We may be counted as a practice family, or rather not."""
    enrolment, counted = own_enrolment(request, reference), request.POST.get("counted")
    if counted not in ("yes", "no"):
        return _refused(request, enrolment, _("Please say whether you may be counted."), status=422)
    try:
        practice_consents.say(enrolment, given=counted == "yes", by=caregiver(request), now=now_of(request))
    except practice_consents.CannotCount as refusal:
        return _refused(request, enrolment, str(refusal))
    said = _("Thank you. You are counted.") if counted == "yes" else _("That is fine. You are not counted.")
    messages.success(request, said)
    return _back(enrolment, "practice")


def _chosen(request: HttpRequest, reference: str, session: str) -> tuple[Enrolment, Session, list[Baby]]:
    """The booking, the date of it, and the babies that the form names, or all of that date."""
    enrolment = own_enrolment(request, reference)
    date = get_object_or_404(Session.objects.for_page().in_bookings(enrolment).distinct(), reference=session)
    form = BabiesOfDateForm(request.POST, babies=releasing.babies_of(enrolment, session=date))
    if not form.is_valid():
        raise Http404
    return enrolment, date, form.chosen


def _refused(request: HttpRequest, enrolment: Enrolment, sentence: str, *, status: int = 409) -> HttpResponse:
    context = page_of_place(request, enrolment, refused=sentence)
    return render(request, "classes/my_place.html", context, status=status)


def _back(enrolment: Enrolment, part: str) -> HttpResponse:
    return redirect(f"{reverse('classes:my_place', args=[enrolment.reference])}#{part}")
