"""The family's own page, and the small pages that change one thing of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config.lib.times import local
from config.look import A_YEAR, safe_next
from families import changes, consents, household
from families.access import booker_only, caregiver_only, practiser_only, reader
from families.consents import CannotWithdraw
from families.forms.household import BabyForm, ClothForm, ConsentForm
from families.models import Baby
from families.views.page import back, family_page, settle_form, user_of


@caregiver_only
def family(request: HttpRequest) -> HttpResponse:
    """Everyone who belongs together, what is known about them, and who reads it."""
    return family_page(request)


@caregiver_only
@require_POST
def settle(request: HttpRequest) -> HttpResponseBase:
    """Change the language that this adult reads, and the zone of the family's days."""
    form = settle_form(request, request.POST)
    if not form.is_valid():
        return family_page(request, form=form, status=422)
    language, user = form.cleaned_data["language"], user_of(request)
    time_zone = form.cleaned_data.get("time_zone", user.time_zone)
    changes.settle(reader(request), user=user, language=language, time_zone=time_zone, now=timezone.now())
    response = back(request, "settings")
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=A_YEAR, secure=settings.SECURE, samesite="Lax")
    return response


@practiser_only
@require_POST
def choose_cloth(request: HttpRequest) -> HttpResponseBase:
    """The cloth of the doll in every picture that this family sees."""
    form = ClothForm(request.POST)
    if form.is_valid():
        changes.choose_cloth(reader(request).family, cloth=form.cleaned_data["cloth"])
    return redirect(safe_next(request) if request.POST.get("next") else "families:family")


@booker_only
def add_baby(request: HttpRequest) -> HttpResponseBase:
    """Add a baby, born or on the way."""
    now = timezone.now()
    form = BabyForm(request.POST or None, today=_today(request, now))
    if request.method == "POST" and form.is_valid():
        household.add_baby(reader(request).family, **form.cleaned_data, by=user_of(request), now=now)
        return back(request, "babies", _("Welcome, %(name)s.") % {"name": form.cleaned_data["first_name"]})
    return _form_page(request, "families/add_baby.html", form)


@booker_only
def change_baby(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Correct a baby's name and dates."""
    baby = get_object_or_404(Baby.objects.of_family(reader(request).family), pk=pk)
    now = timezone.now()
    standing = {"first_name": baby.first_name, "born_on": baby.born_on, "due_on": baby.due_on}
    form = BabyForm(request.POST or None, initial=standing, today=_today(request, now))
    if request.method == "POST" and form.is_valid():
        changes.change_baby(baby, **form.cleaned_data, by=user_of(request), now=now)
        return back(request, "babies", _("Changed."))
    return _form_page(request, "families/change_baby.html", form, baby=baby)


@booker_only
@require_POST
def answer_consent(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Change one's mind about a wording."""
    form = ConsentForm(request.POST)
    if not form.is_valid():
        return back(request, "agreed")
    try:
        consents.change_mind(
            reader(request), kind=kind, given=form.is_yes, account=user_of(request), now=timezone.now()
        )
    except KeyError as unknown:
        raise Http404 from unknown
    except CannotWithdraw as refusal:
        messages.warning(request, str(refusal))
        return back(request, "agreed")
    return back(request, "agreed", _("Your answer counts from now."))


def _form_page(request: HttpRequest, template: str, form: Form, **context: Any) -> HttpResponse:
    return render(request, template, {"form": form, **context}, status=422 if form.is_bound else 200)


def _today(request: HttpRequest, now: datetime) -> date:
    return local(now, reader(request).family.time_zone).date()
