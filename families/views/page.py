"""What the views of the family's page share: the page itself, and the way back to one part of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from config.accounts.models import User
from families.access import reader
from families.family_page import page_for
from families.forms.adults import InviteForm
from families.forms.household import SettleForm
from families.models import Caregiver


def family_page(
    request: HttpRequest, *, form: SettleForm | None = None, invite: InviteForm | None = None, status: int = 200
) -> HttpResponse:
    """The family's page, with a form that needs another look where there is one."""
    caregiver = reader(request)
    context: dict[str, Any] = {
        "page": page_for(caregiver, now=timezone.now()),
        "now": timezone.now(),
        "caregiver": caregiver,
        "cloth": caregiver.family.cloth,
        "zone": caregiver.family.time_zone,
        "form": form or settle_form(request),
        "invite": invite or InviteForm(),
        "roles": Caregiver.Role.choices,
    }
    return render(request, "families/family.html", context, status=status)


def settle_form(request: HttpRequest, data: Any = None) -> SettleForm:
    caregiver = reader(request)
    standing = {"language": user_of(request).language, "time_zone": caregiver.family.time_zone}
    return SettleForm(data, initial=standing, for_family=caregiver.may_book)


def back(request: HttpRequest, section: str, said: str = "") -> HttpResponseBase:
    """To that part of the family's page, with a word about what was done."""
    if said:
        messages.success(request, said)
    return redirect(f"{reverse('families:family')}#{section}")


def not_done(request: HttpRequest, section: str, refusal: Exception) -> HttpResponseBase:
    """The same with the sentence that says why nothing was done."""
    messages.warning(request, str(refusal))
    return redirect(f"{reverse('families:family')}#{section}")


def user_of(request: HttpRequest) -> User:
    found: User = request.user  # type: ignore[assignment]  # the guard lets nobody in who has not signed in
    return found
