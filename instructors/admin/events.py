"""Practice families and their sessions."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.audit.trail import record
from instructors.admin.scope import Lines, OwnTraineesMixin, Records
from instructors.models import PracticumFamily, PracticumSession
from instructors.practicum import note_session


class SessionLines(OwnTraineesMixin, Lines):
    model = PracticumSession
    extra = 1
    verbose_name_plural = _("Sessions")
    fields = ("no", "held_on", "minutes", "is_cancelled", "feedback", "self_evaluation")


@admin.register(PracticumFamily)
class PracticumFamilyAdmin(OwnTraineesMixin, Records):
    """A practice family: an alias, never a name."""

    list_display = ("alias", "traineeship", "age_band", "left_on")
    list_select_related = ("traineeship__trainee",)
    search_fields = ("alias", "traineeship__trainee__name")
    fields = ("traineeship", "alias", "age_band", "consented_on", "left_on")
    inlines = (SessionLines,)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("traineeship",) if obj else ()

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
        for line in formset.forms:
            if line.has_changed():
                data = {name: line.cleaned_data[name] for name in SessionLines.fields}
                note_session(form.instance, **data, by=request.user, now=timezone.now())

    def save_model(self, request: HttpRequest, obj: PracticumFamily, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        record("noted a practice family", by=request.user, about=obj, now=timezone.now())
