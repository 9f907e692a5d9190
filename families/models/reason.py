from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from families.models.baby import Baby
from families.models.family import Caregiver
from families.models.told import Told


class ReasonsOfThisWeekQuerySet(models.QuerySet["ReasonsOfThisWeek"]):
    def of_baby(self, baby: Baby) -> ReasonsOfThisWeekQuerySet:
        return self.filter(baby=baby).select_related("written_by")

    def kept(self, now: datetime) -> ReasonsOfThisWeekQuerySet:
        return self.filter(forget_at__gt=now)

    def over(self, now: datetime) -> ReasonsOfThisWeekQuerySet:
        """Those whose days are over."""
        return self.filter(forget_at__lte=now)


class ReasonsOfThisWeek(Told):
    """What one adult told at home that asks to wait for some days, or that it is over. Ciphertext in the database.

    Never read this table but through `families.reasons`, which knows who may read what.
    Its facts: {"changed": [precaution keys], "vaccinated_at": ISO moment or ""}; no key at all: it is over.
    """

    baby = models.ForeignKey(Baby, on_delete=models.CASCADE, related_name="+")
    written_by = models.ForeignKey(Caregiver, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    forget_at = models.DateTimeField(_("deleted after"))

    objects = ReasonsOfThisWeekQuerySet.as_manager()

    class Meta:
        verbose_name = _("reasons to wait this week")
        verbose_name_plural = _("reasons to wait this week")
        indexes: ClassVar = [models.Index(fields=["forget_at"], name="reasons_forget_at")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["baby", "written_by"], name="reasons_once_a_baby_and_adult"),
        ]

    def __str__(self) -> str:
        return f"reasons {self.pk}"
