"""An instructor decides about a series with too few families; a family answers whether it comes along to another."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from classes import deciding, merging_series
from classes.access import instructor_only
from classes.ending import ChangedMeanwhile
from classes.forms.deciding import AnswerForm, DecideForm
from classes.models import MergeAsk, Series
from classes.views.place import own_enrolment
from classes.views.reading import now_of, user_of
from classes.views.teaching import own_series, reader_of, series_page
from families.access import booker_only


@instructor_only
@require_POST
def decide(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Run it anyway, merge it, or cancel and refund: one of three buttons."""
    series, now = own_series(reader_of(request), slug), now_of(request)
    numbers = deciding.numbers_of(series, now=now)
    if numbers is None:
        refusal = deciding.why_not_decide(series, families=0, now=now)
        return series_page(request, series, refusals=[refusal], status=409)
    form = DecideForm(numbers, request.POST)
    if not form.is_valid():
        # What is decided by now offers no series to choose: that is said first, and plainly.
        refusals = [numbers.refusal] if numbers.refusal else [str(one) for one in form.errors.get("to", [])]
        return series_page(request, series, refusals=refusals, forms={"decide_form": form}, status=422)
    told = form.cleaned_data
    try:
        made = deciding.decide(
            series,
            choice=told["choice"],
            to=form.to,
            words=told["words"],
            seen=told["seen"],
            key=told["key"],
            by=user_of(request),
            now=now,
        )
    except (deciding.CannotDecide, ChangedMeanwhile) as refusal:
        return series_page(request, own_series(reader_of(request), slug), refusals=[str(refusal)], status=409)
    messages.success(request, _said(made.choice))
    return redirect("classes:run_series", slug)


def _said(choice: str) -> str:
    if choice == Series.Decision.RUN:
        return _("It runs. Every family hears that it is on.")
    if choice == Series.Decision.MERGE:
        return _("Every family is asked, and its places are kept until it answers.")
    return _("It is called off. Everything that was paid comes back, and every family hears so.")


@booker_only
@require_http_methods(["GET", "HEAD", "POST"])
def answer_merge(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Would you come to the other series instead? Yes moves the booking, no gives everything back."""
    ask = merging_series.ask_of(own_enrolment(request, reference))
    if ask is None:
        raise Http404
    if request.method != "POST":
        return _page(request, ask)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, ask, refused=_("Please choose one of the two."), status=422)
    by, now = user_of(request), now_of(request)
    try:
        if form.cleaned_data["answer"] == MergeAsk.Answer.YES:
            new = merging_series.say_yes(ask, by=by, now=now)
            messages.success(request, _("You are in. Your new dates are below, and the money came along."))
            return redirect("classes:my_place", new.reference)
        merging_series.say_no(ask, by=by, now=now)
    except (merging_series.CannotAnswer, ChangedMeanwhile) as refusal:
        ask.refresh_from_db()
        return _page(request, ask, refused=str(refusal), status=409)
    messages.success(request, _("Your booking has ended, and everything comes back."))
    return redirect("classes:my_place", reference)


def _page(request: HttpRequest, ask: MergeAsk, *, refused: str = "", status: int = 200) -> HttpResponseBase:
    now, to = now_of(request), ask.decision.to
    assert to is not None  # held by the database: a merge has a series to merge with
    is_open = merging_series.is_open(ask, now=now)
    context = {
        "ask": ask,
        "enrolment": ask.enrolment,
        "series": ask.enrolment.series,
        "to": to,
        "dates": to.sessions.to_come(now).order_by("starts_at", "pk") if is_open else [],
        "due": merging_series.quote(ask.enrolment, to=to, now=now) if is_open else None,
        "is_open": is_open,
        "refused": refused,
    }
    return render(request, "classes/answer_merge.html", context, status=status)
