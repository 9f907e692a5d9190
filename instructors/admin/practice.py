"""Practice families and their sessions, as rows. Those that follow a register are read; the others go through verbs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from instructors import practicum
from instructors.admin.scope import Cards, OwnTraineesMixin, Records
from instructors.aliases import why_no_alias
from instructors.models import PracticumFamily, PracticumSession


class FamilyOnBehalfForm(forms.ModelForm[PracticumFamily]):
    """What may be a name is refused beside its field."""

    def clean_alias(self) -> str:
        alias = " ".join(self.cleaned_data["alias"].split())
        if sentence := why_no_alias(alias):
            raise forms.ValidationError(sentence)
        return alias


SESSION = ("no", "held_on", "minutes", "is_cancelled", "feedback", "self_evaluation")


class SessionLines(OwnTraineesMixin, Cards):
    model = PracticumSession
    verbose_name_plural = gettext_lazy("Sessions")
    fields = (("no", "held_on"), ("minutes", "is_cancelled"), "feedback", "self_evaluation")

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return int(obj is not None and _is_open(obj))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and _is_open(obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and _is_open(obj)


def _is_open(family: Any) -> bool:
    """Whether somebody writes this family's sessions by hand, now."""
    if not isinstance(family, PracticumFamily) or family.pk is None:
        return True
    return not family.is_counted and family.traineeship.state in practicum.GOING_ON


@admin.register(PracticumFamily)
class PracticumFamilyAdmin(OwnTraineesMixin, Records):
    """A practice family: an alias, never a name. A trainer may write one down for a candidate."""

    form = FamilyOnBehalfForm
    none_yet = gettext_lazy(
        "No practice family yet. Candidates write theirs down; those of a practice series here come by themselves."
    )
    list_display = ("alias", "candidate", "age_band", "source", "left_on")
    empty_value_display = ""
    list_select_related = ("traineeship__trainee",)
    search_fields = ("alias", "traineeship__trainee__name")
    fields = ("traineeship", "alias", "age_band", "consented_on")
    inlines = (SessionLines,)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return super().formfield_for_foreignkey(db_field, request, **{"label": gettext_lazy("Candidate"), **kwargs})

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        left = ("left_on",) if obj and obj.left_on else ()
        return ("candidate", *self.fields[1:], *left, "source") if obj else self.fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A family stays as it was written down; what happens to it has its own buttons and forms."""
        return ("candidate", *self.fields[1:], "left_on", "source") if obj else ()

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        return [SessionLines] if obj else []

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
        for line in formset.forms:
            if line.has_changed():
                data = {name: line.cleaned_data[name] for name in SESSION}
                practicum.note_session(form.instance, **data, by=request.user, now=timezone.now())

    def save_model(self, request: HttpRequest, obj: PracticumFamily, form: Any, change: bool) -> None:
        if change:
            return
        said = {name: form.cleaned_data[name] for name in ("alias", "age_band", "consented_on")}
        obj.pk = practicum.note_family(obj.traineeship, **said, by=request.user, now=timezone.now()).pk

    @admin.display(description=gettext_lazy("Candidate"), ordering="traineeship__trainee__name")
    def candidate(self, row: PracticumFamily) -> str:
        return str(row.traineeship)

    @admin.display(description=gettext_lazy("From"))
    def source(self, row: PracticumFamily) -> str:
        return _("the register") if row.is_counted else _("written down by hand")
