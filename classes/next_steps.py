"""What massage may look like next, for a child that grows: by the age since birth or, born early, since the due date.

Ages are rough, and every sentence leaves the choice to the family. Nothing here says what a baby should do by when.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from families.models import Baby


@dataclass(frozen=True)
class Stage:
    """What suits many babies until that age in weeks. `need` is the filter of the stroke library that fits, if any."""

    until_weeks: int
    title: str | Promise
    ideas: tuple[str | Promise, ...]
    need: str = ""


# Sources: McClure on crawling babies; story and weather massage for older children (A3, B5).
STAGES = (
    Stage(
        13,
        _("While your baby is small"),
        (
            _("Two to five minutes and one part of the body are a whole massage."),
            _("Warm, still hands count too, whenever strokes are too much."),
            _("Ask first, every time, in the same words."),
        ),
    ),
    Stage(
        26,
        _("When your baby looks around and reaches"),
        (
            _("Show your hands, wait, and let your baby choose which part comes next."),
            _("The back strokes go well with time on the tummy, awake and with you beside."),
            _("Sing the rhymes you know. A pause before the last word is a game by itself."),
        ),
    ),
    Stage(
        52,
        _("When your baby is on the move"),
        (
            _("Massage where your baby is: sitting, standing at the sofa, on your lap. Two strokes may be enough."),
            _("Follow: let your baby roll away and come back. That is an answer, too."),
            _("Back and legs are the easiest, after the bath or before sleep."),
        ),
        need="crawler",
    ),
    Stage(
        10_000,
        _("When your child has words"),
        (
            _("Ask where, and how. “No” ends it, as it always did."),
            _("Tell a story with your hands through the clothes: weather, baking, animals in the garden."),
            _("Let your child massage a doll, a bear, or you."),
        ),
    ),
)


@dataclass(frozen=True)
class NextSteps:
    """One baby's stage. `is_corrected` where the age is counted from the due date."""

    baby: Baby
    stage: Stage
    is_corrected: bool


def next_steps(babies: Sequence[Baby], *, on: date) -> list[NextSteps]:
    """The stage of each of these babies that is born, on that day."""
    return [NextSteps(baby, _stage_of(baby, on), baby.is_early) for baby in babies if baby.born_on is not None]


def _stage_of(baby: Baby, on: date) -> Stage:
    weeks = baby.corrected_age_in_weeks(on)
    return next(stage for stage in STAGES if weeks < stage.until_weeks)
