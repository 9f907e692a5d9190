"""Letters that a family could do without: whether an adult wants them, and the address in them that stops them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from config.accounts.models import User
from config.audit.trail import record
from config.letters.outbox import withdraw_stopped
from families.emails import stop_address
from families.models import Caregiver, MessageChoice

Kind = MessageChoice.Kind


@dataclass(frozen=True)
class Choices:
    """{kind: whether this adult wants such letters}, of every kind."""

    wanted: dict[str, bool]

    def wants(self, kind: str) -> bool:
        return self.wanted[kind]


def choices_of(caregiver: Caregiver) -> Choices:
    """What this adult said, and what is usual where they said nothing. One query."""
    said = {one.kind: one.is_wanted for one in MessageChoice.objects.of_adults([caregiver.pk])}
    return Choices({str(kind): said.get(kind, usual) for kind, usual in MessageChoice.USUAL.items()})


def choose(caregiver: Caregiver, *, wanted: Mapping[str, bool], by: User, now: datetime) -> bool:
    """Keep what this adult wants; returns whether anything is different. Kinds that are not named stay as they are.

    What is not wanted any more and has not left yet is taken back.
    """
    with transaction.atomic():
        Caregiver.objects.select_for_update(no_key=True).get(pk=caregiver.pk)
        standing = choices_of(caregiver)
        changed = {kind: want for kind, want in wanted.items() if standing.wanted[kind] != want}
        # What stays as usual is written down too: from now on it is this adult's own word.
        for kind, want in wanted.items():
            said = {"is_wanted": want, "changed_at": now}
            choice, _made = MessageChoice.objects.update_or_create(caregiver=caregiver, kind=kind, defaults=said)
            _after(choice)
        if changed:
            record("chose which letters to get", by=by, about=caregiver, now=now, detail=_told(changed))
    return bool(changed)


def _told(changed: Mapping[str, bool]) -> dict[str, str]:
    return {str(kind): "on" if want else "off" for kind, want in changed.items()}


def _after(choice: MessageChoice) -> None:
    if not choice.is_wanted:
        withdraw_stopped(stop_address(choice.token))


def choice_for(caregiver: Caregiver, *, kind: str) -> MessageChoice:
    """The row of this adult and kind, made with the usual answer where there is none: its address stands in a letter.

    Call it inside the transaction of that letter.
    """
    usual = {"is_wanted": MessageChoice.USUAL[kind]}
    choice, _made = MessageChoice.objects.get_or_create(caregiver=caregiver, kind=kind, defaults=usual)
    return choice


def choice_at(token: str) -> MessageChoice | None:
    """What the address in a letter is about; None where there is no such address. One query."""
    return MessageChoice.objects.select_related("caregiver").filter(token=token).first()


def answer_link(choice: MessageChoice, *, is_wanted: bool, now: datetime) -> bool:
    """Stop such letters, or have them again, for whoever holds the link; returns whether that is new. Twice is once."""
    with transaction.atomic():
        standing = MessageChoice.objects.exclude(is_wanted=is_wanted).filter(pk=choice.pk)
        changed = standing.update(is_wanted=is_wanted, changed_at=now)
        choice.is_wanted = is_wanted
        if changed:
            _after(choice)
            told = _told({choice.kind: is_wanted})
            record("answered a link about letters", by=None, about=choice.caregiver, now=now, detail=told)
    return bool(changed)
