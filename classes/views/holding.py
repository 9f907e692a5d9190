"""Keeping places while the booking form is filled in: for the form's script, and for its buttons without one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from classes import holding
from classes.views.reading import now_of
from classes.views.wanted import Kept, Wanted, forget_hold, keep_places, parts_context, wanted_of
from config.accounts.guards import public


@public
@require_POST
def hold_places(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Keep places for the babies that are named in the form, keep them longer, or give them back.

    Answers with the parts of the form that change by it. Giving back without a script leads to the series.
    """
    wanted = wanted_of(request, slug, request.POST.get("date", ""))
    form, deed = wanted.form_as_typed(), request.POST.get("hold", "keep")
    if deed == "give_back":
        give_back(wanted)
        kept = Kept(None)
    else:
        kept = longer(wanted) if deed == "longer" else keep_places(wanted, form)
    if "parts" in request.POST:
        return render(request, "classes/_book_parts.html", parts_context(wanted, form, kept=kept))
    if deed != "give_back":
        return redirect(wanted.address)
    messages.success(request, _("The place is free for others again. Thank you."))
    return redirect("classes:series", slug)


def longer(wanted: Wanted) -> Kept:
    """Ten minutes more."""
    if wanted.hold is None:
        return Kept(None, _("Your place is no longer kept. You can go on all the same, and book it if it is free."))
    try:
        return Kept(holding.extend(wanted.hold, now=now_of(wanted.request)))
    except holding.HoldIsOver as refusal:
        return Kept(wanted.hold, str(refusal))


def give_back(wanted: Wanted) -> None:
    if wanted.hold is not None:
        holding.give_back(wanted.hold, now=now_of(wanted.request))
    forget_hold(wanted)
