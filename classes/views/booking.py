"""A family books a series, or ends a booking."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from classes import booking, cancelling
from classes.catalogue import SeriesPage
from classes.forms.booking import BookingForm, Reader
from classes.models import Enrolment
from classes.obstacles import CannotBook, Obstacle, closed_obstacles, obstacles_to_visitor
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
from config.accounts.forms import SendCodeForm
from config.accounts.guards import public
from families.access import caregiver_only


@public
def book_place(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The booking form. Nobody has to sign in to see or fill it; what was typed waits while they do."""
    page = page_of(request, slug)
    reader = reader_of(request, page.series)
    if request.method != "POST":
        return _first_form(request, page, reader)
    if {"more", "fewer"} & set(request.POST):
        return _form_page(request, page, _changed_rows(request, page, reader))
    form = _form(request, page, reader, data=request.POST)
    if not form.is_valid():
        return _form_page(request, page, form, status=422)
    if not reader.is_signed_in:
        return _sign_in_first(request, page, form)
    return _book(request, page, form)


def _form(request: HttpRequest, page: SeriesPage, reader: Reader, *, data: Any = None, **fields: Any) -> BookingForm:
    typed = fields.get("initial") or data or {}
    known = bool(reader.babies)
    fields.setdefault("rows", number_in(typed.get("rows", ""), fallback=0 if known else 1))
    return BookingForm(
        data, series=page.series, reader=reader, today=today_of(request, zone=reader.time_zone), **fields
    )


def _first_form(request: HttpRequest, page: SeriesPage, reader: Reader) -> HttpResponseBase:
    initial = kept_for(request, page.series)
    if not initial:
        return _form_page(request, page, _form(request, page, reader))
    initial = with_known_babies(initial, reader)
    return _form_page(request, page, _form(request, page, reader, initial=initial), almost=reader.is_signed_in)


def _changed_rows(request: HttpRequest, page: SeriesPage, reader: Reader) -> BookingForm:
    """The same form with a row more, or without one; nothing is judged yet."""
    initial = as_initial(typed_in(request.POST))
    count = number_in(initial.get("rows", ""), fallback=0)
    if "more" in request.POST:
        return _form(request, page, reader, initial={**initial, "rows": str(count + 1)}, rows=count + 1)
    gone = number_in(request.POST.get("fewer"), fallback=count)
    kept = [row for row in range(count) if row != gone]
    moved = {
        f"new_{new}_{part}": initial.get(f"new_{old}_{part}", "")
        for new, old in enumerate(kept)
        for part in ("name", "born", "due")
    }
    return _form(request, page, reader, initial={**initial, **moved, "rows": str(len(kept))}, rows=len(kept))


def _form_page(
    request: HttpRequest,
    page: SeriesPage,
    form: BookingForm,
    *,
    refused: list[Obstacle] | None = None,
    almost: bool = False,
    status: int = 200,
) -> HttpResponseBase:
    closed = closed_obstacles(page.series, now=now_of(request))
    refused = refused or closed or _full_before_typing(page)
    context = {
        "page": page,
        "series": page.series,
        "card": page.card,
        "form": form,
        "refused": refused,
        "can_wait": any(obstacle.code == "full" for obstacle in refused),
        "closed": bool(closed),
        "almost": almost,
        "name": page.series.instructor.display_name.split(" ")[0],
        "sign_in_url": f"{reverse('account_login')}?{urlencode({'next': request.path})}",
    }
    return render(request, "classes/book_place.html", context, status=status)


def _full_before_typing(page: SeriesPage) -> list[Obstacle]:
    if not page.card.is_full:
        return []
    return [Obstacle("full", _("This series is full. You can join the waiting list, and we write when a place opens."))]


def _sign_in_first(request: HttpRequest, page: SeriesPage, form: BookingForm) -> HttpResponseBase:
    """Keep what was typed, send six digits, and come back here with everything filled in."""
    now = now_of(request)
    if refused := obstacles_to_visitor(page.series, babies=form.party_size, way=form.way, now=now):
        keep_typed(request, page.series)
        return _form_page(request, page, form, refused=refused, status=409)
    code = SendCodeForm({"email": form.cleaned_data["email"]})
    if not code.is_valid():
        form.add_error("email", code.errors["email"])
        return _form_page(request, page, form, status=422)
    keep_typed(request, page.series)
    code.send_code(request)
    return redirect(f"{reverse('account_confirm_login_code')}?{urlencode({'next': request.path})}")


def _book(request: HttpRequest, page: SeriesPage, form: BookingForm) -> HttpResponseBase:
    try:
        enrolment = booking.book_from_form(page.series, wish=form.wish(), by=user_of(request), now=now_of(request))
    except CannotBook as refusal:
        keep_typed(request, page.series)
        # The page was counted before the refusal: count again, so that its words and its mats agree.
        fresh = page_of(request, page.series.slug)
        return _form_page(request, fresh, form, refused=refusal.obstacles, status=409)
    forget_typed(request)
    return redirect("classes:booked", enrolment.reference)


@caregiver_only
def cancel_place(request: HttpRequest, reference: str) -> HttpResponseBase:
    """What cancelling comes to, said first; then doing it."""
    enrolment = get_object_or_404(
        Enrolment.objects.for_page().for_family(caregiver(request).family), reference=reference
    )
    now = now_of(request)
    if request.method == "POST":
        try:
            cancelling.cancel(enrolment, by=user_of(request), now=now)
        except cancelling.CannotCancel as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, _("The booking is cancelled, and its places are free for other families."))
        return redirect("classes:my_place", reference)
    context = {
        "enrolment": enrolment,
        "series": enrolment.series,
        "quote": cancelling.quote(enrolment, now=now),
        "refusal": cancelling.why_not_cancel(enrolment, now=now),
    }
    return render(request, "classes/cancel_place.html", context)
