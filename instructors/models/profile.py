from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from instructors.models.instructor import Instructor


class Way(models.TextChoices):
    """How someone teaches. The values are those of the ways in which a series is held."""

    IN_PERSON = "in_person", _("In the room")
    LIVE_STREAM = "live_stream", _("Live-stream")
    HYBRID = "hybrid", _("Room or live-stream")
    SELF_PACED = "self_paced", _("At your own pace")
    PRIVATE_VISIT = "private_visit", _("Private visit")
    HOSPITAL = "hospital", _("In hospital")


class TeachingPlace(models.Model):
    """A town where someone teaches. Without coordinates it is found by its name alone."""

    instructor = models.ForeignKey("instructors.Instructor", on_delete=models.CASCADE, related_name="places")
    number = models.PositiveSmallIntegerField(_("number"))
    name = models.CharField(_("town"), max_length=100)
    region = models.CharField(_("region"), max_length=60, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)

    class Meta:
        verbose_name = _("place of teaching")
        verbose_name_plural = _("places of teaching")
        ordering: ClassVar = ["number"]
        indexes: ClassVar = [models.Index(fields=["latitude", "longitude"], name="teaching_place_point")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["instructor", "number"], name="teaching_place_once"),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="teaching_place_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TraitQuerySet(models.QuerySet["Trait"]):
    def languages(self) -> TraitQuerySet:
        return self.filter(what__startswith=LANGUAGE)


LANGUAGE, WAY = "language:", "way:"


class Trait(models.Model):
    """One language, or one way of teaching, of a profile: what the directory looks for, where an index finds it.

    Written by the profile itself whenever it is saved, and by nobody else.
    """

    instructor = models.ForeignKey("instructors.Instructor", on_delete=models.CASCADE, related_name="traits")
    what = models.CharField(max_length=32)

    objects = TraitQuerySet.as_manager()

    class Meta:
        verbose_name = _("trait of a profile")
        verbose_name_plural = _("traits of profiles")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["what", "instructor"], name="trait_once"),
        ]

    def __str__(self) -> str:
        return self.what


class Portrait(models.Model):
    """The photo of a profile, in two sizes, with nothing in them but the picture. `key` is its random file name."""

    SIZES: ClassVar = {"large": 480, "small": 192}

    instructor = models.OneToOneField("instructors.Instructor", on_delete=models.CASCADE, related_name="portrait")
    key = models.CharField(max_length=32, unique=True)
    large = models.BinaryField()
    small = models.BinaryField()
    made_at = models.DateTimeField(_("shown since"))

    class Meta:
        verbose_name = _("portrait")
        verbose_name_plural = _("portraits")

    def __str__(self) -> str:
        return str(self.instructor)


def traits_of(instructor: Instructor) -> set[str]:
    """What should stand in the traits of this profile."""
    return {f"{LANGUAGE}{code}" for code in instructor.languages} | {f"{WAY}{way}" for way in instructor.ways}


def keep_traits(instructor: Instructor) -> None:
    """Bring the traits in line with the profile: one query where they are."""
    wanted = traits_of(instructor)
    standing = set(Trait.objects.filter(instructor=instructor).values_list("what", flat=True))
    if gone := standing - wanted:
        Trait.objects.filter(instructor=instructor, what__in=gone).delete()
    new = [Trait(instructor=instructor, what=what) for what in sorted(wanted - standing)]
    Trait.objects.bulk_create(new, ignore_conflicts=True)
