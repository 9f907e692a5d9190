"""Training events, their days, and who was there."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.audit.trail import record
from instructors.admin.scope import Lines, OwnTraineesMixin, Records
from instructors.attendance import note_attendance
from instructors.models import DayAttendance, PracticumFamily, PracticumSession, TrainingDay, TrainingEvent
from instructors.practicum import note_session


class DayLines(OwnTraineesMixin, Lines):
    model = TrainingDay
    extra = 1
    verbose_name_plural = _("Days")
    fields = ("on", "starts", "ends", "is_practicum")


class AttendanceLines(OwnTraineesMixin, Lines):
    model = DayAttendance
    extra = 1
    verbose_name_plural = _("Who was there")
    fields = ("traineeship", "status", "minutes", "made_up_on")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        self.day = obj
        return super().get_formset(request, obj, **kwargs)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "traineeship" and self.day:
            field.queryset = field.queryset.filter(event=self.day.event_id).select_related("trainee")
        return field


@admin.register(TrainingEvent)
class TrainingEventAdmin(OwnTraineesMixin, Records):
    list_display = ("name", "programme", "state", "place", "capacity")
    search_fields = ("name", "place")
    list_select_related = ("programme",)
    actions = ["open_for_applications"]
    inlines = (DayLines,)

    fields = ("name", "programme", "lead_trainer", "co_trainers", "place", "link", "time_zone", "capacity", "state")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "programme":
            kwargs["queryset"] = db_field.remote_field.model.objects.published()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: TrainingEvent, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        what = "changed a training event" if change else "made a training event"
        record(what, by=request.user, about=obj, now=timezone.now(), detail={"fields": form.changed_data})

    @admin.action(description=_("Open for applications"), permissions=["change"])
    def open_for_applications(self, request: HttpRequest, rows: QuerySet[TrainingEvent]) -> None:
        rows.filter(state=TrainingEvent.State.DRAFT).update(state=TrainingEvent.State.OPEN)


@admin.register(TrainingDay)
class TrainingDayAdmin(OwnTraineesMixin, Records):
    """One day of an event, with its attendance."""

    list_display = ("on", "event", "starts", "ends", "is_practicum")
    list_select_related = ("event",)
    search_fields = ("event__name",)
    fields = ("event", "on", "starts", "ends", "is_practicum")
    inlines = (AttendanceLines,)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("event",) if obj else ()

    def save_formset(
        self, request: HttpRequest, form: Any, formset: BaseInlineFormSet[Any, Any, Any], change: bool
    ) -> None:
        """Attendance is written by its verb, which knows who may and begins the training."""
        formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []  # type: ignore[attr-defined]
        for line in formset.forms:
            if not line.has_changed():
                continue
            data = line.cleaned_data
            note_attendance(
                data["traineeship"],
                day=form.instance,
                status=data["status"],
                minutes=data["minutes"] if "minutes" in line.changed_data else None,
                made_up_on=data["made_up_on"],
                by=request.user,
                now=timezone.now(),
            )


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
