"""Training events, their days, and who was there."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.accounts.models import User
from config.audit.trail import record
from instructors.admin.scope import Lines, OwnTraineesMixin, Records, own_or_404
from instructors.admin.waiting import candidate_url
from instructors.attendance import note_attendance
from instructors.forms import TakeOnForm
from instructors.models import DayAttendance, PracticumFamily, PracticumSession, Traineeship, TrainingDay, TrainingEvent
from instructors.practicum import note_session
from instructors.refusals import Refused
from instructors.traineeship import accept, apply


class DayLines(OwnTraineesMixin, Lines):
    model = TrainingDay
    extra = 1
    verbose_name_plural = _("Days")
    fields = ("on", "starts", "ends", "is_practicum", "who")
    readonly_fields = ("who",)

    @admin.display(description=_("Who was there"))
    def who(self, row: TrainingDay) -> str:
        if row.pk is None:
            return "–"
        url = reverse("admin:instructors_trainingday_change", args=[row.pk])
        return format_html('<a href="{}" aria-label="{}: {}">{}</a>', url, row, _("Who was there"), _("See and note"))


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
    change_form_template = "admin/instructors/trainingevent/change_form.html"

    fields = ("name", "programme", "lead_trainer", "co_trainers", "place", "link", "time_zone", "capacity", "state")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "programme":
            kwargs["queryset"] = db_field.remote_field.model.objects.published()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        take_on = self.admin_site.admin_view(self.take_on_page)
        return [path("<int:pk>/take-on/", take_on, name="instructors_trainingevent_take_on"), *super().get_urls()]

    def take_on_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take somebody on by their address, with the reader as trainer of record."""
        event: TrainingEvent = own_or_404(TrainingEvent, request, pk)
        if not self.has_change_permission(request, event):
            raise PermissionDenied
        form = TakeOnForm(request.POST or None)
        if request.method == "POST" and form.is_valid() and (taken := self._taken_on(request, event, form)):
            self.message_user(request, _("%(name)s is taken on.") % {"name": taken}, messages.SUCCESS)
            return HttpResponseRedirect(candidate_url(taken))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Take somebody on"),
            "lead": str(event),
            "verb": _("Take on"),
            "form": form,
            "opts": self.opts,
            "back": reverse("admin:instructors_trainingevent_change", args=[event.pk]),
        }
        return TemplateResponse(request, "admin/one_form.html", context)

    def _taken_on(self, request: HttpRequest, event: TrainingEvent, form: TakeOnForm) -> Traineeship | None:
        person = User.objects.filter(email__iexact=form.cleaned_data["email"], is_active=True).first()
        if person is None:
            form.add_error("email", gettext("Nobody signs in with this address yet."))
            return None
        said: dict[str, Any] = {"by": request.user, "now": timezone.now()}
        try:
            with transaction.atomic():
                applied = apply(event.programme, trainee=person, event=event, **said)
                return accept(applied, trainer=request.user, **said)
        except Refused as refusal:
            form.add_error("email", str(refusal))
            return None

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
        formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
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
