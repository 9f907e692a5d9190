"""Practice at home on paper: the handout of a week, and the booklet of the weeks that are open.

A paper travels: it says nothing of a baby's health. What the record leaves out is not on it, as far as the reader may
know of it, nor is a part that rests for now; the page of the week says what and why. What was told of these days alone
leaves nothing out: a paper stays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from classes.emails import address
from classes.models import RestingPart
from classes.opening import Week
from classes.practice import Course
from classes.sheets import without_resting
from curriculum.models import Region, RegionGuide, Routine, RoutineStep, Stroke
from curriculum.papers import parts, sizes
from curriculum.papers.press import print_paper
from curriculum.progression import ALWAYS
from families.models import PracticeLog
from families.readiness import Readiness, Record, fitting, left_out

LETTER_COUNTRIES = frozenset(("US", "CA", "MX", "PH", "CL", "CO", "VE", "CR", "GT", "PA", "SV", "NI", "DO", "PR"))
"""Where paper is of the size Letter; elsewhere it is A4."""

Steps = tuple[Routine, list[RoutineStep]]


@dataclass(frozen=True)
class Chapter:
    """One open week as a paper shows it: new strokes, what is begun with, and the names of earlier ones."""

    week: Week
    new: list[Stroke]
    hello: Stroke | None = None
    again: list[Stroke] = field(default_factory=list)
    routines: list[Steps] = field(default_factory=list)
    leaves_out: bool = False
    rests: bool = False

    @property
    def pictured(self) -> list[Stroke]:
        return [*([self.hello] if self.hello else []), *self.new]


@dataclass(frozen=True)
class Paper:
    """Whose paper it is and what it is made of. `query` names the practice in the address of its page."""

    course: Course
    readiness: Readiness
    size: str
    query: str = ""
    is_large: bool = False
    shows_all: bool = False
    resting: Sequence[RestingPart] = ()

    @property
    def record(self) -> Record:
        """What leaves something out on paper: the lasting answers, without what was told of these days."""
        return Record([]) if self.shows_all else Record(self.readiness.record.precautions)

    @property
    def name(self) -> str:
        return self.course.practice.baby.first_name

    def left_to(self, strokes: Sequence[Stroke]) -> list[Stroke]:
        """Those of these strokes that are for this baby now."""
        fit = fitting(strokes, record=self.record)
        return fit if self.shows_all else without_resting(fit, self.resting)


def size_of(course: Course, asked: str = "") -> str:
    """The size of paper: the one that was asked for, else what is usual where the series meets."""
    venue = course.practice.series.venue
    usual = "letter" if venue is not None and venue.country in LETTER_COUNTRIES else "a4"
    return asked if asked in parts.SIZES else usual


def other_size(size: str) -> str:
    return next(other for other in parts.SIZES if other != size)


def week_paper(paper: Paper, week: Week) -> bytes:
    """The handout of an open week as PDF. Two queries. Raises PressBusy and CannotPrint."""
    return print_paper("week", week_words(paper, week))


def booklet(paper: Paper, *, folded: bool = False) -> bytes:
    """The open weeks of a course as PDF, on pages of half a sheet. Two queries. Raises PressBusy and CannotPrint.

    `folded` has two pages to a side, in the order in which sheets lie when they are folded in the middle.
    """
    return print_paper("booklet", booklet_words(paper) | {"fold": folded})


def week_words(paper: Paper, week: Week) -> dict[str, Any]:
    """What stands on the handout. Two queries."""
    guides, steps = _guides(), _steps(paper.course, [week])
    one = _chapter(paper, week, steps)
    line = _week_line(paper.course, week)
    title = _("Practice at home: %(title)s") % {"title": week.lesson.title}
    return {
        **parts.frame(title=title, description=line, foot=f"Warm Hands. {line}", sheet=paper.size),
        **_before(paper),
        "fit": sizes.LARGE if paper.is_large else sizes.WEEK,
        "qr": parts.qr(address("classes:practice_week", week.number) + paper.query),
        "from": _from_line(paper.course, week),
        "answers": [str(label) for label in PracticeLog.Answer.labels],
        "pictures": parts.pictures(one.pictured, cloth=paper.course.practice.baby.family.cloth),
        "week": _chapter_words(paper, one, guides),
    }


def booklet_words(paper: Paper) -> dict[str, Any]:
    """What stands in the booklet. Two queries."""
    series, weeks = paper.course.practice.series, [week for week in paper.course.weeks if week.is_open]
    guides, steps = _guides(), _steps(paper.course, weeks)
    chapters = _each_stroke_once([_chapter(paper, week, steps) for week in weeks])
    new = [stroke for chapter in chapters for stroke in chapter.new]
    by = _("%(title)s with %(name)s") % {"title": series.title, "name": series.instructor.display_name}
    return {
        **parts.frame(title=series.title, description=by, foot=f"Warm Hands. {by}", sheet=parts.HALVES[paper.size]),
        **_before(paper),
        **parts.awake(paper.readiness.states),
        "fit": sizes.BOOKLET,
        "qr": parts.qr(address("classes:practice_week") + paper.query),
        "cover": {
            "for": _("Practice at home, for %(name)s") % {"name": paper.name},
            "title": series.title,
            "by": _("with %(name)s") % {"name": series.instructor.display_name},
            "lead": _lead(paper.name),
            "slug": next((stroke.slug for stroke in new if stroke.slug == ALWAYS), new[0].slug if new else ""),
        },
        "pictures": parts.pictures(new, cloth=paper.course.practice.baby.family.cloth),
        "weeks": [_chapter_words(paper, chapter, guides) for chapter in chapters],
    }


def _guides() -> dict[str, RegionGuide]:
    return {guide.region: guide for guide in RegionGuide.objects.current()}


def _steps(course: Course, weeks: Iterable[Week]) -> dict[int, list[RoutineStep]]:
    """{key of a routine: its steps in order} of the routines that these weeks bring."""
    routines = {routine.pk for week in weeks for routine in course.taught_in(week).routines}
    found: dict[int, list[RoutineStep]] = defaultdict(list)
    rows = RoutineStep.objects.current().filter(routine__in=routines).select_related("stroke")
    for step in rows.order_by("position"):
        found[step.routine_id].append(step)
    return found


def _chapter(paper: Paper, week: Week, steps: Mapping[int, list[RoutineStep]]) -> Chapter:
    whole = paper.course.taught_in(week)
    new, review = paper.left_to(whole.new), paper.left_to(whole.review)
    hello = next((stroke for stroke in review if stroke.slug == ALWAYS), None)
    return Chapter(
        week,
        new=new,
        hello=hello,
        again=[stroke for stroke in review if stroke is not hello],
        routines=_whole(whole.routines, steps, {stroke.pk for stroke in [*new, *review]}),
        leaves_out=bool(left_out(whole.new, record=paper.record)),
        rests=len(new) < len(fitting(whole.new, record=paper.record)),
    )


def _whole(routines: Iterable[Routine], steps: Mapping[int, list[RoutineStep]], known: Collection[int]) -> list[Steps]:
    """The routines whose every stroke was taught and is left to this baby."""
    found = [(routine, steps.get(routine.pk, [])) for routine in routines]
    return [(routine, rows) for routine, rows in found if rows and all(row.stroke_id in known for row in rows)]


def _each_stroke_once(chapters: Sequence[Chapter]) -> list[Chapter]:
    """For a booklet, where earlier weeks stand before: each stroke in the first week that brings it."""
    known: set[int] = set()
    found = []
    for one in chapters:
        new = [stroke for stroke in one.new if stroke.pk not in known]
        known |= {stroke.pk for stroke in new}
        found.append(replace(one, new=new, hello=None, again=[]))
    return found


def _before(paper: Paper) -> dict[str, Any]:
    readiness = paper.readiness
    return {
        "ready": parts.ready(oil=readiness.oil, asked=readiness.asked_each_time, cues=readiness.cues),
        "call": parts.call(readiness.when_to_call),
    }


def _chapter_words(paper: Paper, one: Chapter, guides: Mapping[str, RegionGuide]) -> dict[str, Any]:
    lesson = one.week.lesson
    called = {stroke.pk: stroke.called for week in paper.course.brought.values() for stroke in week.new}
    return {
        "line": _("Week %(number)s") % {"number": one.week.number},
        "title": lesson.title,
        "lead": _lead(paper.name),
        "home": [*lesson.practice_lines, *([lesson.for_caregiver] if lesson.for_caregiver else [])],
        "hello": [parts.stroke(one.hello, tag=_("Hello"))] if one.hello else [],
        "groups": [parts.group(guides[key], some) for key, some in _by_region(one.new).items() if key in guides],
        "left_out": _left_out(one, paper.name),
        "routines": [parts.routine(routine, steps, called=called) for routine, steps in one.routines],
        "again": [
            {"name": str(Region(key).label), "strokes": f"{', '.join(stroke.called for stroke in some)}."}
            for key, some in _by_region(one.again).items()
        ],
        "rhyme": lesson.rhyme_lines,
    }


def _by_region(strokes: Sequence[Stroke]) -> dict[str, list[Stroke]]:
    """Parts of the body and their strokes, in the order of teaching."""
    found: dict[str, list[Stroke]] = defaultdict(list)
    for stroke in strokes:
        found[stroke.region].append(stroke)
    return found


def _left_out(one: Chapter, name: str) -> str:
    """That something is left out, and never what or why: papers lie about where anyone reads them."""
    if not one.leaves_out and not one.rests:
        return ""
    if not one.new and one.rests:
        return _("What is new rests for now. Choose from what you both know and like.")
    if not one.new:
        return _(
            "For now, being held, your voice and your warm, still hands are %(name)s’s massage. Please ask your doctor"
            " or team what else is fine."
        ) % {"name": name}
    return _("A few strokes of this week are left for later. Your practice page says which, and why.")


def _lead(name: str) -> str:
    return _(
        "Up to 15 minutes a day, for as long as %(name)s is enjoying it. Two minutes is a whole massage, and “not now”"
        " is a fine answer."
    ) % {"name": name}


def _week_line(course: Course, week: Week) -> str:
    series = course.practice.series
    said = {"title": series.title, "name": series.instructor.display_name, "number": week.number}
    return _("%(title)s with %(name)s, week %(number)s.") % said


def _from_line(course: Course, week: Week) -> str:
    if course.next_session is None:
        return _week_line(course, week)
    context = {"session": course.next_session, "zone": course.practice.series.time_zone}
    return f"{_week_line(course, week)} {render_to_string('classes/_paper_next.txt', context).strip()}"
