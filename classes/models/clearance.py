from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from classes.models.series import Series
from config.lib.fields import EncryptedTextField
from families.models import Baby, Caregiver


class ClearanceQuerySet(models.QuerySet["Clearance"]):
    def confirmed(self, on: date) -> ClearanceQuerySet:
        """Those that the instructor has confirmed and that hold on that day."""
        return self.filter(confirmed_at__isnull=False, until__gte=on)

    def of_series(self, series: Series) -> ClearanceQuerySet:
        return self.filter(series=series).select_related("series")

    def of(self, series: Series, babies: Iterable[Baby]) -> ClearanceQuerySet:
        return self.filter(series=series, baby__in=list(babies))

    def waiting(self) -> ClearanceQuerySet:
        """Those that nobody has confirmed, nor asked to be given anew."""
        return self.filter(confirmed_at__isnull=True, asked_again_at__isnull=True)

    def over(self, on: date) -> ClearanceQuerySet:
        return self.filter(forget_on__lt=on)


class Clearance(models.Model):
    """A dated note that a clinician agrees to massage for one baby in one series, with limits. Ciphertext inside.

    The family writes down who said so and until when; the instructor confirms it. Never read its words but through
    `classes.clearing`, which writes the read down before it shows anything.
    """

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="+")
    baby = models.ForeignKey(Baby, on_delete=models.CASCADE, related_name="+")
    written_by = models.ForeignKey(Caregiver, on_delete=models.PROTECT, related_name="+")
    words = EncryptedTextField(default="")
    given_on = models.DateField(_("said on"))
    until = models.DateField(_("holds until"))
    written_at = models.DateTimeField()
    forget_on = models.DateField(_("deleted after"))
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_again_at = models.DateTimeField(null=True, blank=True)

    objects = ClearanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("clearance")
        verbose_name_plural = _("clearances")
        indexes: ClassVar = [models.Index(fields=["forget_on"], name="clearance_forget_on")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["series", "baby"], name="clearance_once_a_baby_and_series"),
            models.CheckConstraint(condition=Q(given_on__lte=F("until")), name="clearance_days_in_order"),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False, asked_again_at__isnull=True),
                name="clearance_confirmed_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"clearance {self.pk}"

    @property
    def seen(self) -> str:
        """Which words these are: newer ones have another. It says nothing of them."""
        return self.written_at.isoformat()

    @property
    def said_by(self) -> str:
        """Who agreed: a name and what they are."""
        return str(self._words.get("said_by", ""))

    @property
    def limits(self) -> str:
        """What they asked to leave out or to mind; may be empty."""
        return str(self._words.get("limits", ""))

    @property
    def _words(self) -> dict[str, str]:
        return dict(json.loads(self.words)) if self.words else {}

    def say(self, *, said_by: str, limits: str) -> None:
        self.words = json.dumps({"said_by": said_by, "limits": limits})
