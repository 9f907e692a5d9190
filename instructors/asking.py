"""A candidate asks for more time, and is answered: more time as an extension, or a word why not."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from config.audit.trail import record
from instructors import training_letters
from instructors.access import is_registrar, may_sign_for, why_not_acting
from instructors.models import Extension, Requirement, TimeRequest, Traineeship
from instructors.refusals import CannotTrain
from instructors.traineeship import MOST_TIME, extend, locked, today_of

State = TimeRequest.State
MAY_ASK = (Traineeship.State.ACCEPTED, Traineeship.State.ACTIVE, Traineeship.State.LAPSED)


def ask(
    traineeship: Traineeship,
    *,
    until: date,
    reason: str,
    by: Any,
    now: datetime,
    requirement: Requirement | None = None,
) -> TimeRequest:
    """Ask for more time, for one step or for the whole. Asked twice while one waits, the first one again.

    Raises CannotTrain for somebody else's training, one that has ended or has no deadline, without a reason, or for a
    day that is not later.
    """
    with transaction.atomic():
        row = locked(traineeship)
        if by.pk != row.trainee_id:
            raise CannotTrain(_("Only the candidate asks for more time."))
        if standing := row.time_requests.open().first():
            return standing
        _must_be_askable(row, until=until, reason=reason, requirement=requirement, now=now)
        asked = TimeRequest.objects.create(
            traineeship=row,
            trainee_id=row.trainee_id,
            requirement=requirement,
            wanted_on=until,
            reason=reason.strip(),
            asked_at=now,
        )
        record("asked for more time", by=by, about=asked, now=now, detail={"until": str(until)})
        training_letters.tell_trainer(row, now=now)
    return asked


def take_back(request: TimeRequest, *, by: Any, now: datetime) -> TimeRequest:
    """The candidate asks no more; nothing happens where it was taken back before. Raises CannotTrain once answered."""
    with transaction.atomic():
        locked(request.traineeship)
        row = TimeRequest.objects.select_for_update().get(pk=request.pk)
        if by.pk != row.trainee_id:
            raise CannotTrain(_("Only the one who asked takes it back."))
        if row.state == State.WITHDRAWN:
            return row
        _must_wait(row)
        row.state, row.answered_at = State.WITHDRAWN, now
        row.save(update_fields=["state", "answered_at"])
        record("took back asking for more time", by=by, about=row, now=now)
    return row


def give(request: TimeRequest, *, by: Any, now: datetime, until: date | None = None, word: str = "") -> TimeRequest:
    """More time, up to the day wished for or another. Raises CannotTrain where it was answered, or may not be given."""
    with transaction.atomic():
        locked(request.traineeship)
        row = TimeRequest.objects.select_for_update().get(pk=request.pk)
        _must_wait(row)
        # For the whole training no step is named: `extend` is called as everyone else calls it.
        step: dict[str, Any] = {"requirement": row.requirement} if row.requirement else {}
        reason = word.strip() or row.reason
        extend(row.traineeship, until=until or row.wanted_on, reason=reason, by=by, now=now, **step)
        row.refresh_from_db()
    return row


def decline(request: TimeRequest, *, word: str, by: Any, now: datetime) -> TimeRequest:
    """Not given, with a word why. Raises CannotTrain without one, for another's candidate, or once answered."""
    with transaction.atomic():
        training = locked(request.traineeship)
        row = TimeRequest.objects.select_for_update().get(pk=request.pk)
        if not (may_sign_for(by, training) or is_registrar(by, training.credential_type.body)):
            raise CannotTrain(_("Only the candidate's trainer or a registrar of the body answers."))
        if by.pk == row.trainee_id:
            raise CannotTrain(_("Somebody else answers what one asks for oneself."))
        if sentence := why_not_acting(by, training.credential_type.body, on=today_of(training, now)):
            raise CannotTrain(sentence)
        _must_wait(row)
        if not word.strip():
            raise CannotTrain(_("Please say why not; the candidate reads it."))
        row.state, row.answered_by, row.answered_at, row.answer = State.DECLINED, by, now, word.strip()
        row.save(update_fields=["state", "answered_by", "answered_at", "answer"])
        record("gave no more time", by=by, about=row, now=now)
        training_letters.tell_time_declined(training, request=row, now=now)
    return row


def settle(traineeship: Traineeship, given: Extension, *, now: datetime) -> None:
    """More time was given, asked for or not: what was asked is answered by it. `extend` calls this."""
    for row in traineeship.time_requests.open().for_requirement(given.requirement).select_for_update():
        row.state, row.extension, row.answer = State.GIVEN, given, given.reason
        row.answered_by, row.answered_at = given.granted_by, now
        row.save(update_fields=["state", "extension", "answer", "answered_by", "answered_at"])


def _must_wait(row: TimeRequest) -> None:
    if row.state != State.OPEN:
        raise CannotTrain(_("This was answered before. The answer stands on the candidate's page."))


def _must_be_askable(
    row: Traineeship, *, until: date, reason: str, requirement: Requirement | None, now: datetime
) -> None:
    today = today_of(row, now)
    if row.state not in MAY_ASK or row.trainer_of_record_id is None:
        raise CannotTrain(_("There is no time running, so no more can be asked for."))
    if row.deadline_on is None:
        raise CannotTrain(_("This training has no last day, so you need not ask."))
    if requirement and requirement.programme_id != row.programme_id:
        raise CannotTrain(_("This requirement belongs to another programme."))
    if not reason.strip():
        raise CannotTrain(_("Please say in a sentence why you need it."))
    if until <= today or (requirement is None and until <= row.deadline_on):
        raise CannotTrain(_("More time only moves forward: choose a later day."))
    if until > today + MOST_TIME:
        raise CannotTrain(_("Please look at the year of this date again."))
