"""After the first signature: the registrar's, taking one's own back, and who may sign in the trainer's place."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from instructors import deputies, signing
from instructors.access import is_auditor, is_registrar
from instructors.admin.judging_forms import DeputyForm, ReasonForm
from instructors.admin.scope import trainers_for
from instructors.admin.sign_off_page import is_proved
from instructors.admin.waiting import candidate_url
from instructors.admin.work_page import readable
from instructors.forms import SignOffForm
from instructors.issuing import issue
from instructors.models import SignOff, Traineeship
from instructors.progress import progress_of
from instructors.refusals import Refused


def second_signature_page(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """The registrar reads what was signed and signs too; the certificate is made in the same moment."""
    row = _kept(model_admin, request, pk)
    signature = standing(row)
    if signature is None or signature.second_by_id or not row.programme.second_signature:
        return _back(model_admin, request, row, _("Nothing of %(name)s waits for a second signature."))
    form = SignOffForm(request.POST or None)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    if request.method == "POST" and form.is_valid() and is_proved(request, form):
        try:
            with transaction.atomic():
                now = timezone.now()
                signing.sign_second(signature, by=request.user, now=now)
                number = issue(row, by=request.user, now=now).number
        except Refused as refusal:
            status = HTTPStatus.CONFLICT
            form.add_error(None, str(refusal))
        else:
            said = _("Signed and issued: certificate %(number)s.") % {"number": number}
            model_admin.message_user(request, said, messages.SUCCESS)
            return HttpResponseRedirect(candidate_url(row))
    words = {"name": signature.signed_by, "date": date_format(signature.signed_at, "DATE_FORMAT")}
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Second signature for %(name)s") % {"name": row},
        "lead": _("%(name)s signed on %(date)s. With your signature the certificate is issued.") % words,
        "opts": model_admin.opts,
        "candidate": row,
        "signature": signature,
        "progress": progress_of(row),
        "form": form,
        "back": candidate_url(row),
    }
    return TemplateResponse(
        request, "admin/instructors/traineeship/second_signature.html", context, status=status.value
    )


def take_back_signature_page(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Taking one's own signature back before a certificate was made of it."""
    row = readable(model_admin, request, pk)
    signature = standing(row)
    if signature is None or signature.signed_by_id != request.user.pk:
        raise PermissionDenied
    # Whoever only reads by now, such as a trainer who is suspended, asks the registrar to send it back.
    if not model_admin.has_change_permission(request, row):
        raise PermissionDenied
    form = ReasonForm(request.POST or None)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    if request.method == "POST" and form.is_valid():
        try:
            signing.withdraw(signature, reason=form.cleaned_data["reason"], by=request.user, now=timezone.now())
        except Refused as refusal:
            status = HTTPStatus.CONFLICT
            form.add_error(None, str(refusal))
        else:
            return _back(model_admin, request, row, _("Your signature is taken back; %(name)s is in training again."))
    words = {
        "title": _("Take your signature back"),
        "lead": _("%(name)s is in training again, and you can sign anew.") % {"name": row},
        "verb": _("Take it back"),
    }
    return _one_form(model_admin, request, row, form, words, status=status)


def deputy_page(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Who judges and signs in the trainer's place, appointed by a registrar; and the end of it."""
    row = _kept(model_admin, request, pk)
    choices = trainers_for(request.user).exclude(pk__in=[row.trainee_id, row.trainer_of_record_id, request.user.pk])
    is_ending = "end" in request.POST
    form = DeputyForm(None if is_ending else request.POST or None, trainers=choices)
    status = HTTPStatus.OK
    if request.method == "POST":
        try:
            if sentence := _end(request, row) if is_ending else _appoint(request, row, form):
                return _back(model_admin, request, row, sentence)
            status = HTTPStatus.UNPROCESSABLE_ENTITY
        except Refused as refusal:
            status = HTTPStatus.CONFLICT
            form.add_error(None, str(refusal)) if form.is_bound else model_admin.refuse(request, str(refusal))
    words = {
        "title": _("A deputy for %(name)s’s trainer") % {"name": row},
        "lead": _("Now: %(trainer)s.") % {"trainer": row.trainer_of_record or _("nobody")},
        "verb": _("Appoint"),
    }
    context = {"deputies": [one for one in row.deputies.all() if one.ended_at is None]}
    return _one_form(
        model_admin,
        request,
        row,
        form,
        words,
        status=status,
        template="admin/instructors/traineeship/deputy.html",
        **context,
    )


def standing(row: Traineeship) -> SignOff | None:
    """The signature that was not taken back."""
    return row.sign_offs.select_related("signed_by", "second_by").filter(withdrawn_at__isnull=True).first()


def _end(request: HttpRequest, row: Traineeship) -> str:
    named = next((one for one in row.deputies.all() if str(one.pk) == request.POST["end"]), None)
    if named is None:
        return ""
    deputies.end(named, by=request.user, now=timezone.now())
    return _("%(deputy)s is no deputy any more.") % {"deputy": named}


def _appoint(request: HttpRequest, row: Traineeship, form: DeputyForm) -> str:
    if not form.is_valid():
        return ""
    named = deputies.appoint(row, by=request.user, now=timezone.now(), **form.cleaned_data)
    return _("%(deputy)s is deputy now.") % {"deputy": named}


def _kept(model_admin: Any, request: HttpRequest, pk: int) -> Traineeship:
    row = readable(model_admin, request, pk)
    if is_auditor(request.user) or not is_registrar(request.user, row.credential_type.body):
        raise PermissionDenied
    return row


def _back(model_admin: Any, request: HttpRequest, row: Traineeship, said: str) -> HttpResponseRedirect:
    model_admin.message_user(request, said % {"name": row}, messages.SUCCESS)
    return HttpResponseRedirect(candidate_url(row))


def _one_form(
    model_admin: Any,
    request: HttpRequest,
    row: Traineeship,
    form: Any,
    words: dict[str, str],
    *,
    status: HTTPStatus,
    template: str = "admin/one_form.html",
    **more: Any,
) -> HttpResponse:
    context = {
        **model_admin.admin_site.each_context(request),
        **words,
        **more,
        "form": form,
        "back": candidate_url(row),
        "opts": model_admin.opts,
    }
    return TemplateResponse(request, template, context, status=status.value)
