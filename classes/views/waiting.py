"""A family waits for a place, and answers an offer."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from classes import waiting_list
from classes.catalogue import SeriesPage
from classes.forms.waiting import AcceptOfferForm, WaitingForm
from classes.models import Offer, WaitingParty
from classes.obstacles import closed_obstacles
from classes.views.reading import (
    caregiver,
    forget_typed,
    keep_typed,
    kept_for,
    now_of,
    page_of,
    reader_of,
    today_of,
    user_of,
    with_known_babies,
)
from config.accounts.forms import SendCodeForm
from config.accounts.guards import public
from families.access import caregiver_of, caregiver_only


@public
def join_waiting_list(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Waiting for a place: joining the line, seeing where one stands, answering an offer."""
    page = page_of(request, slug)
    me = caregiver_of(request.user)
    party = WaitingParty.objects.standing_for(me.family, page.series) if me else None
    if party:
        return _standing_page(request, page, party)
    reader = reader_of(request, page.series)
    form = WaitingForm(
        request.POST if request.method == "POST" else None,
        series=page.series,
        reader=reader,
        today=today_of(request, zone=reader.time_zone),
        initial=with_known_babies(kept_for(request, page.series), reader),
    )
    if request.method != "POST":
        return _waiting_page(request, page, form)
    if not form.is_valid():
        return _waiting_page(request, page, form, status=422)
    if not reader.is_signed_in:
        return _sign_in_to_wait(request, page, form)
    return _join(request, page, form)


def _sign_in_to_wait(request: HttpRequest, page: SeriesPage, form: WaitingForm) -> HttpResponseBase:
    code = SendCodeForm({"email": form.cleaned_data["email"]})
    if not code.is_valid():
        form.add_error("email", code.errors["email"])
        return _waiting_page(request, page, form, status=422)
    keep_typed(request, page.series)
    code.send_code(request)
    return redirect(f"{reverse('account_confirm_login_code')}?{urlencode({'next': request.path})}")


def _join(request: HttpRequest, page: SeriesPage, form: WaitingForm) -> HttpResponseBase:
    try:
        waiting_list.join_from_form(page.series, wish=form.wish(), by=user_of(request), now=now_of(request))
    except waiting_list.CannotWait as refusal:
        form.add_error(None, str(refusal))
        return _waiting_page(request, page, form, status=409)
    forget_typed(request)
    return redirect("classes:join_waiting_list", page.series.slug)


def _waiting_page(request: HttpRequest, page: SeriesPage, form: WaitingForm, *, status: int = 200) -> HttpResponseBase:
    closed = closed_obstacles(page.series, now=now_of(request))
    context = {
        "page": page,
        "series": page.series,
        "card": page.card,
        "form": form,
        "closed": closed[0].sentence if closed else "",
        "line": waiting_list.line_of(page.series),
        "has_room": not page.card.is_full and not closed,
        "almost": form.reader.is_signed_in and not form.is_bound and bool(kept_for(request, page.series)),
    }
    return render(request, "classes/join_waiting_list.html", context, status=status)


def _standing_page(
    request: HttpRequest,
    page: SeriesPage,
    party: WaitingParty,
    *,
    form: AcceptOfferForm | None = None,
    status: int = 200,
) -> HttpResponseBase:
    """Where the family stands, or the offer that it holds."""
    now = now_of(request)
    offer = Offer.objects.in_hand(party, now)
    context = {
        "page": page,
        "series": page.series,
        "card": page.card,
        "party": party,
        "babies": list(party.babies.all()),
        "rank": waiting_list.rank_of(party),
        "line": waiting_list.line_of(page.series, until=party),
        "offer": offer,
        "form": form or (AcceptOfferForm(instructor=page.series.instructor.display_name) if offer else None),
        "now": now,
    }
    return render(request, "classes/join_waiting_list.html", context, status=status)


@caregiver_only
@require_POST
def answer_offer(request: HttpRequest, token: str) -> HttpResponseBase:
    """Take the places, or pass them on."""
    me = caregiver(request)
    offer = get_object_or_404(Offer.objects.for_family(me.family), token=token)
    series = offer.party.series
    try:
        if request.POST.get("answer") == "no":
            waiting_list.decline(offer, by=user_of(request), now=now_of(request))
            messages.success(request, _("Thank you. The place goes to the next family."))
            return redirect("classes:my_classes")
        form = AcceptOfferForm(request.POST, instructor=series.instructor.display_name)
        if not form.is_valid():
            return _standing_page(request, page_of(request, series.slug), offer.party, form=form, status=422)
        enrolment = waiting_list.accept_from_form(
            offer,
            caregiver=me,
            consents=form.consents(),
            health=form.health(),
            by=user_of(request),
            now=now_of(request),
        )
    except waiting_list.OfferIsOver as over:
        messages.warning(request, str(over))
        return redirect("classes:join_waiting_list", series.slug)
    return redirect("classes:booked", enrolment.reference)


@caregiver_only
@require_POST
def leave_waiting_list(request: HttpRequest, slug: str) -> HttpResponseBase:
    page = page_of(request, slug)
    party = WaitingParty.objects.standing_for(caregiver(request).family, page.series)
    if party:
        waiting_list.withdraw(party, by=user_of(request), now=now_of(request))
        messages.success(request, _("You are off the list. You can come back any day."))
    return redirect("classes:series", slug)
