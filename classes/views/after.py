"""After the course: a family's page with its keepsake, and the series as its instructor looks back on it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_safe

from classes import after_course, looking_back
from classes.access import instructor_only
from classes.forms.after import ClosingWordForm
from classes.views.place import own_enrolment
from classes.views.reading import caregiver, now_of
from classes.views.teaching import own_series, reader_of
from families.access import practiser_only


@practiser_only
@gzip_page
@require_safe
def course_done(request: HttpRequest, reference: str) -> HttpResponseBase:
    """What this family can do now, its favourites, what comes next, and something to keep."""
    enrolment, me, now = own_enrolment(request, reference), caregiver(request), now_of(request)
    if me.family.quiet_at is not None:
        return redirect("classes:my_classes")
    try:
        done = after_course.done_for(enrolment, baby=request.GET.get("baby", ""), by=me, now=now)
    except after_course.NotOver as not_yet:
        context: dict[str, Any] = {"enrolment": enrolment, "series": enrolment.series, "opens_at": not_yet.opens_at}
        return render(request, "classes/course_done.html", context)
    if done is None:
        raise Http404
    context = {"done": done, "enrolment": enrolment, "series": enrolment.series, "cloth": me.family.cloth}
    return render(request, "classes/course_done.html", context)


@instructor_only
@require_http_methods(["GET", "HEAD", "POST"])
def after_series(request: HttpRequest, slug: str) -> HttpResponseBase:
    """An own series in sum, and the word that stands on its families' keepsakes."""
    reader, now = reader_of(request), now_of(request)
    series = own_series(reader, slug)
    if request.method == "POST":
        form = ClosingWordForm(request.POST)
        if form.is_valid():
            looking_back.say(series, words=form.cleaned_data["words"], by=reader.user, now=now)
            messages.success(request, _("Kept. It stands on the keepsake of every family."))
            return redirect("classes:after_series", slug)
    page = looking_back.look_back(series, by=reader, now=now)
    if request.method != "POST":
        form = ClosingWordForm(words=page.word.words if page.word else "")
    context = {"series": series, "page": page, "heard": page.heard, "form": form, "now": now}
    return render(request, "classes/after_series.html", context, status=422 if form.is_bound else 200)
