"""The public profile that everyone who teaches has."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from config.audit.trail import record
from instructors.models import Instructor


def ensure_profile(user: Any) -> Instructor:
    """The user's profile, made where there is none. A candidate's shows nowhere until they are certified."""
    if standing := Instructor.objects.of(user).first():
        return standing
    return Instructor.objects.create(
        user=user,
        slug=_free_slug(str(user)),
        display_name=str(user),
        time_zone=user.time_zone or "UTC",
        languages=[user.language],
    )


def set_vaccination_wait(instructor: Instructor, *, hours: int, now: datetime) -> None:
    """How long this instructor waits after a vaccination (domain rule C4: their own setting)."""
    with transaction.atomic():
        standing = Instructor.objects.select_for_update(of=("self",), no_key=True).get(pk=instructor.pk)
        if standing.vaccination_wait_hours == hours:
            return
        standing.vaccination_wait_hours = hours
        standing.save(update_fields=["vaccination_wait_hours"])
        record("set the wait after a vaccination", by=instructor.user, about=standing, now=now, detail={"hours": hours})


def _free_slug(name: str) -> str:
    wanted = slugify(name)[:70] or "instructor"
    taken = set(Instructor.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    number = 1
    slug = wanted
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug
