"""A secret address at which a calendar program finds one's dates, and the pages that show it to its owner."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotFound
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _

from classes import feeds
from classes.access import instructor_only
from classes.views.reading import caregiver, now_of, user_of
from config.accounts.guards import link_holder
from families.access import caregiver_only
from families.models import Caregiver
from instructors.models import Instructor

NOTHING_HERE = b"There is no calendar at this address.\n"


@link_holder
def calendar_feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """The dates of whoever this address was made for. An address that answers no more is as one that never was."""
    feed = feeds.feed_at(token, now=now_of(request))
    if feed is None:
        response: HttpResponseBase = HttpResponseNotFound(NOTHING_HERE, content_type="text/plain; charset=utf-8")
        response.headers["Cache-Control"] = "no-store"
        return _discreet(response)
    changed_at = int(feed.changed_at.timestamp())
    known = get_conditional_response(request, etag=feed.etag, last_modified=changed_at)
    response = known or HttpResponse(feed.text, content_type="text/calendar; charset=utf-8")
    response.headers["ETag"] = feed.etag
    response.headers["Last-Modified"] = http_date(changed_at)
    # Kept by the one program that asked, and asked about again each time.
    response.headers["Cache-Control"] = "private, no-cache"
    return _discreet(response)


def _discreet(response: HttpResponseBase) -> HttpResponseBase:
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@caregiver_only
def calendar_address(request: HttpRequest) -> HttpResponseBase:
    """The address of the household's dates for this adult, and a new one for the asking."""
    return _address_page(request, caregiver(request), "classes/calendar_address.html")


@instructor_only
def teaching_calendar(request: HttpRequest) -> HttpResponseBase:
    """The address of the sessions that this instructor leads, and a new one for the asking."""
    return _address_page(request, request.instructor, "classes/teaching_calendar.html")  # type: ignore[attr-defined]


def _address_page(request: HttpRequest, owner: Caregiver | Instructor, template: str) -> HttpResponseBase:
    token = feeds.token_of(owner)
    if request.method == "POST":
        feeds.make_address(owner, by=user_of(request), now=now_of(request))
        said = (
            _("Here is your new address. The old one shows nothing any more.") if token else _("Here is your address.")
        )
        messages.success(request, said)
        return redirect(request.path)
    path = reverse("classes:calendar_feed", args=[token]) if token else ""
    context = {
        "address": f"{settings.SITE_URL}{path}" if token else "",
        "webcal": f"webcal://{urlsplit(settings.SITE_URL).netloc}{path}",
    }
    return render(request, template, context)
