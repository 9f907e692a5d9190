"""We can't come: the page behind the link in a reminder. It serves one date of one booking, without signing in."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from classes import away, my_dates, releasing
from classes.forms.dates import AwayForm
from classes.models import AwayLink
from classes.my_dates import Date
from classes.views.reading import now_of
from config.accounts.guards import link_holder

REFUSALS = (releasing.CannotRelease, releasing.CannotTakeBack, releasing.CannotSwitch)


@link_holder
@require_http_methods(["GET", "HEAD", "POST"])
def cant_come(request: HttpRequest, token: str) -> HttpResponseBase:
    """Looking changes nothing, so a mail scanner may look. The buttons post."""
    link = away.link_at(token, now=now_of(request))
    if link is None:
        return private(render(request, "classes/_link_over.html", status=404))
    if request.method != "POST":
        return _page(request, link)
    date, _others = _dates(request, link)
    form = AwayForm(request.POST, babies=date.babies)
    if not form.is_valid():
        return _page(request, link, status=422)
    try:
        away.act(link, deed=form.cleaned_data["deed"], babies=form.chosen, now=now_of(request))
    except REFUSALS as refusal:
        return _page(request, link, refused=str(refusal), status=409)
    return private(redirect("classes:cant_come", token))


def _dates(request: HttpRequest, link: AwayLink) -> tuple[Date, list[Date]]:
    """The date of the link, and the others that are still to come."""
    dates = my_dates.dates_of(link.enrolment, now=now_of(request))
    coming = [one for one in dates if one.here and one.is_open and one.session.pk != link.session_id]
    return next(one for one in dates if one.session.pk == link.session_id), coming


def _page(request: HttpRequest, link: AwayLink, *, status: int = 200, **more: Any) -> HttpResponse:
    now = now_of(request)
    date, others = _dates(request, link)
    held = [one for one in my_dates.making_up(link.enrolment, now=now) if one.missed.pk == link.session_id]
    until = my_dates.tell_until(link.enrolment, date.session)
    context = {
        "link": link,
        "date": date,
        "session": date.session,
        "series": date.session.series,
        "others": others,
        "making_up": held[0] if held else None,
        "in_time": until is not None and now <= until,
        "hours": link.enrolment.policy.get("makeup_notice_hours"),
        **more,
    }
    return private(render(request, "classes/cant_come.html", context, status=status))


def private(response: HttpResponse) -> HttpResponse:
    """Its address is a secret: not kept by a browser, not found by a search engine."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
