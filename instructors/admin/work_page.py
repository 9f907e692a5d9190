"""One piece of a candidate's work on a page of its own: what was handed in, what was said of it, and the judgement."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from instructors import assessing, handing_in
from instructors.admin.judging_forms import HandInForm, JudgementForm
from instructors.admin.scope import own_or_404
from instructors.admin.waiting import candidate_url
from instructors.models import Assessment, Requirement, Submission, Traineeship
from instructors.progress import Need, progress_of, standing_assessments
from instructors.refusals import ChangedSinceRead, Refused

_TEMPLATE = "admin/instructors/traineeship/work.html"


@dataclass(frozen=True)
class Judgement:
    """One assessment as it is read: who, when, what; `replaced` where a newer one corrects it."""

    row: Assessment
    replaced: bool

    @property
    def corrects(self) -> bool:
        return self.row.supersedes_id is not None


@dataclass(frozen=True)
class Attempt:
    """What was handed in once, and what was said of it; without a submission, what was judged in the room."""

    submission: Submission | None
    judgements: list[Judgement]
    waits: bool

    @property
    def is_on_behalf(self) -> bool:
        handed_in = self.submission
        return handed_in is not None and handed_in.submitted_by_id != handed_in.traineeship.trainee_id


def work_page(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    row = readable(model_admin, request, pk)
    need = _asked_for(row, request.GET.get("step", ""))
    requirement = need.requirement
    why_not = _why_not(model_admin, request, row, requirement)
    form = _form(request.POST or None, row, need)
    status, changed = HTTPStatus.OK, ""
    if request.method == "POST":
        if why_not:
            raise PermissionDenied
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                judged = _judge(request, row, requirement, form)
            except Refused as refusal:
                status, changed = HTTPStatus.CONFLICT, str(refusal)
                row = _whole(row.pk)
                need = _asked_for(row, requirement.key)
                form = _typed_again(request, row, need) if isinstance(refusal, ChangedSinceRead) else form
            else:
                return _done(model_admin, request, judged)
    context = {
        **model_admin.admin_site.each_context(request),
        **_words(row, need),
        "opts": model_admin.opts,
        "candidate": row,
        "need": need,
        "attempts": attempts_of(row, requirement),
        "form": form,
        "changed": changed,
        "why_not": why_not,
        "hand_in_url": _hand_in_url(row, requirement) if not why_not and _takes_work(row, need) else "",
        "back": candidate_url(row),
    }
    return TemplateResponse(request, _TEMPLATE, context, status=status)


def hand_in_page(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Work on behalf of the candidate, marked so for good."""
    row = readable(model_admin, request, pk)
    need = _asked_for(row, request.GET.get("step", ""))
    if _why_not(model_admin, request, row, need.requirement):
        raise PermissionDenied
    form = HandInForm(request.POST or None, request.FILES or None)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                handing_in.hand_in(row, need.requirement, by=request.user, now=timezone.now(), **form.cleaned_data)
            except Refused as refusal:
                status = HTTPStatus.CONFLICT
                form.add_error(None, str(refusal))
            else:
                said = _("Handed in for %(name)s, and marked as handed in by you.") % {"name": row}
                model_admin.message_user(request, said, messages.SUCCESS)
                return HttpResponseRedirect(work_url(row, need.requirement))
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Hand in for %(name)s") % {"name": row},
        "lead": need.title,
        "verb": _("Hand in"),
        "form": form,
        "back": work_url(row, need.requirement),
        "opts": model_admin.opts,
    }
    return TemplateResponse(request, "admin/one_form.html", context, status=status)


def work_url(row: Traineeship, requirement: Requirement) -> str:
    return f"{reverse('admin:instructors_traineeship_work', args=[row.pk])}?step={requirement.key}"


