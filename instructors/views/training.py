"""A candidate's own page; asking for more time, and leaving."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from instructors import asking, traineeship
from instructors.access import candidate_only
from instructors.candidate_forms import LeaveForm, TimeForm
from instructors.deadlines import steps_of
from instructors.models import TimeRequest, Traineeship
from instructors.refusals import Refused
from instructors.training_page import TrainingPage, other_trainings, own_training, training_page


def now_of(request: HttpRequest) -> datetime:
    """The moment of this request; the middleware read the clock."""
    moment: datetime = request.now  # type: ignore[attr-defined]  # set by the middleware
    return moment


def training_of(request: HttpRequest) -> Traineeship:
    """The reader's own training that the address means; 404 for another's."""
    row = own_training(request.user, of=request.GET.get("of", ""))
    if row is None:
        raise Http404
    return row


def way_to(name: str, request: HttpRequest, *args: Any) -> str:
    """The address of another page about the same training."""
    chosen = request.GET.get("of", "")
    return reverse(f"instructors:{name}", args=args) + (f"?of={chosen}" if chosen.isdecimal() else "")


@candidate_only
@require_safe
def my_traineeship(request: HttpRequest) -> HttpResponse:
    """What is done, what is missing, and by when."""
    row = training_of(request)
    page = training_page(row, now=now_of(request))
    others = other_trainings(request.user, row)
    context = {"page": page, "others": others, "of": f"?of={row.pk}" if request.GET.get("of") else ""}
    return render(request, "instructors/my_traineeship.html", context)


@candidate_only
@require_http_methods(["GET", "HEAD", "POST"])
def ask_for_time(request: HttpRequest) -> HttpResponseBase:
    """Ask for more time with a reason, or take that back."""
    row = training_of(request)
    page = training_page(row, now=now_of(request))
    form = _time_form(page, request.POST if request.method == "POST" and "take_back" not in request.POST else None)
    if request.method != "POST":
        return _time_page(request, page, form)
    if form.is_bound and not form.is_valid():
        return _time_page(request, page, form, status=422)
    try:
        _asked(row, page.request, form, request)
    except Refused as refusal:
        return _time_page(request, page, form, refusal=str(refusal), status=409)
    return redirect(way_to("my_traineeship", request))


def _asked(row: Traineeship, request_before: TimeRequest | None, form: TimeForm, request: HttpRequest) -> None:
    if "take_back" in request.POST:
        if request_before:
            asking.take_back(request_before, by=request.user, now=now_of(request))
        messages.success(request, _("Taken back. You can ask again at any time."))
        return
    asking.ask(row, by=request.user, now=now_of(request), **form.cleaned_data)
    messages.success(request, _("Your trainer has your question. The answer comes to this page and by letter."))


def _time_form(page: TrainingPage, data: Any) -> TimeForm:
    row = page.traineeship
    steps = [step.requirement for step in steps_of(row)]
    earliest = max(page.today, row.deadline_on) if row.deadline_on and len(steps) < 2 else page.today
    return TimeForm(data, steps=steps, earliest=earliest)


def _time_page(
    request: HttpRequest, page: TrainingPage, form: TimeForm, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    context = {"page": page, "form": form, "refusal": refusal, "back": way_to("my_traineeship", request)}
    return render(request, "instructors/ask_for_time.html", context, status=status)


@candidate_only
@require_http_methods(["GET", "HEAD", "POST"])
def leave_training(request: HttpRequest) -> HttpResponseBase:
    """Take an application back, or leave a training. Pressed twice, one has left once."""
    row = training_of(request)
    page = training_page(row, now=now_of(request))
    form = LeaveForm(request.POST or None)
    context = {"page": page, "form": form, "back": way_to("my_traineeship", request)}
    if request.method != "POST":
        return render(request, "instructors/leave_training.html", context)
    if not form.is_valid():
        return render(request, "instructors/leave_training.html", context, status=422)
    if row.state != Traineeship.State.WITHDRAWN:
        try:
            traineeship.withdraw(row, by=request.user, now=now_of(request), reason=form.cleaned_data["reason"])
        except Refused as refusal:
            return render(request, "instructors/leave_training.html", {**context, "refusal": str(refusal)}, status=409)
        messages.success(request, _("You have left this training. What you have done stays on this page."))
    return redirect(f"{reverse('instructors:my_traineeship')}?of={row.pk}")
