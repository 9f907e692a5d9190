"""The sheet of one week at home: what is new, what may be done again, and what this baby's record leaves out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from classes.models import RestingPart
from curriculum.lessons import WeekOfPlan
from curriculum.models import Region, RegionGuide, Routine, RoutineStep, Stroke
from families.readiness import LeftOut, Record, fitting, left_out

HELLO = "ask-permission"
ROOM_TO_SPARE = 5
"""So many strokes leave room for large pictures on one printed sheet."""
ROOM_ON_PAPER = 9
"""So many strokes fit on one printed sheet with their words; more are printed as small pictures with a line each."""
ROOM_FOR_LINES = 17
"""So many fit as small pictures; more are printed smaller still."""

FEW, FIRST = 6, 4
"""So many earlier strokes stand open on the page; of more than that, these first ones."""


@dataclass(frozen=True)
class Group:
    """New strokes of one part of the body, with what is said about that part."""

    guide: RegionGuide
    strokes: list[Stroke]

    @property
    def rules(self) -> list[str]:
        """The rules of the part but the first, which is the same for every part and stands on top of the page."""
        return self.guide.rule_lines[1:]


@dataclass(frozen=True)
class Part:
    """Strokes of earlier weeks in one part of the body. One part at a time is shown with its pictures."""

    region: str
    name: str
    strokes: list[Stroke]
    is_shown: bool

    @property
    def at_once(self) -> list[Stroke]:
        """What stands open on the page: all of a few, the first of many."""
        return self.strokes if len(self.strokes) <= FEW else self.strokes[:FIRST]

    @property
    def folded(self) -> list[Stroke]:
        """The others, which fold open."""
        return self.strokes[len(self.at_once) :]


@dataclass(frozen=True)
class Resting:
    """A part of the body that this baby leaves out for now; `asked_by` is "family" or "instructor"."""

    region: str
    name: str
    asked_by: str


@dataclass(frozen=True)
class RoutineSteps:
    """A routine that the week brings, as the names of its strokes in order."""

    routine: Routine
    steps: list[RoutineStep]


@dataclass(frozen=True)
class Waiting:
    """A routine that the week brings, and the strokes of it that were shown nowhere yet."""

    routine: Routine
    strokes: list[Stroke]


@dataclass(frozen=True)
class Sheet:
    """Everything that the page of a week shows of the curriculum. Nothing in it asks the database again."""

    hello: Stroke | None
    groups: list[Group]
    parts: list[Part]
    left_out: list[LeftOut]
    routines: list[RoutineSteps]
    shows_all: bool
    resting: list[Resting] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)

    @property
    def may_rest(self) -> list[tuple[str, str]]:
        """(region, name) of the parts on this page that could be left out for now; holding belongs to every massage."""
        shown = [group.guide.region for group in self.groups] + [part.region for part in self.parts]
        return [(one, str(Region(one).label)) for one in dict.fromkeys(shown) if one != Region.HOLDING]

    @property
    def new(self) -> list[Stroke]:
        return [stroke for group in self.groups for stroke in group.strokes]

    @property
    def opening(self) -> Stroke | None:
        """The stroke that the page begins with: beside it stand the signs of yes and not now."""
        return self.hello or next(iter(self.new), None)

    @property
    def again(self) -> list[Stroke]:
        """Earlier strokes that stand on the page with their pictures."""
        return [stroke for part in self.parts if part.is_shown for stroke in part.strokes]

    @property
    def shown_part(self) -> str:
        return next((part.region for part in self.parts if part.is_shown), "")

    @property
    def pictured(self) -> list[Stroke]:
        """Every stroke with a picture on the page, for the drawings that they share."""
        return [*([self.hello] if self.hello else []), *self.new, *self.again]

    @property
    def noted(self) -> list[Stroke]:
        """The strokes that the diary of this page asks about."""
        return [*self.new, *self.again]

    @property
    def is_full(self) -> bool:
        """Whether the printed sheet needs the small pictures."""
        return len(self.new) > ROOM_ON_PAPER

    @property
    def is_busy(self) -> bool:
        return len(self.new) > ROOM_TO_SPARE

    @property
    def is_very_full(self) -> bool:
        return len(self.new) > ROOM_FOR_LINES

    @property
    def heading(self) -> int:
        """The level of a stroke's heading: under its part of the body where there is more than one."""
        return 4 if len(self.groups) > 1 else 3


