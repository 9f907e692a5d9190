from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from config.accounts.models import User
from instructors.models.traineeship import Traineeship


class PracticumFamily(models.Model):
    """A family that a candidate practises teaching with: an alias and never a name.

    `counted_from` names the booking that it was counted from, such as "classes.Enrolment:12"; it is empty where the
    series ran elsewhere and was written down by hand.
    """

    class AgeBand(models.TextChoices):
        UNDER_3 = "0-3m", _("Under 3 months")
        UNDER_6 = "3-6m", _("3 to 6 months")
        UNDER_9 = "6-9m", _("6 to 9 months")
        OVER_9 = "9m+", _("Over 9 months")

    traineeship = models.ForeignKey(Traineeship, on_delete=models.PROTECT, related_name="families")
    alias = models.CharField(_("alias"), max_length=40, help_text=_("Never a name. Example: Birch"))
    age_band = models.CharField(_("baby's age"), max_length=8, choices=AgeBand, blank=True)
    consented_on = models.DateField(_("consented on"), null=True, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    counted_from = models.CharField(_("counted from"), max_length=120, blank=True, editable=False)

    class Meta:
        verbose_name = _("practice family")
        verbose_name_plural = _("practice families")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["traineeship", "alias"], name="practicum_alias_once"),
            models.UniqueConstraint(
                fields=["traineeship", "counted_from"],
                condition=~models.Q(counted_from=""),
                name="practicum_family_counted_once",
            ),
        ]

    def __str__(self) -> str:
        return self.alias


class PracticumSession(models.Model):
    """One session with a practice family, held or cancelled."""

    family = models.ForeignKey(PracticumFamily, on_delete=models.PROTECT, related_name="sessions")
    no = models.PositiveSmallIntegerField(_("session"))
    held_on = models.DateField(_("day"))
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=0)
    is_cancelled = models.BooleanField(_("cancelled"), default=False)
    feedback = models.TextField(_("the family's feedback"), blank=True)
    self_evaluation = models.TextField(_("self-evaluation"), blank=True)
    observer = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("observed by")
    )

    class Meta:
        verbose_name = _("practice session")
        verbose_name_plural = _("practice sessions")
        ordering: ClassVar = ["family", "no"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["family", "no"], name="practicum_session_once"),
        ]

    def __str__(self) -> str:
        return f"{self.family}, {self.no}"
