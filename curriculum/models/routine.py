"""An ordered list of strokes with repeats."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from curriculum.models.loaded import Loaded, LoadedQuerySet
from curriculum.models.said import SaidCharField, SaidTextField
from curriculum.models.stroke import Stroke


class RoutineQuerySet(LoadedQuerySet):
    def with_steps(self) -> Self:
        """One more query: `routine.current_steps`, each with its stroke."""
        steps = RoutineStep.objects.current().select_related("stroke")
        return self.prefetch_related(Prefetch("steps", steps, to_attr="current_steps"))


class Routine(Loaded):
    """Strokes in order: the whole body, the tummy routine, a short one for the evening."""

    KEY = ("slug",)

    slug = models.SlugField(_("key"), max_length=40, unique=True)
    position = models.PositiveSmallIntegerField(_("position"))
    name = SaidCharField(_("name"), max_length=80)
    summary = SaidTextField(_("summary"))
    when = SaidTextField(_("when"), blank=True)
    rounds = models.PositiveSmallIntegerField(_("rounds in a row"), default=1)
    times_a_day = models.PositiveSmallIntegerField(_("times a day"), null=True, blank=True)
    days = models.PositiveSmallIntegerField(_("for how many days"), null=True, blank=True)
    review = models.TextField(_("for an instructor to decide"), blank=True, help_text=_("Not shown to families."))
    gk = models.BooleanField(_("general knowledge"), default=False)
    sources = models.CharField(_("sources"), max_length=120, blank=True)

    objects = RoutineQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        verbose_name = _("routine")
        verbose_name_plural = _("routines")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("curriculum:routine", args=[self.slug])


class RoutineStep(Loaded):
    """One stroke of a routine. Steps with the same number are done together, as one step."""

    KEY = ("routine_id", "position")

    routine = models.ForeignKey(Routine, models.CASCADE, related_name="steps", verbose_name=_("routine"))
    position = models.PositiveSmallIntegerField(_("position"))
    stroke = models.ForeignKey(Stroke, models.PROTECT, related_name="routine_steps", verbose_name=_("stroke"))
    number = models.PositiveSmallIntegerField(_("number of the step"))
    repeat = models.PositiveSmallIntegerField(_("times"), null=True, blank=True)
    only_long = models.BooleanField(_("only in the long version"), default=False)

    objects = LoadedQuerySet.as_manager()

    class Meta:
        ordering = ["routine", "position"]
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        constraints = [models.UniqueConstraint(fields=["routine", "position"], name="routine_step_place_once")]

    def __str__(self) -> str:
        return f"{self.number}. {self.stroke}"
