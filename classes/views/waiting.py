"""A family waits for a place, and answers an offer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from classes import catalogue, waiting_list
from classes.catalogue import SeriesPage
from classes.company import CannotCome
from classes.forms.waiting import AcceptOfferForm, AnywhereForm, DeclineForm, WaitingForm
from classes.forms.wish import initial_of
from classes.line import ahead_of
from classes.models import Offer, WaitingParty
from classes.obstacles import closed_obstacles, obstacles_to_visitor
from classes.prices import sum_of_series
from classes.views.reading import (
    as_initial,
    caregiver,
    forget_typed,
    keep_typed,
    kept_for,
    now_of,
    number_in,
    page_of,
    reader_of,
    today_of,
    typed_in,
    user_of,
    with_known_babies,
)
from classes.wishes import wish_of
from config.accounts.forms import SendCodeForm
from config.accounts.guards import public
from families.access import NotYourPart, booker_only, caregiver_of, why_not_book
from families.models import Baby, Caregiver


@public
def join_waiting_list(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Waiting for a place: joining the line, seeing where one stands, answering an offer."""
    page = page_of(request, slug)
    me = caregiver_of(request.user)
    if me and (standing := _standing(request, page, me)):
        return standing
    if me and (sentence := why_not_book(me)):
        raise NotYourPart(sentence)
    form = _waiting_form(request, page)
    if request.method != "POST" or {"more", "fewer"} & set(request.POST):
        return _waiting_page(request, page, form)
    if not form.is_valid():
        return _waiting_page(request, page, form, status=422)
    if not form.reader.is_signed_in:
        return _sign_in_to_wait(request, page, form)
    return _join(request, page, form)


def _waiting_form(request: HttpRequest, page: SeriesPage) -> WaitingForm:
    """The form as it was posted, or as it begins; a row for one more baby is asked for without judging the rest."""
    reader = reader_of(request, page.series)
    data, initial = None, with_known_babies(kept_for(request, page.series), reader)
    if request.method == "POST" and {"more", "fewer"} & set(request.POST):
        initial = _changed_rows(request)
    elif request.method == "POST":
        data = request.POST
    return WaitingForm(
        data,
        series=page.series,
        reader=reader,
        today=today_of(request, zone=reader.time_zone),
        languages=catalogue.languages_offered(now=now_of(request)),
        initial=initial,
    )


def _changed_rows(request: HttpRequest) -> dict[str, Any]:
    """What was typed, with a row more, or without the one that was taken away."""
    typed = as_initial(typed_in(request.POST))
    count = number_in(typed.get("rows", ""), fallback=0)
    if "more" in request.POST:
        return {**typed, "rows": str(count + 1)}
    gone = number_in(request.POST.get("fewer"), fallback=count)
    kept = [row for row in range(count) if row != gone]
    parts = ("name", "born", "due")
    cells = {(new, part): typed.get(f"new_{old}_{part}", "") for new, old in enumerate(kept) for part in parts}
    moved = {f"new_{row}_{part}": cell for (row, part), cell in cells.items()}
    return {**typed, **moved, "rows": str(len(kept))}


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
    line = waiting_list.line_of(page.series)
    context = {
        "page": page,
        "series": page.series,
        "card": page.card,
        "form": form,
        "closed": closed[0].sentence if closed else "",
        "ahead": line,
        "line": line[: waiting_list.MOST_DRAWN],
        "yours": max(len(form.party_names), 1),
        "has_room": not page.card.is_full and _has_room(request, page, places=1, ways=page.series.ways),
        "almost": form.reader.is_signed_in and not form.is_bound and bool(kept_for(request, page.series)),
    }
    return render(request, "classes/join_waiting_list.html", context, status=status)


def _standing(request: HttpRequest, page: SeriesPage, me: Caregiver) -> HttpResponseBase | None:
    """The offer that the family holds, or where it stands; None where it does not wait for this series."""
    offer = Offer.objects.in_hand(me.family, page.series, now_of(request))
    if offer:
        return _offer_page(request, page, offer, me)
    party = WaitingParty.objects.standing_for(me.family, page.series)
    if party is None:
        return None
    ahead = ahead_of(party, page.series)
    babies = _babies_of(party)
    context = {
        "page": page,
        "series": page.series,
        "party": party,
        "babies": babies,
        "yours": len(babies),
        "rank": len(ahead) + 1,
        "ahead": ahead,
        "line": ahead[: waiting_list.MOST_DRAWN],
        "anywhere": WaitingParty.objects.standing_anywhere(me.family),
        "has_room": _has_room(request, page, places=len(babies), ways=[party.way]),
    }
    return render(request, "classes/join_waiting_list.html", context)


def _babies_of(party: WaitingParty) -> list[Baby]:
    """Those of its babies that the family still has here."""
    return [baby for baby in party.babies.all() if baby.removed_at is None]


def _has_room(request: HttpRequest, page: SeriesPage, *, places: int, ways: list[str]) -> bool:
    """Whether so many places could be booked right now, without waiting."""
    now = now_of(request)
    return any(not obstacles_to_visitor(page.series, babies=places, way=way, now=now) for way in ways)


