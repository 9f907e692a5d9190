from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class JobRun(models.Model):
    """One slot of one job. The unique key lets only one scheduler have it."""

    name = models.CharField(_("job"), max_length=80)
    slot_at = models.DateTimeField(_("slot"))
    started_at = models.DateTimeField(_("started"))
    ended_at = models.DateTimeField(_("ended"), null=True)
    did = models.IntegerField(_("things done"), null=True)
    trouble = models.TextField(_("trouble"), blank=True)

    class Meta:
        verbose_name = _("job run")
        verbose_name_plural = _("job runs")
        ordering: ClassVar = ["-slot_at"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["name", "slot_at"], name="job_slot_once")]

    def __str__(self) -> str:
        return f"{self.name}, {self.slot_at:%Y-%m-%d %H:%M}"
