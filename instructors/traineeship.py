"""A traineeship from the application to its end: accepting, giving more time, ending, lapsing."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from config.audit.trail import record
from config.lib.times import local
from instructors import training_letters
from instructors.access import is_registrar, may_certify, may_sign_for, why_not_acting
from instructors.certification import why_not_another
from instructors.deadlines import deadline_of, steps_of
from instructors.models import Extension, Programme, Requirement, Traineeship, TrainingEvent
from instructors.profiles import ensure_profile
from instructors.refusals import CannotTrain
from instructors.requirements import requirements_of_credential

State = Traineeship.State
# Nobody is given longer at once; a later day is a slip of the year.
MOST_TIME = timedelta(days=3 * 365)
ACCESS_WITHIN_DAYS = 92


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
    programme: Programme,
    *,
    trainee: Any,
    now: datetime,
    event: TrainingEvent | None = None,
    by: Any = None,
    words: str = "",
) -> Traineeship:
    """An application. Raises CannotTrain where one is open already, or the programme or the event is not open."""
    with transaction.atomic():
        if programme.status != Programme.Status.PUBLISHED and not _is_still_held(programme, event):
            raise CannotTrain(_("This programme is not open for applications."))
        if event:
            _must_take_applications(event, programme, by_candidate=by is None or by.pk == trainee.pk)
        type(trainee).objects.select_for_update().get(pk=trainee.pk)
        if sentence := requirements_of_credential(programme.credential_type, holder=trainee, on=now.date()):
            raise CannotTrain(sentence)
        if sentence := why_not_another(trainee, programme, on=now.date()):
            raise CannotTrain(sentence)
        if Traineeship.objects.of(trainee).open().filter(credential_type=programme.credential_type).exists():
            raise CannotTrain(_("There is an open traineeship for this credential already."))
        traineeship = Traineeship.objects.create(
            trainee=trainee,
            programme=programme,
            credential_type=programme.credential_type,
            event=event,
            applied_at=now,
            application=words.strip() or None,
        )
        record("applied for training", by=by or trainee, about=traineeship, now=now)
        if by is None or by.pk == trainee.pk:
            training_letters.tell_trainer(traineeship, now=now)
    return traineeship


def accept(traineeship: Traineeship, *, trainer: Any, by: Any, now: datetime) -> Traineeship:
    """Accept the application; the trainer of record and the deadline are written down.

    Raises CannotTrain where the trainer may not certify for this body, is the candidate, or no place is left.
    """
    with transaction.atomic():
        # The event first, as whatever changes an event does: its candidates are locked after it.
        event = TrainingEvent.objects.select_for_update().filter(pk=traineeship.event_id or 0).first()
        row = locked(traineeship)
        _must_move(row, State.ACCEPTED)
        today = today_of(row, now)
        _must_be_able_to_train(row, trainer, on=today)
        _must_decide(row, by, on=today)
        _must_have_a_place(event)
        row.state, row.trainer_of_record, row.started_on = State.ACCEPTED, trainer, today
        row.deadline_on = deadline_of(row)
        row.save()
        ensure_profile(row.trainee)
        record("accepted for training", by=by, about=row, now=now, detail={"deadline": str(row.deadline_on)})
        training_letters.tell_accepted(row, now=now)
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
        _must_be_anothers(row, by)
        if not is_registrar(by, row.credential_type.body):
            raise CannotTrain(_("Only a registrar of the body gives a candidate another trainer."))
        _must_be_able_to_train(row, trainer, on=today_of(row, now))
        row.trainer_of_record = trainer
        row.save(update_fields=["trainer_of_record"])
        record("gave a candidate another trainer", by=by, about=row, now=now, detail={"trainer": trainer.pk})
    return row


def extend(
    traineeship: Traineeship,
    *,
    until: date,
    reason: str,
    by: Any,
    now: datetime,
    requirement: Requirement | None = None,
) -> Extension:
    """More time for the whole training, or for one step and so for those after it. It only moves forward.

    It brings a lapsed traineeship back. Raises CannotTrain without a reason, for a day not later than the old one and
    today, or for another's candidate.
    """
    from instructors.asking import settle  # what is asked is answered by `extend`, so not at the top

    with transaction.atomic():
        row = locked(traineeship)
        was = row.deadline_on if requirement is None else _due_on(row, requirement)
        _must_be_fair(row, until, was=was, reason=reason, by=by, today=today_of(row, now))
        given = Extension.objects.create(
            traineeship=row,
            requirement=requirement,
            old_on=was,
            new_on=until,
            reason=reason,
            granted_by=by,
            granted_at=now,
        )
        row.deadline_on = _later(row.deadline_on, deadline_of(row))
        if row.state == State.LAPSED:
            _must_be_the_only_open_one(row)
            row.state = State.ACTIVE
        row.save(update_fields=["deadline_on", "state"])
        what = {"was": str(was), "now": str(until), "for": requirement.key if requirement else ""}
        record("gave more time", by=by, about=row, now=now, detail=what)
        settle(row, given, now=now)
        training_letters.tell_more_time(row, until=until, now=now)
    return given


def _due_on(row: Traineeship, requirement: Requirement) -> date | None:
    for step in steps_of(row):
        if step.requirement == requirement:
            return step.due_on
    raise CannotTrain(_("This has no last day of its own: give more time for the whole training."))


def _must_be_fair(row: Traineeship, until: date, *, was: date | None, reason: str, by: Any, today: date) -> None:
    _must_decide(row, by, on=today)
    if not (may_sign_for(by, row) or is_registrar(by, row.credential_type.body)):
        raise CannotTrain(_("Only the candidate's trainer or a registrar of the body gives more time."))
    if not reason.strip():
        raise CannotTrain(_("Please give the reason for more time."))
    if (was and until <= was) or until <= today:
        raise CannotTrain(_("More time only moves forward: choose a later day."))
    if until > today + MOST_TIME:
        raise CannotTrain(_("Please look at the year of this date again."))
    if row.state not in (State.ACCEPTED, State.ACTIVE, State.LAPSED):
        raise CannotTrain(_("This traineeship has ended."))


def _later(*days: date | None) -> date | None:
    return max((day for day in days if day), default=None)


def grant_access(traineeship: Traineeship, *, on: date, by: Any, now: datetime) -> Traineeship:
    """Open the online part of a hybrid for a candidate from that day, from which their deadlines count.

    Raises CannotTrain for another's candidate, where it is open already, or for a day far from today.
    """
    with transaction.atomic():
        row = locked(traineeship)
        today = today_of(row, now)
        _must_decide(row, by, on=today)
        if not (may_sign_for(by, row) or is_registrar(by, row.credential_type.body)):
            raise CannotTrain(_("Only the candidate's trainer or a registrar of the body opens the online part."))
        if row.access_on:
            raise CannotTrain(_("The online part is open for this candidate already. More time can be given instead."))
        if row.state not in (State.ACCEPTED, State.ACTIVE):
            raise CannotTrain(_("The online part is opened for those who are in training."))
        if abs(on - today) > timedelta(days=ACCESS_WITHIN_DAYS):
            raise CannotTrain(_("Choose a day within three months of today."))
        start(row, by=by, now=now)
        row = locked(row)
        row.access_on = on
        row.deadline_on = _later(row.deadline_on, deadline_of(row))
        row.save(update_fields=["access_on", "deadline_on"])
        record("opened the online part", by=by, about=row, now=now, detail={"on": str(on)})
    return row


def follow_the_days(traineeship: Traineeship, *, by: Any, now: datetime) -> None:
    """After the days of the training moved: a deadline that is counted from them moves along, only ever forward."""
    row = locked(traineeship)
    moved = _later(row.deadline_on, deadline_of(row))
    if row.state in (State.ACCEPTED, State.ACTIVE) and moved != row.deadline_on:
        was, row.deadline_on = row.deadline_on, moved
        row.save(update_fields=["deadline_on"])
        detail = {"was": str(was), "now": str(moved)}
        record("moved a deadline with the training days", by=by, about=row, now=now, detail=detail)


def reject(traineeship: Traineeship, *, reason: str, by: Any, now: datetime) -> Traineeship:
    """An application is not accepted. Raises CannotTrain for who decides nothing here, and for the candidate."""
    _must_decide(traineeship, by, on=today_of(traineeship, now))
    return _end(traineeship, State.REJECTED, reason=reason, by=by, now=now)


def withdraw(traineeship: Traineeship, *, by: Any, now: datetime, reason: str = "") -> Traineeship:
    """The candidate's own leaving. Raises CannotTrain for anybody else."""
    if by.pk != traineeship.trainee_id:
        raise CannotTrain(_("Only the candidate withdraws."))
    return _end(traineeship, State.WITHDRAWN, reason=reason, by=by, now=now)


