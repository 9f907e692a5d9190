"""A changed date, told: the page behind the link in the letter, and whom the instructor reached."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from classes import answering
from classes.forms.notice import SEEN, AnswerForm
from classes.models import Notice
from classes.views.away import private
from classes.views.reading import now_of
from config.accounts.guards import link_holder
from config.lib.money import Money


@link_holder
@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: HttpRequest, token: str) -> HttpResponseBase:
    """Looking changes nothing, so a mail scanner may look. The buttons post; so does the page's script, once seen."""
    told = answering.notice_at(token, now=now_of(request))
    if told is None:
        return private(render(request, "classes/_link_over.html", status=404))
    if request.method != "POST":
        return _page(request, told)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, told, status=422)
    answer = form.cleaned_data["answer"]
    if answer == SEEN:
        answering.see(told, now=now_of(request))
    else:
        try:
            answering.choose(told, what=answer, now=now_of(request))
        except answering.CannotChoose as refusal:
            return _page(request, told, refused=str(refusal), status=409)
    if request.headers.get("X-Requested-With") == "fetch":
        return private(HttpResponse(status=204))
    return private(redirect("classes:notice", token))


def _page(request: HttpRequest, told: Notice, *, status: int = 200, **more: Any) -> HttpResponse:
    now = now_of(request)
    answer = answering.answer_of(told, now=now)
    series = told.change.session.series
    context = {
        "notice": told,
        "change": told.change,
        "session": told.change.session,
        "series": series,
        "enrolment": told.enrolment,
        "answer": answer,
        "names": [place.baby.first_name for place in answer.places],
        "back": Money(answer.back_minor, told.enrolment.currency),
        "now": now,
        **more,
    }
    return private(render(request, "classes/notice.html", context, status=status))
