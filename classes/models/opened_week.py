from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from classes.models.enrolment import Enrolment


class OpenedWeek(models.Model):
    """A week that a family opened at its own pace. What is not opened is not paid for on the way to a live series."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="+")
    week = models.PositiveSmallIntegerField(_("week"))
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("opened week")
        verbose_name_plural = _("opened weeks")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["enrolment", "week"], name="opened_week_once"),
            models.CheckConstraint(condition=Q(week__gte=1), name="opened_week_from_one"),
        ]

    def __str__(self) -> str:
        return f"week {self.week} of {self.enrolment_id}"
