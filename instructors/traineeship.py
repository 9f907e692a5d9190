"""A traineeship from the application to its end: accepting, giving more time, ending, lapsing."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from config.audit.trail import record
from config.lib.times import local
from instructors.access import is_registrar, is_trainer_of, may_certify
from instructors.deadlines import deadline_of
from instructors.models import Extension, Programme, Traineeship, TrainingEvent
from instructors.profiles import ensure_profile
from instructors.refusals import CannotTrain

State = Traineeship.State
SWEPT_AT_ONCE = 500
# Nobody is given longer at once; a later day is a slip of the year.
MOST_TIME = timedelta(days=3 * 365)


def today_of(traineeship: Traineeship, now: datetime) -> date:
    """The day it is where the training is held."""
    return local(now, traineeship.event.time_zone if traineeship.event else "UTC").date()


def locked(traineeship: Traineeship) -> Traineeship:
    """The row as it is now, held until the transaction ends."""
    rows = Traineeship.objects.select_for_update(of=("self",)).select_related(
        "programme__credential_type__body", "event"
    )
    return rows.get(pk=traineeship.pk)


def apply(
    programme: Programme, *, trainee: Any, now: datetime, event: TrainingEvent | None = None, by: Any = None
) -> Traineeship:
    """An application. Raises CannotTrain where one is open already, or the programme or the event is not open."""
    with transaction.atomic():
        if programme.status != Programme.Status.PUBLISHED:
            raise CannotTrain(_("This programme is not open for applications."))
        if event and event.programme_id != programme.pk:
            raise CannotTrain(_("This training event belongs to another programme."))
        type(trainee).objects.select_for_update().get(pk=trainee.pk)
        if Traineeship.objects.of(trainee).open().filter(credential_type=programme.credential_type).exists():
            raise CannotTrain(_("There is an open traineeship for this credential already."))
        traineeship = Traineeship.objects.create(
            trainee=trainee,
            programme=programme,
            credential_type=programme.credential_type,
            event=event,
            applied_at=now,
        )
        record("applied for training", by=by or trainee, about=traineeship, now=now)
    return traineeship


def accept(traineeship: Traineeship, *, trainer: Any, by: Any, now: datetime) -> Traineeship:
    """Accept the application; the trainer of record and the deadline are written down.

    Raises CannotTrain where the trainer may not certify for this body, is the candidate, or no place is left.
    """
    with transaction.atomic():
        row = locked(traineeship)
        _must_move(row, State.ACCEPTED)
        today = today_of(row, now)
        _must_be_able_to_train(row, trainer, on=today)
        _must_have_a_place(row)
        row.state, row.trainer_of_record, row.started_on = State.ACCEPTED, trainer, today
        row.deadline_on = deadline_of(row)
        row.save()
        ensure_profile(row.trainee)
        record("accepted for training", by=by, about=row, now=now, detail={"deadline": str(row.deadline_on)})
    return row


def start(traineeship: Traineeship, *, by: Any, now: datetime) -> Traineeship:
    """From accepted to in training; nothing happens to one who is in training already."""
    with transaction.atomic():
        row = locked(traineeship)
        if row.state == State.ACTIVE:
            return row
        _move(row, State.ACTIVE, by=by, now=now, what="began training")
    return row


def hand_over(traineeship: Traineeship, *, trainer: Any, by: Any, now: datetime) -> Traineeship:
    """Another trainer of record. Raises CannotTrain unless a registrar of the body does it."""
    with transaction.atomic():
        row = locked(traineeship)
        if not is_registrar(by, row.credential_type.body):
            raise CannotTrain(_("Only a registrar of the body gives a candidate another trainer."))
        _must_be_able_to_train(row, trainer, on=today_of(row, now))
        row.trainer_of_record = trainer
        row.save(update_fields=["trainer_of_record"])
        record("gave a candidate another trainer", by=by, about=row, now=now, detail={"trainer": trainer.pk})
    return row


def extend(traineeship: Traineeship, *, until: date, reason: str, by: Any, now: datetime) -> Extension:
    """More time. It only moves forward, and brings a lapsed traineeship back.

    Raises CannotTrain without a reason, for a day not later than the old one and today, or for another's candidate.
    """
    with transaction.atomic():
        row = locked(traineeship)
        if not (is_trainer_of(by, row) or is_registrar(by, row.credential_type.body)):
            raise CannotTrain(_("Only the candidate's trainer or a registrar of the body gives more time."))
        if not reason.strip():
            raise CannotTrain(_("Please give the reason for more time."))
        if (row.deadline_on and until <= row.deadline_on) or until <= today_of(row, now):
            raise CannotTrain(_("More time only moves forward: choose a later day."))
        if until > today_of(row, now) + MOST_TIME:
            raise CannotTrain(_("Please look at the year of this date again."))
        if row.state not in (State.ACCEPTED, State.ACTIVE, State.LAPSED):
            raise CannotTrain(_("This traineeship has ended."))
        given = Extension.objects.create(
            traineeship=row, old_on=row.deadline_on, new_on=until, reason=reason, granted_by=by, granted_at=now
        )
        row.deadline_on = until
        if row.state == State.LAPSED:
            _must_be_the_only_open_one(row)
            row.state = State.ACTIVE
        row.save(update_fields=["deadline_on", "state"])
        record("gave more time", by=by, about=row, now=now, detail={"was": str(given.old_on), "now": str(until)})
    return given


def reject(traineeship: Traineeship, *, reason: str, by: Any, now: datetime) -> Traineeship:
    return _end(traineeship, State.REJECTED, reason=reason, by=by, now=now)


def withdraw(traineeship: Traineeship, *, by: Any, now: datetime, reason: str = "") -> Traineeship:
    """The candidate's own leaving. Raises CannotTrain for anybody else."""
    if by.pk != traineeship.trainee_id:
        raise CannotTrain(_("Only the candidate withdraws."))
    return _end(traineeship, State.WITHDRAWN, reason=reason, by=by, now=now)


