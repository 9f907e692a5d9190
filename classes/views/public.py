"""Pages for everyone: the front door, the catalogue, one series."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language
from django.views.decorators.gzip import gzip_page

from classes import catalogue, searching, ways_in
from classes.catalogue import SeriesPage
from classes.forms.find import SearchForm, chips_of, query_of
from classes.forms.zones import ZoneForm, language_name
from classes.models import Series
from classes.obstacles import closed_obstacles
from classes.views.reading import now_of, page_of, zone_of
from config.accounts.guards import public
from config.lib.times import is_zone
from config.look import theme_of


# gzip_page: the drawings on it weigh a quarter when compressed, wherever the site runs.
@public
@gzip_page
def home(request: HttpRequest) -> HttpResponse:
    now = now_of(request)
    strokes = catalogue.front_strokes()
    context = {
        "cards": catalogue.soonest(most=3, now=now),
        "weeks": [strokes.get(slug) for slug in catalogue.FRONT_WEEKS],
        "hero": strokes.get("sun-moon"),
        "asking": strokes.get(catalogue.FRONT_ASKING),
        "strokes": list(strokes.values()),
    }
    return render(request, "classes/home.html", context)


@public
def find_series(request: HttpRequest) -> HttpResponse:
    """The catalogue. The whole search is in the address, so it can be kept, sent and gone back to."""
    now = now_of(request)
    form = SearchForm(request.GET, languages=catalogue.languages_offered(now=now))
    search = form.search()
    page = request.GET.get("page", "")
    found = searching.find(search, page=page, now=now)
    address = query_of(search)
    context = {
        "form": form,
        "search": search,
        "found": found,
        "chips": chips_of(search),
        "alert_query": address,
        "newer": address if page else "",
        "older": f"{address}&page={found.more}".replace("?&", "?") if found.more else "",
    }
    return render(request, "classes/find_series.html", context)


@public
def series(request: HttpRequest, slug: str) -> HttpResponse:
    """One series, in the time of the reader or of the room."""
    now = now_of(request)
    page = page_of(request, slug)
    zone = shown_zone(request, page.series)
    # Something has to be said on top of the page, once.
    is_own = request.user.is_authenticated or len(get_messages(request)) > 0
    etag = None if is_own else etag_of(request, page, zone, now=now)
    unchanged = get_conditional_response(request, etag=etag) if etag else None
    if unchanged is not None:
        return unchanged
    closed = closed_obstacles(page.series, now=now, sessions=page.sessions)
    context = {
        "page": page,
        "series": page.series,
        "card": page.card,
        "zone": zone,
        "zone_form": ZoneForm(zone, page.series.time_zone, zone_of(request, fallback=page.series.time_zone)),
        "is_own_zone": zone == page.series.time_zone,
        "closed": closed[0].sentence if closed else "",
        "ways": ways_in.ways_in(page, now=now),
        "language": language_name(page.series.language),
        "drawn": [week.picture for week in page.weeks if week.picture],
    }
    response = render(request, "classes/series.html", context)
    if etag:
        response.headers["ETag"] = etag
    return response


def shown_zone(request: HttpRequest, series: Series) -> str:
    """The zone that was chosen; else the reader's for a stream, and the room's for a room."""
    chosen = request.GET.get("zone", "")
    if is_zone(chosen):
        return chosen
    if series.delivery == Series.Delivery.LIVE_STREAM:
        return zone_of(request, fallback=series.time_zone)
    return series.time_zone


def etag_of(request: HttpRequest, page: SeriesPage, zone: str, *, now: datetime) -> str:
    """A page that looks the same has the same tag. The hour is in it, because the page says what is still to come."""
    begun = sum(session.starts_at <= now for session in page.sessions)
    look = (begun, zone, get_language(), theme_of(request), settings.VERSION, settings.DEMO, f"{now:%Y%m%d%H}")
    return f'"{hashlib.sha256(repr((page.stamp, look, request.GET.dict())).encode()).hexdigest()[:32]}"'
