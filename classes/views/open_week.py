"""Which week of whose practice was asked for, and whether it is open: shared by every page of a week at home."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404

from classes import practice
from classes.forms.practice import WhichPractice
from classes.heeding import heeding
from classes.opening import Week
from classes.practice import Course, NothingToPractise, Practice
from classes.resting import resting_of
from classes.sheets import Sheet, sheet_of
from config.lib.times import local
from curriculum.lessons import NoSuchWeek
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


def asked_for(caregiver: Caregiver, which: WhichPractice, number: int | None, now: datetime) -> Asked:
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


def opened_week(asked: Asked) -> Opened | None:
    """The week with everything on its page; None while it is closed."""
    week = asked.week
    if week is None or not week.is_open:
        return None
    chosen = asked.course.practice
    usual = readiness_for(chosen.baby, by=asked.caregiver)
    readiness = heeding(usual, practice=chosen, by=asked.caregiver, now=asked.now)
    part, show_all = asked.which.asked["again"], bool(asked.which.asked["all"])
    resting = resting_of(chosen.enrolment, chosen.baby)
    whole = asked.course.taught_in(week)
    sheet = sheet_of(
        whole, record=readiness.record, part=part, show_all=show_all, resting=resting, shown=asked.course.shown
    )
    return Opened(
        asked.caregiver, asked.which, asked.now, asked.practices, asked.course, week, readiness=readiness, sheet=sheet
    )
