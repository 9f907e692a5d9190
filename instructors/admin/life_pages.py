"""One decision a page: suspending and reinstating, asking for a step, an answer, hours, a renewal, a new end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from instructors import certificate_asks, learning, life, renewing
from instructors.access import is_auditor, is_registrar
from instructors.admin.pages import REFUSED, one_form
from instructors.admin.scope import own_or_404
from instructors.effects import effects_of
from instructors.life_forms import TICKED, AnswerForm, AskForm, EndForm, SuspendForm
from instructors.models import CERecord, Certificate, CertificateAsk, RenewalApplication
from instructors.refusals import Refused
from instructors.renewal_rules import needs_of_application, next_end, rules_for

TEMPLATE = "admin/instructors/life.html"
Kind = CertificateAsk.Kind


def suspend_page(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Suspend an active certificate, or reinstate a suspended one."""
    row: Certificate = own_or_404(Certificate, request, pk)
    if not _may_decide(model_admin, request, row):
        raise PermissionDenied
    suspended = row.state == Certificate.State.SUSPENDED
    form = SuspendForm(request.POST or None)
    if suspended:
        del form.fields["public_note"]
    deed = life.reinstate if suspended else life.suspend
    said = _("Done. The public page says so already, and the holder gets a letter.")
    if answer := _done(
        model_admin, request, form, row, said=said, deed=lambda words: deed(row, by=request.user, **words)
    ):
        return answer
    title = _("Reinstate %(number)s") if suspended else _("Suspend %(number)s")
    lead = _("%(name)s may teach again at once.") if suspended else _("%(name)s may not teach from now on.")
    return _page(
        model_admin,
        request,
        form,
        row,
        title=title % {"number": row.number},
        lead=lead % {"name": row.name_as_issued},
        verb=_("Reinstate") if suspended else _("Suspend"),
        effects=None if suspended else effects_of(row, now=timezone.now()),
        facts=_facts(row),
    )


