"""What lets a phone take the register without a network: the page it keeps, the worker that shows it, the way in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from classes import teaching
from classes.access import instructor_only
from classes.forms.register import BUTTONS
from classes.register import is_for_keeping
from classes.roll import names_and_marks
from classes.views.on_a_phone import NOT_FOR_KEEPING, Kept, manifest, who_may_send, worker
from classes.views.teaching import own_session, reader_of
from config.accounts.guards import public
from config.device import say_whose

MADE_OF = ("css/register.css", "js/register.js")


@instructor_only
@gzip_page
@require_safe
def keep_register(request: HttpRequest, reference: str) -> HttpResponse:
    """A bare register for the phone to keep: names and marks of one date, and nothing else of anybody.

    It has a template of its own, so that what is added to the register does not come to lie on a phone unawares.
    Where there is nothing to keep, before its day or once it is finished, the answer is empty: a page may ask for it
    in the very moment in which its register is finished.
    """
    session = own_session(request, reference)
    now = timezone.now()
    if not is_for_keeping(session, now=now):
        return HttpResponse(status=204)
    context = {
        "session": session,
        "series": session.series,
        "cards": names_and_marks(session),
        "buttons": BUTTONS,
        **NOT_FOR_KEEPING,
    }
    response = render(request, "classes/keep_register.html", context)
    say_whose(response, request.user)
    return response


@instructor_only
@require_safe
def sending(request: HttpRequest) -> HttpResponse:
    """For deeds that waited on a phone: whose they must be, a token that is good now, the time in milliseconds."""
    return who_may_send(request)


@instructor_only
@require_safe
def open_register(request: HttpRequest) -> HttpResponseBase:
    """Where the sign on the home screen leads: to the register that comes next, else to the day."""
    if tonight := teaching.tonight(reader_of(request), now=timezone.now()):
        return redirect("classes:register", tonight.session.reference)
    return redirect("classes:teaching")


@public
@require_safe
def no_signal(request: HttpRequest) -> HttpResponse:
    """What is shown without a network where no register is kept; the same for every reader, and kept on the phone."""
    return render(request, "classes/no_signal.html", NOT_FOR_KEEPING)


@public
@require_safe
def register_worker(request: HttpRequest) -> HttpResponse:
    """The worker of teaching's pages while there is no network. It is part of the site, not of a reader."""
    return worker(
        Kept(
            MADE_OF,
            noSignal=reverse("classes:no_signal"),
            start=reverse("classes:open_register"),
            shelf="registers",
            days=1,
            alike="alike-",
        )
    )


@public
@require_safe
def register_manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to know to put the register on its home screen."""
    return manifest(name=_("Warm Hands: register"), short_name=_("Register"), start=reverse("classes:open_register"))
