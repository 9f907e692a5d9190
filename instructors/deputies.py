"""Who acts for a candidate beside the trainer of record. A registrar appoints; the appointment stays to be read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from config.audit.trail import record
from instructors.access import is_registrar, is_trainer_of, may_certify
from instructors.models import Deputy, Traineeship
from instructors.models.traineeship import OPEN_STATES
from instructors.refusals import CannotTrain
from instructors.traineeship import locked, today_of


def appoint(traineeship: Traineeship, *, trainer: Any, task: str, reason: str, by: Any, now: datetime) -> Deputy:
    """Name a deputy; asked twice for the same, the one who stands. Raises CannotTrain with the first obstacle."""
    with transaction.atomic():
        row = locked(traineeship)
        standing = row.deputies.standing().filter(trainer=trainer).first()
        if standing and standing.task == task:
            return standing
        named = Deputy(
            traineeship=row,
            trainee_id=row.trainee_id,
            trainer=trainer,
            task=task,
            reason=reason.strip(),
            appointed_by=by,
            appointed_at=now,
        )
        for sentence in (*_who_may(named), *_what_is_missing(named)):
            raise CannotTrain(sentence)
        if standing:
            end(standing, by=by, now=now)
        named.save()
        record("appointed a deputy", by=by, about=row, now=now, detail={"deputy": trainer.pk, "task": task})
    return named


def end(deputy: Deputy, *, by: Any, now: datetime) -> Deputy:
    """The deputy acts no more; what they judged and signed stands. Ended twice is ended once."""
    with transaction.atomic():
        row = locked(deputy.traineeship)
        standing = Deputy.objects.select_for_update().get(pk=deputy.pk)
        if not is_registrar(by, row.credential_type.body):
            raise CannotTrain(_("Only a registrar of the body appoints deputies and ends it."))
        if standing.ended_at is None:
            standing.ended_by, standing.ended_at = by, now
            standing.save(update_fields=["ended_by", "ended_at"])
            record("ended a deputy", by=by, about=row, now=now, detail={"deputy": standing.trainer_id})
    return standing


def _who_may(named: Deputy) -> Iterator[str]:
    row, by, trainer = named.traineeship, named.appointed_by, named.trainer
    if not is_registrar(by, row.credential_type.body):
        yield _("Only a registrar of the body appoints deputies and ends it.")
    if row.trainee_id in (by.pk, trainer.pk):
        yield _("Nobody acts as deputy in their own training, or appoints one.")
    if trainer.pk == by.pk:
        yield _("Nobody appoints themselves; please ask another registrar of the body.")


def _what_is_missing(named: Deputy) -> Iterator[str]:
    row, trainer, body = named.traineeship, named.trainer, named.traineeship.credential_type.body
    if is_trainer_of(trainer, row):
        yield _("%(name)s is the candidate’s trainer already.") % {"name": trainer}
    if not may_certify(trainer, body, on=today_of(row, named.appointed_at)):
        yield _("%(name)s holds no valid trainer's certificate of %(body)s.") % {"name": trainer, "body": body}
    if named.task not in Deputy.Task.values:
        yield _("Please choose what the deputy is for.")
    if not named.reason:
        yield _("Please give the reason.")
    if row.state not in OPEN_STATES[1:]:
        yield _("A deputy is appointed while somebody is in training.")