def _offer_page(
    request: HttpRequest,
    page: SeriesPage,
    offer: Offer,
    me: Caregiver,
    *,
    form: AcceptOfferForm | None = None,
    status: int = 200,
) -> HttpResponseBase:
    now, series = now_of(request), page.series
    babies = _babies_of(offer.party)
    held = [session for session in page.sessions if session.state != session.State.CANCELLED]
    told = sum_of_series(series, names=[baby.first_name for baby in babies], held=held, now=now)
    context = {
        "page": page,
        "series": series,
        "card": page.card,
        "offer": offer,
        "party": offer.party,
        "babies": babies,
        # A price that was changed since stays as it was offered, and is told as one sum.
        "told": told if told.total == offer.enrolment.price else None,
        "form": form or _accept_form(offer, me, None),
        "no_form": DeclineForm(),
        "refused": why_not_book(me),
        "now": now,
    }
    return render(request, "classes/join_waiting_list.html", context, status=status)


def _accept_form(offer: Offer, me: Caregiver, data: QueryDict | None) -> AcceptOfferForm:
    """The reader stands first among the adults of the family."""
    everybody = Caregiver.objects.current().of_family(me.family).order_by("joined_at", "pk")
    return AcceptOfferForm(
        data,
        instructor=offer.enrolment.series.instructor.display_name,
        adults=sorted(everybody, key=lambda one: one.pk != me.pk),
        babies=len(_babies_of(offer.party)),
    )


@booker_only
@require_POST
def answer_offer(request: HttpRequest, token: str) -> HttpResponseBase:
    """Take the places, or pass them on."""
    me = caregiver(request)
    offer = get_object_or_404(Offer.objects.for_family(me.family), token=token)
    series = offer.enrolment.series
    try:
        if request.POST.get("answer") == "no":
            return _decline(request, offer)
        form = _accept_form(offer, me, request.POST)
        if not form.is_valid():
            return _offer_page(request, page_of(request, series.slug), offer, me, form=form, status=422)
        enrolment = waiting_list.accept_from_form(
            offer, caregiver=me, answers=form.answers(), by=user_of(request), now=now_of(request)
        )
    except CannotCome as refusal:
        form.add_error(None, str(refusal))
        return _offer_page(request, page_of(request, series.slug), offer, me, form=form, status=409)
    except waiting_list.OfferIsOver as over:
        messages.warning(request, str(over))
        return redirect("classes:join_waiting_list", series.slug)
    return redirect("classes:booked", enrolment.reference)


def _decline(request: HttpRequest, offer: Offer) -> HttpResponseBase:
    keeps = DeclineForm(request.POST).keeps
    waiting_list.decline(offer, keep=keeps, by=user_of(request), now=now_of(request))
    if keeps:
        messages.success(request, _("Thank you. The places go to the next family, and you wait on for other classes."))
        return redirect("classes:wait_anywhere")
    messages.success(request, _("Thank you. The places go to the next family, and you are off the list."))
    return redirect("classes:my_classes")


@booker_only
@require_POST
def leave_waiting_list(request: HttpRequest, slug: str) -> HttpResponseBase:
    page = page_of(request, slug)
    party = WaitingParty.objects.standing_for(caregiver(request).family, page.series)
    if party:
        waiting_list.withdraw(party, by=user_of(request), now=now_of(request))
        messages.success(request, _("You are off the list. You can come back any day."))
    return redirect("classes:series", slug)


@booker_only
@require_http_methods(["GET", "HEAD", "POST"])
def wait_anywhere(request: HttpRequest) -> HttpResponseBase:
    """Waiting for any class that fits: what would fit, changed at any time with the turn kept, and leaving."""
    me = caregiver(request)
    party = WaitingParty.objects.standing_anywhere(me.family)
    if request.method == "POST" and request.POST.get("do") == "leave":
        if party:
            waiting_list.withdraw(party, by=user_of(request), now=now_of(request))
            messages.success(request, _("You are off the list. You can come back any day."))
        return redirect("classes:my_classes")
    babies = list(Baby.objects.of_family(me.family))
    form = AnywhereForm(
        request.POST if request.method == "POST" else None,
        babies=babies,
        today=today_of(request, zone=me.family.time_zone),
        languages=catalogue.languages_offered(now=now_of(request)),
        initial=_wish_so_far(party, babies),
    )
    if request.method != "POST":
        return _anywhere_page(request, form, party)
    if not form.is_valid():
        return _anywhere_page(request, form, party, status=422)
    waiting_list.join_anywhere_from_form(
        form.wanted(),
        caregiver=me,
        known_babies=form.cleaned_data.get("babies", ()),
        new_babies=form.new_babies(),
        by=user_of(request),
        now=now_of(request),
    )
    messages.success(request, _("Noted. We write as soon as a class that fits has places for you."))
    return redirect("classes:wait_anywhere")


def _wish_so_far(party: WaitingParty | None, babies: list[Baby]) -> dict[str, Any]:
    if party is None:
        return {"babies": [str(baby.pk) for baby in babies], "ways": ["room"]}
    return {**initial_of(wish_of(party)), "babies": [str(baby.pk) for baby in party.babies.all()]}


def _anywhere_page(
    request: HttpRequest, form: AnywhereForm, party: WaitingParty | None, *, status: int = 200
) -> HttpResponseBase:
    now = now_of(request)
    offer = Offer.objects.open_to(party, now) if party else None
    context = {"form": form, "party": party, "offer": offer, "now": now}
    return render(request, "classes/wait_anywhere.html", context, status=status)
