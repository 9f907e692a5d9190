"""Being told when a class fits: making an alert, looking after one's own, stopping one from its letter."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from classes import alerts as keeping
from classes import catalogue
from classes.forms.find import SearchForm, query_of, words_of
from classes.models import SeriesAlert
from classes.searching import search_of
from classes.views.reading import now_of, user_of, zone_of
from config.accounts.guards import link_holder, signed_in


@signed_in
def make_alert(request: HttpRequest) -> HttpResponseBase:
    """The search in the address, to be confirmed. Whoever has to sign in first comes back to the same address."""
    now, user = now_of(request), user_of(request)
    form = SearchForm(request.GET, languages=catalogue.languages_offered(now=now))
    search = form.search()
    refusal = keeping.why_not(search, by=user)
    if request.method == "POST" and refusal is None:
        try:
            keeping.make(search, by=user, now=now)
        except keeping.CannotAlert as refused:
            refusal = str(refused)
        else:
            messages.success(request, _("Done. We write when a class fits, at most once a day and never at night."))
            return redirect("classes:alerts")
    context = {
        "refusal": refusal,
        "words": words_of(search),
        "back": query_of(search),
        "zone": zone_of(request, fallback="UTC"),
        "until": now + keeping.KEPT,
        "is_full": search.is_narrow and refusal is not None,
    }
    return render(request, "classes/make_alert.html", context, status=409 if request.method == "POST" else 200)


@signed_in
def alerts(request: HttpRequest) -> HttpResponseBase:
    """One's own alerts, at most ten."""
    now, user = now_of(request), user_of(request)
    rows = [(alert, search_of(alert.query, on=now.date())) for alert in SeriesAlert.objects.of(user)]
    return render(request, "classes/alerts.html", {"rows": rows, "zone": zone_of(request, fallback="UTC")})


@signed_in
@require_POST
def change_alert(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Pause one's own alert, let it go on, or delete it."""
    now, user = now_of(request), user_of(request)
    alert = get_object_or_404(SeriesAlert.objects.of(user), pk=pk)
    match request.POST.get("do"):
        case "pause":
            keeping.pause(alert, by=user, now=now)
            messages.success(request, _("Paused. No letters come until you let it go on."))
        case "go_on":
            keeping.go_on(alert, by=user, now=now)
            messages.success(request, _("We write again when a class fits."))
        case "delete":
            keeping.delete(alert, by=user, now=now)
            messages.success(request, _("Deleted. Nothing of it is kept."))
    return redirect("classes:alerts")


@link_holder
def stop_alert(request: HttpRequest, token: str) -> HttpResponseBase:
    """From a letter, without signing in. The link stops one alert and tells nothing of it, not even what it was for."""
    alert = get_object_or_404(SeriesAlert, token=token)
    if request.method == "POST":
        keeping.stop(alert, now=now_of(request))
        return redirect("classes:stop_alert", token)
    response = render(request, "classes/stop_alert.html", {"is_stopped": alert.stopped_at is not None})
    # Its address is a secret: not kept by a browser, not found by a search engine.
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
