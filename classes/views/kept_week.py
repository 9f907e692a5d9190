"""What lets a family's phone show practice at home without a network: pages it keeps, the worker that shows them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from classes.forms.practice import WhichPractice
from classes.keeping import for_keeping, without_record
from classes.practice import NothingToPractise
from classes.views.on_a_phone import Kept, manifest, who_may_send, worker
from classes.views.open_week import Opened, asked_for, opened_week
from classes.views.practice import frame_of
from config.accounts.guards import public
from config.device import say_whose
from families.access import practiser_only, reader

DAYS = 31
TELLS = ("baby", "series")
MADE_OF = (
    "css/family.css",
    "css/practice.css",
    "js/practice.js",
    "js/kept_week.js",
)


@practiser_only
@gzip_page
@require_safe
def keep_week(request: HttpRequest, number: int) -> HttpResponse:
    """A bare week for the phone to keep: its strokes, and nothing of what the family told us but the baby's first name.

    It has a template of its own, so that what is added to the week does not come to lie on a phone unawares. Where
    there is nothing to keep the answer is empty.
    """
    bare = bare_week(request, number, timezone.now())
    if bare is None:
        return HttpResponse(status=204)
    form = bare.form()
    context = {
        **frame_of(bare.practices, bare.course, bare.week),
        "readiness": bare.readiness,
        "not_yet": bare.course.brought[bare.week.number].not_yet,
        "sheet": bare.sheet,
        "form": form,
        "new_rows": form.rows[: len(bare.sheet.new)],
        "again_rows": form.rows[len(bare.sheet.new) :],
        "which": bare.which,
    }
    response = render(request, "classes/keep_week.html", context)
    say_whose(response, request.user)
    return response


def bare_week(request: HttpRequest, number: int, now: datetime) -> Opened | None:
    """The open week as it may lie on a phone; None where there is nothing to keep. Raises Http404."""
    which = WhichPractice({name: request.GET[name] for name in TELLS if name in request.GET})
    try:
        opened = opened_week(asked_for(reader(request), which, number, now))
    except NothingToPractise as nothing:
        raise Http404 from nothing
    sheet = for_keeping(opened.sheet) if opened else None
    if opened is None or sheet is None:
        return None
    return replace(opened, readiness=without_record(opened.readiness), sheet=sheet)


@practiser_only
@require_safe
def sending_home(request: HttpRequest) -> HttpResponse:
    """For lines of the diary that waited on a phone: whose they must be, a token that is good now, the time."""
    return who_may_send(request)


@public
@require_safe
def no_signal_at_home(request: HttpRequest) -> HttpResponse:
    """What is shown without a network where that page is not kept; the same for every reader, and kept on the phone."""
    return render(request, "classes/no_signal_at_home.html")


@public
@require_safe
def practice_worker(request: HttpRequest) -> HttpResponse:
    """The worker of a family's pages while there is no network. It is part of the site, not of a reader."""
    return worker(
        Kept(
            MADE_OF,
            noSignal=reverse("classes:no_signal_at_home"),
            start=reverse("classes:practice_week"),
            shelf="weeks",
            days=DAYS,
            alike="home-",
            tells=TELLS,
            newest=True,
        )
    )


@public
@require_safe
def practice_manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to know to put practice at home on its home screen."""
    return manifest(name=_("Warm Hands: practice"), short_name=_("Practice"), start=reverse("classes:practice_week"))
