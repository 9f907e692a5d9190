"""The pages of a programme in the admin: what it asks, in sentences; drafting, publishing, a new version."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from instructors import publishing
from instructors.admin.pages import one_form
from instructors.admin.programme_forms import KINDS, ProgrammeForm, RequirementForm, rule_words
from instructors.admin.scope import acts
from instructors.models import CredentialType, Programme, Requirement
from instructors.programme_words import measures_in_words, rule_in_words
from instructors.refusals import Refused

STEPS: dict[str, tuple[Callable[..., Programme], Any, Any, Any]] = {
    "publish": (
        publishing.publish,
        gettext_lazy("Publish"),
        gettext_lazy(
            "Training events can be made on this version from now on. Once somebody trains on it, it stays as it is "
            "for good. An older version takes nobody new; whoever trains on it stays on it."
        ),
        gettext_lazy("%(name)s is published."),
    ),
    "retire": (
        publishing.retire,
        gettext_lazy("Retire"),
        gettext_lazy("No new event can be made on this version. Whoever trains on it stays on it to the end."),
        gettext_lazy("%(name)s is retired."),
    ),
    "new_version": (
        publishing.begin_version,
        gettext_lazy("Make a new version to change"),
        gettext_lazy("A draft with the same requirements, for you to change. This version stays as it is meanwhile."),
        gettext_lazy("%(name)s is a draft now."),
    ),
}


def programme_url(programme: Programme) -> str:
    return reverse("admin:instructors_programme_change", args=[programme.pk])


def show_page(model_admin: Any, request: HttpRequest, programme: Programme) -> HttpResponse:
    """What it asks, in sentences, and what can be done with it."""
    may_draft = _may_draft(request, programme)
    is_draft = programme.status == Programme.Status.DRAFT
    context = {
        **model_admin.admin_site.each_context(request),
        "title": str(programme),
        "opts": model_admin.opts,
        "programme": programme,
        "deadline": rule_in_words(programme.deadline_rule),
        "first": _lines(programme, Requirement.Stage.INITIAL),
        "renewal": _lines(programme, Requirement.Stage.RENEWAL),
        "gaps": publishing.gaps(programme) if is_draft else [],
        "may_edit": may_draft and is_draft,
        "steps": _steps(request, programme, may_draft=may_draft),
    }
    return TemplateResponse(request, "admin/instructors/programme/programme.html", context)


def draft_page(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """A new programme, as a draft."""
    form = ProgrammeForm(request.POST or None, credential_types=_own_types(request))
    if request.method == "POST" and form.is_valid():
        said: dict[str, Any] = {"by": request.user, "now": timezone.now(), **form.facts}
        try:
            made = publishing.draft_programme(form.cleaned_data["credential_type"], **said)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            done = _("%(name)s is a draft now. Add what it asks for.") % {"name": made}
            model_admin.message_user(request, done, messages.SUCCESS)
            return HttpResponseRedirect(programme_url(made))
    back = reverse("admin:instructors_programme_changelist")
    words = {"title": _("A new programme"), "lead": _("What it asks for comes next."), "verb": _("Make the draft")}
    return one_form(model_admin, request, form, back=back, **words)


def facts_page(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Title, deadline and renewal of a draft."""
    programme = _own(model_admin, request, pk)
    first = {name: getattr(programme, name) for name in ProgrammeForm.FACTS} | rule_words(programme.deadline_rule)
    form = ProgrammeForm(request.POST or None, credential_types=None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            publishing.change_programme(programme, by=request.user, now=timezone.now(), **form.facts)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _saved(model_admin, request, programme)
    words = {"title": _("Title, deadline and renewal"), "lead": str(programme), "verb": _("Save")}
    return one_form(model_admin, request, form, back=programme_url(programme), **words)


def ask_page(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for one thing more: first which kind, then the fields of that kind."""
    programme = _own(model_admin, request, pk)
    kind = request.GET.get("kind", "")
    if not kind:
        context = {
            **model_admin.admin_site.each_context(request),
            "title": _("What is asked for?"),
            "lead": str(programme),
            "opts": model_admin.opts,
            "kinds": [(value, label, KINDS[value]) for value, label in Requirement.Kind.choices],
            "back": programme_url(programme),
        }
        return TemplateResponse(request, "admin/instructors/programme/kinds.html", context)
    if kind not in KINDS:
        raise Http404
    return _requirement(model_admin, request, programme, None, kind)


def requirement_page(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """One thing that a draft asks for."""
    programme, asked = _asked(model_admin, request, pk)
    return _requirement(model_admin, request, programme, asked, asked.kind)


def take_out_page(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Stop asking for it, after one more question."""
    programme, asked = _asked(model_admin, request, pk)
    words = {
        "title": _("Take out “%(title)s”") % {"title": asked},
        "lead": _("This draft no longer asks for it. Other versions keep it."),
        "verb": _("Take it out"),
    }
    return _asked_once_more(
        model_admin, request, programme, lambda **said: publishing.take_out_requirement(asked, **said), words
    )


def move_up_page(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """One place further up in the list."""
    programme, asked = _asked(model_admin, request, pk)
    words = {
        "title": _("Move “%(title)s” up") % {"title": asked},
        "lead": _("The order is the one that candidates read, and in which steps count on from each other."),
        "verb": _("Move it up"),
    }
    return _asked_once_more(model_admin, request, programme, lambda **said: publishing.move_up(asked, **said), words)


def step_page(name: str) -> Callable[..., HttpResponse]:
    """The page that says what follows, and asks once more."""

    def shown(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
        programme = _seen(model_admin, request, pk)
        verb, label, follows, done = STEPS[name]
        if name not in [step["name"] for step in _steps(request, programme, may_draft=_may_draft(request, programme))]:
            raise PermissionDenied
        form = forms.Form(request.POST or None)
        form.is_bound = request.method == "POST"
        if request.method == "POST" and form.is_valid():
            try:
                made = verb(programme, by=request.user, now=timezone.now())
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                model_admin.message_user(request, str(done) % {"name": made}, messages.SUCCESS)
                return HttpResponseRedirect(programme_url(made))
        words = {"title": f"{label}: {programme}", "lead": follows, "verb": label}
        return one_form(model_admin, request, form, back=programme_url(programme), **words)

    shown.__name__ = f"{name}_page"
    return shown


def _requirement(
    model_admin: Any, request: HttpRequest, programme: Programme, asked: Requirement | None, kind: str
) -> HttpResponse:
    first: dict[str, Any] = {}
    if asked:
        own = {name: getattr(asked, name) for name in ("title", "help", "stage", "assessor")}
        first = own | asked.params | rule_words(asked.deadline_rule)
    form = RequirementForm(request.POST or None, kind=kind, initial=first)
    if request.method == "POST" and form.is_valid():
        said: dict[str, Any] = {"by": request.user, "now": timezone.now(), **form.facts}
        try:
            publishing.put_requirement(programme, asked, kind=kind, **said)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _saved(model_admin, request, programme)
    title = str(asked) if asked else str(Requirement.Kind(kind).label)
    words = {"title": title, "lead": KINDS[kind], "verb": _("Save")}
    return one_form(model_admin, request, form, back=programme_url(programme), **words)


def _asked_once_more(
    model_admin: Any, request: HttpRequest, programme: Programme, deed: Callable[..., None], words: dict[str, Any]
) -> HttpResponse:
    form = forms.Form(request.POST or None)
    form.is_bound = request.method == "POST"
    if request.method == "POST" and form.is_valid():
        try:
            deed(by=request.user, now=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _saved(model_admin, request, programme)
    return one_form(model_admin, request, form, back=programme_url(programme), **words)


def _saved(model_admin: Any, request: HttpRequest, programme: Programme) -> HttpResponseRedirect:
    model_admin.message_user(request, _("%(name)s is changed.") % {"name": programme}, messages.SUCCESS)
    return HttpResponseRedirect(programme_url(programme))


def _lines(programme: Programme, stage: str) -> list[dict[str, Any]]:
    return [
        {
            "row": row,
            "measures": measures_in_words(row),
            "rule": rule_in_words(row.deadline_rule),
            "is_first": number == 0,
        }
        for number, row in enumerate(programme.requirements.all())
        if row.stage == stage
    ]


def _steps(request: HttpRequest, programme: Programme, *, may_draft: bool) -> list[dict[str, Any]]:
    """The buttons of this reader."""
    offered: list[str] = []
    reader: Any = request.user
    if reader.is_superuser and Programme.Status.PUBLISHED in Programme.MOVES[programme.status]:
        offered.append("publish")
    if may_draft and programme.status != Programme.Status.DRAFT:
        offered.append("new_version")
    if reader.is_superuser and programme.status == Programme.Status.PUBLISHED:
        offered.append("retire")
    return [{"name": name, "verb": STEPS[name][1], "follows": STEPS[name][2]} for name in offered]


def _may_draft(request: HttpRequest, programme: Programme) -> bool:
    return publishing.may_draft(request.user, programme.credential_type) and acts(request, programme)


def _seen(model_admin: Any, request: HttpRequest, pk: int) -> Programme:
    """The programme, for whoever reads programmes; others are not told whether there is one."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    return get_object_or_404(Programme.objects.select_related("credential_type__body"), pk=pk)


def _own(model_admin: Any, request: HttpRequest, pk: int) -> Programme:
    programme = _seen(model_admin, request, pk)
    if not _may_draft(request, programme):
        raise PermissionDenied
    return programme


def _asked(model_admin: Any, request: HttpRequest, pk: int) -> tuple[Programme, Requirement]:
    """The draft and the one thing that it asks for."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    asked = get_object_or_404(Requirement, pk=pk)
    return _own(model_admin, request, asked.programme_id), asked


def _own_types(request: HttpRequest) -> Any:
    reader: Any = request.user
    return CredentialType.objects.kept_by(reader).select_related("body")