def close(traineeship: Traineeship, *, reason: str, by: Any, now: datetime) -> Traineeship:
    """Ended by the trainer, with a reason. Raises CannotTrain without one."""
    if not reason.strip():
        raise CannotTrain(_("Please give the reason for ending it."))
    return _end(traineeship, State.CLOSED, reason=reason, by=by, now=now)


def sweep(now: datetime) -> int:
    """End what ran past its deadline; returns how many. A day ends where the training is held."""
    lapsed = 0
    for found in Traineeship.objects.past_deadline(now.date()).select_related("event")[:SWEPT_AT_ONCE]:
        with transaction.atomic():
            row = locked(found)
            if row.state not in (State.ACCEPTED, State.ACTIVE) or not _is_over(row, now):
                continue
            _move(row, State.LAPSED, by=None, now=now, what="traineeship lapsed")
            lapsed += 1
    return lapsed


def _is_over(row: Traineeship, now: datetime) -> bool:
    return row.deadline_on is not None and row.deadline_on < today_of(row, now)


def _end(traineeship: Traineeship, state: str, *, reason: str, by: Any, now: datetime) -> Traineeship:
    with transaction.atomic():
        row = locked(traineeship)
        row.reason, row.closed_by, row.closed_at = reason, by, now
        _move(row, state, by=by, now=now, what=f"traineeship {state}")
    return row


def _move(row: Traineeship, state: str, *, by: Any, now: datetime, what: str) -> None:
    _must_move(row, state)
    was, row.state = row.state, state
    row.save()
    record(what, by=by, about=row, now=now, detail={"was": was})


def _must_move(row: Traineeship, state: str) -> None:
    if state not in Traineeship.MOVES.get(row.state, frozenset()):
        raise CannotTrain(
            _("This traineeship is “%(state)s”, so that cannot be done.") % {"state": row.get_state_display()}
        )


def _must_be_able_to_train(row: Traineeship, trainer: Any, *, on: date) -> None:
    if trainer.pk == row.trainee_id:
        raise CannotTrain(_("Nobody can be their own trainer."))
    if not may_certify(trainer, row.credential_type.body, on=on):
        raise CannotTrain(
            _("%(name)s holds no valid trainer's certificate of %(body)s.")
            % {"name": trainer, "body": row.credential_type.body}
        )


def _must_have_a_place(row: Traineeship) -> None:
    if row.event is None:
        return
    event = TrainingEvent.objects.select_for_update().get(pk=row.event.pk)
    if event.traineeship_set.exclude(state__in=["applied", "rejected", "withdrawn"]).count() >= event.capacity:
        raise CannotTrain(_("Every place of this training event is taken."))


def _must_be_the_only_open_one(row: Traineeship) -> None:
    if Traineeship.objects.of(row.trainee_id).open().filter(credential_type=row.credential_type_id).exists():
        raise CannotTrain(_("There is an open traineeship for this credential already."))
