"""Families, their adults and their babies. Plain rows: no letters, no audit."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from config.accounts.models import User
from families.models import Baby, Caregiver, Family, Invitation

LONG_AGO = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def make_family(user: User | None = None, *, name: str = "", time_zone: str = "Europe/London") -> Family:
    """A family with one adult: that account, or someone without one."""
    family = Family.objects.create(time_zone=time_zone, created_at=LONG_AGO)
    add_caregiver(family, user, name=name or str(user or "Robin Marsh"))
    return family


def add_caregiver(
    family: Family, user: User | None = None, *, name: str = "", relation: str = Caregiver.Relation.PARENT
) -> Caregiver:
    return Caregiver.objects.create(
        family=family, user=user, name=name or str(user), relation=relation, joined_at=LONG_AGO
    )


def an_invitation(by: Caregiver, email: str = "lea@example.org", **fields: Any) -> Invitation:
    """An open invitation that this adult sent two days before the clock of the tests; without a letter."""
    sent_at = fields.pop("sent_at", datetime(2026, 3, 22, 9, 0, tzinfo=UTC))
    values = {"name": "Léa Moreau", "sent_at": sent_at, "expires_at": sent_at + timedelta(days=14), **fields}
    return Invitation.objects.create(family=by.family, invited_by=by, email=email, **values)


def add_baby(
    family: Family, first_name: str = "Ada", *, born_on: date | None = date(2025, 12, 21), due_on: date | None = None
) -> Baby:
    return Baby.objects.create(family=family, first_name=first_name, born_on=born_on, due_on=due_on)


def make_household(user: User, *babies: str, time_zone: str = "Europe/London") -> tuple[Family, list[Baby]]:
    """A family of that account with babies of these names, all born on 21 December 2025."""
    family = make_family(user, time_zone=time_zone)
    return family, [add_baby(family, name) for name in babies]
