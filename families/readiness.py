"""Is this the moment, and what to heed with this baby: what the record says, as far as this adult may read it.

It advises and never decides: what is left out is named with its reason, and the carer may look all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Prefetch, prefetch_related_objects

from curriculum import progression
from curriculum.fitting import fitting as suiting
from curriculum.models import Need, OilNote, Precaution, State, Stroke, StrokeAdaptation, WhenToCall
from curriculum.readiness import Cues, before_massage
from families import health
from families.models import Baby, Caregiver, HealthAnswers
from families.reasons import TOLD_AT_HOME


@dataclass(frozen=True)
class OfTheseDays:
    """Something told lately that still counts, and what we say of it.

    `precaution` is None for what the curriculum has no rule for, such as a new medicine. `until` is the moment at which
    it no longer counts by itself.
    """

    title: str
    answer: str
    until: datetime
    by: Caregiver
    precaution: Precaution | None = None
    before_class: bool = False


@dataclass(frozen=True)
class Record:
    """What one adult may know of a baby's health: lasting answers, and what was told of these days."""

    precautions: list[Precaution]
    born_early: bool = False
    allergy: bool = False
    days: tuple[OfTheseDays, ...] = ()

    @property
    def says_something(self) -> bool:
        return self.lasts or bool(self.days)

    @property
    def lasts(self) -> bool:
        """Whether something stands in the health answers, beside what was told of these days."""
        return bool(self.precautions or self.born_early or self.allergy)

    @property
    def heeded(self) -> list[Precaution]:
        """Every precaution that leaves something out, each once: those of these days first."""
        of_days = [one.precaution for one in self.days if one.precaution]
        return list({row.key: row for row in [*of_days, *self.precautions]}.values())

    @property
    def needs(self) -> list[Need]:
        """For what strokes have words of their own, as the curriculum knows it."""
        told = {row.key for row in self.precautions}
        found = [Need.PRETERM] if self.born_early else []
        return [*found, *(need for key, need in (("hip", Need.HIP), ("device", Need.DEVICE)) if key in told)]

    @property
    def is_waiting(self) -> bool:
        """Whether something of these days asks to wait with everything."""
        return any(one.precaution and one.precaution.level == Precaution.Level.NOT_TODAY for one in self.days)


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

    def heeding(self, days: Sequence[OfTheseDays]) -> Readiness:
        """The same, with what was told of these days."""
        return replace(self, record=replace(self.record, days=tuple(days)))

    @property
    def of_this_moment(self) -> list[Precaution]:
        """What is asked each time and is over within the hour: told to nobody, kept nowhere."""
        return [row for row in self.asked_each_time if row.key not in TOLD_AT_HOME]

    @property
    def of_some_days(self) -> list[Precaution]:
        return [row for row in self.asked_each_time if row.key in TOLD_AT_HOME]


@dataclass(frozen=True)
class LeftOut:
    """Strokes that this baby's record leaves out, with the one reason they share."""

    precaution: Precaution
    strokes: list[Stroke]


@dataclass(frozen=True)
class Change:
    """How some strokes change for this baby, in the words that they share."""

    words: str
    strokes: list[Stroke]


def readiness_for(baby: Baby, *, by: Caregiver) -> Readiness:
    """What this adult sees before practising with this baby. Two queries, once this edition was read before."""
    usual = before_massage()
    return Readiness(
        states=usual.states,
        asked_each_time=[row for row in usual.precautions if not row.lasting],
        record=record_of(baby, precautions=usual.precautions, by=by),
        cues=usual.cues,
        oil=usual.oil,
        when_to_call=usual.when_to_call,
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
    fitted = progression.fitted(strokes, record.heeded)
    groups: dict[int, LeftOut] = {}
    for fit in fitted:
        if fit.blocks:
            reason = fit.blocks[0].precaution
            groups.setdefault(reason.pk, LeftOut(reason, [])).strokes.append(fit.stroke)
    return list(groups.values())


def fitting(strokes: Sequence[Stroke], *, record: Record) -> list[Stroke]:
    """Those that nothing in the record speaks against, in the same order."""
    return [fit.stroke for fit in progression.fitted(strokes, record.heeded) if not fit.blocks]


def changes_for(strokes: Sequence[Stroke], *, record: Record) -> list[Change]:
    """How these strokes change for what stands in the record. One query, or none where nothing does."""
    found: dict[str, list[Stroke]] = {}
    if record.needs:
        rows = StrokeAdaptation.objects.current().select_related("adaptation")
        prefetch_related_objects(list(strokes), Prefetch("adaptations", rows, to_attr="current_adaptations"))
    for need in record.needs:
        for stroke in strokes:
            for words in suiting(stroke, need).words:
                found.setdefault(words, []).append(stroke)
    return [Change(words, list(dict.fromkeys(changed))) for words, changed in found.items()]
