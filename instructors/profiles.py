"""The public profile that everyone who teaches has."""

from __future__ import annotations

from typing import Any

from django.utils.text import slugify

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


def _free_slug(name: str) -> str:
    wanted = slugify(name)[:70] or "instructor"
    taken = set(Instructor.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    number = 1
    slug = wanted
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug
