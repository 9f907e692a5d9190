"""What the pages on practice families say, put together once for the candidate and for the trainer who looks along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from curriculum.models import Stroke
from instructors.models import PracticeDate, PracticumFamily, PracticumSession, Requirement, Traineeship
from instructors.practicum import GOING_ON, gap_of, sessions_of
from instructors.progress import Need, held_sessions, progress_of

# What a family may have tapped about the series, in the words in which it was asked.
SAID: dict[str, dict[str, str | Promise]] = {
    "ease": {
        "well": gettext_lazy("At ease from the start"),
        "grew": gettext_lazy("At ease, and it came with time"),
        "not_quite": gettext_lazy("Not quite at ease"),
    },
    "pace": {
        "calm": gettext_lazy("The pace was too calm"),
        "right": gettext_lazy("The pace was just right"),
        "quick": gettext_lazy("The pace was too quick"),
    },
    "at_home": {
        "most_days": gettext_lazy("They massage at home most days"),
        "now_and_then": gettext_lazy("They massage at home now and then"),
        "not_now": gettext_lazy("They do not massage at home at the moment"),
    },
}


@dataclass(frozen=True)
class SessionLine:
    """One session of a family; `counts` is False where it was held too soon after another."""

    session: PracticumSession
    counts: bool


@dataclass(frozen=True)
class FamilyLine:
    family: PracticumFamily
    sessions: list[SessionLine]
    held: int
    asked: int
    next_on: date | None

    @property
    def state(self) -> str:
        """ "done", "left" or "running"."""
        if self.held >= self.asked:
            return "done"
        return "left" if self.family.left_on else "running"

    @property
    def said(self) -> list[str]:
        """What the family tapped, in words."""
        return [str(SAID[name][key]) for name, key in self.family.answers.items() if key in SAID.get(name, {})]

    @property
    def has_said(self) -> bool:
        return bool(self.said or self.family.words or any(one.session.feedback for one in self.sessions))


@dataclass(frozen=True)
class DateLine:
    """A date of a practice series with the names of its strokes."""

    date: PracticeDate
    strokes: list[str]
    is_over: bool


@dataclass(frozen=True)
class PracticePage:
    traineeship: Traineeship
    families: list[FamilyLine]
    dates: list[DateLine]
    needs: list[Need]
    gap: int
    asked: int

    @property
    def is_going_on(self) -> bool:
        return self.traineeship.state in GOING_ON

    @property
    def held(self) -> list[DateLine]:
        return [line for line in self.dates if line.date.is_held]

    @property
    def to_come(self) -> list[DateLine]:
        return [line for line in self.dates if not line.is_over and not line.date.is_cancelled]

    @property
    def to_see(self) -> list[FamilyLine]:
        """Families written down by hand that the trainer has not looked at."""
        return [line for line in self.families if not line.family.is_counted and line.family.seen_at is None]

    @property
    def gap_sentence(self) -> str:
        return ngettext(
            "Sessions of one family are at least %(days)d day apart.",
            "Sessions of one family are at least %(days)d days apart.",
            self.gap,
        ) % {"days": self.gap}


def practice_page(traineeship: Traineeship, *, now: datetime) -> PracticePage:
    """The page of a traineeship loaded `with_work()`. One query, for the names of the strokes."""
    gap, asked = gap_of(traineeship), sessions_of(traineeship)
    dates = list(traineeship.practice_dates.all())
    needs = [need for need in progress_of(traineeship).needs if need.requirement.kind == Requirement.Kind.PRACTICUM]
    families = [family_line(family, gap=gap, asked=asked) for family in traineeship.families.all()]
    return PracticePage(traineeship, families, _lines(dates, now), needs, gap, asked)


def family_line(family: PracticumFamily, *, gap: int, asked: int) -> FamilyLine:
    """A family with its sessions, in the order of their days."""
    rows = sorted((one for one in family.sessions.all() if not one.is_cancelled), key=lambda one: (one.held_on, one.no))
    held = min(held_sessions(family, gap=gap), asked)
    lines, last = [], None
    for one in rows:
        counts = last is None or one.held_on - last >= timedelta(days=gap)
        last = one.held_on if counts else last
        lines.append(SessionLine(one, counts))
    is_over = family.left_on is not None or held >= asked
    return FamilyLine(family, lines, held, asked, None if is_over or last is None else last + timedelta(days=gap))


def strokes_named(slugs: Sequence[str]) -> dict[str, str]:
    """{slug: name} of these strokes, in the reader's language. One query, none without any."""
    return {one.slug: str(one.name) for one in Stroke.objects.filter(slug__in=set(slugs))} if slugs else {}


def _lines(dates: list[PracticeDate], now: datetime) -> list[DateLine]:
    names = strokes_named([slug for one in dates for slug in one.strokes])
    return [
        DateLine(
            one,
            [names[slug] for slug in one.strokes if slug in names],
            one.starts_at + timedelta(minutes=one.minutes) <= now,
        )
        for one in dates
    ]


def how_many_were_there(one: PracticeDate) -> str:
    """For example "Three families were there."."""
    said = ngettext("%(count)d family was there.", "%(count)d families were there.", one.families)
    return said % {"count": one.families} if one.families else _("Nobody could come.")
