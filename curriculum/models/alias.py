"""What a stroke is called elsewhere."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from curriculum.models.loaded import Loaded, LoadedQuerySet
from curriculum.models.said import SaidCharField
from curriculum.models.stroke import Stroke


class StrokeAlias(Loaded):
    """Another name of a stroke: of one school, or neutral for those who prefer not to say Indian or Swedish."""

    KEY = ("stroke_id", "name", "school")

    stroke = models.ForeignKey(Stroke, models.CASCADE, related_name="aliases", verbose_name=_("stroke"))
    name = SaidCharField(_("name"), max_length=80)
    school = models.CharField(_("school"), max_length=80, blank=True)
    is_neutral = models.BooleanField(_("neutral name"), default=False)

    objects = LoadedQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("other name")
        verbose_name_plural = _("other names")
        constraints = [models.UniqueConstraint(fields=["stroke", "name", "school"], name="stroke_alias_once")]

    def __str__(self) -> str:
        return self.name
