"""What a reader is, said by the rooms that know."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef

from config.accounts.models import User
from families.models import Caregiver
from instructors.models import Certificate, Instructor, Traineeship


def roles_of(user: Any) -> frozenset[str]:
    """Any of "caregiver", "instructor", "candidate", "holder", "staff"; one query, none for a visitor."""
    if not user.is_authenticated:
        return frozenset()
    row = (
        User.objects.filter(pk=user.pk)
        .annotate(
            caregiver=Exists(Caregiver.objects.current().filter(user=OuterRef("pk"))),
            instructor=Exists(Instructor.objects.filter(user=OuterRef("pk"))),
            candidate=Exists(Traineeship.objects.on_the_way().filter(trainee=OuterRef("pk"))),
            holder=Exists(Certificate.objects.filter(holder=OuterRef("pk"))),
        )
        .values("caregiver", "instructor", "candidate", "holder", "is_staff")
        .first()
    )
    if row is None:
        return frozenset()
    return frozenset(("staff" if name == "is_staff" else name) for name, holds in row.items() if holds)
