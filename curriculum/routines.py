"""A routine as a page shows it: its steps in order, what the long version adds, what to heed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from curriculum.models import Claim, Region, RegionGuide, Routine, RoutineStep, Stroke, WhenToCall

COLIC = "colic"
CLOSING = "closing-hold"
MOST_PICTURES, MOST_PARTS = 12, 4


@dataclass(frozen=True)
class Part:
    """One stroke of a step. `is_again` where an earlier step has shown it already."""

    stroke: Stroke
    repeat: int | None
    is_again: bool


@dataclass(frozen=True)
class Step:
    """What is done together under one number. The first of a routine that asks has the number 0."""

    number: int
    parts: list[Part]
    only_long: bool
    is_first_of_long: bool

    @property
    def closes(self) -> bool:
        """Whether it is the hold that ends every massage, long or short."""
        return any(part.stroke.slug == CLOSING for part in self.parts)


@dataclass(frozen=True)
class RoutinePage:
    """Everything that the page of one routine shows."""

    routine: Routine
    steps: list[Step]
    guides: list[RegionGuide]
    claim: Claim | None
    when_to_call: list[WhenToCall]

    @property
    def strokes(self) -> list[Stroke]:
        """Each stroke once, in the order of their first step."""
        return [part.stroke for step in self.steps for part in step.parts if not part.is_again]

    @property
    def has_pictures(self) -> bool:
        """A routine of everything tells the names alone: the library has the pictures."""
        return len(self.strokes) <= MOST_PICTURES

    @property
    def is_for_colic(self) -> bool:
        return self.routine.slug == COLIC

    @property
    def has_long_version(self) -> bool:
        return any(step.only_long for step in self.steps)

    @property
    def tummy(self) -> RegionGuide | None:
        """The rules of the tummy, where the routine works on it."""
        return next((guide for guide in self.guides if guide.region == Region.ABDOMEN), None)

    @property
    def rules(self) -> list[str]:
        """What to heed on every part it touches, each once. Where it touches all, the tummy's: it asks the most."""
        few = len(self.guides) <= MOST_PARTS
        guides = self.guides if few else [guide for guide in self.guides if guide.region == Region.ABDOMEN]
        return list(dict.fromkeys(rule for guide in guides for rule in guide.rule_lines))


def routine_page(slug: str, *, edition: str) -> RoutinePage:
    """The page of a current routine. Five queries, or none where this edition was read before.

    Raises Routine.DoesNotExist for an unknown or retired one.
    """
    return _kept_page(edition, slug) if edition else _page(slug)


@lru_cache(maxsize=16)
def _kept_page(edition: str, slug: str) -> RoutinePage:
    return _page(slug)


def _page(slug: str) -> RoutinePage:
    routine = Routine.objects.current().with_steps().get(slug=slug)
    steps = steps_of(routine.current_steps)
    regions = {part.stroke.region for step in steps for part in step.parts}
    return RoutinePage(
        routine=routine,
        steps=steps,
        guides=[guide for guide in RegionGuide.objects.current() if guide.region in regions],
        claim=Claim.objects.for_parents().named(COLIC) if slug == COLIC else None,
        when_to_call=list(WhenToCall.objects.current()),
    )


def steps_of(rows: list[RoutineStep]) -> list[Step]:
    """Rows of one number that follow one another are one step. What only the long version has keeps its place."""
    steps: list[Step] = []
    seen: set[int] = set()
    for row in rows:
        part = Part(row.stroke, row.repeat, row.stroke_id in seen)
        seen.add(row.stroke_id)
        if steps and steps[-1].number == row.number and steps[-1].only_long == row.only_long:
            steps[-1].parts.append(part)
            continue
        begins = row.only_long and not (steps and steps[-1].only_long)
        steps.append(Step(row.number, [part], row.only_long, begins))
    return steps
