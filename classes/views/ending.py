"""A family moves a booking, cancels what is left of it, or stops everything. The sum stands above the button."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from classes import cancelling, quiet, transferring
from classes.ending import ChangedMeanwhile
from classes.forms.ending import AgreedForm, MoveForm, QuietForm
from classes.models import Enrolment
from classes.place_end import Choice, PlaceEnd, place_end
from classes.views.reading import caregiver, now_of, user_of
from families.access import booker_only


def _own(request: HttpRequest, reference: str) -> Enrolment:
    own = Enrolment.objects.ever_booked().for_family(caregiver(request).family).for_page()
    return get_object_or_404(own, reference=reference)


@booker_only
def move_place(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Choose another series, see what moving there comes to, and move."""
    enrolment = _own(request, reference)
    if moved_to := transferring.moved_to(enrolment):
        return redirect("classes:my_place", moved_to.reference)
    end = place_end(enrolment, now=now_of(request))
    if request.method != "POST":
        return _move_page(request, enrolment, end, chosen=_chosen_in(request, end))
    form = MoveForm(request.POST, choices=end.choices)
    if not form.is_valid():
        refused = " ".join(map(str, form.errors.get("to", []))) or _("Please look at the sum once more.")
        return _move_page(request, enrolment, end, chosen=_chosen_in(request, end), refused=refused, status=409)
    return _move(request, enrolment, end, form)


def _move(request: HttpRequest, enrolment: Enrolment, end: PlaceEnd, form: MoveForm) -> HttpResponseBase:
    chosen = form.chosen
    try:
        new = transferring.transfer(
            enrolment,
            to=chosen.series,
            way=chosen.way,
            agreed=form.sum_in(chosen.series.currency),
            by=user_of(request),
            now=now_of(request),
        )
    except (transferring.CannotMove, ChangedMeanwhile) as refusal:
        return _move_page(request, enrolment, end, chosen=chosen, refused=str(refusal), status=409)
    messages.success(request, _("You have moved. Your new dates are below, and the old ones are free for others."))
    return redirect("classes:my_place", new.reference)


def _chosen_in(request: HttpRequest, end: PlaceEnd) -> Choice | None:
    """What the address or the form names; else the first that fits."""
    named = request.POST.get("to") or request.GET.get("to")
    return next((one for one in end.choices if one.value == named), next(iter(end.choices), None))


def _move_page(
    request: HttpRequest,
    enrolment: Enrolment,
    end: PlaceEnd,
    *,
    chosen: Choice | None,
    refused: str = "",
    status: int = 200,
) -> HttpResponseBase:
    now = now_of(request)
    quote = transferring.quote(enrolment, to=chosen.series, way=chosen.way, now=now) if chosen else None
    context = {
        "enrolment": enrolment,
        "series": enrolment.series,
        "end": end,
        "chosen": chosen,
        "move": quote,
        "refused": refused,
    }
    return render(request, "classes/move_place.html", context, status=status)


@booker_only
def cancel_place(request: HttpRequest, reference: str) -> HttpResponseBase:
    """What cancelling comes to, said first; then doing it."""
    enrolment = _own(request, reference)
    if request.method != "POST":
        return _cancel_page(request, enrolment)
    if enrolment.state != Enrolment.State.BOOKED:
        messages.info(request, _("This booking has already ended."))
        return redirect("classes:my_place", reference)
    form = AgreedForm(request.POST)
    if not form.is_valid():
        return _cancel_page(request, enrolment, refused=_("Please look at the sum once more."), status=409)
    agreed = form.sum_in(enrolment.currency)
    try:
        cancelling.cancel(enrolment, agreed=agreed, by=user_of(request), now=now_of(request))
    except (cancelling.CannotCancel, ChangedMeanwhile) as refusal:
        return _cancel_page(request, enrolment, refused=str(refusal), status=409)
    messages.success(request, _("The booking is cancelled, and its places are free for other families."))
    return redirect("classes:my_place", reference)


def _cancel_page(
    request: HttpRequest, enrolment: Enrolment, *, refused: str = "", status: int = 200
) -> HttpResponseBase:
    context = {
        "enrolment": enrolment,
        "series": enrolment.series,
        "end": place_end(enrolment, now=now_of(request)),
        "refused": refused,
    }
    return render(request, "classes/cancel_place.html", context, status=status)


@booker_only
def end_quietly(request: HttpRequest, reference: str) -> HttpResponseBase:
    """One press, and everything stops. Nothing has to be explained."""
    enrolment, me = _own(request, reference), caregiver(request)
    if me.family.quiet_at is not None:
        return redirect("classes:my_classes")
    form = QuietForm(request.POST or None)
    refused = ""
    if request.method == "POST":
        reason = form.cleaned_data["reason"] if form.is_valid() else ""
        try:
            quiet.stop_everything(me.family, by=user_of(request), now=now_of(request), reason=reason)
        except ChangedMeanwhile as refusal:
            refused = str(refusal)
        else:
            return redirect("classes:my_classes")
    context = {
        "enrolment": enrolment,
        "form": form,
        "refused": refused,
        "page": quiet.page_of(me, now=now_of(request)),
    }
    return render(request, "classes/end_quietly.html", context, status=409 if refused else 200)


@booker_only
@require_POST
def come_back(request: HttpRequest) -> HttpResponseBase:
    """The family would like to hear from us again."""
    quiet.open_again(caregiver(request).family, by=user_of(request), now=now_of(request))
    return redirect("classes:my_classes")