def sheet_of(
    week: WeekOfPlan,
    *,
    record: Record,
    part: str = "",
    show_all: bool = False,
    resting: Sequence[RestingPart] = (),
    shown: Sequence[Stroke] = (),
) -> Sheet:
    """The sheet of an open week for this baby. Two queries.

    `part` is the region of earlier strokes to show with pictures; unknown or empty, it is the one taught last.
    `show_all` shows what the record leaves out as well, each with its reason, and what is `resting` for now. `shown`
    are strokes that later weeks brought: a routine of this week opens with them.
    """
    new = week.new if show_all else without_resting(fitting(week.new, record=record), resting)
    review = week.review if show_all else without_resting(fitting(week.review, record=record), resting)
    hello = next((stroke for stroke in review if stroke.slug == HELLO), None)
    again = [stroke for stroke in review if stroke is not hello]
    taught = {stroke.pk: stroke for stroke in [*shown, *week.strokes]}
    fit = list(taught.values()) if show_all else fitting(list(taught.values()), record=record)
    routines = _routines(week.routines, taught)
    known = {stroke.pk for stroke in (fit if show_all else without_resting(fit, resting))}
    return Sheet(
        hello=hello,
        groups=_groups(new),
        parts=_parts(again, part),
        left_out=left_out(week.strokes, record=record),
        routines=[one for one in routines if all(row.stroke_id in known for row in one.steps)],
        shows_all=show_all,
        resting=[Resting(one.region, str(one.get_region_display()), one.asked_by) for one in resting],
        waiting=[one for one in (_waiting(routine, taught) for routine in routines) if one.strokes],
    )


def without_resting(strokes: Sequence[Stroke], resting: Sequence[RestingPart]) -> list[Stroke]:
    """These strokes without those of parts that this baby leaves out for now."""
    parts = {one.region for one in resting}
    return [stroke for stroke in strokes if stroke.region not in parts]


def _groups(strokes: Sequence[Stroke]) -> list[Group]:
    """By part of the body, parts and strokes in the order of teaching."""
    guides = {guide.region: guide for guide in RegionGuide.objects.current()}
    order = list(dict.fromkeys(stroke.region for stroke in strokes))
    return [
        Group(guides[region], [stroke for stroke in strokes if stroke.region == region])
        for region in order
        if region in guides
    ]


def _parts(strokes: Sequence[Stroke], wanted: str) -> list[Part]:
    regions = list(dict.fromkeys(stroke.region for stroke in strokes))
    shown = wanted if wanted in regions else next(reversed([stroke.region for stroke in strokes]), "")
    return [
        Part(region, str(Region(region).label), [s for s in strokes if s.region == region], region == shown)
        for region in regions
    ]


def _routines(routines: Sequence[Routine], taught: Mapping[int, Stroke]) -> list[RoutineSteps]:
    """The routines with their steps, each stroke by its name here. One query."""
    rows = list(RoutineStep.objects.current().filter(routine__in=routines).order_by("position"))
    for row in rows:
        if row.stroke_id in taught:
            row.stroke = taught[row.stroke_id]
    found = [RoutineSteps(routine, [row for row in rows if row.routine_id == routine.pk]) for routine in routines]
    return [one for one in found if one.steps]


def _waiting(one: RoutineSteps, taught: Mapping[int, Stroke]) -> Waiting:
    missing = {row.stroke_id: row.stroke for row in one.steps if row.stroke_id not in taught}
    return Waiting(one.routine, list(missing.values()))
