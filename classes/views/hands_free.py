"""Hands-free: one stroke fills the screen, and a knuckle is enough to go on."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page

from classes.forms.hands_free import WhichRun
from classes.hands_free import NoSuchRun, Run, choices_of, run_of
from classes.practice import NothingToPractise
from classes.views.open_week import Opened, asked_for, opened_week
from curriculum.models import RegionGuide
from families.access import practiser_only, reader
from families.readiness import changes_for


# One document holds every step of a run: from one to the next goes a link within the page (#s3), so that it works
# without scripts, with the browser's own way back, and from a copy on the device. `?step=3` only says with which step
# the page begins; a copy may be found without it. A copy for a phone is `page_of(...)` of a week without its record,
# with `kept` set and no token: then the page says alike to everyone that it does not know what the family told.
@practiser_only
@gzip_page
def hands_free(request: HttpRequest, number: int) -> HttpResponseBase:
    """A week, some earlier strokes, a routine or one stroke, step by step on the whole screen."""
    which = WhichRun(request.GET)
    try:
        asked = asked_for(reader(request), which, number, timezone.now())
    except NothingToPractise as nothing:
        raise Http404 from nothing
    opened = opened_week(asked)
    if opened is None:
        return redirect(reverse("classes:practice_week", args=[number]) + which.week_query())
    try:
        context = page_of(opened, which)
    except NoSuchRun as nothing:
        raise Http404 from nothing
    return render(request, "classes/hands_free.html", context)


def _run(opened: Opened, which: WhichRun) -> Run:
    asked = which.asked
    return run_of(
        opened.sheet,
        title=opened.week.lesson.title,
        kind=asked["run"],
        part=asked["again"],
        routine=asked["routine"],
        stroke=asked["stroke"],
    )


def _intervals() -> list[tuple[int, str]]:
    """After how many seconds the page goes on by itself, where the reader likes that."""
    return [(30, _("After half a minute")), (60, _("After a minute")), (120, _("After two minutes"))]


def page_of(opened: Opened, which: WhichRun, *, singly: bool = False) -> dict[str, Any]:
    """What the page shows of the run that was asked for. Two queries more than the open week. Raises NoSuchRun.

    `singly` offers the run that holds every stroke by itself.
    """
    baby, week, run = opened.course.practice.baby, opened.week, _run(opened, which)
    changes = changes_for(run.strokes, record=opened.readiness.record)
    choices = choices_of(opened.sheet, title=week.lesson.title, singly=singly)
    return {
        "run": run.changed_by(changes),
        "begins": which.begins if which.begins <= len(run.steps) else 0,
        "choices": [(one, which.run_query(**one.changes), one.name == run.name) for one in choices],
        "guides": run.held_by(RegionGuide.objects.current()),
        "still": next((one for one in run.strokes if one.slug == "resting-hands"), None),
        "intervals": _intervals(),
        "readiness": opened.readiness,
        "sheet": opened.sheet,
        "form": opened.form(),
        "baby": baby,
        "cloth": baby.family.cloth,
        "series": opened.course.practice.series,
        "week": week,
        "which": which,
        "state": which.asked["state"],
        "here": which.query(),
        "home": reverse("classes:practice_week", args=[week.number]) + which.week_query(),
        "all_query": which.query(all="1"),
        "fitting_query": which.query(all=""),
    }
