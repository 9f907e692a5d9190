"""An instructor changes the places of an own series, says how they are offered, and offers one by hand."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from classes import capacity, waiting_list
from classes import running as own
from classes.access import instructor_only
from classes.forms.offering import HAND, HandForm, OffersForm, PlacesForm
from classes.views.teaching import own_series, reader_of, series_page


@instructor_only
@require_POST
def change_places(request: HttpRequest, slug: str) -> HttpResponseBase:
    """More or fewer places from now on; fewer than are in use is refused, date by date."""
    series = own_series(reader_of(request), slug)
    form = PlacesForm(series, request.POST)
    if not form.is_valid():
        return series_page(request, series, forms={"places_form": form}, status=422)
    by, now = reader_of(request).user, timezone.now()
    try:
        capacity.change_capacity(series, room=form.room, stream=form.stream, by=by, now=now)
    except capacity.CannotChangeCapacity as refusal:
        return series_page(request, series, refusals=refusal.sentences, forms={"places_form": form}, status=409)
    messages.success(request, _("The places are changed. New ones go to the waiting list first."))
    return redirect("classes:run_series", slug)


@instructor_only
@require_POST
def change_offers(request: HttpRequest, slug: str) -> HttpResponseBase:
    """How long an offer lasts, and whether places go out by themselves."""
    series = own_series(reader_of(request), slug)
    form = OffersForm(series, request.POST)
    if not form.is_valid():
        return series_page(request, series, forms={"offers_form": form}, status=422)
    told, by = form.cleaned_data, reader_of(request).user
    capacity.set_offers(series, hours=told["hours"], by_hand=told["how"] == HAND, by=by, now=timezone.now())
    messages.success(request, _("Noted. Offers that are made already stay as they are."))
    return redirect("classes:run_series", slug)


@instructor_only
@require_POST
def offer_by_hand(request: HttpRequest, slug: str, key: int) -> HttpResponseBase:
    """Offer free places to this family, in turn or out of it."""
    series = own_series(reader_of(request), slug)
    party = own.party_of(series, key)
    if party is None:
        raise Http404
    form = HandForm(key, request.POST)
    if not form.is_valid():
        return series_page(request, series, forms={"hand_form": form, "hand_key": key}, status=422)
    by, now = reader_of(request).user, timezone.now()
    try:
        waiting_list.promote(party, series=series, by=by, reason=form.cleaned_data["reason"], now=now)
    except waiting_list.CannotPromote as refusal:
        form.add_error("reason", str(refusal))
        return series_page(request, series, forms={"hand_form": form, "hand_key": key}, status=409)
    messages.success(request, _("Offered. We have written to the family, or do so at 7:00 where it lives."))
    return redirect("classes:run_series", slug)
