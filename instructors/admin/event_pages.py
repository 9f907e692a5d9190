"""The pages of a training event in the admin: making it, changing it, its days, its steps, the online part."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from instructors import events
from instructors.admin.event_forms import AccessForm, CallOffForm, DayForm, DetailsForm, MakeForm
from instructors.admin.pages import REFUSED, WRONG, one_form
from instructors.admin.scope import own_or_404, trainers_for
from instructors.event_days import MOST_DAYS, set_day, take_out_day
from instructors.event_view import STEPS, event_page, span
from instructors.models import CertifyingBody, Programme, Traineeship, TrainingEvent
from instructors.refusals import Refused
from instructors.traineeship import grant_access

BLANK_DAYS = 1
VERBS: dict[str, Callable[..., Any]] = {
    "open": events.open_event,
    "run": events.run_event,
    "finish": events.finish_event,
    "reopen": events.reopen_event,
    "cancel": events.cancel_event,
}
DONE = {
    "open": gettext_lazy("“%(name)s” is open for applications."),
    "run": gettext_lazy("“%(name)s” is running."),
    "finish": gettext_lazy("“%(name)s” is finished."),
    "reopen": gettext_lazy("“%(name)s” is open again."),
    "cancel": gettext_lazy("“%(name)s” is called off, and everyone concerned can read why."),
}


def event_url(event: TrainingEvent) -> str:
    return reverse("admin:instructors_trainingevent_change", args=[event.pk])


def make_page(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """A new event on one page: "2 to 5 March", and its days are there."""
    choices = _choices(request)
    form = MakeForm(request.POST or None, **choices, initial=_first_words(request, choices["programmes"]))
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        try:
            made = events.make_event(
                said["programme"],
                lead=said["lead_trainer"],
                days=form.days,
                zone=said["time_zone"],
                co_trainers=said.get("co_trainers", ()),
                by=request.user,
                now=timezone.now(),
                **{name: said[name] for name in ("name", "place", "link", "capacity", "about")},
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            words = {"name": made, "when": span(list(made.days.all()))}
            model_admin.message_user(request, _("“%(name)s” is made: %(when)s.") % words, messages.SUCCESS)
            return HttpResponseRedirect(event_url(made))
    back = reverse("admin:instructors_trainingevent_changelist")
    lead = _("It stays a draft until you open it.")
    return one_form(
        model_admin, request, form, back=back, title=_("A new training event"), lead=lead, verb=_("Make the event")
    )


def show_page(model_admin: Any, request: HttpRequest, event: TrainingEvent) -> HttpResponse:
    """The event: where it stands, what comes next, who is in it."""
    shown = TrainingEvent.objects.with_all().get(pk=event.pk)
    context = {
        **model_admin.admin_site.each_context(request),
        "page": event_page(shown, reader=request.user, now=timezone.now()),
        "title": str(shown),
        "opts": model_admin.opts,
        "original": shown,
        "may_change": model_admin.has_change_permission(request, event),
    }
    return TemplateResponse(request, "admin/instructors/trainingevent/event.html", context)


def details_page(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Its name, place and places, and who helps."""
    event = _own(model_admin, request, pk)
    names = ("name", "place", "link", "capacity", "about")
    first = {name: getattr(event, name) for name in names} | {"co_trainers": event.co_trainers.all()}
    trainers = trainers_for(request.user).exclude(pk=event.lead_trainer_id)
    form = DetailsForm(request.POST or None, trainers=trainers, initial=first)
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        # Those whom the reader may not name stay as they are.
        others = event.co_trainers.exclude(pk__in=trainers)
        said["co_trainers"] = [*said.get("co_trainers", ()), *others]
        try:
            events.change_event(event, by=request.user, now=timezone.now(), **said)
        except Refused as refusal:
            form.add_error("capacity" if "capacity" in form.changed_data else None, str(refusal))
        else:
            model_admin.message_user(request, _("“%(name)s” is changed.") % {"name": said["name"]}, messages.SUCCESS)
            return HttpResponseRedirect(event_url(event))
    words = {"title": _("Name, place and people"), "lead": str(event), "verb": _("Save")}
    return one_form(model_admin, request, form, back=event_url(event), **words)


