"""The public profile that everyone who teaches has, and what they say of themselves on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from config.audit.trail import record
from config.lib.refs import new_token
from instructors.models import Instructor, Portrait, TeachingPlace
from instructors.portraits import Pictures

MOST_PLACES = 4
MOST_LANGUAGES = 8


@dataclass(frozen=True)
class Place:
    """A town where someone teaches; without coordinates it is found by its name alone."""

    name: str
    region: str = ""
    country: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True)
class Told:
    """What an instructor says of themselves. The first place is the one that stands beside the name."""

    bio: str
    languages: tuple[str, ...]
    ways: tuple[str, ...]
    places: tuple[Place, ...]
    country: str
    taught_since: int | None
    is_listed: bool


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


def edit_profile(instructor: Instructor, told: Told, *, by: Any, now: datetime) -> list[str]:
    """Write what is told; returns the names of what changed. Told twice, nothing happens the second time.

    The name and the certificates are not among it: those are kept by others. Raises ValidationError.
    """
    with transaction.atomic():
        standing = _locked(instructor)
        said = {
            "bio": told.bio.strip(),
            "languages": list(dict.fromkeys(told.languages))[:MOST_LANGUAGES],
            "ways": list(dict.fromkeys(told.ways)),
            "country": told.country,
            "town": told.places[0].name if told.places else "",
            "taught_since": told.taught_since,
            "is_listed": told.is_listed,
        }
        changed = [name for name, value in said.items() if getattr(standing, name) != value]
        for name in changed:
            setattr(standing, name, said[name])
        standing.clean_fields(exclude={field.name for field in Instructor._meta.fields} - set(changed))
        if changed:
            standing.save(update_fields=changed)
        if _put_places(standing, told.places[:MOST_PLACES]):
            changed.append("places")
        if changed:
            record("edited a public profile", by=by, about=standing, now=now, detail={"changed": changed})
    return changed


def _put_places(instructor: Instructor, places: tuple[Place, ...]) -> bool:
    """Whether these are others than those that stood there."""
    told = [(one.name, one.region, one.country, one.latitude, one.longitude) for one in places]
    if told == list(instructor.places.values_list("name", "region", "country", "latitude", "longitude")):
        return False
    instructor.places.all().delete()
    TeachingPlace.objects.bulk_create(
        TeachingPlace(instructor=instructor, number=number, **vars(one)) for number, one in enumerate(places, start=1)
    )
    return True


def show_portrait(instructor: Instructor, pictures: Pictures, *, by: Any, now: datetime) -> None:
    """Show this photo from now on, under a new random name; the one before it is deleted."""
    with transaction.atomic():
        standing = _locked(instructor)
        if Portrait.objects.filter(instructor=standing, large=pictures.large).exists():
            return
        Portrait.objects.filter(instructor=standing).delete()
        Portrait.objects.create(
            instructor=standing, key=new_token(), large=pictures.large, small=pictures.small, made_at=now
        )
        record("showed a photo", by=by, about=standing, now=now)


def take_portrait_down(instructor: Instructor, *, by: Any, now: datetime) -> bool:
    """Delete the photo; whether there was one."""
    with transaction.atomic():
        standing = _locked(instructor)
        gone, _each = Portrait.objects.filter(instructor=standing).delete()
        if gone:
            record("took a photo down", by=by, about=standing, now=now)
    return bool(gone)


def _locked(instructor: Instructor) -> Instructor:
    return Instructor.objects.select_for_update(of=("self",), no_key=True).get(pk=instructor.pk)


def set_vaccination_wait(instructor: Instructor, *, hours: int, now: datetime) -> None:
    """How long this instructor waits after a vaccination (domain rule C4: their own setting)."""
    with transaction.atomic():
        standing = _locked(instructor)
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
