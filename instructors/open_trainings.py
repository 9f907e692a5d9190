"""Trainings that are open: what is asked there, and applying for one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from config.accounts.models import User
from config.audit.trail import record
from config.lib.times import local
from instructors.certification import why_not_another
from instructors.deadlines import deadline_of
from instructors.models import Requirement, Traineeship, TrainingDay, TrainingEvent
from instructors.refusals import CannotTrain
from instructors.requirements import requirements_of_credential
from instructors.traineeship import apply

PAGE = 20


@dataclass(frozen=True)
class Training:
    """A training as somebody reads it who may want to apply. `mine` is the reader's own application for it."""

    event: TrainingEvent
    places_left: int
    deadline_on: date | None
    mine: Traineeship | None = None

    @property
    def asked(self) -> list[Requirement]:
        """What is asked for the certificate, in order."""
        rows = self.event.programme.requirements.all()
        return [row for row in rows if row.stage == Requirement.Stage.INITIAL]

    @property
    def trainers(self) -> list[str]:
        return [str(self.event.lead_trainer), *(str(trainer) for trainer in self.event.co_trainers.all())]

    @property
    def days(self) -> list[TrainingDay]:
        return sorted(self.event.days.all(), key=lambda day: day.on)

    @property
    def starts_on(self) -> date | None:
        return min((day.on for day in self.days), default=None)

    @property
    def ends_on(self) -> date | None:
        return max((day.on for day in self.days), default=None)


def trainings(*, reader: Any, now: datetime, after: str = "") -> tuple[list[Training], str]:
    """The next page of trainings that take applications, and what `after` is for the page behind it ("" at the end)."""
    rows: Any = TrainingEvent.objects.taking_applications(now.date()).with_programme().with_numbers()
    if mark := _read_mark(after):
        rows = rows.later_than(*mark)
    found = list(rows[: PAGE + 1])
    more = f"{found[PAGE - 1].starts_on}.{found[PAGE - 1].pk}" if len(found) > PAGE else ""
    return _told(found[:PAGE], reader, now), more


def training(pk: int, *, reader: Any, now: datetime) -> Training | None:
    """One that takes applications, or that the reader has applied for; None for every other."""
    rows = TrainingEvent.objects.taking_applications(now.date()).filter(pk=pk)
    applied = Traineeship.objects.of(reader).filter(event=pk)
    if not rows.exists() and not applied.exists():
        return None
    found = TrainingEvent.objects.filter(pk=pk).with_programme().with_numbers()
    return next(iter(_told(list(found), reader, now)), None)


def obstacle(found: Training, *, by: Any, now: datetime) -> str | None:
    """Why this person cannot apply for this training; None where they can."""
    event = found.event
    today = local(now, event.time_zone).date()
    credential = event.programme.credential_type
    if by.pk == event.lead_trainer_id or by.pk in {trainer.pk for trainer in event.co_trainers.all()}:
        return _("You train here yourself, and nobody is their own trainer.")
    if not TrainingEvent.objects.taking_applications(today).filter(pk=event.pk).exists():
        return _("This training takes no applications any more. Others may be open.")
    if Traineeship.objects.of(by).open().filter(credential_type=credential).exclude(event=event).exists():
        return _("You are on your way to %(code)s already. Finish or leave that training first.") % {
            "code": credential.code
        }
    missing = requirements_of_credential(credential, holder=by, on=today)
    return missing or why_not_another(by, event.programme, on=today)


def apply_for(found: Training, *, by: Any, now: datetime, name: str = "", words: str = "") -> Traineeship:
    """Apply, with the name for the certificate where the account has none. Twice is once.

    Raises CannotTrain with the `obstacle`, or without a name.
    """
    with transaction.atomic():
        person = User.objects.select_for_update().get(pk=by.pk)
        standing = Traineeship.objects.of(person).open().filter(event=found.event).first()
        if standing:
            return standing
        if sentence := obstacle(found, by=by, now=now):
            raise CannotTrain(sentence)
        _give_name(person, name, now)
        return apply(found.event.programme, trainee=person, event=found.event, words=words, now=now)


def _give_name(user: Any, name: str, now: datetime) -> None:
    if user.name:
        return
    if not name.strip():
        raise CannotTrain(_("Please give the name that shall stand on your certificate."))
    user.name = " ".join(name.split())
    user.save(update_fields=["name"])
    record("gave a name", by=user, about=user, now=now)


def _told(found: list[Any], reader: Any, now: datetime) -> list[Training]:
    mine = {row.event_id: row for row in Traineeship.objects.of(reader).filter(event__in=[e.pk for e in found])}
    return [
        Training(event, max(event.capacity - event.numbers, 0), _deadline(event, now), mine.get(event.pk))
        for event in found
    ]


def _deadline(event: TrainingEvent, now: datetime) -> date | None:
    """Until when somebody would have who is accepted today."""
    today = local(now, event.time_zone).date()
    return deadline_of(Traineeship(programme=event.programme, event=event, started_on=today))


def _read_mark(after: str) -> tuple[date, int] | None:
    day, _dot, pk = after.partition(".")
    try:
        return date.fromisoformat(day), min(int(pk), 2**62)
    except ValueError:
        return None
