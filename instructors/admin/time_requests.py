"""Candidates who ask for more time, and the page for the answer."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from instructors import asking
from instructors.admin.scope import OwnTraineesMixin, Records, own_or_404
from instructors.admin.waiting import candidate_url
from instructors.candidate_forms import TimeAnswerForm
from instructors.models import TimeRequest
from instructors.refusals import Refused


@admin.register(TimeRequest)
class TimeRequestAdmin(OwnTraineesMixin, Records):
    none_yet = gettext_lazy("Nobody has asked for more time. What comes is on your first page, too.")
    list_display = ("candidate", "wanted_on", "state", "asked_at")
    list_filter = ("state",)
    list_select_related = ("traineeship__trainee",)
    search_fields = ("traineeship__trainee__name",)
    ordering = ("-pk",)
    fields = readonly_fields = (
        *("candidate", "requirement", "wanted_on", "reason", "asked_at", "state", "answer", "answered_by"),
        *("answered_at", "answering"),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        answer = self.admin_site.admin_view(self.answer_page)
        return [path("<int:pk>/answer/", answer, name="instructors_timerequest_answer"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        return super().change_view(request, object_id, form_url, {"show_save": False, **(extra_context or {})})

    def answer_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give more time, or say why not."""
        row: TimeRequest = own_or_404(TimeRequest, request, pk)
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        form = TimeAnswerForm(request.POST or None, initial={"until": row.wanted_on, "answer": TimeAnswerForm.GIVE})
        if request.method == "POST" and form.is_valid() and self._answered(request, row, form):
            return HttpResponseRedirect(candidate_url(row.traineeship))
        context = {
            **self.admin_site.each_context(request),
            "title": _("%(name)s asks for more time") % {"name": row},
            "lead": _lead(row),
            "verb": _("Send the answer"),
            "form": form,
            "opts": self.opts,
            "back": candidate_url(row.traineeship),
        }
        return TemplateResponse(request, "admin/one_form.html", context)

    def _answered(self, request: HttpRequest, row: TimeRequest, form: TimeAnswerForm) -> bool:
        said = form.cleaned_data
        facts: dict[str, Any] = {"by": request.user, "now": timezone.now()}
        try:
            if said["answer"] == TimeAnswerForm.GIVE:
                asking.give(row, until=said["until"], word=said["word"], **facts)
            else:
                asking.decline(row, word=said["word"], **facts)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return False
        self.message_user(request, _("%(name)s has your answer.") % {"name": row}, messages.SUCCESS)
        return True

    @admin.display(description=gettext_lazy("Candidate"), ordering="traineeship__trainee__name")
    def candidate(self, row: TimeRequest) -> str:
        return str(row.traineeship)

    @admin.display(description=gettext_lazy("Answer"))
    def answering(self, row: TimeRequest) -> str:
        if row.state != TimeRequest.State.OPEN:
            return "–"
        url = reverse("admin:instructors_timerequest_answer", args=[row.pk])
        return format_html('<a href="{}">{}</a>', url, _("Read and answer"))


def _lead(row: TimeRequest) -> str:
    words = {
        "date": date_format(row.wanted_on, "DATE_FORMAT"),
        "reason": row.reason,
        "part": row.requirement or "",
        "now": date_format(row.traineeship.deadline_on, "DATE_FORMAT") if row.traineeship.deadline_on else "–",
    }
    if row.requirement:
        return _("For “%(part)s” until %(date)s; the whole ends on %(now)s. “%(reason)s”") % words
    return _("Until %(date)s instead of %(now)s. “%(reason)s”") % words
