"""A registrar's pages for what other bodies or other days issued: one certificate, a whole table, the register."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.audit.trail import record
from config.lib.cells import CSV_TYPE, csv_of
from instructors import importing, life
from instructors.access import is_auditor
from instructors.admin.pages import REFUSED, WRONG, one_form
from instructors.admin.record_forms import ConfirmTableForm, RecordForm, TableForm
from instructors.admin.scope import limited
from instructors.issuing import record_certificate
from instructors.models import Certificate, CertifyingBody, CredentialType
from instructors.refusals import Refused

TEMPLATE = "admin/instructors/certificate/import.html"
MOST_LINES = 5000


def record_page(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """One certificate that its own body issued, checked by the reader."""
    bodies = _own_bodies(model_admin, request)
    credentials = CredentialType.objects.filter(body__in=bodies).select_related("body")
    form = RecordForm(request.POST or None, credentials=credentials)
    if request.method == "POST" and form.is_valid():
        try:
            made = _record(request, dict(form.cleaned_data))
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return _record_form(model_admin, request, form, status=REFUSED)
        said = _("Recorded: %(number)s of %(name)s.") % {"number": made.number, "name": made.name_as_issued}
        model_admin.message_user(request, said, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:instructors_certificate_change", args=[made.pk]))
    return _record_form(model_admin, request, form)


def _record(request: HttpRequest, said: dict[str, Any]) -> Certificate:
    said.pop("is_checked")
    with transaction.atomic():
        now = timezone.now()
        holder, _note = importing.holder_of(said.pop("email"), said["name"], by=request.user, now=now)
        return record_certificate(said.pop("credential"), holder=holder, by=request.user, now=now, **said)


def _record_form(model_admin: Any, request: HttpRequest, form: RecordForm, status: int | None = None) -> HttpResponse:
    answer = one_form(
        model_admin,
        request,
        form,
        back=_list(),
        title=_("Record a certificate"),
        lead=_("One that its own body issued. It is shown as recorded, and has no sheet and no signature of ours."),
        verb=_("Record"),
    )
    answer.status_code = status or answer.status_code
    return answer


def import_page(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """A table, tried line by line and shown; and then written as it was shown, wholly or not at all."""
    bodies = _own_bodies(model_admin, request)
    if "seen" in request.POST:
        return _bring_in(model_admin, request, bodies)
    form = TableForm(request.POST or None, request.FILES or None, bodies=bodies)
    if request.method != "POST" or not form.is_valid():
        return _import_form(model_admin, request, form, status=WRONG if request.method == "POST" else None)
    body, content = form.cleaned_data["body"], form.cleaned_data["table"]
    try:
        trial = importing.try_out(content, body=body, by=request.user, now=timezone.now())
    except Refused as refusal:
        form.add_error("table", str(refusal))
        return _import_form(model_admin, request, form, status=WRONG)
    return _import_form(model_admin, request, form, trial=trial, body=body, content=content)


def _bring_in(model_admin: Any, request: HttpRequest, bodies: QuerySet[CertifyingBody]) -> HttpResponse:
    form = ConfirmTableForm(request.POST, bodies=bodies)
    if not form.is_valid():
        return _import_form(model_admin, request, TableForm(bodies=bodies), status=WRONG)
    body, content = form.cleaned_data["body"], form.cleaned_data["content"]
    now = timezone.now()
    try:
        made = importing.bring_in(content, seen=form.cleaned_data["seen"], body=body, by=request.user, now=now)
    except Refused as refusal:
        trial = importing.try_out(content, body=body, by=request.user, now=now)
        shown: dict[str, Any] = {"trial": trial, "body": body, "content": content, "changed": str(refusal)}
        return _import_form(model_admin, request, TableForm(bodies=bodies), status=REFUSED, **shown)
    said = ngettext("%(n)d certificate is recorded.", "%(n)d certificates are recorded.", len(made))
    model_admin.message_user(request, said % {"n": len(made)}, messages.SUCCESS)
    return HttpResponseRedirect(_list())


def _import_form(
    model_admin: Any, request: HttpRequest, form: TableForm, *, status: int | None = None, **shown: Any
) -> HttpResponse:
    trial = shown.get("trial")
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Bring in old certificates"),
        "lead": _("First you see what would become of each line. Nothing is written before you say so."),
        "form": form,
        "opts": model_admin.opts,
        "back": _list(),
        **shown,
    }
    if trial and trial.is_whole:
        words = ngettext("Record this certificate", "Record all %(n)d certificates", len(trial.lines))
        context["verb"] = words % {"n": len(trial.lines)}
    return TemplateResponse(request, TEMPLATE, context, status=status)


def template_page(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """An empty table with its heads and one line as an example."""
    body = _own_bodies(model_admin, request).first()
    return _file(importing.template(body), "old-certificates.csv")


def register_page(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """The register as a table: the certificates that the reader sees, and no cell that a program runs."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    rows: Any = limited(Certificate, request.user, Certificate.objects.all())
    if request.method == "POST":
        return _register(request, rows.with_names().order_by("pk")[:MOST_LINES])
    count = rows.count()
    lead = ngettext("%(n)d certificate, as you see it here.", "%(n)d certificates, as you see them here.", count)
    return one_form(
        model_admin,
        request,
        Form(),
        back=_list(),
        title=_("Take the register away"),
        lead=f"{lead % {'n': count}} {_('A CSV file for your spreadsheet. No e-mail address is in it.')}",
        verb=_("Take it away"),
    )


def _register(request: HttpRequest, found: QuerySet[Certificate]) -> HttpResponse:
    now = timezone.now()
    rows = [_line(one, request, now.date()) for one in found]
    heads = [_("Number"), _("Name"), _("Letters"), _("Training body"), _("Origin"), _("Certified on")]
    heads += [_("Valid from"), _("Valid until"), _("Stands"), _("Public page")]
    record("took the register away", by=request.user, about="certificates", now=now, detail={"lines": len(rows)})
    return _file(csv_of([heads, *rows]), f"register-{now.date().isoformat()}.csv")


def _line(one: Certificate, request: HttpRequest, today: Any) -> list[object]:
    page = reverse("instructors:certificate", args=[one.public_code])
    return [
        *(one.number, one.name_as_issued, one.credential_type.code, one.credential_type.body.name),
        *(one.get_origin_display(), one.issued_on, one.valid_from, one.valid_until),
        *(str(life.standing(one, on=today).label), request.build_absolute_uri(page)),
    ]


def _own_bodies(model_admin: Any, request: HttpRequest) -> QuerySet[CertifyingBody]:
    """The bodies that the reader is registrar of; the pages are not for others."""
    if not (model_admin.has_view_permission(request) and keeps_register(request)):
        raise PermissionDenied
    return CertifyingBody.objects.with_registrar(request.user)


def keeps_register(request: HttpRequest) -> bool:
    """Whether the reader is registrar of any body, and does not only read."""
    return not is_auditor(request.user) and CertifyingBody.objects.with_registrar(request.user).exists()


def _list() -> str:
    return reverse("admin:instructors_certificate_changelist")


def _file(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=CSV_TYPE, headers=headers)
