"""Hands-free: the strokes of a week one after the other, each filling the screen, in the order of a massage.

A run is the whole week, a mix of earlier strokes, a routine, or one stroke; or any one stroke of all, on a page that
cannot ask for another. It holds only what this family was shown in class and what nothing in the baby's record speaks
against, unless the reader asked to see everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from classes.sheets import HELLO, RoutineSteps, Sheet
from curriculum.models import RegionGuide, Stroke
from families.readiness import Change

AGAIN = "again"
ONE = "one"
STILL = "resting-hands"
GOODBYE = "closing-hold"
MOST_IN_MIX = 8


class NoSuchRun(LookupError):
    """No such routine or stroke was brought by this week or an earlier one."""


@dataclass(frozen=True)
class Step:
    """One stroke on the screen. `times` says how often in words, `changes` what is different for this baby."""

    number: int
    stroke: Stroke
    times: str
    only_long: bool = False
    changes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rules:
    """What to heed on a part of the body."""

    heading: str
    lines: list[str]


@dataclass(frozen=True)
class Run:
    """What is done this time, step by step. `rounds` in a row, for a routine that asks for it.

    `singly`: one of the steps, whichever is chosen, and no other after it.
    """

    name: str
    steps: list[Step]
    rounds: int = 1
    singly: bool = False

    @property
    def strokes(self) -> list[Stroke]:
        """Each once, for the drawings that they share."""
        return list({step.stroke.pk: step.stroke for step in self.steps}.values())

    def changed_by(self, changes: Sequence[Change]) -> Run:
        """The same, each step with what is different for this baby."""
        said = {step.number: tuple(one.words for one in changes if step.stroke in one.strokes) for step in self.steps}
        return replace(self, steps=[replace(step, changes=said[step.number]) for step in self.steps])

    def held_by(self, guides: Iterable[RegionGuide]) -> list[Rules]:
        """What is said about the parts of the body of this run, each line once."""
        here, said = {stroke.region for stroke in self.strokes}, set[str]()
        found = []
        for guide in (guide for guide in guides if guide.region in here):
            lines = [line for line in guide.rule_lines if line not in said]
            said.update(lines)
            if lines:
                found.append(Rules(guide.heading, lines))
        return found


@dataclass(frozen=True)
class Choice:
    """A run that may be chosen on the page of a week."""

    name: str
    changes: dict[str, str]
    length: int
    singly: bool = False


def run_of(sheet: Sheet, *, title: str, kind: str = "", part: str = "", routine: str = "", stroke: str = "") -> Run:
    """The run that was asked for; without a kind, the whole week of that title. Raises NoSuchRun.

    `part` is a part of the body: earlier strokes are those of that part alone.
    """
    if stroke:
        return _one(sheet, stroke)
    if routine:
        return _routine(sheet, routine)
    if kind == ONE:
        return Run(_("One stroke"), _steps(list(_known(sheet).values())), singly=True)
    if kind == AGAIN:
        return Run(_("Earlier strokes"), _steps(_framed(sheet, _mix(sheet, part))))
    return Run(title, _steps(_framed(sheet, sheet.new)))


def choices_of(sheet: Sheet, *, title: str, singly: bool = False) -> list[Choice]:
    """The runs of this week, the week itself first; `singly` adds the one that holds every stroke by itself."""
    found = [Choice(title, {}, len(_framed(sheet, sheet.new)))]
    if mixed := _mix(sheet):
        found.append(Choice(_("Earlier strokes"), {"run": AGAIN}, len(_framed(sheet, mixed))))
    for one in sheet.routines:
        found.append(Choice(one.routine.name, {"routine": one.routine.slug}, len(one.steps)))
    if singly:
        found.append(Choice(_("One stroke"), {"run": ONE}, len(_known(sheet)), singly=True))
    return found


def _known(sheet: Sheet) -> dict[int, Stroke]:
    """Every stroke of the sheet, called as in this series."""
    earlier = [stroke for part in sheet.parts for stroke in part.strokes]
    hello = [sheet.hello] if sheet.hello else []
    return {stroke.pk: stroke for stroke in [*hello, *sheet.new, *earlier]}


def _one(sheet: Sheet, slug: str) -> Run:
    for stroke in _known(sheet).values():
        if stroke.slug == slug:
            return Run(stroke.called, _steps([stroke]))
    raise NoSuchRun(slug)


def _routine(sheet: Sheet, slug: str) -> Run:
    for one in sheet.routines:
        if one.routine.slug == slug:
            return Run(one.routine.name, _steps_of(one, _known(sheet)), one.routine.rounds)
    raise NoSuchRun(slug)


def _steps_of(one: RoutineSteps, known: dict[int, Stroke]) -> list[Step]:
    return [
        Step(number, known.get(row.stroke_id, row.stroke), _times(row.repeat, row.stroke), row.only_long)
        for number, row in enumerate(one.steps, start=1)
    ]


def _times(repeat: int | None, stroke: Stroke) -> str:
    if repeat is None or repeat == 1:
        return stroke.repeats if repeat is None else _("Once")
    return ngettext("%(count)d time", "%(count)d times", repeat) % {"count": repeat}


def _steps(strokes: Sequence[Stroke]) -> list[Step]:
    return [Step(number, stroke, stroke.repeats) for number, stroke in enumerate(strokes, start=1)]


def _framed(sheet: Sheet, strokes: Sequence[Stroke]) -> list[Stroke]:
    """These strokes between a hello and a goodbye, each once: a massage asks first and closes with a thank-you."""
    if not strokes:
        return []
    known = {stroke.slug: stroke for stroke in _known(sheet).values()}
    first = [known[slug] for slug in (HELLO, STILL) if slug in known]
    last = [known[slug] for slug in (GOODBYE,) if slug in known]
    frame = {stroke.pk for stroke in [*first, *last]}
    return [*first, *(stroke for stroke in strokes if stroke.pk not in frame), *last]


def _mix(sheet: Sheet, wanted: str = "") -> list[Stroke]:
    """Some earlier strokes of each part of the body in turn, or all of the part that is wanted."""
    whole = [part.strokes for part in sheet.parts if part.region == wanted]
    if whole:
        return whole[0]
    frame = (HELLO, STILL, GOODBYE)
    parts = [[stroke for stroke in part.strokes if stroke.slug not in frame] for part in sheet.parts]
    in_turn = [stroke for row in zip_longest(*parts) for stroke in row if stroke is not None]
    chosen = {stroke.pk for stroke in in_turn[:MOST_IN_MIX]}
    return [stroke for part in parts for stroke in part if stroke.pk in chosen]
