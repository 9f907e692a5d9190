"""How the people of the demo came to teach: trainings walked with the verbs of certification, and certificates."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from typing import Any

from config.accounts.models import User
from instructors import assessing, events, handing_in, issuing, life, practicum
from instructors import demo as walk
from instructors.models import CertifyingBody, CredentialType, Programme, Requirement, TrainingEvent
from instructors.models.traineeship import Traineeship
from instructors.numbering import compose

ALIASES = ("Birch", "Linnet", "Harbour", "Clover", "Ember")
FEEDBACK = (
    "She waited for him to answer. I had not seen that before.",
    "Clear, and never in a hurry. I would have liked the rhyme on paper.",
    "We came for the baby and slept better ourselves.",
    "The doll helped. I could look at my own child and still follow.",
    "It was fine to feed all the way through the second week.",
)


class Stage(IntEnum):
    """How far a candidate has come."""

    ACCEPTED = 1
    HALFWAY = 2
    READY = 3
    CERTIFIED = 4


def body() -> CertifyingBody:
    return CertifyingBody.objects.get(slug="example-school")


def credential(code: str) -> CredentialType:
    return CredentialType.objects.get(body__slug="example-school", code=code)


def record_old_certificate(
    code: str, holder: User, *, months_ago: int, count: int, registrar: User, now: datetime, months: int = 36
) -> Any:
    """A certificate from before this site was used, written down by the registrar; `count` numbers it in its year."""
    begun = (now - timedelta(days=round(months_ago * 30.44))).date()
    kind = credential(code)
    return issuing.record_certificate(
        kind,
        holder=holder,
        number=compose(kind.body.number_prefix, code, begun.year, count),
        valid_from=begun,
        valid_until=begun + timedelta(days=round(months * 30.44)),
        by=registrar,
        now=datetime.combine(begun, time(11), tzinfo=UTC),
    )


def suspend(certificate: Any, *, registrar: User, now: datetime) -> None:
    life.suspend(
        certificate,
        reason_code="insurance",
        public_note="Suspended until proof of insurance is on file.",
        private_note="Asked three times. She has written that the papers are on their way.",
        by=registrar,
        now=now,
    )


def open_event(name: str, *, place: str, zone: str, lead: User, first_on: date) -> TrainingEvent:
    """Four days from that day on, the last three of them with parents and babies."""
    programme = Programme.objects.get(code="cimi-four-days", status=Programme.Status.PUBLISHED)
    return walk.hold_event(programme, trainer=lead, first_on=first_on, name=name, place=place, zone=zone)


def train(trainee: User, event: TrainingEvent, *, trainer: User, until: Stage) -> Traineeship:
    """Walk someone through their training up to a stage. Every deed has the moment at which it would have been done."""
    days = list(event.days.all())
    begins, ends = _noon(days[0].on), _noon(days[-1].on)
    row = walk.take_on(event, trainee=trainee, trainer=trainer, now=begins - timedelta(days=40))
    if until == Stage.ACCEPTED:
        return row
    events.run_event(event, by=trainer, now=begins)
    walk.attend(row, trainer=trainer, now=ends)
    events.finish_event(event, by=trainer, now=ends)
    asked = {requirement.key: requirement for requirement in event.programme.requirements.all()}
    _practise(row, begins=days[-1].on, by=trainee, whole=until > Stage.HALFWAY)
    _exam(row, asked["exam_passed"], by=trainee, trainer=trainer, ends=ends, whole=until > Stage.HALFWAY)
    if until == Stage.HALFWAY:
        return row
    done = ends + timedelta(days=62)
    for key in ("lesson_plans", "declaration"):
        assessing.assess(row, asked[key], outcome="passed", by=trainer, now=done)
    if until == Stage.CERTIFIED:
        walk.certify(row, trainer=trainer, now=done + timedelta(days=3))
    return row


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)


def _practise(row: Traineeship, *, begins: date, by: User, whole: bool) -> None:
    """Five families of five sessions each, a week apart; halfway, three have all five and two have come three times."""
    for number, alias in enumerate(ALIASES):
        first = begins + timedelta(days=4 + number)
        held = 5 if whole or number < 3 else 3
        family = practicum.note_family(
            row, alias=alias, age_band="0-3m" if number % 2 else "3-6m", consented_on=first, by=by, now=_noon(first)
        )
        for no in range(1, held + 1):
            on = first + timedelta(weeks=no - 1)
            feedback = FEEDBACK[number] if no == held == 5 else ""
            practicum.note_session(family, no=no, held_on=on, feedback=feedback, by=by, now=_noon(on))


def _exam(row: Traineeship, requirement: Requirement, *, by: User, trainer: User, ends: datetime, whole: bool) -> None:
    """A first attempt that was not enough yet, and a second one: passed, or still with the trainer."""
    again = "Questions 7 and 12: say what you do when a baby says no, before you say what the strokes are."
    handing_in.hand_in(
        row, requirement, text="Answers to the written exam, first attempt.", by=by, now=ends + timedelta(days=14)
    )
    assessing.assess(
        row, requirement, outcome="repeat", score=76, comment=again, by=trainer, now=ends + timedelta(days=18)
    )
    handing_in.hand_in(
        row, requirement, text="Answers to the written exam, second attempt.", by=by, now=ends + timedelta(days=32)
    )
    if whole:
        assessing.assess(row, requirement, outcome="passed", score=91, by=trainer, now=ends + timedelta(days=36))
