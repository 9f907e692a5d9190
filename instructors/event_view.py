"""What the page of a training event says: where it stands, what comes next, who is in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from instructors.events import MOST_PLACES, taken_places, today_at, why_not_run
from instructors.models import Programme, Traineeship, TrainingDay, TrainingEvent
from instructors.programme_words import rule_in_words
from instructors.progress import Progress, progress_of

State = TrainingEvent.State


@dataclass(frozen=True)
class NextStep:
    """A button, and what follows when it is pressed. `name` is the name of the page that asks once more."""

    name: str
    verb: Any
    follows: Any
    is_main: bool = True


@dataclass(frozen=True)
class Person:
    """A candidate in the list of an event."""

    row: Traineeship
    progress: Progress
    word: str


@dataclass(frozen=True)
class EventPage:
    event: TrainingEvent
    days: list[TrainingDay]
    co_trainers: list[Any]
    stands: str
    steps: list[NextStep]
    applied: list[Traineeship]
    people: list[Person]
    gone: list[Person]
    places: str
    notes_first: bool
    deadline: str
    why_not: str | None
    waits_for_access: bool

    @property
    def when(self) -> str:
        return span(self.days)


STANDS = {
    State.DRAFT: gettext_lazy("A draft: only its trainers and the registrars see it."),
    State.OPEN: gettext_lazy("Open: anyone signed in can read about it and apply."),
    State.RUNNING: gettext_lazy("Running: nobody applies any more, and attendance is noted."),
    State.FINISHED: gettext_lazy("Finished. Its candidates work on until their last day."),
    State.CANCELLED: gettext_lazy("Called off."),
}
STEPS: dict[str, NextStep] = {
    "open": NextStep(
        "open",
        gettext_lazy("Open for applications"),
        gettext_lazy("Anyone signed in can then read about it and apply. You answer each application yourself."),
    ),
    "run": NextStep(
        "run",
        gettext_lazy("Begin the training"),
        gettext_lazy(
            "Nobody can apply any more; you can still take somebody on yourself. Attendance is noted day by day."
        ),
    ),
    "finish": NextStep(
        "finish",
        gettext_lazy("Finish the event"),
        gettext_lazy("The days are over and noted. The candidates go on with their practice and written work."),
    ),
    "reopen": NextStep(
        "reopen",
        gettext_lazy("Open it again"),
        gettext_lazy("It takes applications, or attendance, again. Nothing that was noted is lost."),
        is_main=False,
    ),
    "cancel": NextStep(
        "cancel",
        gettext_lazy("Call it off"),
        gettext_lazy(
            "Whoever applied, or was taken on and has not begun, is told why and can apply elsewhere. "
            "Whoever has begun stays in training, and what was noted stays."
        ),
        is_main=False,
    ),
}
OFFERED: dict[str, tuple[str, ...]] = {
    State.DRAFT: ("open", "cancel"),
    State.OPEN: ("run", "cancel"),
    State.RUNNING: ("finish", "reopen", "cancel"),
    State.FINISHED: ("reopen",),
    State.CANCELLED: (),
}


def event_page(event: TrainingEvent, *, reader: Any, now: datetime) -> EventPage:
    """The page of one event, in a number of queries that does not grow with its candidates."""
    rows = list(Traineeship.objects.with_work().filter(event=event).order_by("trainee__name", "pk")[: 2 * MOST_PLACES])
    why_not = why_not_run(event, reader, on=today_at(event, now))
    here = [row for row in rows if row.state in ("accepted", "active", "signed_off", "certified")]
    notes = bool(here) and _is_going_on(event, today_at(event, now))
    is_hybrid = event.programme.mode == Programme.Mode.HYBRID_90
    return EventPage(
        event=event,
        days=list(event.days.all()),
        co_trainers=list(event.co_trainers.all()),
        stands=f"{STANDS[State(event.state)]}",
        steps=[] if why_not else _steps(event, notes_first=notes),
        applied=[row for row in rows if row.state == Traineeship.State.APPLIED],
        people=[_person(row) for row in here],
        gone=[_person(row) for row in rows if row not in here and row.state != Traineeship.State.APPLIED],
        places=places_taken(event),
        notes_first=notes,
        deadline=rule_in_words(event.programme.deadline_rule),
        why_not=why_not,
        waits_for_access=is_hybrid
        and any(row.access_on is None and row.state in ("accepted", "active") for row in here),
    )


def _is_going_on(event: TrainingEvent, today: date) -> bool:
    """It runs, and its last day is today or still to come: what is wanted now is the grid, not its end."""
    days = list(event.days.all())
    return event.state == State.RUNNING and bool(days) and days[-1].on >= today


def _steps(event: TrainingEvent, *, notes_first: bool) -> list[NextStep]:
    steps = [STEPS[name] for name in OFFERED[event.state]]
    return [replace(step, is_main=False) for step in steps] if notes_first else steps


def places_taken(event: TrainingEvent) -> str:
    return ngettext("%(taken)d of %(n)d place taken", "%(taken)d of %(n)d places taken", event.capacity) % {
        "taken": taken_places(event),
        "n": event.capacity,
    }


def span(days: list[TrainingDay]) -> str:
    """For example "2 March 2026 to 5 March 2026"."""
    if not days:
        return _("No days yet")
    first, last = days[0].on, days[-1].on
    if first == last:
        return date_format(first, "DATE_FORMAT")
    return _("%(first)s to %(last)s") % {"first": _day(first), "last": _day(last)}


def _person(row: Traineeship) -> Person:
    progress = progress_of(row)
    if row.state in (Traineeship.State.ACCEPTED, Traineeship.State.ACTIVE):
        return Person(row, progress, progress.how_far)
    on = row.closed_at
    word = str(row.get_state_display())
    return Person(row, progress, _("%(word)s, %(date)s") % {"word": word, "date": _day(on)} if on else word)


def _day(on: date | datetime) -> str:
    return date_format(on, "DATE_FORMAT")
