"""Learning hours, renewals and requests about certificates: lists to read, each with its one decision on a page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from instructors import learning
from instructors.admin.life_pages import answer_ask_page, answer_hours_page, decide_renewal_page
from instructors.admin.pages import page
from instructors.admin.scope import OwnTraineesMixin, Records
from instructors.models import CERecord, CertificateAsk, RenewalApplication


class _Read(OwnTraineesMixin, Records):
    """Nobody adds these by hand, and a decision has its own page, which the row's page leads to."""

    change_form_template = "admin/instructors/life_change_form.html"
    list_select_related = ("certificate__credential_type__body", "holder")

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        row = self.get_object(request, object_id)
        shown: dict[str, Any] = {"show_save": False}
        if row:
            shown |= {"lead": row.certificate.name_as_issued, "row": row, "may_answer": self.waits(request, row)}
            shown["answer_page"] = f"admin:{self.opts.app_label}_{self.opts.model_name}_{self.answer_name}"
        return super().change_view(request, object_id, form_url, {**shown, **(extra_context or {})})

    answer_name = "answer"

    def waits(self, request: HttpRequest, row: Any) -> bool:
        """Whether this row waits for the reader."""
        raise NotImplementedError

    @admin.display(description=_("Holder"), ordering="certificate__name_as_issued")
    def who(self, row: Any) -> str:
        return str(row.certificate.name_as_issued)


@admin.register(CERecord)
class CERecordAdmin(_Read):
    list_display = ("title", "who", "hours", "held_on", "state")
    list_filter = ("state",)
    search_fields = ("title", "certificate__name_as_issued", "certificate__number")
    fields = readonly_fields = (
        *("title", "who", "certificate", "category", "held_on", "hours", "evidence", "link", "state"),
        *("noted_at", "decided_by", "decided_at", "word"),
    )

    def get_urls(self) -> list[URLPattern]:
        return [page(self, "<int:pk>/answer/", answer_hours_page, "answer"), *super().get_urls()]

    def waits(self, request: HttpRequest, row: CERecord) -> bool:
        may = self.has_change_permission(request, row) and row.state == CERecord.State.NOTED
        return may and learning.may_look_at(request.user, row, on=timezone.now().date())


@admin.register(RenewalApplication)
class RenewalApplicationAdmin(_Read):
    list_display = ("certificate", "who", "state", "submitted_at", "window_shuts_on")
    list_filter = ("state",)
    search_fields = ("certificate__name_as_issued", "certificate__number")
    answer_name = "decide"
    fields = readonly_fields = (
        *("certificate", "who", "programme", "state", "begun_at", "submitted_at", "window_shuts_on"),
        *("decided_by", "decided_at", "word", "period"),
    )

    def get_urls(self) -> list[URLPattern]:
        return [page(self, "<int:pk>/decide/", decide_renewal_page, "decide"), *super().get_urls()]

    def waits(self, request: HttpRequest, row: RenewalApplication) -> bool:
        may = self.has_change_permission(request, row)
        return may and RenewalApplication.objects.to_decide_by(request.user).numbered(row.pk) is not None


@admin.register(CertificateAsk)
class CertificateAskAdmin(_Read):
    list_display = ("certificate", "kind", "who", "asked_by", "asked_at", "state")
    list_filter = ("state", "kind")
    search_fields = ("certificate__name_as_issued", "certificate__number")
    fields = readonly_fields = (
        *("kind", "certificate", "who", "state", "asked_by", "asked_at", "reason", "name_before", "name_after"),
        *("public_note", "private_note", "answered_by", "answered_at", "word"),
    )

    def get_urls(self) -> list[URLPattern]:
        return [page(self, "<int:pk>/answer/", answer_ask_page, "answer"), *super().get_urls()]

    def waits(self, request: HttpRequest, row: CertificateAsk) -> bool:
        may = self.has_change_permission(request, row)
        return may and CertificateAsk.objects.to_answer_by(request.user).numbered(row.pk) is not None
