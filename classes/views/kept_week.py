"""What lets a family's phone show practice at home without a network: pages it keeps, the worker that shows them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from classes.forms.hands_free import WhichRun
from classes.hands_free import ONE, NoSuchRun, choices_of
from classes.keeping import for_keeping, without_record
from classes.practice import NothingToPractise
from classes.sharing_diaries import is_shared
from classes.still_kept import sealed
from classes.views.hands_free import page_of
from classes.views.on_a_phone import NOT_FOR_KEEPING, Kept, manifest, who_may_send, worker
from classes.views.open_week import Opened, asked_for, opened_week
from classes.views.practice import frame_of, query_of
from config.accounts.guards import public
from config.device import say_upon_what, say_whose
from families.access import practiser_only, reader

DAYS = 31
# What of a query makes another page of it, in the order in which the site writes it.
TELLS = ("baby", "series", "run", "routine")
MADE_OF = (
    "css/at_home.css",
    "css/at_hand.css",
    "js/practice.js",
    "js/motion.js",
    "js/hands_free.js",
    "js/device.js",
    "js/keep.js",
    "js/kept_week.js",
)


@practiser_only
@require_safe
def what_to_keep(request: HttpRequest, number: int) -> JsonResponse:
    """The pages of a week that a phone may keep: [{url, source, title, line, leads}], none of a closed week.

    The page at `source` is kept for the address `url`; `title` and `line` say what it is; the sign on the home screen
    may open the one that `leads`.
    """
    bare = bare_week(request, number, timezone.now())
    return JsonResponse({"pages": _pages(bare) if bare else []})


def _pages(bare: Opened) -> list[dict[str, Any]]:
    own = query_of(bare.practices, bare.course.practice)
    which = WhichRun(dict(parse_qsl(own.removeprefix("?"))))
    number, name = bare.week.number, bare.course.practice.baby.first_name
    names = {"number": number, "title": bare.week.lesson.title, "name": name}
    week = {
        "url": reverse("classes:practice_week", args=[number]) + own,
        "source": reverse("classes:keep_week", args=[number]) + own,
        "title": _("Week %(number)d: %(title)s") % names,
        "line": _("With %(name)s. What you write down is sent later.") % names,
        "leads": bare.week == bare.course.current,
    }
    runs = [
        {
            "url": reverse("classes:hands_free", args=[number]) + which.query(**one.changes),
            "source": reverse("classes:keep_hands_free", args=[number]) + which.query(**one.changes),
            "title": _("Hands-free: %(name)s") % {"name": one.name},
            "line": _("With %(name)s, one stroke at a time.") % names,
            "leads": False,
        }
        for one in choices_of(bare.sheet, title=bare.week.lesson.title, singly=True)
        if one.length
    ]
    return [week, *runs]


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
        "is_shared": is_shared(bare.course.practice.enrolment, now=bare.now),
    }
    return _for_keeping(request, bare, "classes/keep_week.html", context)


@practiser_only
@gzip_page
@require_safe
def keep_hands_free(request: HttpRequest, number: int) -> HttpResponse:
    """The hands-free steps of a bare week. Where there is nothing to keep the answer is empty."""
    bare = bare_week(request, number, timezone.now())
    if bare is None:
        return HttpResponse(status=204)
    try:
        context = page_of(bare, _which(request), singly=True)
    except NoSuchRun as nothing:
        raise Http404 from nothing
    return _for_keeping(request, bare, "classes/hands_free.html", context)


def _for_keeping(request: HttpRequest, bare: Opened, template: str, context: dict[str, Any]) -> HttpResponse:
    response = render(request, template, {**context, "kept": True, **NOT_FOR_KEEPING})
    say_whose(response, request.user)
    say_upon_what(response, sealed(bare.caregiver, now=bare.now))
    return response


def _which(request: HttpRequest) -> WhichRun:
    return WhichRun({name: request.GET[name] for name in TELLS if name in request.GET})


def bare_week(request: HttpRequest, number: int, now: datetime) -> Opened | None:
    """The open week as it may lie on a phone; None where there is nothing to keep. Raises Http404."""
    try:
        opened = opened_week(asked_for(reader(request), _which(request), number, now))
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
    return render(request, "classes/no_signal_at_home.html", NOT_FOR_KEEPING)


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
            single=("stroke", "run", ONE),
            newest=True,
        )
    )


@public
@require_safe
def practice_manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to know to put practice at home on its home screen."""
    return manifest(name=_("Warm Hands: practice"), short_name=_("Practice"), start=reverse("classes:practice_week"))
