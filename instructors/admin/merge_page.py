"""Two accounts of one holder: what would move is shown first, and then moves."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from config.accounts.models import User
from instructors import merging
from instructors.access import is_registrar
from instructors.admin.pages import REFUSED, WRONG
from instructors.admin.record_forms import MergeForm
from instructors.admin.scope import own_or_404
from instructors.models import Certificate
from instructors.refusals import CannotMerge, Refused


def merge_page(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """The holder of this certificate has another account: everything of certification moves here."""
    row: Certificate = own_or_404(Certificate, request, pk)
    if not may_merge(model_admin, request, row):
        raise PermissionDenied
    form = MergeForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _page(model_admin, request, row, form, status=WRONG if request.method == "POST" else None)
    try:
        other = _other(form.cleaned_data["email"])
        if form.cleaned_data["seen"]:
            said = {"reason": form.cleaned_data["reason"], "seen": form.cleaned_data["seen"]}
            merging.merge(row.holder, other, by=request.user, now=timezone.now(), **said)
            return _done(model_admin, request, row)
        planned = merging.plan(row.holder, other, by=request.user)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(model_admin, request, row, form, status=REFUSED)
    return _page(model_admin, request, row, form, planned=planned)


def may_merge(model_admin: Any, request: HttpRequest, row: Certificate) -> bool:
    keeps = is_registrar(request.user, row.credential_type.body)
    changes = model_admin.has_change_permission(request, row)
    return bool(changes and (keeps or request.user.is_superuser))


def _other(email: str) -> User:
    found = User.objects.filter(email__iexact=email).first()
    if found is None:
        raise CannotMerge(_("Nobody signs in with this address. Please compare it again."))
    return found


def _done(model_admin: Any, request: HttpRequest, row: Certificate) -> HttpResponse:
    said = _("Merged. Everything of certification stands under %(name)s now.") % {"name": row.holder}
    model_admin.message_user(request, said, messages.SUCCESS)
    return HttpResponseRedirect(reverse("admin:instructors_certificate_change", args=[row.pk]))


def _page(
    model_admin: Any,
    request: HttpRequest,
    row: Certificate,
    form: MergeForm,
    *,
    planned: merging.Plan | None = None,
    status: int | None = None,
) -> HttpResponse:
    if planned:
        form = MergeForm(initial={**form.cleaned_data, "seen": planned.seen})
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Another account of %(name)s") % {"name": row.holder},
        "lead": _("Where two accounts are one person, what the other one has in certification moves to this one."),
        "form": form,
        "planned": planned,
        "verb": _("Merge the two") if planned else _("Show what would move"),
        "opts": model_admin.opts,
        "back": reverse("admin:instructors_certificate_change", args=[row.pk]),
    }
    return TemplateResponse(request, "admin/instructors/certificate/merge.html", context, status=status)