def attempts_of(row: Traineeship, requirement: Requirement) -> list[Attempt]:
    """The newest first."""
    judged = [one for one in row.assessments.all() if one.requirement_id == requirement.pk]
    replaced = {one.supersedes_id for one in judged}
    said: dict[int | None, list[Judgement]] = {}
    for one in sorted(judged, key=lambda found: -found.pk):
        said.setdefault(one.submission_id, []).append(Judgement(one, one.pk in replaced))
    handed_in = [one for one in row.submissions.all() if one.requirement_id == requirement.pk]
    found = [
        Attempt(one, said.pop(one.pk, []), one.withdrawn_at is None and one.pk not in said)
        for one in sorted(handed_in, key=lambda one: -one.no)
    ]
    found = [Attempt(one.submission, one.judgements, one.waits and not one.judgements) for one in found]
    loose = said.get(None, [])
    return [Attempt(None, loose, waits=False), *found] if loose else found


def readable(model_admin: Any, request: HttpRequest, pk: int) -> Traineeship:
    """The candidate with their work, if the reader may see them; 404 otherwise."""
    row = own_or_404(Traineeship, request, pk)
    if not model_admin.has_view_permission(request, row):
        raise PermissionDenied
    return _whole(row.pk)


def _whole(pk: int) -> Traineeship:
    return Traineeship.objects.with_work().prefetch_related("deputies__trainer").get(pk=pk)


def _asked_for(row: Traineeship, key: str) -> Need:
    """The step that the address names; without one, the first that waits to be read."""
    needs = [need for need in progress_of(row).needs if need.requirement.kind not in assessing.COUNTED]
    named = [need for need in needs if need.key == key] if key else sorted(needs, key=lambda need: need.state != "wait")
    if not named:
        raise Http404
    return named[0]


def _why_not(model_admin: Any, request: HttpRequest, row: Traineeship, requirement: Requirement) -> str:
    """Why the reader only reads this work; empty where they judge it."""
    if sentence := assessing.obstacle(row, requirement, by=request.user, now=timezone.now()):
        return sentence
    return "" if model_admin.has_change_permission(request, row) else _("You read here and change nothing.")


def _form(data: Any, row: Traineeship, need: Need) -> JudgementForm:
    standing = standing_assessments(row, need.requirement)
    return JudgementForm(
        data,
        requirement=need.requirement,
        newest=standing[-1] if standing else None,
        waits=need.state == "wait",
        seen=assessing.sight(row, need.requirement),
    )


def _typed_again(request: HttpRequest, row: Traineeship, need: Need) -> JudgementForm:
    """What was typed, on the page as it is now."""
    data = request.POST.copy()
    data["seen"] = assessing.sight(row, need.requirement)
    return _form(data, row, need)


def _judge(request: HttpRequest, row: Traineeship, requirement: Requirement, form: JudgementForm) -> Assessment:
    data = form.cleaned_data
    said: dict[str, Any] = {"outcome": data["outcome"], "score": data.get("score"), "seen": data["seen"]}
    said |= {"by": request.user, "now": timezone.now()}
    standing = standing_assessments(row, requirement)
    if form.is_correction and standing:
        return assessing.correct(standing[-1], reason=data["comment"], **said)
    return assessing.assess(row, requirement, comment=data["comment"], **said)


def _done(model_admin: Any, request: HttpRequest, judged: Assessment) -> HttpResponseRedirect:
    words = {"name": judged.traineeship, "work": judged.requirement, "outcome": judged.get_outcome_display()}
    model_admin.message_user(request, _("%(name)s, %(work)s: %(outcome)s. Written.") % words, messages.SUCCESS)
    return HttpResponseRedirect(candidate_url(judged.traineeship))


def _takes_work(row: Traineeship, need: Need) -> bool:
    goes_on = row.state in (Traineeship.State.ACCEPTED, Traineeship.State.ACTIVE)
    return goes_on and need.state == "open" and need.requirement.kind in handing_in.HANDED_IN


def _hand_in_url(row: Traineeship, requirement: Requirement) -> str:
    return f"{reverse('admin:instructors_traineeship_hand_in', args=[row.pk])}?step={requirement.key}"


def _words(row: Traineeship, need: Need) -> dict[str, str]:
    return {"title": need.title, "lead": _("%(name)s: %(rest)s.") % {"name": row, "rest": need.rest}}
