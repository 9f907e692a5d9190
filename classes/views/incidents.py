"""Incident notes: written by who teaches, read by few. Their words are shown on their own page and nowhere else."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from classes import incidents
from classes.access import instructor_only
from classes.forms.incidents import IncidentForm
from classes.incidents import CannotWrite
from classes.models import IncidentNote, Session
from classes.views.reading import caregiver, now_of, user_of
from classes.views.teaching import own_session, reader_of
from families.access import booker_only


@instructor_only
@require_http_methods(["GET", "HEAD", "POST"])
def write_incident(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Write down what happened in a session, and find what was written about it before."""
    session = own_session(request, reference)
    form = IncidentForm(session, incidents.babies_of(session), now=now_of(request), data=request.POST or None)
    if request.method != "POST":
        return _page(request, session, form)
    if not form.is_valid():
        return _page(request, session, form, status=422)
    try:
        note = incidents.write(
            session,
            baby=form.about,
            happened_at=form.happened_at,
            words=form.words,
            by=user_of(request),
            now=now_of(request),
            key=form.cleaned_data["key"],
        )
    except CannotWrite as refusal:
        return _page(request, session, form, refusal=str(refusal), status=409)
    messages.success(request, _("Written down. It stays as it is; write another note to add something."))
    return redirect("classes:incident", note.reference)


def _page(
    request: HttpRequest, session: Session, form: IncidentForm, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "session": session,
        "series": session.series,
        "form": form,
        "notes": incidents.listed(session, reader_of(request)),
        "closed": incidents.why_not_write(session, now=now_of(request)),
        "refusal": refusal,
    }
    return render(request, "classes/write_incident.html", context, status=status)


@instructor_only
@require_safe
def incident(request: HttpRequest, reference: str) -> HttpResponse:
    """One note, for its author and the lead of the series."""
    try:
        note = incidents.for_instructor(reader_of(request), reference, now=now_of(request))
    except IncidentNote.DoesNotExist as nothing:
        raise Http404 from nothing
    return render(request, "classes/incident.html", {"note": note, "series": note.session.series})


@booker_only
@require_safe
def my_incident(request: HttpRequest, reference: str) -> HttpResponse:
    """One note about an own baby, for the adults who book for it."""
    try:
        note = incidents.for_family(caregiver(request), reference, by=user_of(request), now=now_of(request))
    except IncidentNote.DoesNotExist as nothing:
        raise Http404 from nothing
    others = [one for one in incidents.of_family(caregiver(request).family) if one.pk != note.pk]
    return render(request, "classes/my_incident.html", {"note": note, "series": note.session.series, "others": others})
