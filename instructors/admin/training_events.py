"""Training events: the list, and the page of one with all that can be done there."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.accounts.models import User
from instructors.admin.event_pages import (
    access_page,
    days_page,
    details_page,
    event_url,
    make_page,
    show_page,
    step_page,
)
from instructors.admin.grid_page import attendance_page
from instructors.admin.pages import one_form, page
from instructors.admin.scope import OwnTraineesMixin, Records, own_or_404
from instructors.admin.waiting import candidate_url
from instructors.event_view import STEPS, span
from instructors.forms import TakeOnForm
from instructors.models import Traineeship, TrainingEvent
from instructors.refusals import Refused
from instructors.traineeship import accept, apply


@admin.register(TrainingEvent)
class TrainingEventAdmin(OwnTraineesMixin, Records):
    list_display = ("name", "when", "how_many", "state_")
    search_fields = ("name", "place")
    search_help_text = _("Name or place")
    list_filter = ("state",)
    none_yet = _("No training event yet. Say when and where; its days appear by themselves, and then people can apply.")
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[TrainingEvent]:
        return super().get_queryset(request).with_all().with_numbers()  # type: ignore[attr-defined, no-any-return]  # our rows

    def get_urls(self) -> list[URLPattern]:
        return [
            page(self, "<int:pk>/details/", details_page, "details"),
            page(self, "<int:pk>/days/", days_page, "days"),
            page(self, "<int:pk>/attendance/", attendance_page, "attendance"),
            page(self, "<int:pk>/access/", access_page, "access"),
            page(self, "<int:pk>/take-on/", take_on_page, "take_on"),
            *(page(self, f"<int:pk>/{name}/", step_page(name), name) for name in STEPS),
            *super().get_urls(),
        ]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        return make_page(self, request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        event: TrainingEvent = own_or_404(TrainingEvent, request, _number(object_id))
        if not self.has_view_permission(request, event):
            raise PermissionDenied
        return show_page(self, request, event)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return super().changelist_view(request, {"title": gettext("Training events"), **(extra_context or {})})

    @admin.display(description=_("When"))
    def when(self, row: TrainingEvent) -> str:
        return span(list(row.days.all()))

    @admin.display(description=_("Candidates"))
    def how_many(self, row: Any) -> str:
        return gettext("%(n)d of %(places)d") % {"n": row.numbers, "places": row.capacity}

    @admin.display(description=_("State"), ordering="state")
    def state_(self, row: TrainingEvent) -> str:
        return format_html('<span class="state state-{}">{}</span>', row.state, row.get_state_display())


def _number(object_id: str) -> int:
    return int(object_id) if object_id.isdecimal() and len(object_id) < 18 else 0


def take_on_page(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Take somebody on by their address, with the reader as trainer of record."""
    event: TrainingEvent = own_or_404(TrainingEvent, request, pk)
    if not model_admin.has_change_permission(request, event):
        raise PermissionDenied
    form = TakeOnForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (taken := _taken_on(request, event, form)):
        model_admin.message_user(request, gettext("%(name)s is taken on.") % {"name": taken}, messages.SUCCESS)
        return HttpResponseRedirect(candidate_url(taken))
    words = {"title": gettext("Take somebody on"), "lead": str(event), "verb": gettext("Take on")}
    return one_form(model_admin, request, form, back=event_url(event), **words)


def _taken_on(request: HttpRequest, event: TrainingEvent, form: TakeOnForm) -> Traineeship | None:
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
