"""Bodies, credential types and programmes. A programme is read and changed in words, on pages of its own."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.audit.trail import record
from instructors.admin.pages import page
from instructors.admin.programme_pages import (
    STEPS,
    ask_page,
    draft_page,
    facts_page,
    move_up_page,
    requirement_page,
    show_page,
    step_page,
    take_out_page,
)
from instructors.admin.scope import Records
from instructors.models import CertifyingBody, CredentialType, Programme


@admin.register(Programme)
class ProgrammeAdmin(Records):
    list_display = ("title", "version", "body", "leads_to", "state_")
    list_filter = ("status",)
    list_select_related = ("credential_type__body",)
    search_fields = ("title", "credential_type__body__name")
    search_help_text = _("Title or certifying body")

    def get_urls(self) -> list[URLPattern]:
        return [
            page(self, "<int:pk>/facts/", facts_page, "facts"),
            page(self, "<int:pk>/ask/", ask_page, "ask"),
            page(self, "requirement/<int:pk>/", requirement_page, "requirement"),
            page(self, "requirement/<int:pk>/take-out/", take_out_page, "take_out"),
            page(self, "requirement/<int:pk>/move-up/", move_up_page, "move_up"),
            *(page(self, f"<int:pk>/{name.replace('_', '-')}/", step_page(name), name) for name in STEPS),
            *super().get_urls(),
        ]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        return draft_page(self, request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        programme: Programme | None = self.get_object(request, object_id)
        if programme is None:
            raise Http404
        if not self.has_view_permission(request, programme):
            raise PermissionDenied
        return show_page(self, request, programme)

    @admin.display(description=_("Certifying body"), ordering="credential_type__body__name")
    def body(self, row: Programme) -> str:
        return str(row.credential_type.body)

    @admin.display(description=_("Leads to"))
    def leads_to(self, row: Programme) -> str:
        return row.credential_type.code

    @admin.display(description=_("State"), ordering="status")
    def state_(self, row: Programme) -> str:
        return format_html('<span class="state state-{}">{}</span>', row.status, row.get_status_display())


class _Kept(Records):
    """Rows that only administrators change; each change is in the trail."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        what = f"changed a {obj._meta.model_name}" if change else f"made a {obj._meta.model_name}"
        record(what, by=request.user, about=obj, now=timezone.now(), detail={"fields": sorted(form.changed_data)})


@admin.register(CertifyingBody)
class CertifyingBodyAdmin(_Kept):
    list_display = ("name", "abbreviation", "how", "authorised_until")
    search_fields = ("name", "abbreviation")
    autocomplete_fields = ("registrars",)
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = (
        (None, {"fields": ("name", "abbreviation", "slug", "website", "number_prefix", "logo")}),
        (
            _("Signing in its name"),
            {
                "fields": ("signs_here", "authorisation", "authorised_until"),
                "description": _("After the last day of its authorisation nobody signs in its name any more."),
            },
        ),
        (
            _("Registrars"),
            {
                "fields": ("registrars",),
                "description": _("They keep its register: second signatures, renewals, suspensions, its programmes."),
            },
        ),
    )

    @admin.display(description=_("Its certificates"))
    def how(self, row: CertifyingBody) -> str:
        if not row.signs_here:
            return gettext("are recorded here, and issued by the body itself")
        if not row.signs_on(timezone.now().date()):
            return gettext("its authorisation has ended, so none are issued")
        return gettext("are issued here")


@admin.register(CredentialType)
class CredentialTypeAdmin(_Kept):
    list_display = ("title", "code", "body", "requires", "may_teach", "may_train")
    list_select_related = ("body", "requires")
    search_fields = ("title", "code")
