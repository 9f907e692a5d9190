from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from config.accounts.models import User
from config.lib.times import validate_zone
from instructors.models.certificate import Certificate


def validate_languages(codes: Any) -> None:
    """Raise ValidationError unless `codes` is a list of language codes such as ["en", "yo"]."""
    if not isinstance(codes, list) or not all(isinstance(code, str) and 2 <= len(code) <= 12 for code in codes):
        raise ValidationError(_('Give a list of language codes, such as ["en", "yo"].'))


class InstructorQuerySet(models.QuerySet["Instructor"]):
    def of(self, user: Any) -> InstructorQuerySet:
        return self.filter(user=user)

    def certified(self, on: date) -> InstructorQuerySet:
        """Those who hold a certificate that lets them teach, valid on that day."""
        held = Certificate.objects.to_teach().valid(on).filter(holder=OuterRef("user"))
        return self.filter(Exists(held))

    def listed(self) -> InstructorQuerySet:
        return self.filter(is_listed=True)

    def speaking(self, code: str) -> InstructorQuerySet:
        """Those who teach in that language. Codes are stored quoted, so a whole code is matched and no part of one."""
        return self.filter(languages__icontains=f'"{code}"') if code else self

    def near(self, words: str) -> InstructorQuerySet:
        """Those whose town, country or name holds the words."""
        if not words:
            return self
        return self.filter(Q(town__icontains=words) | Q(country__icontains=words) | Q(display_name__icontains=words))

    def further_than(self, last: Instructor) -> InstructorQuerySet:
        """Those after `last` in the order of the directory."""
        same_name = Q(display_name=last.display_name, pk__gt=last.pk)
        return self.filter(Q(display_name__gt=last.display_name) | same_name)

    def with_letters(self, on: date) -> InstructorQuerySet:
        """With `letters`, those of the certificate to teach that is valid on that day."""
        held = Certificate.objects.to_teach().valid(on).filter(holder=OuterRef("user")).order_by("pk")
        return self.annotate(letters=Subquery(held.values("credential_type__code")[:1]))


class Instructor(models.Model):
    """The public profile of someone who teaches, or learns to. Certificates say what they may do, not this row."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("signs in as"))
    slug = models.SlugField(_("address of the page"), max_length=80, unique=True)
    display_name = models.CharField(_("name shown to families"), max_length=120)
    bio = models.TextField(_("in their own words"), blank=True)
    town = models.CharField(_("town"), max_length=120, blank=True)
    country = models.CharField(_("country"), max_length=80, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_zone])
    languages = models.JSONField(_("languages"), default=list, blank=True, validators=[validate_languages])
    vaccination_wait_hours = models.PositiveSmallIntegerField(
        _("hours to wait after a vaccination"), default=72, validators=[MaxValueValidator(336)]
    )
    photo = models.ImageField(_("photo"), upload_to="instructors/", blank=True)
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

    @property
    def initials(self) -> str:
        words = self.display_name.split()
        return "".join(word[0] for word in words[:1] + words[1:][-1:]).upper()
