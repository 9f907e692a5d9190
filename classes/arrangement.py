"""Which strokes are taught in which week, in which order and by which names: pure, nothing here asks the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum


@dataclass(frozen=True)
class Arrangement:
    """`weeks` is {week: slugs in the order of teaching}; `names` {slug: what it is called here}, without empty ones."""

    weeks: Mapping[int, Sequence[str]]
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def week_of(self) -> dict[str, int]:
        return {slug: week for week, slugs in self.weeks.items() for slug in slugs}

    def stepped(self, slug: str, by: int) -> Arrangement:
        """A stroke one place earlier (`by` -1) or later (1) in its week; at the edge it stays."""
        week = self.week_of.get(slug)
        if week is None:
            return self
        slugs = list(self.weeks[week])
        at = slugs.index(slug)
        to = min(max(at + by, 0), len(slugs) - 1)
        slugs.insert(to, slugs.pop(at))
        return Arrangement({**self.weeks, week: slugs}, self.names)

    def moved(self, slug: str, week: int) -> Arrangement:
        """A stroke as the last of that week; week 0 leaves it out."""
        without = {number: [one for one in slugs if one != slug] for number, slugs in self.weeks.items()}
        if week in without:
            without[week].append(slug)
        return Arrangement(without, self.names)

    def called(self, names: Mapping[str, str]) -> Arrangement:
        """With these names; an empty one goes back to the curriculum's."""
        told = {**self.names, **names}
        return Arrangement(self.weeks, {slug: name for slug, name in told.items() if name})

    def stored(self) -> tuple[dict[str, list[str]], dict[str, str]]:
        """As a version keeps it: (weeks, names)."""
        return {str(week): list(slugs) for week, slugs in sorted(self.weeks.items())}, dict(sorted(self.names.items()))

    def is_like(self, other: Arrangement) -> bool:
        return self.stored() == other.stored()


def arrangement_of(weeks: Mapping[str, Sequence[str]], names: Mapping[str, str]) -> Arrangement:
    """From what a version keeps."""
    return Arrangement({int(week): list(slugs) for week, slugs in weeks.items()}, dict(names))


class Kind(Enum):
    """What can change between two versions."""

    MOVED = "moved"
    LEFT_OUT = "left_out"
    ADDED = "added"
    NAMED = "named"
    ORDER = "order"


@dataclass(frozen=True)
class Difference:
    """One thing that changed: `slug` is empty for the order of a week, `week` 0 where there is none."""

    kind: Kind
    slug: str = ""
    week: int = 0
    was: int = 0
    name: str = ""


def differences(before: Arrangement, after: Arrangement) -> list[Difference]:
    """What `after` changed, strokes in the order of teaching, then the order of weeks."""
    was, now = before.week_of, after.week_of
    found = [_moved(slug, was.get(slug, 0), week) for slug, week in now.items() if was.get(slug) != week]
    found += [Difference(Kind.LEFT_OUT, slug, was=week) for slug, week in was.items() if slug not in now]
    every = dict.fromkeys([*now, *was, *after.names, *before.names])
    found += [
        Difference(Kind.NAMED, slug, name=after.names.get(slug, ""))
        for slug in every
        if before.names.get(slug, "") != after.names.get(slug, "")
    ]
    for week, slugs in sorted(after.weeks.items()):
        stayed = [slug for slug in slugs if was.get(slug) == week]
        if stayed != [slug for slug in before.weeks.get(week, ()) if now.get(slug) == week]:
            found.append(Difference(Kind.ORDER, week=week))
    return found


def _moved(slug: str, was: int, week: int) -> Difference:
    return Difference(Kind.MOVED if was else Kind.ADDED, slug, week=week, was=was)


def put_over(wanted: Arrangement, standing: Arrangement, *, fixed: Mapping[str, int], held: set[int]) -> Arrangement:
    """`wanted`, but for what was shown: {slug: week} of `fixed` stays as `standing` has it.

    Nothing new comes into a week that was held: a stroke that `wanted` has there stays where it stands now.
    """
    here = standing.week_of
    weeks: dict[int, list[str]] = {}
    for week, slugs in wanted.weeks.items():
        weeks[week] = [] if week in held else [slug for slug in slugs if slug not in fixed]
    for week in held:
        weeks[week] = [
            slug for slug in standing.weeks.get(week, ()) if slug in fixed or wanted.week_of.get(slug) == week
        ]
    for slug, week in wanted.week_of.items():
        if week in held and slug not in weeks[week] and here.get(slug, 0) in weeks:
            weeks[here[slug]].insert(list(standing.weeks[here[slug]]).index(slug), slug)
    names = {slug: name for slug, name in wanted.names.items() if slug not in fixed}
    names |= {slug: name for slug, name in standing.names.items() if slug in fixed}
    return Arrangement(weeks, names)
