"""Health answers, as the family itself reads, changes and deletes them."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config.accounts.models import User
from families import health
from families.access import caregiver_only, reader
from families.forms.household import HealthForm, SharingForm
from families.models import Baby, HealthAnswers


@caregiver_only
def change_health(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Change what one wrote oneself about a baby."""
    answers = _own(request, pk)
    form = HealthForm(request.POST or None, initial=answers.facts)
    if request.method == "POST" and form.is_valid():
        health.change_health_answers(
            answers, facts=form.facts(), by=reader(request), account=_user(request), now=timezone.now()
        )
        return _back(request, _("Changed. Your instructor sees it as it stands now."))
    context = {"form": form, "baby": answers.baby, "answers": answers}
    return render(request, "families/change_health.html", context, status=422 if form.is_bound else 200)


@caregiver_only
@require_POST
def share_health(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Let the other adults of the family read what one wrote, or no longer."""
    answers = _own(request, pk)
    form = SharingForm(request.POST)
    if not form.is_valid():
        return _back(request)
    health.share_in_family(answers, shared=form.is_yes, by=reader(request), account=_user(request), now=timezone.now())
    return _back(request, _("Changed. It counts from now."))


@caregiver_only
@require_POST
def delete_health(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Delete what one wrote about a baby's health, at once."""
    answers = _own(request, pk)
    health.forget_answers([answers.baby], account=_user(request), now=timezone.now())
    return _back(request, _("Deleted. Your instructor no longer sees it."))


def _own(request: HttpRequest, pk: int) -> HealthAnswers:
    """Answers about this baby that the reader wrote; 404 alike for everything else."""
    caregiver = reader(request)
    baby = get_object_or_404(Baby.objects.of_family(caregiver.family), pk=pk)
    try:
        return health.own_answers(baby, by=caregiver)
    except HealthAnswers.DoesNotExist as nothing:
        raise Http404 from nothing


def _back(request: HttpRequest, said: str = "") -> HttpResponseBase:
    if said:
        messages.success(request, said)
    return redirect(f"{reverse('families:family')}#health")


def _user(request: HttpRequest) -> User:
    found: User = request.user  # type: ignore[assignment]  # the guard lets nobody in who has not signed in
    return found
