"""A candidate's work: handing in, reading what was said, taking back what nobody has judged."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from instructors import handing_in
from instructors.access import candidate_only
from instructors.attempts import Attempt, Work, work_on
from instructors.candidate_forms import DeclarationForm, WorkForm
from instructors.models import Traineeship
from instructors.progress import progress_of
from instructors.refusals import Refused
from instructors.training_page import own_training
from instructors.views.training import now_of, training_of, way_to
from instructors.work_files import FileNotTaken


@candidate_only
@require_http_methods(["GET", "HEAD", "POST"])
def hand_in_work(request: HttpRequest, key: str) -> HttpResponseBase:
    """All attempts at one requirement with what was said, and a form for the next."""
    row = training_of(request)
    work = _work(row, key)
    if request.method == "POST" and "take_back" in request.POST:
        return _take_back(request, row, work)
    posted: tuple[Any, ...] = (request.POST, request.FILES) if request.method == "POST" else ()
    form = DeclarationForm(*posted[:1]) if work.is_declaration else WorkForm(*posted)
    if not posted:
        return _page(request, row, work, form)
    if not form.is_valid():
        return _page(request, row, work, form, status=422)
    try:
        _hand_in(request, row, work, form)
    except FileNotTaken as refusal:
        form.add_error("file", str(refusal))
        return _page(request, row, work, form, status=422)
    except Refused as refusal:
        return _page(request, row, work, form, refusal=str(refusal), status=409)
    messages.success(request, _("Handed in. Your trainer reads it and writes to you; you will get a letter."))
    return redirect(way_to("hand_in_work", request, key))


@candidate_only
@require_safe
def read_submission(request: HttpRequest, key: str, no: int) -> FileResponse:
    """The file of an own attempt, always as a download: nothing that was handed in is shown inside our pages."""
    attempt = _attempt(_work(training_of(request), key), no)
    if not attempt.row.file:
        raise Http404
    return FileResponse(
        attempt.row.file.open("rb"),
        as_attachment=True,
        filename=attempt.row.file_name,
        content_type="application/octet-stream",
    )


def _hand_in(request: HttpRequest, row: Traineeship, work: Work, form: Any) -> None:
    said = form.cleaned_data
    facts: dict[str, Any] = {"by": request.user, "now": now_of(request)}
    if work.is_declaration:
        handing_in.declare(row, work.requirement, ticked=said["points"], **facts)
    else:
        handing_in.hand_in(row, work.requirement, **said, **facts)


def _take_back(request: HttpRequest, row: Traineeship, work: Work) -> HttpResponseBase:
    number = request.POST["take_back"]
    attempt = _attempt(work, int(number) if number.isdecimal() and len(number) < 6 else 0)
    try:
        handing_in.take_back(attempt.row, by=request.user, now=now_of(request))
    except Refused as refusal:
        fresh = own_training(request.user, of=str(row.pk)) or row
        form = DeclarationForm() if work.is_declaration else WorkForm()
        return _page(request, fresh, work_on(fresh, work.requirement), form, refusal=str(refusal), status=409)
    messages.success(request, _("Taken back and deleted. You can hand in another."))
    return redirect(way_to("hand_in_work", request, work.requirement.key))


def _work(row: Traineeship, key: str) -> Work:
    """The work on the requirement of that name; 404 where this training asks for no such thing."""
    for requirement in row.programme.requirements.all():
        if requirement.key == key and requirement.kind in handing_in.HANDED_IN:
            return work_on(row, requirement)
    raise Http404


def _attempt(work: Work, no: int) -> Attempt:
    for attempt in work.attempts:
        if attempt.row.no == no:
            return attempt
    raise Http404


def _page(
    request: HttpRequest, row: Traineeship, work: Work, form: Any, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    need = next((need for need in progress_of(row).needs if need.key == work.requirement.key), None)
    context = {
        "training": row,
        "work": work,
        "need": need,
        "form": form,
        "refusal": refusal,
        "zone": row.event.time_zone if row.event else "UTC",
        "back": way_to("my_traineeship", request),
        "of": f"?of={row.pk}" if request.GET.get("of") else "",
    }
    return render(request, "instructors/hand_in_work.html", context, status=status)
