"""A family's own pages: what comes next, one booking, its calendar file."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from classes import calendars, cancelling, drafts, practice
from classes import my_classes as mine
from classes.models import Enrolment
from classes.views.reading import DRAFT_KEY, caregiver, now_of, today_of
from config.accounts.guards import signed_in
from config.lib.times import local
from families.access import caregiver_of, caregiver_only

# The link to a stream shows shortly before the session and until it is over.
LINK_OPENS = timedelta(minutes=60)


@signed_in
def my_classes(request: HttpRequest) -> HttpResponse:
    """What comes next. Someone who has booked nothing yet is shown the way to a class."""
    now = now_of(request)
    me = caregiver_of(request.user)
    unfinished = drafts.unfinished(request.session.get(DRAFT_KEY), now=now)
    if me is None:
        return render(request, "classes/my_classes.html", {"unfinished": unfinished})
    zone = me.family.time_zone
    page = mine.family_page(me.family, now=now)
    context = {
        "me": me,
        "page": page,
        "now": now,
        "today": today_of(request, zone=zone),
        "hour": local(now, zone).hour,
        "unfinished": unfinished,
        "practice": practice.this_week(me.family, now=now),
        "days_to_next": _days_between(request, page, zone),
    }
    return render(request, "classes/my_classes.html", context)


def _days_between(request: HttpRequest, page: mine.FamilyPage, zone: str) -> int | None:
    if page.next is None:
        return None
    return (local(page.next.session.starts_at, zone).date() - today_of(request, zone=zone)).days


@caregiver_only
def my_place(request: HttpRequest, reference: str) -> HttpResponse:
    """One booking: its dates, who comes, what it costs."""
    return render(request, "classes/my_place.html", _place(request, reference))


@caregiver_only
def booked(request: HttpRequest, reference: str) -> HttpResponse:
    """What is said right after booking."""
    return render(request, "classes/booked.html", _place(request, reference))


@caregiver_only
def booking_calendar(request: HttpRequest, reference: str) -> HttpResponse:
    """The dates as a file for any calendar."""
    enrolment = _enrolment(request, reference)
    [booking] = mine.with_dates([enrolment])
    text = calendars.text_for(enrolment.family, sessions=booking.sessions, now=now_of(request))
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="warm-hands-{enrolment.series.slug}.ics"'
    return response


def _enrolment(request: HttpRequest, reference: str) -> Enrolment:
    own = Enrolment.objects.ever_booked().for_family(caregiver(request).family).for_page()
    return get_object_or_404(own, reference=reference)


def _place(request: HttpRequest, reference: str) -> dict[str, Any]:
    now = now_of(request)
    enrolment = _enrolment(request, reference)
    [booking] = mine.with_dates([enrolment])
    coming = booking.to_come(now) if booking.is_booked else []
    return {
        "enrolment": enrolment,
        "booking": booking,
        "series": enrolment.series,
        "adults": list(enrolment.who_comes.all()),
        "charge": mine.charge_of(enrolment),
        "coming": coming,
        "now": now,
        "next": coming[0] if coming else None,
        "me": caregiver(request),
        "link_is_open": bool(coming)
        and enrolment.way == Enrolment.Way.STREAM
        and coming[0].starts_at - now <= LINK_OPENS,
        "can_cancel": cancelling.why_not_cancel(enrolment, now=now) is None,
    }
