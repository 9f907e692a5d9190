"""Certificates and their events, to read; a registrar suspends and reinstates on a page of its own."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from instructors import life
from instructors.access import is_registrar
from instructors.admin.scope import Lines, OwnTraineesMixin, Records, own_or_404
from instructors.forms import SuspendForm
from instructors.models import Certificate, CertificateEvent
from instructors.refusals import Refused


class EventLines(OwnTraineesMixin, Lines):
    """The story of a certificate. What the office noted is for registrars alone."""

    model = CertificateEvent
    verbose_name_plural = gettext_lazy("What happened")
    ordering = ("pk",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = ["kind", "at", "effective_on", "valid_from", "valid_until", "actor", "reason_code", "public_note"]
        office = obj and (request.user.is_superuser or is_registrar(request.user, obj.credential_type.body))
        return [*fields, "private_note"] if office else fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.get_fields(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Certificate)
class CertificateAdmin(OwnTraineesMixin, Records):
    list_display = ("number", "name_as_issued", "credential_type", "stands", "valid_until", "origin")
    list_filter = ("state", "origin")
    list_select_related = ("credential_type__body",)
    search_fields = ("number", "name_as_issued")
    inlines = (EventLines,)
    change_form_template = "admin/instructors/certificate/change_form.html"
    fields = readonly_fields = (
        *("number", "name_as_issued", "credential_type", "programme", "origin", "stands", "issued_on"),
        *("valid_from", "valid_until", "public_code", "verified_by", "verified_on"),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        suspend = self.admin_site.admin_view(self.suspend_page)
        return [path("<int:pk>/suspend/", suspend, name="instructors_certificate_suspend"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        row = self.get_object(request, object_id)
        shown: dict[str, Any] = {"show_save": False}
        if row:
            shown |= {"lead": row.name_as_issued, "certificate": row}
            shown["may_decide"] = is_registrar(request.user, row.credential_type.body)
        return super().change_view(request, object_id, form_url, {**shown, **(extra_context or {})})

    def suspend_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Suspend an active certificate, or reinstate a suspended one."""
        row: Certificate = own_or_404(Certificate, request, pk)
        if not (self.has_change_permission(request, row) and is_registrar(request.user, row.credential_type.body)):
            raise PermissionDenied
        form = SuspendForm(request.POST or None)
        if request.method == "POST" and form.is_valid() and self._decided(request, row, form):
            return HttpResponseRedirect(reverse("admin:instructors_certificate_change", args=[row.pk]))
        suspended = row.state == Certificate.State.SUSPENDED
        context = {
            **self.admin_site.each_context(request),
            "title": _("Reinstate %(number)s") if suspended else _("Suspend %(number)s"),
            "lead": _("%(name)s may teach again at once.") if suspended else _("%(name)s may not teach from now on."),
            "verb": _("Reinstate") if suspended else _("Suspend"),
            "form": form,
            "opts": self.opts,
            "back": reverse("admin:instructors_certificate_change", args=[row.pk]),
        }
        context["title"] %= {"number": row.number}
        context["lead"] %= {"name": row.name_as_issued}
        return TemplateResponse(request, "admin/one_form.html", context)

    def _decided(self, request: HttpRequest, row: Certificate, form: SuspendForm) -> bool:
        words = dict(form.cleaned_data)
        suspended = row.state == Certificate.State.SUSPENDED
        if suspended:
            words.pop("public_note")
        try:
            deed = life.reinstate if suspended else life.suspend
            deed(row, by=request.user, now=timezone.now(), **words)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return False
        self.message_user(request, _("The public page says so already."), messages.SUCCESS)
        return True

    @admin.display(description=gettext_lazy("Stands"))
    def stands(self, row: Certificate) -> str:
        standing = life.standing(row, on=timezone.now().date())
        return str(standing.label)
