from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from curriculum.models import Stroke
from families.models.baby import Baby
from families.models.family import Caregiver


class FavouriteStrokeQuerySet(models.QuerySet["FavouriteStroke"]):
    def of_baby(self, baby: Baby) -> FavouriteStrokeQuerySet:
        """In the order in which they were chosen."""
        return self.filter(baby=baby).order_by("chosen_at", "pk")


class FavouriteStroke(models.Model):
    """A stroke that a family gave a heart to, for one of its babies. Only the family sees whose it is."""

    baby = models.ForeignKey(Baby, on_delete=models.CASCADE, related_name="favourites")
    stroke = models.ForeignKey(Stroke, on_delete=models.PROTECT, related_name="+")
    caregiver = models.ForeignKey(Caregiver, on_delete=models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField(_("chosen"))

    objects = FavouriteStrokeQuerySet.as_manager()

    class Meta:
        verbose_name = _("favourite")
        verbose_name_plural = _("favourites")
        constraints: ClassVar = [models.UniqueConstraint(fields=["baby", "stroke"], name="favourite_once_a_baby")]

    def __str__(self) -> str:
        return f"favourite {self.pk}"
