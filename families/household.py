"""The household: founding one, its adults and its babies."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from config.accounts.models import User
from config.audit.trail import record
from families.models import Baby, Caregiver, Family


def family_for(user: User, *, name: str, time_zone: str, now: datetime, relation: str = Caregiver.Relation.PARENT) -> Caregiver:
    """The caregiver that this account is; founds a family with it where there is none yet."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        standing = Caregiver.objects.current().select_related("family").filter(user=user).first()
        if standing:
            return standing
        family = Family.objects.create(time_zone=time_zone, created_at=now)
        caregiver = Caregiver.objects.create(family=family, user=user, name=name, relation=relation, joined_at=now)
        record("founded a family", by=user, about=family, now=now)
    return caregiver


def add_baby(
    family: Family, *, first_name: str, born_on: date | None, due_on: date | None, by: User, now: datetime
) -> Baby:
    """Add a baby, born or expected. The same name and birth date again is the same baby."""
    with transaction.atomic():
        Family.objects.select_for_update().get(pk=family.pk)
        standing = Baby.objects.of_family(family).filter(first_name__iexact=first_name, born_on=born_on).first()
        if standing:
            return standing
        baby = Baby.objects.create(family=family, first_name=first_name, born_on=born_on, due_on=due_on)
        record("added a baby", by=by, about=baby, now=now)
    return baby


def add_companion(family: Family, *, name: str, relation: str, by: User, now: datetime) -> Caregiver:
    """Add an adult who comes along without signing in."""
    with transaction.atomic():
        Family.objects.select_for_update().get(pk=family.pk)
        standing = Caregiver.objects.current().of_family(family).filter(name__iexact=name).first()
        if standing:
            return standing
        caregiver = Caregiver.objects.create(family=family, name=name, relation=relation, joined_at=now)
        record("added a caregiver", by=by, about=caregiver, now=now)
    return caregiver
