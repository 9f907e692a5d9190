"""What the page of a series' strokes sends: the whole arrangement, and which of its buttons was pressed.

Every button sends the page whole, so that nothing is lost; only “Keep” and “Put back” keep anything.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from classes import own_plan
from classes.arrangement import Arrangement
from classes.models.session import title_here
from classes.plan_history import names_known
from classes.planning import Desk
from config.lib.refs import new_token
from curriculum import naming
from curriculum.library import aliases_of
from curriculum.models import Lesson, Region, Stroke

MOST_ROWS = 300
OUT = 0
JOINERS = "\u200c\u200d"
"""They belong to the letters of some scripts."""


@dataclass(frozen=True)
class Row:
    """One stroke on the page. `name` is what it is called here, empty for its own name."""

    stroke: Stroke
    week: int
    name: str
    is_fixed: bool
    is_rooted: bool
    known: list[tuple[str, str]]
    can_rise: bool
    can_sink: bool
    error: str = ""

    @property
    def called(self) -> str:
        return self.name or self.stroke.name


@dataclass(frozen=True)
class WeekRows:
    """One week on the page: its strokes, when its session is, and since when it is settled."""

    lesson: Lesson
    rows: list[Row]
    starts_at: datetime | None
    settled_at: datetime | None

    @property
    def title(self) -> str:
        """What the week is about, as arranged."""
        parts = own_plan.parts_here(self.lesson, [row.stroke for row in self.rows])
        return title_here(self.lesson.title, parts, self.lesson.pk)

    @property
    def shown(self) -> list[Row]:
        """What families know: it stays."""
        return [row for row in self.rows if row.is_fixed]

    @property
    def loose(self) -> list[Row]:
        return [row for row in self.rows if not row.is_fixed]


@dataclass(frozen=True)
class Shelf:
    """Strokes of one part of the body that this series leaves out."""

    name: str
    rows: list[Row]


class ArrangeForm(forms.Form):
    """`seen` is the number of the version that was opened, `key` the page: sent twice, it keeps one version."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    key = forms.RegexField(r"^[\w-]{1,64}$", widget=forms.HiddenInput)
    do = forms.CharField(required=False, max_length=200)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"key": new_token()})

    @property
    def pressed(self) -> list[str]:
        """The button, and what it is about: ["up", "sun-moon"]."""
        return str(self.cleaned_data["do"]).split(":")

    def sent(self) -> Arrangement:
        """What the page showed, with the weeks chosen and the names typed on it. Moved strokes come last."""
        stayed: dict[int, list[str]] = {}
        moved: list[tuple[int, str]] = []
        names: dict[str, str] = {}
        for told in self.data.getlist("stroke")[:MOST_ROWS]:  # type: ignore[attr-defined]  # a QueryDict
            slug, _at, was = told.partition("@")
            week = _number(self.data.get(f"week-{slug}", was))
            if week == _number(was):
                stayed.setdefault(week, []).append(slug)
            else:
                moved.append((week, slug))
            names[slug] = _plain(self.data.get(f"name-{slug}", ""))
        for week, slug in moved:
            stayed.setdefault(week, []).append(slug)
        stayed.pop(OUT, None)
        return Arrangement(stayed, {slug: name for slug, name in names.items() if name})


class PutBackForm(forms.Form):
    """Which version to teach by again; 0 is the curriculum's own."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    key = forms.RegexField(r"^[\w-]{1,64}$", widget=forms.HiddenInput)
    number = forms.IntegerField(min_value=0)


class OlderForm(forms.Form):
    """?before= of the history."""

    before = forms.IntegerField(required=False, min_value=1)

    @property
    def cursor(self) -> int | None:
        return self.cleaned_data["before"] if self.is_valid() else None


class Whole:
    """Names for all strokes at once: neutral ones, a school's, or the curriculum's own."""

    PLAIN, NEUTRAL = "plain", "neutral"

    def __init__(self, desk: Desk) -> None:
        self.strokes = desk.strokes
        rows = [row for stroke in desk.strokes.values() for row in aliases_of(stroke)]
        self.schools = sorted({row.school for row in rows if row.school})

    @property
    def choices(self) -> list[tuple[str, Any]]:
        schools = [(str(at), _("As %(school)s says it") % {"school": one}) for at, one in enumerate(self.schools)]
        return [
            (self.NEUTRAL, _("Without “Indian” and “Swedish”")),
            *schools,
            (self.PLAIN, _("All by their own names")),
        ]

    def names(self, asked: str) -> dict[str, str]:
        """{slug: name} to call them by; an unknown choice changes nothing."""
        if asked == self.PLAIN:
            return dict.fromkeys(self.strokes, "")
        school = self.schools[int(asked)] if asked.isdecimal() and int(asked) < len(self.schools) else None
        found: dict[str, str] = {}
        for slug, stroke in self.strokes.items():
            for row in aliases_of(stroke):
                if row.is_neutral if asked == self.NEUTRAL else school is not None and row.school == school:
                    found.setdefault(slug, row.name)
        return found


def weeks_on_page(desk: Desk, shown: Arrangement, errors: Mapping[str, str]) -> list[WeekRows]:
    """Every week of the plan with its rows, as arranged on the page."""
    return [
        WeekRows(
            lesson,
            _rows(desk, shown, lesson.week, errors),
            starts_at=desk.dates.get(lesson.week),
            settled_at=desk.settled.weeks.get(lesson.week),
        )
        for lesson in desk.lessons
    ]


def _rows(desk: Desk, shown: Arrangement, week: int, errors: Mapping[str, str]) -> list[Row]:
    slugs = [slug for slug in shown.weeks.get(week, ()) if slug in desk.strokes]
    loose = [] if week in desk.settled.weeks else [slug for slug in slugs if slug != desk.rooted]
    return [
        _row(
            desk,
            shown,
            slug,
            week,
            error=errors.get(slug, ""),
            can_rise=slug in loose[1:],
            can_sink=slug in loose[:-1],
        )
        for slug in slugs
    ]


def _row(desk: Desk, shown: Arrangement, slug: str, week: int, **more: Any) -> Row:
    stroke = desk.strokes[slug]
    return Row(
        stroke,
        week,
        naming.said(shown.names.get(slug, "")),
        is_fixed=slug in desk.settled.strokes,
        is_rooted=slug == desk.rooted,
        known=list(names_known(stroke)),
        **more,
    )


def shelves_on_page(desk: Desk, shown: Arrangement, errors: Mapping[str, str]) -> list[Shelf]:
    """What no week has, by parts of the body."""
    taught = shown.week_of
    rows = [
        _row(desk, shown, slug, OUT, error=errors.get(slug, ""), can_rise=False, can_sink=False)
        for slug in desk.strokes
        if slug not in taught
    ]
    found = [Shelf(str(part.label), [row for row in rows if row.stroke.region == part]) for part in Region]
    return [shelf for shelf in found if shelf.rows]


def _plain(told: str) -> str:
    """A name without what nobody sees in it: control characters, soft hyphens, marks that turn a line round."""
    return "".join(
        letter
        for letter in " ".join(told.split())
        if letter in JOINERS or unicodedata.category(letter) not in ("Cc", "Cf")
    )


def _number(told: str) -> int:
    return int(told) if told.isdecimal() and len(told) < 4 else OUT
