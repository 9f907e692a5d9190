"""The family's own page, and the small pages that change one thing of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config.accounts.models import User
from config.lib.times import local
from config.look import A_YEAR, safe_next
from families import changes, consents, household
from families.access import caregiver_only, reader
from families.changes import CannotRemove
from families.consents import CannotWithdraw
from families.family_page import page_for
from families.forms.household import AdultForm, BabyForm, ClothForm, ConsentForm, SettleForm
from families.models import Baby, Caregiver


@caregiver_only
def family(request: HttpRequest) -> HttpResponse:
    """Everyone who belongs together, what is known about them, and who reads it."""
    return _family_page(request, _settle_form(request))


@caregiver_only
@require_POST
def settle(request: HttpRequest) -> HttpResponseBase:
    """Change the language that this adult reads, and the zone of the family's days."""
    form = SettleForm(request.POST)
    if not form.is_valid():
        return _family_page(request, form, status=422)
    language = form.cleaned_data["language"]
    changes.settle(
        reader(request),
        user=_user(request),
        language=language,
        time_zone=form.cleaned_data["time_zone"],
        now=timezone.now(),
    )
    response = _back(request, "settings")
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=A_YEAR, secure=settings.SECURE, samesite="Lax")
    return response


@caregiver_only
@require_POST
def choose_cloth(request: HttpRequest) -> HttpResponseBase:
    """The cloth of the doll in every picture that this family sees."""
    form = ClothForm(request.POST)
    if form.is_valid():
        changes.choose_cloth(reader(request).family, cloth=form.cleaned_data["cloth"])
    return redirect(safe_next(request) if request.POST.get("next") else "families:family")


@caregiver_only
def add_baby(request: HttpRequest) -> HttpResponseBase:
    """Add a baby, born or on the way."""
    now = timezone.now()
    form = BabyForm(request.POST or None, today=_today(request, now))
    if request.method == "POST" and form.is_valid():
        household.add_baby(reader(request).family, **form.cleaned_data, by=_user(request), now=now)
        return _back(request, "babies", _("Welcome, %(name)s.") % {"name": form.cleaned_data["first_name"]})
    return _form_page(request, "families/add_baby.html", form)


@caregiver_only
def change_baby(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Correct a baby's name and dates."""
    baby = get_object_or_404(Baby.objects.of_family(reader(request).family), pk=pk)
    now = timezone.now()
    standing = {"first_name": baby.first_name, "born_on": baby.born_on, "due_on": baby.due_on}
    form = BabyForm(request.POST or None, initial=standing, today=_today(request, now))
    if request.method == "POST" and form.is_valid():
        changes.change_baby(baby, **form.cleaned_data, by=_user(request), now=now)
        return _back(request, "babies", _("Changed."))
    return _form_page(request, "families/change_baby.html", form, baby=baby)


@caregiver_only
def add_companion(request: HttpRequest) -> HttpResponseBase:
    """Add an adult who comes along without signing in."""
    form = AdultForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        family, user, now = reader(request).family, _user(request), timezone.now()
        adult = household.add_companion(family, name=told["name"], relation=told["relation"], by=user, now=now)
        if told["phone"]:
            changes.change_adult(adult, **told, by=user, now=now)
        return _back(request, "adults", _("%(name)s can come along.") % {"name": told["name"]})
    return _form_page(request, "families/add_companion.html", form)


@caregiver_only
def change_adult(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Correct one's own name, relation and number, or those of someone who does not sign in."""
    adult = _changeable(request, pk)
    standing = {"name": adult.name, "relation": adult.relation, "phone": adult.phone}
    form = AdultForm(request.POST or None, initial=standing)
    if request.method == "POST" and form.is_valid():
        changes.change_adult(adult, **form.cleaned_data, by=_user(request), now=timezone.now())
        return _back(request, "adults", _("Changed."))
    return _form_page(request, "families/change_adult.html", form, adult=adult)


@caregiver_only
@require_POST
def remove_companion(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take someone who does not sign in out of the family."""
    adult = _changeable(request, pk)
    try:
        changes.remove_companion(adult, by=_user(request), now=timezone.now())
    except CannotRemove as refusal:
        messages.warning(request, str(refusal))
        return _back(request, "adults")
    return _back(request, "adults", _("%(name)s is no longer on your list.") % {"name": adult.name})


@caregiver_only
@require_POST
def answer_consent(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Change one's mind about a wording."""
    form = ConsentForm(request.POST)
    if not form.is_valid():
        return _back(request, "agreed")
    try:
        consents.change_mind(reader(request), kind=kind, given=form.is_yes, account=_user(request), now=timezone.now())
    except KeyError as unknown:
        raise Http404 from unknown
    except CannotWithdraw as refusal:
        messages.warning(request, str(refusal))
        return _back(request, "agreed")
    return _back(request, "agreed", _("Your answer counts from now."))


def _family_page(request: HttpRequest, form: SettleForm, status: int = 200) -> HttpResponse:
    caregiver = reader(request)
    context = {
        "page": page_for(caregiver, now=timezone.now()),
        "caregiver": caregiver,
        "cloth": caregiver.family.cloth,
        "zone": caregiver.family.time_zone,
        "form": form,
    }
    return render(request, "families/family.html", context, status=status)


def _settle_form(request: HttpRequest) -> SettleForm:
    return SettleForm(initial={"language": _user(request).language, "time_zone": reader(request).family.time_zone})


def _form_page(request: HttpRequest, template: str, form: Form, **context: Any) -> HttpResponse:
    return render(request, template, {"form": form, **context}, status=422 if form.is_bound else 200)


def _changeable(request: HttpRequest, pk: int) -> Caregiver:
    """Oneself, or someone of the family who does not sign in; anyone else is 404."""
    caregiver = reader(request)
    adult = get_object_or_404(Caregiver.objects.current().of_family(caregiver.family), pk=pk)
    if adult.pk != caregiver.pk and adult.user_id is not None:
        raise Http404
    return adult


def _back(request: HttpRequest, section: str, said: str = "") -> HttpResponseBase:
    if said:
        messages.success(request, said)
    return redirect(f"{reverse('families:family')}#{section}")


def _today(request: HttpRequest, now: datetime) -> date:
    return local(now, reader(request).family.time_zone).date()


def _user(request: HttpRequest) -> User:
    found: User = request.user  # type: ignore[assignment]  # the guard lets nobody in who has not signed in
    return found
