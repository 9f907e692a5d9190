"""Certificates and their events, to read; a registrar suspends and reinstates on a page of its own."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from instructors import life
from instructors.access import is_registrar
from instructors.admin.life_pages import ask_page, kinds_to_ask, may_prolong, prolong_page, suspend_page
from instructors.admin.merge_page import may_merge, merge_page
from instructors.admin.pages import page
from instructors.admin.record_pages import import_page, keeps_register, record_page, register_page, template_page
from instructors.admin.scope import OwnTraineesMixin, ReadLines, Records
from instructors.admin.time_line_page import reads_notes, time_line_page
from instructors.models import Certificate, CertificateAsk, CertificateEvent


class EventLines(OwnTraineesMixin, ReadLines):
    """The story of a certificate. What the office noted is for registrars, but not about themselves."""

    model = CertificateEvent
    verbose_name_plural = gettext_lazy("What happened")
    ordering = ("pk",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = ["kind", "at", "effective_on", "valid_from", "valid_until", "actor", "reason_code", "public_note"]
        return [*fields, "private_note"] if obj and reads_notes(request.user, obj) else fields

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
    none_yet = gettext_lazy("No certificate yet. The first one is made when a candidate is signed off.")
    search_fields = ("number", "name_as_issued")
    inlines = (EventLines,)
    change_form_template = "admin/instructors/certificate/change_form.html"
    change_list_template = "admin/instructors/certificate/change_list.html"
    fields = readonly_fields = (
        *("number", "name_as_issued", "credential_type", "programme", "origin", "stands", "issued_on"),
        *("valid_from", "valid_until", "public_code", "verified_by", "verified_on"),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        time_line = self.admin_site.admin_view(self.time_line)
        return [
            page(self, "<int:pk>/suspend/", suspend_page, "suspend"),
            page(self, "<int:pk>/ask/", ask_page, "ask"),
            page(self, "<int:pk>/prolong/", prolong_page, "prolong"),
            page(self, "<int:pk>/merge/", merge_page, "merge"),
            page(self, "record/", record_page, "record"),
            page(self, "import/", import_page, "import"),
            page(self, "import/template/", template_page, "import_template"),
            page(self, "register/", register_page, "register"),
            path("<int:pk>/time-line/", time_line, name="instructors_certificate_time_line"),
            *super().get_urls(),
        ]

    def time_line(self, request: HttpRequest, pk: int) -> HttpResponse:
        return time_line_page(self, request, pk)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        shown = {"keeps_register": keeps_register(request)}
        return super().changelist_view(request, {**shown, **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        row = self.get_object(request, object_id)
        shown: dict[str, Any] = {"show_save": False}
        if row:
            shown |= {"lead": row.name_as_issued, "certificate": row}
            keeps = is_registrar(request.user, row.credential_type.body)
            shown["may_decide"] = keeps and self.has_change_permission(request, row)
            shown["may_prolong"] = shown["may_decide"] and may_prolong(row)
            shown["may_merge"] = may_merge(self, request, row)
            asked = CertificateAsk.objects.visible_to(request.user).waiting_about(row)
            shown["asked"] = [(ask, self._answer_url(request, ask)) for ask in asked[:10]]
            shown["may_ask"] = kinds_to_ask(request.user, row)
        return super().change_view(request, object_id, form_url, {**shown, **(extra_context or {})})

    def _answer_url(self, request: HttpRequest, ask: CertificateAsk) -> str:
        """Where this reader answers it; empty where somebody else does."""
        if not CertificateAsk.objects.to_answer_by(request.user).numbered(ask.pk):
            return ""
        return reverse("admin:instructors_certificateask_answer", args=[ask.pk])

    @admin.display(description=gettext_lazy("Stands"))
    def stands(self, row: Certificate) -> str:
        standing = life.standing(row, on=timezone.now().date())
        return str(standing.label)
