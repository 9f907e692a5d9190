"""Reading work that was handed in. It is judged on the candidate's page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy

from instructors.admin.scope import OwnTraineesMixin, Records, own_or_404
from instructors.models import Submission


@admin.register(Submission)
class SubmissionAdmin(OwnTraineesMixin, Records):
    list_display = ("requirement", "candidate", "no", "submitted_at")
    list_select_related = ("traineeship__trainee", "requirement")
    none_yet = gettext_lazy("Nobody has handed in anything yet. What comes is on your first page, too.")
    search_fields = ("traineeship__trainee__name",)
    fields = readonly_fields = ("candidate", "requirement", "no", "text", "url", "submitted_by", "submitted_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        read = self.admin_site.admin_view(self.read_file)
        return [path("<int:pk>/file/", read, name="instructors_submission_file"), *super().get_urls()]

    def read_file(self, request: HttpRequest, pk: int) -> FileResponse | HttpResponse:
        """The file as a download, never shown in the page: it comes from outside."""
        row = own_or_404(Submission, request, pk)
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        if not row.file:
            raise Http404
        return FileResponse(row.file.open("rb"), as_attachment=True, content_type="application/octet-stream")

    @admin.display(description=gettext_lazy("Candidate"))
    def candidate(self, row: Submission) -> str:
        return str(row.traineeship)