def close(traineeship: Traineeship, *, reason: str, by: Any, now: datetime) -> Traineeship:
    """Ended by the trainer, with a reason.

    Raises CannotTrain without one, for who decides nothing here, and for the candidate, who withdraws.
    """
    _must_decide(traineeship, by, on=today_of(traineeship, now))
    if not reason.strip():
        raise CannotTrain(_("Please give the reason for ending it."))
    return _end(traineeship, State.CLOSED, reason=reason, by=by, now=now)


def lapse(traineeship: Traineeship, *, now: datetime) -> Traineeship:
    """Ended because its time ran out. Whether it did is judged by `lapsing`."""
    with transaction.atomic():
        row = locked(traineeship)
        _move(row, State.LAPSED, by=None, now=now, what="traineeship lapsed")
        training_letters.tell_ended(row, now=now)
    return row


def _end(traineeship: Traineeship, state: str, *, reason: str, by: Any, now: datetime) -> Traineeship:
    with transaction.atomic():
        row = locked(traineeship)
        row.reason, row.closed_by, row.closed_at = reason, by, now
        _move(row, state, by=by, now=now, what=f"traineeship {state}")
        if state == State.REJECTED:
            training_letters.tell_rejected(row, now=now)
        elif state == State.CLOSED:
            training_letters.tell_ended(row, now=now)
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


