from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from classes.models.enrolment import Enrolment
from classes.models.series import Series
from config.lib.append_only import AppendOnly
from curriculum.models import Plan, Region
from families.models import Baby


class StrokePlanQuerySet(models.QuerySet["StrokePlan"]):
    def of(self, series: Series) -> StrokePlanQuerySet:
        """The versions of this series, made of the plan that it follows now; the newest first."""
        return self.filter(series=series, plan=series.plan_id).order_by("-number")


class StrokePlan(AppendOnly):
    """One version of which strokes an instructor teaches in which week of one series, in which order, by which names.

    `weeks` is {"week": [slugs in the order of teaching]}; what stands in none of them is not taught in the series.
    `names` is {slug: name} where a stroke is called otherwise. A version is written once: what a family saw of it stays
    true. `put_back` is the number of the version that it repeats, 0 for the curriculum's own; `taken_from` says where
    it came from with a new series. `key` is the form that made it: sent twice, it makes one.
    """

    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="stroke_plans")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(_("version"))
    key = models.CharField(max_length=90, unique=True, null=True)
    weeks = models.JSONField(default=dict)
    names = models.JSONField(default=dict)
    put_back = models.PositiveIntegerField(null=True)
    taken_from = models.CharField(max_length=90, blank=True)
    made_at = models.DateTimeField(_("made"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = StrokePlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("strokes of a series")
        verbose_name_plural = _("strokes of series")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["series", "number"], name="stroke_plan_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="stroke_plan_from_one"),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of series {self.series_id}"


class RestingPart(models.Model):
    """A part of the body that one baby leaves out for now, without a reason: its family or its instructor said so."""

    class AskedBy(models.TextChoices):
        FAMILY = "family", _("the family")
        INSTRUCTOR = "instructor", _("the instructor")

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="+")
    baby = models.ForeignKey(Baby, on_delete=models.CASCADE, related_name="+")
    region = models.CharField(_("part of the body"), max_length=20, choices=Region)
    asked_by = models.CharField(max_length=10, choices=AskedBy)
    since = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("resting part")
        verbose_name_plural = _("resting parts")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["enrolment", "baby", "region"], name="part_rests_once"),
        ]

    def __str__(self) -> str:
        return f"a part of baby {self.baby_id} rests"
