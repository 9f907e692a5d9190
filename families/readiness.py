"""Is this the moment, and what to heed with this baby: what the record says, as far as this adult may read it.

It advises and never decides: what is left out is named with its reason, and the carer may look all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from curriculum import progression
from curriculum import readiness as curriculum_readiness
from curriculum.models import OilNote, Precaution, State, Stroke, WhenToCall
from curriculum.readiness import Cues
from families import health
from families.models import Baby, Caregiver, HealthAnswers


@dataclass(frozen=True)
class Record:
    """What one adult may know of a baby's health answers."""

    precautions: list[Precaution]
    born_early: bool = False
    allergy: bool = False

    @property
    def says_something(self) -> bool:
        return bool(self.precautions or self.born_early or self.allergy)


@dataclass(frozen=True)
class Readiness:
    """Everything to look at before a massage. Nothing in it asks the database again.

    `asked_each_time` are reasons of this moment, `record` those that stand in the baby's health answers.
    """

    states: list[State]
    asked_each_time: list[Precaution]
    record: Record
    cues: Cues
    oil: list[OilNote]
    when_to_call: list[WhenToCall]


@dataclass(frozen=True)
class LeftOut:
    """Strokes that this baby's record leaves out, with the one reason they share."""

    precaution: Precaution
    strokes: list[Stroke]


def readiness_for(baby: Baby, *, by: Caregiver) -> Readiness:
    """What this adult sees before practising with this baby. Six queries."""
    every = curriculum_readiness.precautions()
    return Readiness(
        states=curriculum_readiness.states(),
        asked_each_time=[row for row in every if not row.lasting],
        record=record_of(baby, precautions=every, by=by),
        cues=curriculum_readiness.cues(),
        oil=curriculum_readiness.oil_notes(),
        when_to_call=curriculum_readiness.when_to_call(),
    )


def record_of(baby: Baby, *, precautions: Sequence[Precaution], by: Caregiver) -> Record:
    """The precautions that this baby's answers name, where this adult may read them; else none. One query."""
    answers = health.read_in_family([baby], by=by).get(baby.pk)
    if answers is None:
        return Record([])
    facts = answers.facts
    named = set(facts.get("conditions", ()))
    return Record(
        [row for row in precautions if row.key in named],
        born_early=facts.get("born_early") == HealthAnswers.Early.YES,
        allergy="allergy" in named,
    )


def left_out(strokes: Sequence[Stroke], *, record: Record) -> list[LeftOut]:
    """What the record leaves out of these strokes, each stroke once, under the first reason that names it."""
    fitted = progression.fitted(strokes, record.precautions)
    groups: dict[int, LeftOut] = {}
    for fit in fitted:
        if fit.blocks:
            reason = fit.blocks[0].precaution
            groups.setdefault(reason.pk, LeftOut(reason, [])).strokes.append(fit.stroke)
    return list(groups.values())


def fitting(strokes: Sequence[Stroke], *, record: Record) -> list[Stroke]:
    """Those that nothing in the record speaks against, in the same order."""
    return [fit.stroke for fit in progression.fitted(strokes, record.precautions) if not fit.blocks]
