"""Training events that are going on: one whose third day is today, and one that takes applications."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from config.accounts.models import User
from config.demo.people import make_account
from config.demo.schooling import open_event
from instructors import attendance, events, traineeship
from instructors import demo as walk
from instructors.models import DayAttendance, Traineeship, TrainingEvent

Status = DayAttendance.Status
# Who they are, and how they attended the first two days.
RUNNING = (
    ("Amina Diallo", (Status.PRESENT, Status.PRESENT)),
    ("Bo Lindgren", (Status.PRESENT, Status.PRESENT)),
    ("Carys Howell", (Status.PRESENT, Status.PARTIAL)),
    ("Ji-woo Park", (Status.PRESENT, Status.ABSENT)),
    ("Temi Balogun", (Status.PRESENT, Status.PRESENT)),
)
APPLIED = (
    ("Elif Şahin", "I am a paediatric nurse in York. Parents on the ward ask me for this every week."),
    ("Hugo Brandt", "We came to a class with our second child, and I should like to offer it to other fathers."),
)


def hold_trainings(users: dict[str, User], *, now: datetime) -> None:
    """Both led by the trainer of the cast, in Leeds."""
    lead = users["trainer@example.org"]
    today = now.date()
    running = _event("Leeds", lead, first_on=today - timedelta(days=2))
    taken = [
        (_taken_on(running, _person(name, now), lead, on=today - timedelta(days=40)), marks) for name, marks in RUNNING
    ]
    events.run_event(running, by=lead, now=_noon(today - timedelta(days=2)))
    days = list(running.days.all())
    for row, marks in taken:
        for day, mark in zip(days, marks, strict=False):
            minutes = 300 if mark == Status.PARTIAL else None
            attendance.note_attendance(row, day=day, status=mark, minutes=minutes, by=lead, now=_noon(day.on))
    coming = _event("York", lead, first_on=today + timedelta(days=40))
    coming.about = "Lunch is there every day. Please bring a doll and a blanket."
    coming.save(update_fields=["about"])
    for ago, (name, words) in enumerate(APPLIED, start=1):
        traineeship.apply(
            coming.programme,
            trainee=_person(name, now),
            event=coming,
            words=words,
            now=_noon(today - timedelta(days=ago)),
        )


def _event(town: str, lead: User, *, first_on: date) -> TrainingEvent:
    name = f"CIMI in four days, {town}, {first_on:%B %Y}"
    event = open_event(name, place=f"Kirkgate Hall, {town}", zone="Europe/London", lead=lead, first_on=first_on)
    event.days.update(break_minutes=60)
    return event


def _person(name: str, now: datetime) -> User:
    address = f"{name.lower().replace(' ', '.').replace('ş', 's')}@example.net"
    return make_account(address, name, zone="Europe/London", language="en", at=now - timedelta(days=60))


def _taken_on(event: TrainingEvent, person: User, lead: User, *, on: date) -> Traineeship:
    return walk.take_on(event, trainee=person, trainer=lead, now=_noon(on))


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)