def ask_page(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """A trainer asks the registrar for a step; a registrar asks another for a revocation."""
    row: Certificate = own_or_404(Certificate, request, pk)
    kinds = kinds_to_ask(request.user, row) if model_admin.has_view_permission(request, row) else []
    if not kinds:
        raise PermissionDenied
    form = AskForm(request.POST or None, kinds=kinds)

    def deed(words: dict[str, Any]) -> Any:
        kind, reason = words.pop("kind"), words.pop("reason_code")
        return certificate_asks.ask_for(row, kind, reason=reason, by=request.user, **words)

    said = _("Asked. It waits for an answer on the registrars’ first page.")
    if answer := _done(model_admin, request, form, row, said=said, deed=deed):
        return answer
    only_revoke = kinds == [Kind.REVOKE]
    lead = _("Revoking is final and takes two people: you ask, and another registrar or the site’s owner confirms.")
    return _page(
        model_admin,
        request,
        form,
        row,
        title=(_("Revoke %(number)s") if only_revoke else _("Ask about %(number)s")) % {"number": row.number},
        lead=lead if only_revoke else _("A registrar of the body decides. Nothing changes until then."),
        verb=_("Ask for the revocation") if only_revoke else _("Ask the registrar"),
        effects=effects_of(row, now=timezone.now()),
        facts=_facts(row),
    )


def kinds_to_ask(user: Any, row: Certificate) -> list[str]:
    """What this person may ask for, as the certificate stands. A registrar suspends and reinstates without asking."""
    today = life.day_of(row, timezone.now())
    if user.pk == row.holder_id or is_auditor(user) or not certificate_asks.may_ask(user, row, on=today):
        return []
    decides = user.is_superuser or is_registrar(user, row.credential_type.body)
    kinds = [Kind.REVOKE] if decides else [Kind.SUSPEND, Kind.REINSTATE, Kind.REVOKE]
    return [kind for kind in kinds if row.state in certificate_asks.FITTING[kind]]


def prolong_page(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """The new end of a certificate that its own body renewed; it is written down here, and nothing is decided."""
    row: Certificate = own_or_404(Certificate, request, pk)
    if not (_may_decide(model_admin, request, row) and may_prolong(row)):
        raise PermissionDenied
    form = EndForm(request.POST or None)
    said = _("Written down. The public page says so already.")

    def deed(words: dict[str, Any]) -> Any:
        return life.renew(row, until=words["until"], reason_code=words["reason"], by=request.user, now=words["now"])

    if answer := _done(model_admin, request, form, row, said=said, deed=deed):
        return answer
    lead = _("%(body)s renewed it; you have seen the paper. Number and page stay the same.")
    return _page(
        model_admin,
        request,
        form,
        row,
        title=_("Write down the renewal of %(number)s") % {"number": row.number},
        lead=lead % {"body": row.credential_type.body},
        verb=_("Write it down"),
        facts=_facts(row),
    )


def may_prolong(row: Certificate) -> bool:
    """Recorded ones alone: what was issued here is renewed by its own rules."""
    recorded = row.origin == Certificate.Origin.RECORDED and row.state == Certificate.State.ACTIVE
    return recorded and row.valid_until is not None and rules_for(row) is None


def answer_ask_page(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Say yes or no to what somebody asked about a certificate."""
    ask: CertificateAsk = own_or_404(CertificateAsk, request, pk)
    row = ask.certificate
    may = model_admin.has_change_permission(request, ask)
    if not (may and CertificateAsk.objects.to_answer_by(request.user).numbered(pk)):
        raise PermissionDenied
    yes = {
        Kind.NAME: _("Correct the name, with new papers"),
        Kind.SUSPEND: _("Suspend it now"),
        Kind.REINSTATE: _("Reinstate it now, with new papers"),
        Kind.REVOKE: _("Confirm: revoke it for good"),
    }
    form = AnswerForm(request.POST or None, yes=yes[Kind(ask.kind)], no=_("No"), word_help=_("Whoever asked reads it."))

    def deed(words: dict[str, Any]) -> Any:
        if words["answer"] == AnswerForm.YES:
            return certificate_asks.grant(ask, by=request.user, word=words["word"], now=words["now"])
        return certificate_asks.refuse(ask, by=request.user, word=words["word"], now=words["now"])

    said = _("Answered.")
    if answer := _done(model_admin, request, form, row, said=said, deed=deed):
        return answer
    return _page(
        model_admin,
        request,
        form,
        row,
        title=str(ask),
        lead=_("%(who)s asked for this on %(date)s.")
        % {"who": ask.asked_by, "date": date_format(ask.asked_at, "DATE_FORMAT")},
        verb=_("Answer"),
        effects=None if ask.kind in (Kind.NAME, Kind.REINSTATE) else effects_of(row, now=timezone.now()),
        facts=[*_facts(row), *_asked(ask)],
    )


def answer_hours_page(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Let learning hours count, or say why they do not."""
    noted: CERecord = own_or_404(CERecord, request, pk)
    row, now = noted.certificate, timezone.now()
    undecided = noted.state == CERecord.State.NOTED
    may = model_admin.has_change_permission(request, noted)
    if not (undecided and may and learning.may_look_at(request.user, noted, on=life.day_of(row, now))):
        raise PermissionDenied
    form = AnswerForm(
        request.POST or None,
        yes=_("They count"),
        no=_("They do not count"),
        word_help=_("The holder reads it. With a no, say what would count."),
    )

    def deed(words: dict[str, Any]) -> Any:
        answered = learning.accept if words["answer"] == AnswerForm.YES else learning.refuse
        return answered(noted, by=request.user, word=words["word"], now=words["now"])

    if answer := _done(model_admin, request, form, row, said=_("Answered."), deed=deed, back=reverse("admin:index")):
        return answer
    return _page(
        model_admin,
        request,
        form,
        row,
        title=_("Learning hours of %(name)s") % {"name": row.name_as_issued},
        lead=_("They count for the renewal once you say so."),
        verb=_("Answer"),
        facts=[*_facts(row), *_noted(noted)],
        back=reverse("admin:index"),
    )


def decide_renewal_page(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Renew a certificate, or say what is missing."""
    application: RenewalApplication = own_or_404(RenewalApplication, request, pk)
    row, now = application.certificate, timezone.now()
    may = model_admin.has_change_permission(request, application)
    if not (may and RenewalApplication.objects.to_decide_by(request.user).numbered(pk)):
        raise PermissionDenied
    form = AnswerForm(
        request.POST or None,
        yes=_("Renew it, with new papers"),
        no=_("Not like this"),
        word_help=_("The holder reads it. With a no, say what is missing."),
    )

    def deed(words: dict[str, Any]) -> Any:
        decided = renewing.approve if words["answer"] == AnswerForm.YES else renewing.reject
        return decided(application, by=request.user, word=words["word"], now=words["now"])

    if answer := _done(model_admin, request, form, row, said=_("Decided. The holder gets a letter."), deed=deed):
        return answer
    until = next_end(row, application.programme)
    needs = needs_of_application(application, on=life.day_of(row, now))
    said = [(need.title, _("Ticked") if need.answer == TICKED else need.answer or need.rest) for need in needs]
    return _page(
        model_admin,
        request,
        form,
        row,
        title=_("Renewal of %(number)s") % {"number": row.number},
        lead=_("%(name)s asks for another period, until %(date)s.")
        % {"name": row.name_as_issued, "date": date_format(until, "DATE_FORMAT")},
        verb=_("Decide"),
        facts=[*_facts(row), *said],
        lines=learning.counted(row, on=life.day_of(row, now)),
    )


def _may_decide(model_admin: Any, request: HttpRequest, row: Certificate) -> bool:
    """A registrar of the body, who still acts; never on their own."""
    user: Any = request.user
    registrar = is_registrar(user, row.credential_type.body) and user.pk != row.holder_id
    return bool(model_admin.has_change_permission(request, row)) and registrar


def _facts(row: Certificate) -> list[tuple[str, str]]:
    """What the page says of the certificate, as names and values."""
    until = date_format(row.valid_until, "DATE_FORMAT") if row.valid_until else _("No end is set")
    standing = life.standing(row, on=life.day_of(row, timezone.now()))
    return [
        (_("Holder"), row.name_as_issued),
        (_("Certificate"), f"{row.credential_type.code}, {row.number}"),
        (_("Stands"), str(standing.label)),
        (_("Valid until"), until),
    ]


def _noted(noted: CERecord) -> list[tuple[str, str]]:
    return [
        (_("What it was"), noted.title),
        (_("Kind"), noted.get_category_display()),
        (_("When"), date_format(noted.held_on, "DATE_FORMAT")),
        (_("Hours"), learning.in_figures(noted.hours)),
        (_("What shows it"), noted.evidence),
        *([(_("Link"), noted.link)] if noted.link else []),
    ]


def _asked(ask: CertificateAsk) -> list[tuple[str, str]]:
    said = [
        (_("Name until now"), ask.name_before),
        (_("Name wanted"), ask.name_after),
        (_("Reason"), ask.reason),
        (_("Note for everyone"), ask.public_note),
        (_("Note for the office"), ask.private_note),
    ]
    return [(name, words) for name, words in said if words]


def _done(
    model_admin: Any,
    request: HttpRequest,
    form: Any,
    row: Certificate,
    *,
    said: str,
    deed: Callable[[dict[str, Any]], Any],
    back: str = "",
) -> HttpResponse | None:
    """Where the form is whole and the deed goes through: back, with a word. A refusal is a line in the form."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        deed({**form.cleaned_data, "now": timezone.now()})
    except Refused as refusal:
        form.add_error(None, str(refusal))
        form.was_refused = True
        return None
    model_admin.message_user(request, said, messages.SUCCESS)
    return HttpResponseRedirect(back or reverse("admin:instructors_certificate_change", args=[row.pk]))


def _page(model_admin: Any, request: HttpRequest, form: Any, row: Certificate, **words: Any) -> HttpResponse:
    back = words.pop("back", None) or reverse("admin:instructors_certificate_change", args=[row.pk])
    answer = one_form(model_admin, request, form, back=back, template=TEMPLATE, **words)
    if getattr(form, "was_refused", False):
        answer.status_code = REFUSED
    return answer
