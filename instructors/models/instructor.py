from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from config.accounts.models import User
from config.lib.times import validate_zone
from instructors.models.certificate import Certificate
from instructors.models.profile import LANGUAGE, WAY, TeachingPlace, Trait, Way, keep_traits


def validate_languages(codes: Any) -> None:
    """Raise ValidationError unless `codes` is a list of language codes such as ["en", "yo"]."""
    if not isinstance(codes, list) or not all(isinstance(code, str) and 2 <= len(code) <= 12 for code in codes):
        raise ValidationError(_('Give a list of language codes, such as ["en", "yo"].'))


def validate_ways(codes: Any) -> None:
    """Raise ValidationError unless `codes` is a list of ways of teaching."""
    if not isinstance(codes, list) or not all(code in Way.values for code in codes):
        raise ValidationError(_("Choose among the ways of teaching that are offered."))


class InstructorQuerySet(models.QuerySet["Instructor"]):
    def of(self, user: Any) -> InstructorQuerySet:
        return self.filter(user=user)

    def certified(self, on: date) -> InstructorQuerySet:
        """Those who hold a certificate that lets them teach, valid on that day."""
        held = Certificate.objects.to_teach().valid(on).filter(holder=OuterRef("user"))
        return self.filter(Exists(held))

    def in_directory(self, on: date) -> InstructorQuerySet:
        """Those who want to be found, and whose certificate to teach is valid on that day and may be looked up."""
        held = Certificate.objects.to_teach().valid(on).published().filter(holder=OuterRef("user"))
        return self.filter(Exists(held), is_listed=True, user__is_active=True)

    def speaking(self, code: str) -> InstructorQuerySet:
        """Those who teach in that language; everyone where none is named."""
        return self.filter(_has(LANGUAGE + code)) if code else self

    def teaching_by(self, ways: Collection[str]) -> InstructorQuerySet:
        """Those who teach in one of these ways."""
        return self.filter(_has(*(WAY + way for way in ways)))

    def named(self, words: str) -> InstructorQuerySet:
        """Those whose name, or the name of a town of theirs, holds the words."""
        there = TeachingPlace.objects.filter(instructor=OuterRef("pk"), name__icontains=words)
        return self.filter(Q(display_name__icontains=words) | Exists(there))

    def with_letters(self, on: date) -> InstructorQuerySet:
        """With `letters`, those of the certificate to teach that is valid on that day."""
        held = Certificate.objects.to_teach().valid(on).filter(holder=OuterRef("user")).order_by("pk")
        return self.annotate(letters=Subquery(held.values("credential_type__code")[:1]))


def _has(*traits: str) -> Exists:
    return Exists(Trait.objects.filter(instructor=OuterRef("pk"), what__in=traits))


class Instructor(models.Model):
    """The public profile of someone who teaches, or learns to. Certificates say what they may do, not this row."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("signs in as"))
    slug = models.SlugField(_("address of the page"), max_length=80, unique=True)
    display_name = models.CharField(_("name shown to families"), max_length=120)
    bio = models.TextField(_("in their own words"), blank=True)
    town = models.CharField(_("town"), max_length=120, blank=True)
    country = models.CharField(
        _("country"), max_length=80, blank=True, help_text=_("Two letters, such as GB; or its name.")
    )
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_zone])
    languages = models.JSONField(_("languages"), default=list, blank=True, validators=[validate_languages])
    ways = models.JSONField(_("ways of teaching"), default=list, blank=True, validators=[validate_ways])
    vaccination_wait_hours = models.PositiveSmallIntegerField(
        _("hours to wait after a vaccination"), default=72, validators=[MaxValueValidator(336)]
    )
    is_listed = models.BooleanField(_("shown in the directory"), default=True)
    taught_since = models.PositiveSmallIntegerField(
        _("has taught since (year)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1950), MaxValueValidator(2100)],
    )

    objects = InstructorQuerySet.as_manager()

    class Meta:
        verbose_name = _("instructor")
        verbose_name_plural = _("instructors")
        ordering: ClassVar = ["display_name", "pk"]
        indexes: ClassVar = [models.Index(fields=["is_listed", "display_name"], name="instructor_directory")]

    def __str__(self) -> str:
        return self.display_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Saved together with its traits, so that the directory never looks for what stands here no more."""
        named = kwargs.get("update_fields")
        with transaction.atomic(savepoint=False):
            super().save(*args, **kwargs)
            if named is None or {"languages", "ways"} & set(named):
                keep_traits(self)

    @property
    def initials(self) -> str:
        words = self.display_name.split()
        return "".join(word[0] for word in words[:1] + words[1:][-1:]).upper()
