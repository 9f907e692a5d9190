from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from families.models.family import Family

TERM = timedelta(weeks=40)
EARLY_BEFORE = timedelta(weeks=37)


class BabyQuerySet(models.QuerySet["Baby"]):
    def of_family(self, family: Family) -> BabyQuerySet:
        """Eldest first; those who are expected come last."""
        mine = self.filter(family=family, removed_at__isnull=True)
        return mine.order_by(F("born_on").asc(nulls_last=True), "due_on", "pk")


class Baby(models.Model):
    """A baby, born or still expected. For the early ones age is reckoned from the due date."""

    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="babies")
    first_name = models.CharField(_("first name"), max_length=60)
    born_on = models.DateField(_("born on"), null=True, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = BabyQuerySet.as_manager()

    class Meta:
        verbose_name = _("baby")
        verbose_name_plural = _("babies")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(born_on__isnull=False) | Q(due_on__isnull=False), name="baby_born_or_expected"
            )
        ]

    def __str__(self) -> str:
        return f"baby {self.pk}"

    def age_in_weeks(self, on: date) -> int:
        """Whole weeks since birth on that day; 0 before it, or while the baby is expected."""
        if self.born_on is None:
            return 0
        return max((on - self.born_on).days // 7, 0)

    @property
    def is_early(self) -> bool:
        """Born before 37 weeks: then age is counted from the due date too, which is the end of the 40th week."""
        return bool(self.born_on and self.due_on and self.due_on - self.born_on > TERM - EARLY_BEFORE)

    @property
    def weeks_at_birth(self) -> int | None:
        """Whole weeks of pregnancy at birth; None where one of the dates is not known."""
        if self.born_on is None or self.due_on is None:
            return None
        return (TERM - (self.due_on - self.born_on)).days // 7

    def corrected_age_in_weeks(self, on: date) -> int:
        """Whole weeks since the due date, for a baby born before 37 weeks; else since birth."""
        if self.is_early and self.due_on:
            return max((on - self.due_on).days // 7, 0)
        return self.age_in_weeks(on)
