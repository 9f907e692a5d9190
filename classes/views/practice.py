"""A family practises at home: the page of a week."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.gzip import gzip_page

from classes import sharing_diaries
from classes.forms.practice import WhichPractice
from classes.opening import Week
from classes.practice import Course, NothingToPractise, Practice
from classes.views.open_week import Asked, Opened, asked_for, opened_week
from curriculum.readiness import before_massage
from families import diary, favourites
from families.access import practiser_only, reader
from families.forms.diary import DiaryForm
from families.readiness import changes_for


# gzip_page: the drawings of a week weigh a quarter when compressed, wherever the site runs. Django pads the answer at
# random against BREACH.
@practiser_only
@gzip_page
def practice_week(request: HttpRequest, number: int | None = None) -> HttpResponseBase:
    """This week's practice, or the week of that number: to read, to print, to try."""
    try:
        asked = asked_for(reader(request), WhichPractice(request.GET), number, timezone.now())
    except NothingToPractise:
        return render(request, "classes/_practice_none.html")
    opened = opened_week(asked)
    if opened is None:
        return render(request, "classes/_practice_closed.html", _closed(asked))
    return render(request, "classes/practice_week.html", week_page(opened, opened.form()))


def week_page(opened: Opened, form: DiaryForm) -> dict[str, Any]:
    """Everything on the page of an open week; `form` is its diary, fresh or with what was typed."""
    which, course = opened.which, opened.course
    return {
        **frame_of(opened.practices, course, opened.week),
        "readiness": opened.readiness,
        "changes": changes_for(opened.sheet.new, record=opened.readiness.record),
        "not_yet": course.brought[opened.week.number].not_yet,
        "sheet": opened.sheet,
        "form": form,
        "new_rows": form.rows[: len(opened.sheet.new)],
        "again_rows": form.rows[len(opened.sheet.new) :],
        "entries": diary.entries(course.practice.baby, reader=opened.caregiver),
        "hearts": favourites.of_baby(course.practice.baby),
        "is_shared": sharing_diaries.is_shared(course.practice.enrolment, now=opened.now),
        "which": which,
        "state": which.asked["state"],
        "parts": [(part, which.query(again=part.region)) for part in opened.sheet.parts],
        "all_query": which.query(all="1"),
        "fitting_query": which.query(all=""),
    }


def _closed(asked: Asked) -> dict[str, Any]:
    shown = asked.week or next(iter(asked.course.weeks), None)
    return {
        **frame_of(asked.practices, asked.course, shown),
        "is_first": asked.week is None,
        "readiness": before_massage(),
    }


def frame_of(practices: list[Practice], course: Course, week: Week | None) -> dict[str, Any]:
    """What the open, the closed and the kept page of a week share."""
    chosen = course.practice
    return {
        "course": course,
        "practice": chosen,
        "baby": chosen.baby,
        "series": chosen.series,
        "week": week,
        "cloth": chosen.baby.family.cloth,
        "own_query": query_of(practices, chosen),
        "others": _others(practices, chosen),
        "weeks": [(one, query_of(practices, chosen)) for one in course.weeks],
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
            "query": query_of(practices, one),
            "is_chosen": one == chosen,
        }
        for one in practices
    ]


def query_of(practices: list[Practice], one: Practice) -> str:
    """The query that names a practice; empty where there is only one."""
    if len(practices) == 1:
        return ""
    return f"?baby={one.baby.pk}&series={one.series.slug}"
