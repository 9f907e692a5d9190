"""A time line of one candidate or one certificate: every step, who, when and why; and the certificate played again."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from instructors.access import is_auditor, is_registrar
from instructors.admin.scope import own_or_404
from instructors.admin.waiting import candidate_url
from instructors.models import Certificate, Traineeship
from instructors.timeline import replayed, steps_of


def time_line_page(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Of a candidate or of a certificate, whichever records the page belongs to."""
    row = own_or_404(model_admin.model, request, pk)
    if not model_admin.has_view_permission(request, row):
        raise PermissionDenied
    training, certificate = _both(request, row)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Time line of %(row)s") % {"row": row},
        "lead": _("Every step, who took it and why, the oldest first."),
        "opts": model_admin.opts,
        "steps": steps_of(training, certificate, private=reads_notes(request.user, row)),
        "certificate": certificate,
        "replayed": replayed(certificate) if certificate else None,
        "back": candidate_url(row) if row == training else _certificate_url(row),
    }
    return TemplateResponse(request, "admin/time_line.html", context)


def _both(request: HttpRequest, row: Traineeship | Certificate) -> tuple[Traineeship | None, Certificate | None]:
    """The training and its certificate, each only if the reader may see it."""
    if isinstance(row, Traineeship):
        return row, Certificate.objects.visible_to(request.user).filter(traineeship=row).first()
    training = Traineeship.objects.visible_to(request.user).filter(certificate=row).first()
    return training, row


def reads_notes(user: Any, row: Traineeship | Certificate) -> bool:
    """Whether what the office noted is for this reader; what it noted about the reader is not."""
    holder = row.trainee_id if isinstance(row, Traineeship) else row.holder_id
    if user.pk == holder:
        return False
    return bool(user.is_superuser or is_auditor(user) or is_registrar(user, row.credential_type.body))


def _certificate_url(row: Any) -> str:
    return reverse("admin:instructors_certificate_change", args=[row.pk])
