"""Stay until confident: one more class for a family, and the instructor's word that it would do good."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from classes import one_more as more
from classes.access import instructor_only
from classes.forms.one_more import OneMoreForm
from classes.models import Enrolment
from classes.obstacles import CannotBook
from classes.views.reading import now_of, user_of
from families.access import booker_only, reader


@booker_only
def one_more(request: HttpRequest) -> HttpResponseBase:
    """Choose one more date: why, which ones fit, what each costs, one button."""
    now = now_of(request)
    suggestion = more.suggested(reader(request).family, now=now)
    if suggestion is None:
        return render(request, "classes/one_more.html", {"suggestion": None})
    fitting = more.fitting(suggestion, now=now)
    data = request.POST if request.method == "POST" else None
    zone = reader(request).family.time_zone
    form = OneMoreForm(data, fitting=fitting, language=get_language() or "en", zone=zone)
    if request.method != "POST":
        return _page(request, suggestion, form)
    if not form.is_valid():
        return _page(request, suggestion, form, status=422)
    try:
        enrolment = more.book(
            suggestion,
            chosen=form.chosen,
            who_comes=more.who_came(suggestion) or [reader(request)],
            by=user_of(request),
            now=now,
            request_key=form.cleaned_data["request_key"] or None,
        )
    except CannotBook as refusal:
        return _page(request, suggestion, form, refused=str(refusal), status=409)
    return redirect("classes:booked", enrolment.reference)


def _page(
    request: HttpRequest, suggestion: more.Suggestion, form: OneMoreForm, *, refused: str = "", status: int = 200
) -> HttpResponseBase:
    context = {
        "suggestion": suggestion,
        "series": suggestion.enrolment.series,
        "names": [baby.first_name for baby in suggestion.babies],
        "strokes": [stroke.name for stroke in suggestion.strokes],
        "form": form,
        "refused": refused,
    }
    return render(request, "classes/one_more.html", context, status=status)


@instructor_only
@require_POST
def suggest_one_more(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Beside a family of an own series: suggest one more class, or take it back."""
    own = Enrolment.objects.booked().led_by(request.instructor)  # type: ignore[attr-defined]
    enrolment = get_object_or_404(own.select_related("series"), reference=reference)
    wanted = request.POST.get("wanted") == "yes"
    more.suggest(enrolment, wanted=wanted, by=user_of(request), now=now_of(request))
    done = _("The family finds your suggestion under My classes.") if wanted else _("The suggestion is taken back.")
    messages.success(request, done)
    return redirect("classes:run_series", enrolment.series.slug)
