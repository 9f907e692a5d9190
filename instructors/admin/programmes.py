"""Bodies, credential types and programmes. A published one with candidates is frozen: a change is a new version."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.audit.trail import record
from instructors.admin.scope import Lines, Records
from instructors.deadlines import validate_rule
from instructors.models import CertifyingBody, CredentialType, Programme, Requirement
from instructors.requirements import is_frozen, new_version, validate_params


class RequirementForm(forms.ModelForm[Requirement]):
    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self._check("params", validate_params, data.get("kind", ""), data.get("params") or {})
        self._check("deadline_rule", validate_rule, data.get("deadline_rule") or {})
        return data

    def _check(self, field: str, check: Callable[..., None], *said: Any) -> None:
        try:
            check(*said)
        except ValidationError as mistake:
            self.add_error(field, mistake)


class ProgrammeForm(forms.ModelForm[Programme]):
    def clean_deadline_rule(self) -> Any:
        rule = self.cleaned_data["deadline_rule"] or {}
        validate_rule(rule)
        return rule


class RequirementLines(Lines):
    model = Requirement
    form = RequirementForm
    extra = 1
    verbose_name_plural = _("Requirements")
    fields = ("order", "key", "title", "kind", "params", "deadline_rule", "assessor", "help")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not (obj and is_frozen(obj))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and not (obj and is_frozen(obj))


@admin.register(Programme)
class ProgrammeAdmin(Records):
    form = ProgrammeForm
    list_display = ("title", "version", "status", "credential_type", "mode")
    list_filter = ("status",)
    list_select_related = ("credential_type__body",)
    search_fields = ("title", "code")
    actions = ["make_new_version", "publish"]
    inlines = (RequirementLines,)
    readonly_fields = ("status", "version")
    fields = (
        *("title", "credential_type", "code", "version", "status", "mode", "deadline_rule", "validity_months"),
        *("renewal_window_days", "grace_days", "ce_hours", "second_signature", "note"),
    )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not (obj and is_frozen(obj))

    def save_model(self, request: HttpRequest, obj: Programme, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        record("changed a programme" if change else "made a programme", by=request.user, about=obj, now=timezone.now())

    @admin.action(description=_("Make a new version to change"), permissions=["add"])
    def make_new_version(self, request: HttpRequest, rows: QuerySet[Programme]) -> None:
        for programme in rows[:10]:
            with transaction.atomic():
                copy = new_version(programme)
                record("made a new version", by=request.user, about=copy, now=timezone.now())
            self.message_user(request, _("%(name)s is a draft now.") % {"name": copy}, messages.SUCCESS)

    @admin.action(description=_("Publish"), permissions=["publish"])
    def publish(self, request: HttpRequest, rows: QuerySet[Programme]) -> None:
        for programme in rows.filter(status=Programme.Status.DRAFT)[:10]:
            with transaction.atomic():
                programme.status = Programme.Status.PUBLISHED
                programme.save(update_fields=["status"])
                record("published a programme", by=request.user, about=programme, now=timezone.now())
            self.message_user(request, _("%(name)s is published.") % {"name": programme}, messages.SUCCESS)

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)


@admin.register(CertifyingBody)
class CertifyingBodyAdmin(Records):
    list_display = ("name", "abbreviation", "signs_here", "website")
    search_fields = ("name", "abbreviation")
    filter_horizontal = ("registrars",)
    prepopulated_fields = {"slug": ("name",)}


@admin.register(CredentialType)
class CredentialTypeAdmin(Records):
    list_display = ("title", "code", "body", "may_teach", "may_train")
    list_select_related = ("body",)
    search_fields = ("title", "code")
