"""Pages about one candidate: giving more time, answering an application, seeing what the candidate sees."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from instructors import traineeship as training
from instructors.access import is_registrar, is_trainer_of
from instructors.admin.pages import one_form
from instructors.admin.scope import own_or_404, trainers_for
from instructors.admin.waiting import candidate_url
from instructors.deadlines import steps_of
from instructors.forms import AnswerForm, EndForm, HandOverForm, MoreTimeForm
from instructors.models import Traineeship
from instructors.refusals import Refused
from instructors.training_page import training_page


def more_time_page(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    row = _candidate(model_admin, request, pk)
    form = MoreTimeForm(request.POST or None, steps=steps_of(row))
    if request.method == "POST" and form.is_valid():
        try:
            given = training.extend(row, by=request.user, now=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            said = _("%(name)s has until %(date)s.") % {"name": row, "date": date_format(given.new_on, "DATE_FORMAT")}
            model_admin.message_user(request, said, messages.SUCCESS)
            return HttpResponseRedirect(candidate_url(row))
    lead = _("No last day is set yet.")
    if row.deadline_on:
        lead = _("Now to be finished by %(date)s.") % {"date": date_format(row.deadline_on, "DATE_FORMAT")}
    words = {"title": _("More time for %(name)s") % {"name": row}, "lead": lead, "verb": _("Give more time")}
    return _one_form(model_admin, request, row, form, words)


def answer_page(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    row = _candidate(model_admin, request, pk)
    trainers = trainers_for(request.user).filter(pk__in=_trainers_of(row, request)).exclude(pk=row.trainee_id)
    form = AnswerForm(request.POST or None, trainers=trainers, initial={"trainer": request.user.pk})
    if request.method == "POST" and form.is_valid():
        try:
            _answer(row, form.cleaned_data, request)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            model_admin.message_user(request, _("%(name)s has your answer.") % {"name": row}, messages.SUCCESS)
            return HttpResponseRedirect(candidate_url(row))
    words = {
        "title": _("%(name)s’s application") % {"name": row},
        "lead": str(row.event or row.programme),
        "verb": _("Send the answer"),
        "application": row.application,
        "asked_on": date_format(row.applied_at, "DATE_FORMAT"),
    }
    return _one_form(model_admin, request, row, form, words, template="admin/instructors/traineeship/answer.html")


def end_page(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """End a training for one candidate; the reason is theirs to read."""
    row = _candidate(model_admin, request, pk)
    if not (is_trainer_of(request.user, row) or is_registrar(request.user, row.credential_type.body)):
        raise PermissionDenied
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            training.close(row, reason=form.cleaned_data["reason"], by=request.user, now=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            said = _("The training of %(name)s has ended.") % {"name": row}
            model_admin.message_user(request, said, messages.SUCCESS)
            return HttpResponseRedirect(candidate_url(row))
    words = {
        "title": _("End the training of %(name)s") % {"name": row},
        "lead": _("It ends at once. What was noted and judged stays, and a letter leads the candidate to your reason."),
        "verb": _("End this training"),
    }
    return _one_form(model_admin, request, row, form, words)


def hand_over_page(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    row = _candidate(model_admin, request, pk)
    if not is_registrar(request.user, row.credential_type.body):
        raise PermissionDenied
    form = HandOverForm(request.POST or None, trainers=trainers_for(request.user).exclude(pk=row.trainee_id))
    if request.method == "POST" and form.is_valid():
        try:
            training.hand_over(row, trainer=form.cleaned_data["trainer"], by=request.user, now=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            said = _("%(name)s has another trainer now.") % {"name": row}
            model_admin.message_user(request, said, messages.SUCCESS)
            return HttpResponseRedirect(candidate_url(row))
    words = {
        "title": _("Another trainer for %(name)s") % {"name": row},
        "lead": _("Now: %(trainer)s.") % {"trainer": row.trainer_of_record or _("nobody")},
        "verb": _("Hand over"),
    }
    return _one_form(model_admin, request, row, form, words)


def as_candidate_page(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """The candidate's own page, as they see it."""
    row = own_or_404(Traineeship, request, pk)
    if not model_admin.has_view_permission(request, row):
        raise PermissionDenied
    shown = Traineeship.objects.with_work().get(pk=row.pk)
    context = {"page": training_page(shown, now=timezone.now()), "seen_by_trainer": candidate_url(row)}
    return TemplateResponse(request, "instructors/my_traineeship.html", context)


def _trainers_of(row: Traineeship, request: HttpRequest) -> Any:
    """Who may become their trainer: those of the event, and for a registrar every trainer of the body."""
    if is_registrar(request.user, row.credential_type.body) or row.event is None:
        return trainers_for(request.user).values("pk")
    return [row.event.lead_trainer_id, *row.event.co_trainers.values_list("pk", flat=True)]


def _answer(row: Traineeship, said: dict[str, Any], request: HttpRequest) -> None:
    now = timezone.now()
    if said["answer"] == AnswerForm.ACCEPT:
        training.accept(row, trainer=said["trainer"] or request.user, by=request.user, now=now)
    else:
        training.reject(row, reason=said["reason"], by=request.user, now=now)


def _candidate(model_admin: Any, request: HttpRequest, pk: int) -> Traineeship:
    row: Traineeship = own_or_404(Traineeship, request, pk)
    if not model_admin.has_change_permission(request, row):
        raise PermissionDenied
    return row


def _one_form(
    model_admin: Any,
    request: HttpRequest,
    row: Traineeship,
    form: Any,
    words: dict[str, Any],
    *,
    template: str = "admin/one_form.html",
) -> HttpResponse:
    return one_form(model_admin, request, form, back=candidate_url(row), template=template, candidate=row, **words)
