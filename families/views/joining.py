"""The page behind the link of an invitation. Looking changes nothing; joining takes the sign-in of that address."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from config.accounts.adapter import UNFINISHED_PAGE
from config.accounts.forms import SendCodeForm
from config.accounts.guards import link_holder
from families import inviting
from families.forms.adults import JoinForm
from families.inviting import CannotJoin, Ended
from families.models import Invitation
from families.views.page import user_of


@link_holder
def join_family(request: HttpRequest, token: str) -> HttpResponseBase:
    """Who asks, and what one would be able to do; then signing in, and joining or saying no."""
    try:
        invitation = inviting.find(token)
    except Invitation.DoesNotExist as nothing:
        raise Http404 from nothing
    if not invitation.works(timezone.now()):
        return _ended(request)
    if not request.user.is_authenticated:
        return _sign_in(request, invitation)
    return _answer(request, invitation)


def _sign_in(request: HttpRequest, invitation: Invitation) -> HttpResponseBase:
    """Six digits to whatever address is typed. Whether it was the one that was asked shows after signing in."""
    if request.method != "POST":
        return _page(request, invitation, code=SendCodeForm())
    code = SendCodeForm(request.POST)
    if not code.is_valid():
        return _page(request, invitation, code=code, status=422)
    request.session[UNFINISHED_PAGE] = request.path
    code.send_code(request)
    return redirect("account_confirm_login_code")


def _answer(request: HttpRequest, invitation: Invitation) -> HttpResponseBase:
    user, now = user_of(request), timezone.now()
    form = JoinForm(request.POST or None, initial={"name": user.name or invitation.name})
    refusal = inviting.why_not_join(invitation, user=user, now=now) or ""
    if request.method != "POST":
        return _page(request, invitation, form=form, refusal=refusal)
    try:
        if "refuse" in request.POST:
            inviting.refuse(invitation, user=user, now=now)
            messages.success(request, _("Thank you for saying so. The invitation is over."))
            return redirect("arrive")
        if not form.is_valid():
            return _page(request, invitation, form=form, refusal=refusal, status=422)
        inviting.accept(invitation, user=user, name=form.cleaned_data["name"], now=now)
    except Ended:
        return _ended(request)
    except CannotJoin as told:
        return _page(request, invitation, form=form, refusal=str(told), status=409)
    request.session.pop(UNFINISHED_PAGE, None)
    messages.success(request, _("Welcome. You belong together here now."))
    return redirect("classes:my_classes")


def _page(
    request: HttpRequest,
    invitation: Invitation,
    *,
    form: JoinForm | None = None,
    code: Any = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "name": invitation.invited_by.name_for_strangers,
        "role": invitation.role,
        "until": invitation.expires_at,
        "zone": invitation.family.time_zone,
        "form": form,
        "code": code,
        "refusal": refusal,
    }
    return _never_kept(render(request, "families/join_family.html", context, status=status))


def _ended(request: HttpRequest) -> HttpResponse:
    """Used, taken back or too old: one page for all three."""
    return _never_kept(render(request, "families/join_family.html", {"ended": True}, status=410))


def _never_kept(response: HttpResponse) -> HttpResponse:
    """The address is a secret: it goes into no cache and to no other page."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "same-origin"
    return response
