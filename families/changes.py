"""Changing what is kept about a household: names and dates, who comes along, cloth, language, zone."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from config.accounts.models import User
from config.audit.trail import record
from families.models import Baby, Caregiver, Family


class CannotRemove(Exception):
    """Someone who signs in is not removed like a companion. Carries a sentence for the reader."""

    def __init__(self) -> None:
        super().__init__(_("Whoever signs in decides for themselves whether to leave the family."))


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


def change_adult(caregiver: Caregiver, *, name: str, relation: str, phone: str, by: User, now: datetime) -> Caregiver:
    """Correct an adult's name, relation and number."""
    with transaction.atomic():
        standing = Caregiver.objects.select_for_update().get(pk=caregiver.pk)
        standing.name, standing.relation, standing.phone = name, relation, phone
        standing.save(update_fields=["name", "relation", "phone"])
        record("changed a caregiver", by=by, about=standing, now=now)
    return standing


def remove_companion(caregiver: Caregiver, *, by: User, now: datetime) -> None:
    """Take someone without a sign-in out of the family. Their name stays on what they wrote. Raises CannotRemove."""
    with transaction.atomic():
        standing = Caregiver.objects.select_for_update().get(pk=caregiver.pk)
        if standing.user_id is not None:
            raise CannotRemove
        standing.removed_at = standing.removed_at or now
        standing.save(update_fields=["removed_at"])
        record("removed a caregiver", by=by, about=standing, now=now)


def choose_cloth(family: Family, *, cloth: str) -> None:
    """The cloth of the doll on this family's pages; a value of Family.Cloth."""
    Family.objects.filter(pk=family.pk).update(cloth=cloth)


def settle(caregiver: Caregiver, *, user: User, language: str, time_zone: str, now: datetime) -> None:
    """The language in which one adult reads, and the zone of the family's days."""
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(language=language, time_zone=time_zone)
        Family.objects.filter(pk=caregiver.family_id).update(time_zone=time_zone)
        record("changed language and time zone", by=user, about=caregiver.family, now=now)
