from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from classes.models.series import Series


class QualityTick(models.Model):
    """One point of the quality checklist that an instructor finds in a series. Nobody else reads it."""

    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="quality_ticks")
    point = models.SlugField(_("point"), max_length=40)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("tick on the quality checklist")
        verbose_name_plural = _("ticks on the quality checklist")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["series", "point"], name="quality_tick_once"),
        ]

    def __str__(self) -> str:
        return f"{self.point}: {self.series_id}"
