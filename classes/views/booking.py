"""A family books a series, or ends a booking."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from classes import booking, clearing, ways_in
from classes.forms.booking import BookingForm
from classes.models import Session
from classes.obstacles import CannotBook, Obstacle, closed_obstacles, obstacles_to_visitor, unpublished_obstacles
from classes.views.holding import longer
from classes.views.reading import (
    as_initial,
    forget_typed,
    keep_typed,
    kept_for,
    now_of,
    number_in,
    typed_in,
    user_of,
    with_known_babies,
)
from classes.views.wanted import Kept, Wanted, forget_hold, keep_places, last_hold, parts_context, wanted_of
from config.accounts.forms import SendCodeForm
from config.accounts.guards import public
from config.lib.times import local
from families.access import why_not_book


@public
def book_place(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The booking form. Nobody has to sign in to see or fill it; what was typed waits while they do."""
    return _answer(wanted_of(request, slug))


@public
def book_date(request: HttpRequest, slug: str, reference: str) -> HttpResponseBase:
    """The same form for one date of the series."""
    return _answer(wanted_of(request, slug, reference))


def _answer(wanted: Wanted) -> HttpResponseBase:
    request = wanted.request
    if request.method != "POST":
        return _first_form(wanted)
    if {"more", "fewer"} & set(request.POST):
        return _form_page(wanted, _changed_rows(wanted))
    if "hold" in request.POST:
        form = wanted.form_as_typed()
        kept = longer(wanted) if request.POST["hold"] == "longer" else keep_places(wanted, form)
        return _form_page(wanted, form, kept=kept)

    form = wanted.form(data=request.POST)
    if not form.is_valid():
        return _form_page(wanted, form, kept=keep_places(wanted, form), status=422)
    if not wanted.reader.is_signed_in:
        return _sign_in_first(wanted, form)
    return _book(wanted, form)


def _first_form(wanted: Wanted) -> HttpResponseBase:
    initial = kept_for(wanted.request, wanted.series)
    if not initial:
        return _form_page(wanted, wanted.form())
    initial = with_known_babies(initial, wanted.reader)
    return _form_page(wanted, wanted.form(initial=initial), almost=wanted.reader.is_signed_in)


def _changed_rows(wanted: Wanted) -> BookingForm:
    """The same form with a row more, or without one; nothing is judged yet."""
    request = wanted.request
    initial = as_initial(typed_in(request.POST))
    count = number_in(initial.get("rows", ""), fallback=0)
    if "more" in request.POST:
        return wanted.form(initial={**initial, "rows": str(count + 1)}, rows=count + 1)
    gone = number_in(request.POST.get("fewer"), fallback=count)
    kept = [row for row in range(count) if row != gone]
    moved = {
        f"new_{new}_{part}": initial.get(f"new_{old}_{part}", "")
        for new, old in enumerate(kept)
        for part in ("name", "born", "due")
    }
    return wanted.form(initial={**initial, **moved, "rows": str(len(kept))}, rows=len(kept))


def _form_page(
    wanted: Wanted,
    form: BookingForm,
    *,
    refused: list[Obstacle] | None = None,
    kept: Kept | None = None,
    almost: bool = False,
    status: int = 200,
) -> HttpResponseBase:
    closed = _closed(wanted)
    refused = refused or closed or _full_before_typing(wanted)
    context = {
        **parts_context(wanted, form, kept=kept),
        "refused": refused,
        "can_wait": any(obstacle.code == "full" for obstacle in refused),
        "closed": bool(closed),
        "one_date": bool(closed and ways_in.dates_sold_singly(wanted.page, now=now_of(wanted.request))),
        "almost": almost,
        "asks_ward": _asks_ward(wanted),
        "name": wanted.series.instructor.display_name.split(" ")[0],
        "sign_in_url": f"{reverse('account_login')}?{urlencode({'next': wanted.address})}",
        "address": wanted.address,
    }
    template = "classes/book_date.html" if wanted.date else "classes/book_place.html"
    return render(wanted.request, template, context, status=status)


def _asks_ward(wanted: Wanted) -> bool:
    """Whether the ward has to agree before any baby of this reader can have a place here. One query there."""
    coming = [session for session in wanted.page.sessions if session.starts_at > now_of(wanted.request)]
    if not coming or not clearing.holds_back(wanted.series):
        return False
    first = local(coming[0].starts_at, wanted.series.time_zone).date()
    babies = wanted.reader.babies
    return len(clearing.without(wanted.series, babies, on=first)) == len(babies)


def _closed(wanted: Wanted) -> list[Obstacle]:
    now, me = now_of(wanted.request), wanted.reader.caregiver
    if me and (refusal := why_not_book(me)):
        return [Obstacle("role", refusal)]
    if wanted.date is None:
        return closed_obstacles(wanted.series, now=now, sessions=wanted.page.sessions)
    if wanted.date.starts_at <= now or wanted.date.state == Session.State.CANCELLED:
        return [Obstacle("gone", _("This date is over, or was called off. Please choose another one."))]
    return unpublished_obstacles(wanted.series)


def _full_before_typing(wanted: Wanted) -> list[Obstacle]:
    """What is full is said at once, unless the last place is kept for this very reader."""
    if wanted.hold is not None:
        return []
    if wanted.date is not None:
        return [] if ways_in.is_sold_singly(wanted.page, wanted.date, now=now_of(wanted.request)) else [_no_single()]
    if not wanted.page.card.is_full:
        return []
    return [Obstacle("full", _("This series is full. You can join the waiting list, and we write when a place opens."))]


def _no_single() -> Obstacle:
    return Obstacle("date_full", _("Nothing is free on this date any more. Please choose another one."))


def _sign_in_first(wanted: Wanted, form: BookingForm) -> HttpResponseBase:
    """Keep the places and what was typed, send six digits, and come back here with everything filled in."""
    request, series = wanted.request, wanted.series
    kept = keep_places(wanted, form)
    refused = kept.obstacles
    if kept.hold is None and not refused:
        refused = obstacles_to_visitor(
            series, babies=form.party_size, way=form.way, now=now_of(request), date=wanted.date
        )
    keep_typed(request, series)
    if refused:
        return _form_page(wanted, form, refused=refused, status=409)
    code = SendCodeForm({"email": form.cleaned_data["email"]})
    if not code.is_valid():
        form.add_error("email", code.errors["email"])
        return _form_page(wanted, form, status=422)
    code.send_code(request)
    return redirect(f"{reverse('account_confirm_login_code')}?{urlencode({'next': wanted.address})}")


def _book(wanted: Wanted, form: BookingForm) -> HttpResponseBase:
    request = wanted.request
    try:
        enrolment = booking.book_from_form(
            wanted.series, wish=form.wish(), by=user_of(request), now=now_of(request), hold=last_hold(wanted)
        )
    except CannotBook as refusal:
        keep_typed(request, wanted.series)
        # The page was counted before the refusal: count again, so that its words and its mats agree.
        fresh = wanted_of(request, wanted.series.slug, wanted.date.reference if wanted.date else "")
        return _form_page(fresh, form, refused=refusal.obstacles, status=409)
    forget_typed(request)
    forget_hold(wanted)
    return redirect("classes:booked", enrolment.reference)
