"""A family practises at home: the page of a week, and its diary."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST

from classes import practice
from classes.forms.practice import WhichPractice
from classes.opening import Week
from classes.practice import Course, NothingToPractise, Practice
from classes.sheets import Sheet, sheet_of
from config.lib.times import local
from curriculum.lessons import NoSuchWeek
from families import diary
from families.access import practiser_only, reader
from families.forms.diary import DiaryForm
from families.models import Caregiver
from families.readiness import Readiness, readiness_for


@dataclass(frozen=True)
class Asked:
    """Which week was asked for, and by whom. `week` is None before the first session of the series is over."""

    caregiver: Caregiver
    which: WhichPractice
    now: datetime
    practices: list[Practice]
    course: Course
    week: Week | None


@dataclass(frozen=True)
class Opened(Asked):
    """An open week as its page needs it, before and after its form was sent."""

    week: Week
    readiness: Readiness
    sheet: Sheet

    def form(self, data: Any = None) -> DiaryForm:
        today = local(self.now, self.caregiver.family.time_zone).date()
        return DiaryForm(data, strokes=self.sheet.noted, today=today)


# gzip_page: the drawings of a week weigh a quarter when compressed, wherever the site runs. Django pads the answer at
# random against BREACH.
@practiser_only
@gzip_page
def practice_week(request: HttpRequest, number: int | None = None) -> HttpResponseBase:
    """This week's practice, or the week of that number: to read, to print, to try."""
    try:
        asked = _asked(reader(request), WhichPractice(request.GET), number, timezone.now())
    except NothingToPractise:
        return render(request, "classes/_practice_none.html")
    opened = _opened(asked)
    if opened is None:
        return render(request, "classes/_practice_closed.html", _closed(asked))
    return render(request, "classes/practice_week.html", _page(opened, opened.form()))


@practiser_only
@require_POST
def log_practice(request: HttpRequest, number: int) -> HttpResponseBase:
    """Keep a moment in the diary. Sent twice, it is kept once."""
    try:
        asked = _asked(reader(request), WhichPractice(request.POST), number, timezone.now())
    except NothingToPractise as nothing:
        raise Http404 from nothing
    opened = _opened(asked)
    if opened is None:
        raise Http404
    form = opened.form(request.POST)
    if not form.is_valid():
        return render(request, "classes/practice_week.html", _page(opened, form), status=422)
    diary.write(
        opened.course.practice.baby,
        moment=form.moment(not_now="not_now" in request.POST),
        lesson=opened.week.lesson,
        key=form.cleaned_data["key"],
        by=opened.caregiver,
        now=opened.now,
    )
    messages.success(request, _("Kept. Thank you for writing it down."))
    return redirect(reverse("classes:practice_week", args=[number]) + opened.which.query() + "#moments")


def _asked(caregiver: Caregiver, which: WhichPractice, number: int | None, now: datetime) -> Asked:
    """What was asked for; 404 alike for what is another family's and what is not there.

    Raises NothingToPractise for a family that has booked nothing and asks for nothing in particular.
    """
    practices = practice.practices_of(caregiver.family, now=now)
    if not practices and not which.asked["baby"]:
        raise NothingToPractise
    try:
        chosen = practice.choose(practices, baby=which.asked["baby"], series=which.asked["series"])
        course = practice.course_of(chosen, now=now)
        week = course.current if number is None else course.week(number)
    except (NothingToPractise, NoSuchWeek) as nowhere:
        raise Http404 from nowhere
    return Asked(caregiver, which, now, practices, course, week)


def _opened(asked: Asked) -> Opened | None:
    """The week with everything on its page; None while it is closed."""
    week = asked.week
    if week is None or not week.is_open:
        return None
    readiness = readiness_for(asked.course.practice.baby, by=asked.caregiver)
    part, show_all = asked.which.asked["again"], bool(asked.which.asked["all"])
    sheet = sheet_of(asked.course.taught_in(week), record=readiness.record, part=part, show_all=show_all)
    return Opened(
        asked.caregiver, asked.which, asked.now, asked.practices, asked.course, week, readiness=readiness, sheet=sheet
    )


def _page(opened: Opened, form: DiaryForm) -> dict[str, Any]:
    which, course = opened.which, opened.course
    return {
        **_frame(opened.practices, course, opened.week),
        "readiness": opened.readiness,
        "not_yet": course.brought[opened.week.number].not_yet,
        "sheet": opened.sheet,
        "form": form,
        "new_rows": form.rows[: len(opened.sheet.new)],
        "again_rows": form.rows[len(opened.sheet.new) :],
        "entries": diary.entries(course.practice.baby, reader=opened.caregiver),
        "which": which,
        "state": which.asked["state"],
        "parts": [(part, which.query(again=part.region)) for part in opened.sheet.parts],
        "all_query": which.query(all="1"),
        "fitting_query": which.query(all=""),
    }


def _closed(asked: Asked) -> dict[str, Any]:
    shown = asked.week or next(iter(asked.course.weeks), None)
    return {**_frame(asked.practices, asked.course, shown), "is_first": asked.week is None}


def _frame(practices: list[Practice], course: Course, week: Week | None) -> dict[str, Any]:
    """What the open and the closed page of a week share."""
    chosen = course.practice
    return {
        "course": course,
        "practice": chosen,
        "baby": chosen.baby,
        "series": chosen.series,
        "week": week,
        "cloth": chosen.baby.family.cloth,
        "others": _others(practices, chosen),
        "weeks": [(one, _query_of(practices, chosen)) for one in course.weeks],
    }


def _others(practices: list[Practice], chosen: Practice) -> list[dict[str, Any]]:
    """The tabs: every baby, with the series' title where a baby is in more than one."""
    if len(practices) == 1:
        return []
    babies = [one.baby.pk for one in practices]
    return [
        {
            "name": one.baby.first_name,
            "title": one.series.title if babies.count(one.baby.pk) > 1 else "",
            "query": _query_of(practices, one),
            "is_chosen": one == chosen,
        }
        for one in practices
    ]


def _query_of(practices: list[Practice], one: Practice) -> str:
    """The query that names a practice; empty where there is only one."""
    if len(practices) == 1:
        return ""
    return f"?baby={one.baby.pk}&series={one.series.slug}"