def _must_be_anothers(row: Traineeship, by: Any) -> None:
    """A registrar who trains as well is a candidate like all others."""
    if by.pk == row.trainee_id:
        raise CannotTrain(_("Nobody decides on their own training; please ask another registrar or your trainer."))


def _must_decide(row: Traineeship, by: Any, *, on: date) -> None:
    """For others only, and by who acts for the body on that day."""
    _must_be_anothers(row, by)
    if sentence := why_not_acting(by, row.credential_type.body, on=on):
        raise CannotTrain(sentence)


def _is_still_held(programme: Programme, event: TrainingEvent | None) -> bool:
    """A newer version is published, and an event of this one was open before."""
    return event is not None and programme.status == Programme.Status.RETIRED


def _must_take_applications(event: TrainingEvent, programme: Programme, *, by_candidate: bool) -> None:
    """Somebody applies to an open event; a trainer may take somebody on while it runs, too."""
    if event.programme_id != programme.pk:
        raise CannotTrain(_("This training event belongs to another programme."))
    state = TrainingEvent.objects.get(pk=event.pk).state
    late = state == TrainingEvent.State.RUNNING and not by_candidate
    if state != TrainingEvent.State.OPEN and not late:
        raise CannotTrain(_("This training event takes no applications at the moment."))


def _must_have_a_place(event: TrainingEvent | None) -> None:
    if event is None:
        return
    if event.state in (TrainingEvent.State.FINISHED, TrainingEvent.State.CANCELLED):
        raise CannotTrain(_("This training event is over, so nobody can be taken on for it."))
    if event.traineeship_set.taken_on().count() >= event.capacity:
        raise CannotTrain(_("Every place of this training event is taken."))


def _must_be_the_only_open_one(row: Traineeship) -> None:
    if Traineeship.objects.of(row.trainee_id).open().filter(credential_type=row.credential_type_id).exists():
        raise CannotTrain(_("There is an open traineeship for this credential already."))
