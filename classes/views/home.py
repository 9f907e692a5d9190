"""A family's own pages: what comes next, one booking, its calendar file."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from classes import after_course, calendars, drafts, one_more, practice, quiet
from classes import my_classes as mine
from classes.views.place import own_enrolment, page_of_place
from classes.views.reading import DRAFT_KEY, now_of, today_of
from config.accounts.guards import signed_in
from config.lib.times import local
from families.access import caregiver_of, caregiver_only


@signed_in
def my_classes(request: HttpRequest) -> HttpResponse:
    """What comes next. Someone who has booked nothing yet is shown the way to a class."""
    now = now_of(request)
    me = caregiver_of(request.user)
    unfinished = drafts.unfinished(request.session.get(DRAFT_KEY), now=now)
    if me is None:
        return render(request, "classes/my_classes.html", {"unfinished": unfinished})
    if me.family.quiet_at is not None:
        back = quiet.to_be_paid_back(me.family) if me.may_book else []
        return render(request, "classes/my_classes.html", {"me": me, "back": back})
    zone = me.family.time_zone
    page = mine.family_page(me.family, now=now)
    context = {
        "me": me,
        "page": page,
        "now": now,
        "today": today_of(request, zone=zone),
        "hour": local(now, zone).hour,
        "unfinished": unfinished,
        "one_more": one_more.suggested_among(page.bookings, now=now),
        "to_keep": after_course.to_keep(page.bookings, now=now) if me.may_practise else None,
        "practice": practice.this_week(me.family, now=now),
        "days_to_next": _days_between(request, page, zone),
    }
    return render(request, "classes/my_classes.html", context)


def _days_between(request: HttpRequest, page: mine.FamilyPage, zone: str) -> int | None:
    if page.next is None:
        return None
    return (local(page.next.session.starts_at, zone).date() - today_of(request, zone=zone)).days


@caregiver_only
def booked(request: HttpRequest, reference: str) -> HttpResponse:
    """What is said right after booking."""
    return render(request, "classes/booked.html", page_of_place(request, own_enrolment(request, reference)))


@caregiver_only
def booking_calendar(request: HttpRequest, reference: str) -> HttpResponse:
    """The dates as a file for any calendar."""
    enrolment = own_enrolment(request, reference)
    [booking] = mine.with_dates([enrolment])
    text = calendars.text_for(enrolment.family, sessions=booking.sessions, now=now_of(request))
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="warm-hands-{enrolment.series.slug}.ics"'
    return response
