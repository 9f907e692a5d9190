from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from classes.models.series import Series
from config.lib.refs import new_reference
from instructors.models import Instructor


class SeriesLayout(models.Model):
    """How the dates of a series were laid out, so that its draft can be opened again as it was typed.

    `moves` is {planned day: [day, clock or ""]}; `held_anyway` and `left_out` are planned days. All are ISO texts on
    the clock of the series. The dates themselves are the sessions. `key` is the form that made the series: sent twice,
    it makes one.
    """

    series = models.OneToOneField(Series, on_delete=models.CASCADE, related_name="layout")
    key = models.CharField(max_length=90, unique=True, null=True)
    first_on = models.DateField()
    clock = models.TimeField()
    weeks = models.PositiveSmallIntegerField()
    moves = models.JSONField(default=dict)
    held_anyway = models.JSONField(default=list)
    left_out = models.JSONField(default=list)

    class Meta:
        verbose_name = _("layout of a series")
        verbose_name_plural = _("layouts of series")

    def __str__(self) -> str:
        return f"layout of series {self.series_id}"


class SeriesTemplateQuerySet(models.QuerySet["SeriesTemplate"]):
    def of(self, instructor: Instructor) -> SeriesTemplateQuerySet:
        return self.filter(instructor=instructor)


class SeriesTemplate(models.Model):
    """What an instructor fills in again and again: everything of a series but its dates, by the names of the form."""

    reference = models.CharField(max_length=16, unique=True, default=new_reference)
    instructor = models.ForeignKey(Instructor, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    values = models.JSONField(default=dict)
    made_at = models.DateTimeField()

    objects = SeriesTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("template of a series")
        verbose_name_plural = _("templates of series")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["instructor", "name"], name="template_name_once"),
        ]

    def __str__(self) -> str:
        return self.name