def days_page(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """All days on one page, and an empty line for one more."""
    event = _own(model_admin, request, pk)
    days = list(event.days.all())
    first = [{name: getattr(day, name) for name in DayForm.base_fields} for day in days]
    lines: Any = forms.formset_factory(DayForm, extra=BLANK_DAYS, max_num=MOST_DAYS + BLANK_DAYS)
    formset = lines(request.POST or None, initial=first, prefix="days")
    refused = False
    if request.method == "POST" and formset.is_valid():
        try:
            changed = _keep_days(event, days, formset, by=request.user, now=timezone.now())
        except _LineRefused as refusal:
            refusal.line.add_error("on", str(refusal))
            refused = True
        else:
            words = ngettext("%d day is changed.", "%d days are changed.", changed) % changed
            model_admin.message_user(request, words, messages.SUCCESS)
            return HttpResponseRedirect(event_url(event))
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("The days"),
        "lead": str(event),
        "opts": model_admin.opts,
        "formset": formset,
        "back": event_url(event),
    }
    wrong = formset.is_bound and not formset.is_valid()
    status = REFUSED if refused else WRONG if wrong else None
    return TemplateResponse(request, "admin/instructors/trainingevent/days.html", context, status=status)


class _LineRefused(Refused):
    def __init__(self, line: Any, sentence: str) -> None:
        super().__init__(sentence)
        self.line = line


def _keep_days(event: TrainingEvent, days: list[Any], formset: Any, *, by: Any, now: datetime) -> int:
    """All lines or none. The first lines are the days that stand, in their order."""
    changed = 0
    with transaction.atomic():
        for place, line in enumerate(formset.forms):
            day = days[place] if place < len(days) else None
            said = line.cleaned_data
            if not line.has_changed() or (day is None and not said.get("on")):
                continue
            try:
                if day is not None and not said["on"]:
                    take_out_day(event, day, by=by, now=now)
                else:
                    set_day(event, day, **said, by=by, now=now)
            except Refused as refusal:
                raise _LineRefused(line, str(refusal)) from refusal
            changed += 1
    return changed


def step_page(name: str) -> Callable[..., HttpResponse]:
    """The page that says what follows, and asks once more."""

    def shown(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
        event = _own(model_admin, request, pk)
        step = STEPS[name]
        form = CallOffForm(request.POST or None) if name == "cancel" else forms.Form(request.POST or None)
        form.is_bound = request.method == "POST"
        if request.method == "POST" and form.is_valid():
            try:
                VERBS[name](event, by=request.user, now=timezone.now(), **form.cleaned_data)
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                model_admin.message_user(request, str(DONE[name]) % {"name": event}, messages.SUCCESS)
                return HttpResponseRedirect(event_url(event))
        words = {"title": f"{step.verb}: {event}", "lead": step.follows, "verb": step.verb}
        return one_form(model_admin, request, form, back=event_url(event), **words)

    shown.__name__ = f"{name}_page"
    return shown


def access_page(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Open the online part of a hybrid, for some or all who wait for it."""
    event = _own(model_admin, request, pk)
    today = events.today_at(event, timezone.now())
    form = AccessForm(request.POST or None, event=event, initial={"on": today, "candidates": _waiting(event)})
    if request.method == "POST" and form.is_valid():
        chosen = list(form.cleaned_data["candidates"])
        try:
            with transaction.atomic():
                for row in chosen:
                    grant_access(row, on=form.cleaned_data["on"], by=request.user, now=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            said = ngettext(
                "The online part is open for %d candidate.", "The online part is open for %d candidates.", len(chosen)
            )
            model_admin.message_user(request, said % len(chosen), messages.SUCCESS)
            return HttpResponseRedirect(event_url(event))
    words = {"title": _("Open the online part"), "lead": str(event), "verb": _("Open it for them")}
    return one_form(model_admin, request, form, back=event_url(event), **words)


def _waiting(event: TrainingEvent) -> list[int]:
    return [row.pk for row in Traineeship.objects.without_access(event)]


def _own(model_admin: Any, request: HttpRequest, pk: int) -> TrainingEvent:
    event: TrainingEvent = own_or_404(TrainingEvent, request, pk)
    if not model_admin.has_change_permission(request, event):
        raise PermissionDenied
    return event


def _choices(request: HttpRequest) -> dict[str, Any]:
    """What the reader may choose among: programmes and trainers of the bodies that they act for."""
    trainers = trainers_for(request.user)
    bodies = CertifyingBody.objects.acted_for(request.user, on=timezone.now().date())
    programmes = Programme.objects.published().filter(credential_type__body__in=bodies)
    kept = CertifyingBody.objects.with_registrar(request.user).exists() or request.user.is_superuser
    leads = trainers if kept else trainers.filter(pk=request.user.pk or 0)
    return {"programmes": programmes.select_related("credential_type"), "trainers": trainers, "leads": leads}


def _first_words(request: HttpRequest, programmes: QuerySet[Programme]) -> dict[str, Any]:
    reader: Any = request.user
    only = programmes[:2]
    programme = only[0].pk if len(only) == 1 else None
    return {"time_zone": reader.time_zone or "UTC", "lead_trainer": reader.pk, "programme": programme}
