"""Which letters a family gets that it could do without: one's own page, and the page behind the link in a letter."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from config.accounts.guards import link_holder
from families import messages as choosing
from families.access import caregiver_only, reader
from families.forms.messages import TILES, MessagesForm, initial_of
from families.models import MessageChoice
from families.views.page import user_of


@caregiver_only
@require_http_methods(["GET", "HEAD", "POST"])
def choose_messages(request: HttpRequest) -> HttpResponseBase:
    """What always comes, and what this adult may switch off."""
    me = reader(request)
    form = MessagesForm(request.POST if request.method == "POST" else None, initial=initial_of(choosing.choices_of(me)))
    if form.is_valid():
        choosing.choose(me, wanted=form.choices(), by=user_of(request), now=timezone.now())
        messages.success(request, _("Kept. It counts from the next letter on."))
        return redirect("families:choose_messages")
    context = {"form": form, "email": user_of(request).email, "zone": me.family.time_zone}
    return render(request, "families/choose_messages.html", context, status=422 if form.is_bound else 200)


# A mail programme posts here by itself when its reader presses its own button (RFC 8058): it brings no cookie, so there
# is nothing to forge, and the address is the secret. Every other post is asked for its token as everywhere.
@link_holder
@csrf_exempt  # a mail programme brings no token (RFC 8058), and every other post is asked for it below; noqa
@require_http_methods(["GET", "HEAD", "POST"])
def stop_messages(request: HttpRequest, token: str) -> HttpResponseBase:
    """Stop one kind of letters without signing in. Looking changes nothing, so a mail scanner may look."""
    choice = choosing.choice_at(token)
    if choice is None:
        raise Http404
    if request.method == "POST" and request.POST.get("List-Unsubscribe") == "One-Click":
        choosing.answer_link(choice, is_wanted=False, now=timezone.now())
        return _private(HttpResponse(_("Stopped."), content_type="text/plain; charset=utf-8"))
    return _stop_page(request, choice)


@csrf_protect
def _stop_page(request: HttpRequest, choice: MessageChoice) -> HttpResponseBase:
    if request.method == "POST":
        choosing.answer_link(choice, is_wanted=request.POST.get("do") == "again", now=timezone.now())
        return _private(redirect("families:stop_messages", choice.token))
    context = {"kind": TILES[choosing.Kind(choice.kind)], "is_stopped": not choice.is_wanted}
    return _private(render(request, "families/stop_messages.html", context))


def _private(response: HttpResponse) -> HttpResponse:
    """Its address is a secret: not kept by a browser, not found by a search engine."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
