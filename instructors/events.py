"""A training event from its making to its end: one function for each step, under a lock, with its line in the trail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.audit.trail import record
from config.lib.times import is_zone, local
from instructors.access import is_registrar, may_certify
from instructors.event_days import FURTHEST, Days, lay_days
from instructors.models import Programme, Traineeship, TrainingEvent
from instructors.refusals import CannotHold
from instructors.traineeship import close, reject

State = TrainingEvent.State
# A grid of so many by fourteen days is still within what one form may carry.
MOST_PLACES = 36


def today_at(event: TrainingEvent, now: datetime) -> date:
    """The day it is where the event is held."""
    return local(now, event.time_zone).date()


def why_not_run(event: TrainingEvent, user: Any, *, on: date) -> str | None:
    """Why this person cannot change anything about this event on that day; None where they can."""
    body = event.programme.credential_type.body
    if user.is_superuser or is_registrar(user, body):
        return None
    if user.pk != event.lead_trainer_id and not event.co_trainers.contains(user):
        return _("Only the trainers of this event and the registrars of %(body)s change it.") % {"body": body}
    if not may_certify(user, body, on=on):
        return _("Only a trainer with a valid certificate of %(body)s runs its training events.") % {"body": body}
    return None


def make_event(
    programme: Programme,
    *,
    name: str,
    lead: Any,
    days: Days,
    zone: str,
    by: Any,
    now: datetime,
    co_trainers: Iterable[Any] = (),
    **facts: Any,
) -> TrainingEvent:
    """A draft with its days; `facts` are its place, link, capacity and what is good to know.

    Raises CannotHold where the lead may not certify for the body, or the days are not whole.
    """
    with transaction.atomic():
        if programme.status != Programme.Status.PUBLISHED:
            raise CannotHold(_("This programme is not published, so nobody can train on it yet."))
        if not is_zone(zone):
            raise CannotHold(_("Choose a time zone from the list, such as Europe/London."))
        event = TrainingEvent(programme=programme, name=name, lead_trainer=lead, time_zone=zone, **facts)
        _must_be_led_by(event, lead, by=by, on=today_at(event, now))
        if days.first_on and days.first_on > today_at(event, now) + FURTHEST:
            raise CannotHold(_("Please look at the year of these days again."))
        event.save()
        event.co_trainers.set(person for person in co_trainers if person.pk != lead.pk)
        lay_days(event, days)
        record("made a training event", by=by, about=event, now=now, detail={"days": event.days.count()})
    return event


def change_event(event: TrainingEvent, *, by: Any, now: datetime, co_trainers: Iterable[Any], **facts: Any) -> None:
    """Other words, another place, more or fewer places, other co-trainers."""
    with transaction.atomic():
        row = _held(event, by=by, now=now)
        if row.state in (State.FINISHED, State.CANCELLED):
            raise CannotHold(_("This training event is over, so it stays as it is."))
        taken = taken_places(row)
        if facts.get("capacity", taken) < taken:
            raise CannotHold(
                ngettext(
                    "%d candidate is taken on already, so there are at least so many places.",
                    "%d candidates are taken on already, so there are at least so many places.",
                    taken,
                )
                % taken
            )
        for name, value in facts.items():
            setattr(row, name, value)
        row.save()
        row.co_trainers.set(person for person in co_trainers if person.pk != row.lead_trainer_id)
        record("changed a training event", by=by, about=row, now=now, detail={"fields": sorted(facts)})


def open_event(event: TrainingEvent, *, by: Any, now: datetime) -> TrainingEvent:
    """Anyone signed in can read about it and apply. Raises CannotHold until it is whole."""
    with transaction.atomic():
        row = _held(event, by=by, now=now)
        days = [day.on for day in row.days.all()]
        if not days and row.programme.mode != Programme.Mode.HYBRID_90:
            raise CannotHold(_("Please add the days first."))
        if days and days[-1] < today_at(row, now):
            raise CannotHold(_("All its days are over. Please set the days first."))
        if not row.place and not row.link:
            raise CannotHold(_("Please say where it is first: a place, or the link to the live part."))
        _must_be_led_by(row, row.lead_trainer, by=by, on=today_at(row, now))
        return _move(row, State.OPEN, what="opened a training event", by=by, now=now)


def run_event(event: TrainingEvent, *, by: Any, now: datetime) -> TrainingEvent:
    """It runs: nobody applies any more. Those who have applied still get their answer."""
    with transaction.atomic():
        row = _held(event, by=by, now=now)
        return _move(row, State.RUNNING, what="began a training event", by=by, now=now)


def reopen_event(event: TrainingEvent, *, by: Any, now: datetime) -> TrainingEvent:
    """One step back: a running event takes applications again, a finished one attendance."""
    with transaction.atomic():
        row = _held(event, by=by, now=now)
        back = {State.RUNNING: State.OPEN, State.FINISHED: State.RUNNING}.get(State(row.state), row.state)
        return _move(row, back, what="opened a training event again", by=by, now=now)


def finish_event(event: TrainingEvent, *, by: Any, now: datetime) -> TrainingEvent:
    """All days are over and noted. Raises CannotHold while something is missing."""
    with transaction.atomic():
        row = _held(event, by=by, now=now)
        if any(day.on > today_at(row, now) for day in row.days.all()):
            raise CannotHold(_("Some of its days are still to come."))
        if row.traineeship_set.applied().exists():
            raise CannotHold(_("Please answer the applications first: they wait for a word from you."))
        empty = _squares_without_a_mark(row)
        if empty:
            raise CannotHold(
                ngettext(
                    "Please note first who was there: %d square is empty.",
                    "Please note first who was there: %d squares are empty.",
                    empty,
                )
                % empty
            )
        return _move(row, State.FINISHED, what="finished a training event", by=by, now=now)


def cancel_event(event: TrainingEvent, *, reason: str, by: Any, now: datetime) -> TrainingEvent:
    """Called off, with the reason that everyone concerned reads.

    Applications are declined and those who have not begun are released, so that they can apply elsewhere. Whoever has
    begun stays in training and keeps what was noted.
    """
    with transaction.atomic():
        row = _held(event, by=by, now=now)
        if not reason.strip():
            raise CannotHold(_("Please say why; everyone who applied reads it."))
        row.reason = reason.strip()
        _move(row, State.CANCELLED, what="called off a training event", by=by, now=now)
        for found in row.traineeship_set.applied().order_by("pk"):
            reject(found, reason=row.reason, by=by, now=now)
        for found in row.traineeship_set.not_begun().order_by("pk"):
            close(found, reason=row.reason, by=by, now=now)
    return row


def taken_places(event: TrainingEvent) -> int:
    return event.traineeship_set.taken_on().count()


def _held(event: TrainingEvent, *, by: Any, now: datetime) -> TrainingEvent:
    """The row as it is now, locked, after asking whether this person may change it."""
    rows = TrainingEvent.objects.select_for_update(of=("self",))
    row = rows.select_related("programme__credential_type__body", "lead_trainer").get(pk=event.pk)
    if sentence := why_not_run(row, by, on=today_at(row, now)):
        raise CannotHold(sentence)
    return row


def _move(row: TrainingEvent, state: str, *, what: str, by: Any, now: datetime) -> TrainingEvent:
    if state == row.state:
        return row  # pressed twice is once
    if state not in TrainingEvent.MOVES.get(row.state, frozenset()):
        raise CannotHold(
            _("This training event is “%(state)s”, so that cannot be done.") % {"state": row.get_state_display()}
        )
    was, row.state = row.state, State(state)
    row.save(update_fields=["state", "reason"])
    record(what, by=by, about=row, now=now, detail={"was": was})
    return row


def _must_be_led_by(event: TrainingEvent, lead: Any, *, by: Any, on: date) -> None:
    body = event.programme.credential_type.body
    if not may_certify(lead, body, on=on):
        raise CannotHold(_("%(name)s holds no valid trainer's certificate of %(body)s.") % {"name": lead, "body": body})
    if by.pk != lead.pk and event.pk is None and not (by.is_superuser or is_registrar(by, body)):
        raise CannotHold(
            _("You make events that you lead yourself; a registrar of %(body)s makes others.") % {"body": body}
        )


def _squares_without_a_mark(event: TrainingEvent) -> int:
    days, marked = event.days.count(), 0
    rows = Traineeship.objects.marks_of(event)
    for row in rows:
        marked += row.marks
    return len(rows) * days - marked
