"""A candidate's practice families and the dates of their practice series."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from instructors import counting, practicum
from instructors.access import candidate_only
from instructors.models import PracticeDate, PracticumFamily, PracticumSession, Traineeship
from instructors.practice_forms import FamilyForm, FamilySaysForm, ReflectionForm, SessionForm
from instructors.practice_page import family_line, how_many_were_there, practice_page, strokes_named
from instructors.refusals import Refused
from instructors.traineeship import today_of

FORM_PAGE = require_http_methods(["GET", "HEAD", "POST"])


@candidate_only
@FORM_PAGE
def practice_families(request: HttpRequest) -> HttpResponse:
    """All practice families and the dates of practice series; a family from elsewhere is written down here."""
    row = _practised(request)
    if request.method != "POST":
        return _families_page(request, row, _blank_family(row))
    form = FamilyForm(request.POST)
    if not form.is_valid():
        return _families_page(request, row, form, status=422)
    try:
        family = practicum.note_family(row, **form.cleaned_data, by=request.user, now=timezone.now())
    except Refused as refusal:
        form.add_error("alias", str(refusal))
        return _families_page(request, row, form, status=409)
    messages.success(request, _("Written down as %(alias)s. Now its sessions, one by one.") % {"alias": family.alias})
    return redirect("instructors:practice_family", family.pk)


@candidate_only
@FORM_PAGE
def practice_family(request: HttpRequest, pk: int) -> HttpResponse:
    """One family: its sessions, what it said, and whether it left."""
    family = _own_family(request, pk)
    if request.method != "POST":
        return _family_page(request, family)
    deed = DEEDS.get(request.POST.get("do", ""), _session)
    return deed(request, family)


@candidate_only
@FORM_PAGE
def practice_date(request: HttpRequest, pk: int) -> HttpResponse:
    """One date of a practice series: its lesson plan, how many were there, and how it went for the candidate."""
    mine = PracticeDate.objects.of_candidate(request.user).select_related("traineeship__event", "observer")
    one = get_object_or_404(mine, pk=pk)
    if request.method != "POST":
        return _date_page(request, one, ReflectionForm(initial={"words": one.self_evaluation}))
    form = ReflectionForm(request.POST)
    if not form.is_valid():
        return _date_page(request, one, form, status=422)
    try:
        counting.reflect(one, words=form.cleaned_data["words"], by=request.user, now=timezone.now())
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _date_page(request, one, form, status=409)
    messages.success(request, _("Kept. Your trainer can read it."))
    return redirect("instructors:practice_families")


def _session(request: HttpRequest, family: PracticumFamily) -> HttpResponse:
    now = timezone.now()
    form = SessionForm(request.POST, today=today_of(family.traineeship, now))
    if not form.is_valid():
        return _family_page(request, family, session_form=form, status=422)
    said = {**form.cleaned_data, "no": form.cleaned_data["no"] or practicum.next_no(family)}
    try:
        session = practicum.note_session(family, **said, by=request.user, now=now)
    except Refused as refusal:
        form.add_error("held_on", str(refusal))
        return _family_page(request, family, session_form=form, status=409)
    done = _("Kept: it did not take place.") if session.is_cancelled else _("The session is written down.")
    messages.success(request, done)
    return redirect("instructors:practice_family", family.pk)


def _said(request: HttpRequest, family: PracticumFamily) -> HttpResponse:
    form = FamilySaysForm(request.POST)
    if not form.is_valid():
        return _family_page(request, family, says_form=form, status=422)
    return _done(request, family, practicum.note_feedback, _("Kept."), words=form.cleaned_data["words"])


def _left(request: HttpRequest, family: PracticumFamily) -> HttpResponse:
    on = today_of(family.traineeship, timezone.now())
    said = _("Noted. You lose nothing by it but time.")
    return _done(request, family, practicum.family_left, said, on=on)


def _came_back(request: HttpRequest, family: PracticumFamily) -> HttpResponse:
    return _done(request, family, practicum.family_came_back, _("Good. It is among your families again."))


DEEDS: dict[str, Callable[[HttpRequest, PracticumFamily], HttpResponse]] = {
    "session": _session,
    "said": _said,
    "left": _left,
    "back": _came_back,
}


def _done(
    request: HttpRequest, family: PracticumFamily, verb: Callable[..., PracticumFamily], sentence: str, **facts: Any
) -> HttpResponse:
    try:
        verb(family, **facts, by=request.user, now=timezone.now())
    except Refused as refusal:
        return _family_page(request, family, refused=str(refusal), status=409)
    messages.success(request, sentence)
    return redirect("instructors:practice_family", family.pk)


def _practised(request: HttpRequest) -> Traineeship:
    """The reader's training that practice is noted for, with its work; without one, the newest, to read."""
    rows = Traineeship.objects.of(request.user).with_work().order_by("-pk")
    row = rows.practising().first() or rows.first()
    if row is None:
        raise Http404
    return row


def _own_family(request: HttpRequest, pk: int) -> PracticumFamily:
    mine = PracticumFamily.objects.of_candidate(request.user)
    related = mine.select_related("traineeship__programme", "traineeship__event", "traineeship__trainee")
    return get_object_or_404(
        related.prefetch_related("sessions__observer", "traineeship__programme__requirements"), pk=pk
    )


def _blank_family(row: Traineeship) -> FamilyForm:
    return FamilyForm(initial={"alias": practicum.alias_for(row)})


def _families_page(request: HttpRequest, row: Traineeship, form: FamilyForm, *, status: int = 200) -> HttpResponse:
    context = {"page": practice_page(row, now=timezone.now()), "form": form}
    return render(request, "instructors/practice_families.html", context, status=status)


def _family_page(request: HttpRequest, family: PracticumFamily, *, status: int = 200, **more: Any) -> HttpResponse:
    row, now = family.traineeship, timezone.now()
    line = family_line(family, gap=practicum.gap_of(row), asked=practicum.sessions_of(row))
    chosen = _chosen(request, family)
    # A family that has had all its sessions needs no further one.
    may_add = row.state in practicum.GOING_ON and not family.left_on
    context = {
        "family": family,
        "line": line,
        "may_add": may_add and (line.state != "done" or chosen is not None or "session_form" in more),
        "is_going_on": row.state in practicum.GOING_ON,
        "session_form": SessionForm(today=today_of(row, now), of=chosen),
        "says_form": FamilySaysForm(initial={"words": family.words}),
        "gap": practicum.gap_of(row),
        **more,
    }
    return render(request, "instructors/practice_family.html", context, status=status)


def _chosen(request: HttpRequest, family: PracticumFamily) -> PracticumSession | None:
    """The session that is to be changed, by its number in the address; only those written by hand."""
    asked = request.GET.get("session", "")
    rows = [one for one in family.sessions.all() if not one.counted_from]
    return next((one for one in rows if str(one.no) == asked), None)


def _date_page(request: HttpRequest, one: PracticeDate, form: ReflectionForm, *, status: int = 200) -> HttpResponse:
    names = strokes_named(one.strokes)
    context = {
        "date": one,
        "strokes": [names[slug] for slug in one.strokes if slug in names],
        "there": how_many_were_there(one),
        "is_going_on": one.traineeship.state in practicum.GOING_ON,
        "form": form,
    }
    return render(request, "instructors/practice_date.html", context, status=status)
