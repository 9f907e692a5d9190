"""How an instructor's classes went: the page, what is taken away from it, and the quality checklist."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from classes import exports, income, quality
from classes import reports as how
from classes.access import instructor_only
from classes.forms.reports import QualityForm, ReportForm, TakeForm
from classes.views.reading import now_of, user_of
from classes.views.teaching import own_series, reader_of


@instructor_only
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """Who came, mats used again, what families said, income, and what can be taken away."""
    now, reader = now_of(request), reader_of(request)
    own = how.series_to_choose(reader)
    form = ReportForm(reader, own, request.GET, now=now)
    asked = form.asked
    listed = [asked.series] if asked.series else [one for one in own if one.has_begun(now)][: how.MOST_LISTED]
    ticked = quality.counts_of(listed)
    context = {
        "form": form,
        "asked": asked,
        "coming": how.who_came(asked),
        "mats": how.mats_used_again(asked, now=now),
        "heard": how.heard(asked),
        "income": income.income_of(asked),
        "papers": exports.PAPERS,
        "quality": [(series, ticked.get(series.pk, 0)) for series in listed],
        "points": len(quality.POINTS),
        "now": now,
    }
    return render(request, "classes/reports.html", context)


@instructor_only
@require_POST
def take_report(request: HttpRequest, paper: str) -> HttpResponseBase:
    """One file of own data; the trail says who took it."""
    now, reader = now_of(request), reader_of(request)
    found, form = exports.BY_SLUG.get(paper), TakeForm(request.POST)
    if found is None:
        raise Http404
    asked = ReportForm(reader, how.series_to_choose(reader), request.POST, now=now).asked
    if not form.is_valid() or form.cleaned_data["kind"] not in found.kinds:
        messages.error(request, _("Please choose one of the buttons: this report does not come in another form."))
        return redirect("classes:reports")
    taken = exports.take(found, asked, kind=form.cleaned_data["kind"], by=user_of(request), now=now)
    return HttpResponse(
        taken.content,
        content_type=taken.kind,
        headers={"Content-Disposition": f'attachment; filename="{taken.name}"'},
    )


@instructor_only
@require_http_methods(["GET", "HEAD", "POST"])
def quality_checklist(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Fourteen points to tick for one own series."""
    series = own_series(reader_of(request), slug)
    if request.method == "POST":
        form = QualityForm(request.POST)
        if form.is_valid():
            quality.tick(series, points=form.cleaned_data["points"], by=user_of(request), now=now_of(request))
            messages.success(request, _("Kept. Nobody else reads this."))
            return redirect("classes:quality_checklist", slug)
    context = {"series": series, "points": quality.POINTS, "checklist": quality.checklist_of(series)}
    return render(request, "classes/quality_checklist.html", context, status=422 if request.method == "POST" else 200)
