"""The household: founding one, its adults and its babies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from config.accounts.models import User
from config.audit.trail import record, record_each
from families.models import Baby, Caregiver, Family


@dataclass(frozen=True)
class NewBaby:
    """A baby that a form names: born, or expected, or born before its due date."""

    first_name: str
    born_on: date | None = None
    due_on: date | None = None


def family_for(
    user: User,
    *,
    name: str,
    time_zone: str,
    now: datetime,
    relation: str = Caregiver.Relation.PARENT,
    phone: str = "",
) -> Caregiver:
    """The caregiver that this account is; founds a family with it where there is none yet."""
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        standing = Caregiver.objects.current().select_related("family").filter(user=user).first()
        if standing:
            return standing
        family = Family.objects.create(time_zone=time_zone, created_at=now)
        caregiver = Caregiver.objects.create(
            family=family, user=user, name=name, relation=relation, phone=phone, joined_at=now
        )
        record("founded a family", by=user, about=family, now=now)
    return caregiver


def note_account(user: User, *, name: str, language: str, time_zone: str) -> None:
    """Keep what a form says about the account itself: the language of letters; a name or zone where none was known."""
    kept = (user.name, user.language, user.time_zone)
    user.name, user.language, user.time_zone = user.name or name, language, user.time_zone or time_zone
    if (user.name, user.language, user.time_zone) != kept:
        user.save(update_fields=["name", "language", "time_zone"])


def add_babies(family: Family, new: Sequence[NewBaby], *, by: User, now: datetime) -> list[Baby]:
    """Add these babies. The same name and birth date again is the same baby, and is not added twice.

    A family that was founded at this very moment has none yet, so nobody is asked.
    """
    if not new:
        return []
    with transaction.atomic():
        standing = {} if family.created_at == now else _standing_babies(family)
        wanted = {_known_by(baby): baby for baby in new}
        added = Baby.objects.bulk_create(
            Baby(family=family, first_name=baby.first_name, born_on=baby.born_on, due_on=baby.due_on)
            for key, baby in wanted.items()
            if key not in standing
        )
        record_each("added a baby", by=by, about=added, now=now)
    found = {**standing, **{_known_by(baby): baby for baby in added}}
    return [found[key] for key in wanted]


def _standing_babies(family: Family) -> dict[tuple[str, date | None], Baby]:
    Family.objects.select_for_update(no_key=True).get(pk=family.pk)
    return {_known_by(baby): baby for baby in Baby.objects.of_family(family)}


def _known_by(baby: Baby | NewBaby) -> tuple[str, date | None]:
    return baby.first_name.casefold(), baby.born_on


def add_baby(
    family: Family, *, first_name: str, born_on: date | None, due_on: date | None, by: User, now: datetime
) -> Baby:
    """Add one baby, born or expected; see `add_babies`."""
    return add_babies(family, [NewBaby(first_name, born_on, due_on)], by=by, now=now)[0]


def add_companion(family: Family, *, name: str, relation: str, by: User, now: datetime) -> Caregiver:
    """Add an adult who comes along without signing in."""
    with transaction.atomic():
        Family.objects.select_for_update(no_key=True).get(pk=family.pk)
        standing = Caregiver.objects.current().of_family(family).filter(name__iexact=name).first()
        if standing:
            return standing
        caregiver = Caregiver.objects.create(family=family, name=name, relation=relation, joined_at=now)
        record("added a caregiver", by=by, about=caregiver, now=now)
    return caregiver
