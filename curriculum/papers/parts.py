"""What stands on a paper, as plain data in the reader's language. Nothing here asks the database."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from config.lib.qr import qr_svg
from curriculum.diagrams import standalone
from curriculum.models import Cue, OilNote, Precaution, RegionGuide, Routine, RoutineStep, State, Stroke, WhenToCall
from curriculum.readiness import Cues

Part = dict[str, Any]
SIZES = ("a4", "letter")
HALVES = {"a4": "a5", "letter": "half-letter"}
"""The half sheet of each size: pages of a booklet, and cards."""
MOST_STEPS = 16
"""So many names of strokes read as a line."""


def frame(*, title: str, description: str, foot: str, sheet: str) -> Part:
    """What every paper has: its title, its language, its sheet, the line at its foot and the words around the rest."""
    return {
        "lang": (get_language() or "en").split("-")[0],
        "title": title,
        "author": "Warm Hands",
        "description": description,
        "foot": foot,
        "sheet": sheet,
        "words": words(),
    }


def words() -> dict[str, str]:
    """The words that papers share; most of them stand on the pages of the site as well."""
    return {
        "letter_left": pgettext("left hand, one letter", "L"),
        "letter_right": pgettext("right hand, one letter", "R"),
        "left_hand": _("Your left hand"),
        "right_hand": _("Your right hand"),
        "wider_band": _("Wider band, more of your hand"),
        "page_of": _("Page %(page)s of %(pages)s") % {"page": "{page}", "pages": "{pages}"},
        "oil": _("Oil, if you like"),
        "no_oil": _("no oil"),
        "wait_if": _("Wait, or leave a part out, if"),
        "signs": _("One sign: pause. Two, or crying: stop"),
        "contents": _("In this booklet"),
        "new": _("New this week"),
        "again": _("From earlier weeks, as you both like"),
        "rhyme": _("A rhyme to go with it"),
        "call_title": _("When to call a doctor"),
        "call_lead": _("Massage never replaces help. Call, whatever the hour, with:"),
        "call_end": _(
            "If the crying is too much, lay your baby down safely and step away for a moment. Never shake a baby."
        ),
        "pen": _("How did it go? Only if you like"),
        "pen_day": _("Day"),
        "pen_minutes": _("Minutes"),
        "pen_answer": _("Your baby’s answer"),
        "pen_line": _("A line for yourself"),
        "nothing_new": _(
            "Nothing new was shown in this class. What you know is plenty: choose what you both like best."
        ),
    }


def qr(address: str) -> Part:
    """A code that opens the page of this address, with the words beside it."""
    return {"picture": qr_svg(address), "alt": _("A code that opens the page: %s") % address, "says": _("To the page")}


def pictures(strokes: Iterable[Stroke], *, cloth: str = "oat") -> dict[str, Part]:
    """{slug: its drawing and how wide it is for its height}, each once."""
    letters = {"left": pgettext("left hand, one letter", "L"), "right": pgettext("right hand, one letter", "R")}
    return {one.slug: _picture(standalone(InARow(one), labels=letters, cloth=cloth, ink="print")) for one in strokes}


@dataclass(frozen=True)
class InARow:
    """A stroke whose panels stand side by side: paper is wide, where a phone is narrow and has them in rows."""

    stroke: Stroke

    @property
    def name(self) -> str:
        return self.stroke.name

    @property
    def description(self) -> str:
        return self.stroke.description

    @property
    def drawing(self) -> dict[str, Any]:
        return {key: value for key, value in self.stroke.drawing.items() if key != "columns"}


def _picture(drawing: str) -> Part:
    size = re.search(r' width="([\d.]+)" height="([\d.]+)"', drawing)
    return {"drawing": drawing, "shape": float(size[1]) / float(size[2]) if size else 1.0}


def stroke(one: Stroke, *, tag: str = "") -> Part:
    """A stroke with its words; its drawing stands in `pictures`."""
    return {
        "slug": one.slug,
        "name": one.called,
        "alt": one.description,
        "panels": max(1, len(one.diagram.get("panels") or [])),
        "says": one.summary,
        "steps": one.steps,
        "repeats": one.repeats,
        "cautions": one.caution_lines,
        "tag": tag,
    }


def ready(*, oil: Sequence[OilNote], asked: Sequence[Precaution], cues: Cues) -> Part:
    """What to look at before a massage: of the moment, never of a baby's record."""
    return {
        "oil": [note.words for note in oil if note.advice == OilNote.Advice.CHOOSE],
        "wait": f"{'; '.join(reason.title for reason in asked)}.",
        "signs": [
            [_("Yes"), signs(cues.engagement)],
            [_("Pause"), signs(cues.subtle)],
            [_("Stop"), signs(cues.potent)],
        ],
    }


def signs(cues: Sequence[Cue], most: int = 5) -> str:
    return " ".join(f"{cue.sign}." for cue in cues[:most])


def call(rows: Sequence[WhenToCall]) -> list[str]:
    return [row.sign for row in rows]


def awake(states: Sequence[State]) -> Part:
    """The six states, each with what it looks like and what we say."""
    return {
        "states": [[state.name, state.looks_like, state.says] for state in states],
        "states_title": _("Is your baby ready?"),
        "states_lead": _("Look at the face first, then the hands. We only suggest. You know your baby best."),
    }


def group(guide: RegionGuide, strokes: Sequence[Stroke]) -> Part:
    """A part of the body with its strokes. The first rule is the same for every part and stands elsewhere."""
    rules = guide.rule_lines[1:]
    return {
        "name": str(guide.get_region_display()),
        "no_oil": guide.no_oil,
        "rules": f"{guide.heading}: {' '.join(rules)}" if rules else "",
        "strokes": [stroke(one) for one in strokes],
    }


def routine(one: Routine, steps: Sequence[RoutineStep], *, called: Mapping[int, str]) -> Part:
    """A routine as a line of names; `called` is {key of a stroke: what it is called here}.

    One too long for a line goes in the order in which its strokes were learned, as its summary says.
    """
    return {
        "name": one.name,
        "says": " ".join(filter(None, (one.summary, one.when))),
        "steps": [step_line(step, called) for step in steps] if len(steps) <= MOST_STEPS else [],
    }


def step_line(step: RoutineStep, called: Mapping[int, str]) -> str:
    """The name of a step, with how often where that is more than once."""
    name = called.get(step.stroke_id, step.stroke.called)
    return f"{name} × {step.repeat}" if step.repeat and step.repeat > 1 else name
