"""Changing what is kept about a household: names and dates, who comes along, cloth, language, zone."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from config.accounts.models import User
from config.audit.trail import record
from families import household
from families.consents import CannotAgree, may_agree
from families.models import Baby, Caregiver, Family


def change_baby(
    baby: Baby, *, first_name: str, born_on: date | None, due_on: date | None, by: User, now: datetime
) -> Baby:
    """Correct a baby's name and dates. At least one of the dates is needed; the database refuses a baby without any."""
    with transaction.atomic():
        standing = Baby.objects.select_for_update().get(pk=baby.pk)
        standing.first_name, standing.born_on, standing.due_on = first_name, born_on, due_on
        standing.save(update_fields=["first_name", "born_on", "due_on"])
        record("changed a baby", by=by, about=standing, now=now)
    return standing


def add_adult(family: Family, *, name: str, relation: str, phone: str, by: Caregiver, now: datetime) -> Caregiver:
    """Add an adult who comes along without signing in; the same name again is the same adult.

    Raises consents.CannotAgree where somebody who is no parent would make a parent of them, and so do away with the
    written consent that they need.
    """
    if relation in Caregiver.PARENTS and not may_agree(by):
        raise CannotAgree
    assert by.user is not None  # a reader
    with transaction.atomic():
        adult = household.add_companion(family, name=name, relation=relation, by=by.user, now=now)
        if phone and adult.user_id is None:
            adult = change_adult(adult, name=name, relation=adult.relation, phone=phone, by=by, now=now)
    return adult


def change_adult(
    caregiver: Caregiver, *, name: str, relation: str, phone: str, by: Caregiver, now: datetime
) -> Caregiver:
    """Correct an adult's name, relation and number.

    Raises consents.CannotAgree where somebody who is no parent would make a parent of an adult, and so do away with the
    written consent that this adult needs.
    """
    with transaction.atomic():
        standing = Caregiver.objects.select_for_update().get(pk=caregiver.pk)
        if relation in Caregiver.PARENTS and not standing.is_parent and not may_agree(by):
            raise CannotAgree
        standing.name, standing.relation, standing.phone = name, relation, phone
        standing.save(update_fields=["name", "relation", "phone"])
        record("changed a caregiver", by=by.user, about=standing, now=now)
    return standing


def choose_cloth(family: Family, *, cloth: str) -> None:
    """The cloth of the doll on this family's pages; a value of Family.Cloth."""
    Family.objects.filter(pk=family.pk).update(cloth=cloth)


def settle(caregiver: Caregiver, *, user: User, language: str, time_zone: str, now: datetime) -> None:
    """The language and the zone in which one adult reads. The family's days go by the zone of those who book."""
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(language=language, time_zone=time_zone)
        if caregiver.may_book:
            Family.objects.filter(pk=caregiver.family_id).update(time_zone=time_zone)
        record("changed language and time zone", by=user, about=caregiver.family, now=now)
