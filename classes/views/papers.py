"""Practice at home on paper: the handout of a week, the booklet of the open weeks."""

from __future__ import annotations

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from classes import papers
from classes.forms.practice import WhichPractice
from classes.papers import Paper
from classes.practice import NothingToPractise
from classes.resting import resting_of
from classes.views.open_week import Asked, asked_for
from classes.views.reading import user_of
from curriculum.forms import PaperAsked
from curriculum.papers.press import PressBusy
from curriculum.views.papers import handed
from families.access import practiser_only, reader
from families.readiness import readiness_for

MINUTE = 60
MOST_A_MINUTE = 8
"""A paper takes a processor for a second or two."""


@practiser_only
@require_safe
def practice_paper(request: HttpRequest, number: int) -> HttpResponseBase:
    """The handout of a week, `size` a4 or letter. Of a closed week the page itself says when it opens."""
    asked = _asked(request, number)
    week = asked.week
    if week is None or not week.is_open:
        return redirect(reverse("classes:practice_week", args=[number]) + asked.which.query())
    return handed(request, lambda: papers.week_paper(_in_turn(request, asked), week), name=f"warm-hands-{number}")


@practiser_only
@require_safe
def practice_booklet(request: HttpRequest) -> HttpResponseBase:
    """The weeks that are open, on pages of half a sheet; with `fold` two to a side. Before the first, when it opens."""
    asked = _asked(request, None)
    if asked.course.current is None:
        return redirect(reverse("classes:practice_week") + asked.which.query())
    folded = PaperAsked.folds(request.GET)
    return handed(request, lambda: papers.booklet(_in_turn(request, asked), folded=folded), name="warm-hands")


def _asked(request: HttpRequest, number: int | None) -> Asked:
    try:
        return asked_for(reader(request), WhichPractice(request.GET), number, timezone.now())
    except NothingToPractise as nothing:
        raise Http404 from nothing


def _in_turn(request: HttpRequest, asked: Asked) -> Paper:
    """The paper, MOST_A_MINUTE for one account: nobody keeps the press from the others. Raises PressBusy."""
    key = f"papers:{user_of(request).pk}:{asked.now.timestamp() // MINUTE:.0f}"
    printed = cache.get(key, 0)
    if printed >= MOST_A_MINUTE:
        raise PressBusy
    cache.set(key, printed + 1, timeout=2 * MINUTE)
    return _paper(request, asked)


def _paper(request: HttpRequest, asked: Asked) -> Paper:
    course = asked.course
    return Paper(
        course,
        readiness_for(course.practice.baby, by=asked.caregiver),
        size=papers.size_of(course, PaperAsked.size_of(request.GET)),
        query=asked.which.query(again="", all=""),
        is_large=PaperAsked.is_large(request.GET),
        shows_all=bool(asked.which.asked["all"]),
        resting=resting_of(course.practice.enrolment, course.practice.baby),
    )
