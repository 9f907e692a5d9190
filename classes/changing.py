"""Changing one date that families may have booked: moved, called off, held online, led by a substitute, or added.

Each deed is one transaction that locks, looks again and writes: the date, what families get for it, the letters and
calendars. The same `key` twice is the same change; whoever pressed with an older `seen` is told that it changed since.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from classes.models import Place, Series, Session, SessionChange, Venue
from config.accounts.models import User
from curriculum.models import Lesson
from instructors.models import Instructor


class CannotChange(Exception):
    """The date stays as it is; the sentence says why and what to do instead."""


class ChangedSince(CannotChange):
    """Someone changed the date after the page was shown."""


class CannotMakeAmends(Exception):
    """Nothing was given; the sentence says why and what to do instead."""


@dataclass(frozen=True)
class Party:
    """A family that comes to the date, by one booking: its standing places there, one a baby."""

    places: tuple[Place, ...]


@dataclass(frozen=True)
class Affected:
    """Who comes to a date, each family once: guests (who make up here), by stream, funded (pays nothing), paid."""

    session: Session
    paid: list[Party] = field(default_factory=list)
    funded: list[Party] = field(default_factory=list)
    stream: list[Party] = field(default_factory=list)
    guests: list[Party] = field(default_factory=list)
    keeper: Venue | None = None

    @property
    def parties(self) -> list[Party]:
        return [*self.paid, *self.funded, *self.stream, *self.guests]


def affected(session: Session, *, now: datetime) -> Affected:
    """Who comes to this date at this moment, by names."""
    raise NotImplementedError


def move(
    session: Session,
    *,
    to: datetime,
    compensation: str,
    words: str,
    seen: int,
    key: str,
    by: User,
    now: datetime,
) -> SessionChange:
    """Raises CannotChange."""
    raise NotImplementedError


def call_off(
    session: Session, *, compensation: str, words: str, seen: int, key: str, by: User, now: datetime
) -> SessionChange:
    """Raises CannotChange."""
    raise NotImplementedError


def go_online(
    session: Session,
    *,
    stream_url: str,
    compensation: str,
    words: str,
    seen: int,
    key: str,
    by: User,
    now: datetime,
) -> SessionChange:
    """Raises CannotChange."""
    raise NotImplementedError


def send_substitute(
    session: Session,
    *,
    instructor: Instructor,
    compensation: str,
    words: str,
    seen: int,
    key: str,
    by: User,
    now: datetime,
) -> SessionChange:
    """Raises CannotChange."""
    raise NotImplementedError


def add_session(
    series: Series,
    *,
    starts_at: datetime,
    lesson: Lesson | None,
    for_all: bool,
    words: str,
    key: str,
    by: User,
    now: datetime,
) -> SessionChange:
    """`change.session` is the new date. With `for_all`, every booking of the whole series comes to it at no cost.

    Raises CannotChange.
    """
    raise NotImplementedError


def compensate(places: Sequence[Place], *, kind: str, change: SessionChange, by: User, now: datetime) -> None:
    """`kind` is a value of Amends.Kind: "make_up" or "refund". Raises CannotMakeAmends."""
    raise NotImplementedError
