"""Practice that is counted from a register. `classes` says how it stands there, and this makes the rows say the same.

It is told everything each time, so that telling it twice changes nothing, and a corrected register is followed, also
backwards, until the candidate is signed off. No name comes along: a family is an alias here from its first moment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from config.audit.trail import record
from instructors.access import is_trainer_of
from instructors.aliases import next_alias
from instructors.models import PracticeDate, PracticumFamily, PracticumSession, Traineeship
from instructors.practicum import GOING_ON, must_be_in_training
from instructors.refusals import CannotTrain
from instructors.traineeship import locked, today_of


@dataclass(frozen=True)
class CountedSession:
    """A session that a family took part in. `key` names the date of the register, `no` its number in the series."""

    key: str
    no: int
    held_on: date
    minutes: int


@dataclass(frozen=True)
class CountedFamily:
    """A family that agreed to be counted. `key` names its booking; `answers` and `words` are its evaluation."""

    key: str
    age_band: str
    consented_on: date
    left_on: date | None = None
    sessions: Sequence[CountedSession] = ()
    answers: Mapping[str, str] = field(default_factory=dict)
    words: str = ""
    feedback_on: date | None = None


@dataclass(frozen=True)
class CountedDate:
    """A date of a practice series, to come or over, with its lesson plan and how many families were there."""

    key: str
    series: str
    no: int
    starts_at: datetime
    time_zone: str
    minutes: int
    place: str = ""
    lesson: str = ""
    strokes: Sequence[str] = ()
    families: int = 0
    is_held: bool = False
    is_cancelled: bool = False


def count(
    traineeship: Traineeship, *, families: Sequence[CountedFamily], dates: Sequence[CountedDate], now: datetime
) -> int:
    """Let the counted rows say what the register says; returns how many changed.

    What stands there no longer is cancelled here, never deleted. Rows written by hand are left alone, and so is
    everything once the candidate is signed off.
    """
    with transaction.atomic():
        row = locked(traineeship)
        if row.state not in GOING_ON:
            return 0
        changed = _count_dates(row, dates) + _Families(row, today_of(row, now)).follow(families)
        if changed:
            detail = {"families": len(families), "dates": len(dates), "changed": changed}
            record("counted practice from the register", by=None, about=row, now=now, detail=detail)
    return changed


def reflect(one: PracticeDate, *, words: str, by: Any, now: datetime) -> PracticeDate:
    """The candidate's own word on how a date went, in place of an older one. Raises CannotTrain."""
    with transaction.atomic():
        row = locked(one.traineeship)
        must_be_in_training(row)
        if by.pk != row.trainee_id:
            raise CannotTrain(_("Only the candidate writes how it went for them."))
        one = PracticeDate.objects.select_for_update().get(pk=one.pk)
        if not one.is_held:
            raise CannotTrain(_("This date has not been held. Please write once it was."))
        if one.self_evaluation != words.strip():
            one.self_evaluation = words.strip()
            one.self_evaluated_at = now if one.self_evaluation else None
            one.save(update_fields=["self_evaluation", "self_evaluated_at"])
            record("wrote a self-evaluation", by=by, about=one, now=now)
    return one


def observe(one: PracticeDate, *, words: str, by: Any, now: datetime) -> PracticeDate:
    """The supervising trainer was there, and says what they saw; the newest words stand.

    Raises CannotTrain for anybody but the candidate's own trainer, or a date that has not been held.
    """
    with transaction.atomic():
        row = locked(one.traineeship)
        must_be_in_training(row)
        if not is_trainer_of(by, row):
            raise CannotTrain(_("Only the candidate’s own trainer observes a practice series."))
        one = PracticeDate.objects.select_for_update().get(pk=one.pk)
        if not one.is_held:
            raise CannotTrain(_("This date has not been held. Please note it once it was."))
        one.observer, one.observed_at, one.observation = by, now, words.strip()
        one.save(update_fields=["observer", "observed_at", "observation"])
        PracticumSession.objects.filter(
            family__traineeship=row, counted_from=one.counted_from, is_cancelled=False
        ).update(observer=by)
        record("observed a practice session", by=by, about=one, now=now)
    return one


def _count_dates(row: Traineeship, dates: Sequence[CountedDate]) -> int:
    known = {one.counted_from: one for one in row.practice_dates.all()}
    told = {one.key: one for one in dates}
    changed = 0
    for key, one in told.items():
        values = {**vars(one), "strokes": list(one.strokes)}
        del values["key"]
        changed += _put(known.get(key) or PracticeDate(traineeship=row, counted_from=key), values)
    for key in known.keys() - told.keys():
        changed += _put(known[key], {"is_held": False, "is_cancelled": True, "families": 0})
    return changed


class _Families:
    """The counted families of one traineeship, which is locked."""

    def __init__(self, row: Traineeship, today: date) -> None:
        self.row, self.today = row, today
        rows = list(row.families.prefetch_related("sessions"))
        self.aliases = [one.alias for one in rows]
        self.known = {one.counted_from: one for one in rows if one.is_counted}

    def follow(self, told: Sequence[CountedFamily]) -> int:
        changed = sum(self._follow_one(one) for one in told)
        gone = self.known.keys() - {one.key for one in told}
        return changed + sum(self._let_go(self.known[key]) for key in gone)

    def _follow_one(self, told: CountedFamily) -> int:
        family = self.known.get(told.key)
        if family is None:
            if not told.sessions:
                return 0
            alias = next_alias(self.aliases, language=self.row.trainee.language)
            self.aliases.append(alias)
            family = PracticumFamily(traineeship=self.row, counted_from=told.key, alias=alias, age_band=told.age_band)
        said = {"answers": dict(told.answers), "words": told.words, "feedback_on": told.feedback_on}
        changed = _put(family, {"consented_on": told.consented_on, "left_on": told.left_on, **said})
        return changed + _follow_sessions(family, told.sessions)

    def _let_go(self, family: PracticumFamily) -> int:
        """It may not be counted any more, so nothing of it stays but the alias."""
        values = {"left_on": family.left_on or self.today, "answers": {}, "words": "", "feedback_on": None}
        return _put(family, values) + _follow_sessions(family, [])


def _follow_sessions(family: PracticumFamily, told: Sequence[CountedSession]) -> int:
    rows = list(family.sessions.all()) if family.pk else []
    known = {one.counted_from: one for one in rows if one.counted_from}
    used = {one.no for one in rows}
    changed = 0
    for one in sorted(told, key=lambda one: (one.held_on, one.no)):
        session = known.pop(one.key, None)
        if session is None:
            no = one.no if one.no not in used else max(used) + 1
            used.add(no)
            session = PracticumSession(family=family, counted_from=one.key, no=no)
        changed += _put(session, {"held_on": one.held_on, "minutes": one.minutes, "is_cancelled": False})
    return changed + sum(_put(session, {"is_cancelled": True}) for session in known.values())


def _put(row: models.Model, values: Mapping[str, Any]) -> int:
    """Write the values that differ; returns 1 where there were any, or the row is new."""
    differing = [name for name, value in values.items() if getattr(row, name) != value]
    for name in differing:
        setattr(row, name, values[name])
    is_new = row.pk is None
    if is_new or differing:
        row.save(update_fields=None if is_new else differing)
    return int(is_new or bool(differing))
