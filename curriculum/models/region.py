"""The parts of the body."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from curriculum.models.loaded import Loaded, LoadedQuerySet, lines
from curriculum.models.said import SaidCharField, SaidTextField


class Region(models.TextChoices):
    """The parts of the body, in teaching order."""

    HOLDING = "holding", _("Hello and holding")
    LEGS_FEET = "legs_feet", _("Legs and feet")
    ABDOMEN = "abdomen", _("Tummy")
    CHEST = "chest", _("Chest")
    ARMS_HANDS = "arms_hands", _("Arms and hands")
    FACE = "face", _("Face")
    BACK = "back", _("Back")
    GENTLE_MOVEMENTS = "gentle_movements", _("Gentle movements")


class RegionGuide(Loaded):
    """What is said about a part of the body: an introduction, and the rules that stand on every page of its strokes."""

    KEY = ("region",)

    region = models.CharField(_("part of the body"), max_length=20, choices=Region, unique=True)
    position = models.PositiveSmallIntegerField(_("position"))
    short_name = SaidCharField(_("short name"), max_length=30)
    intro = SaidTextField(_("introduction"))
    heading = SaidCharField(_("heading of the rules"), max_length=80)
    rules = SaidTextField(_("rules"), help_text=_("One sentence a line."))
    no_oil = models.BooleanField(_("without oil"), default=False)

    objects = LoadedQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        verbose_name = _("part of the body")
        verbose_name_plural = _("parts of the body")

    def __str__(self) -> str:
        return self.get_region_display()

    @property
    def rule_lines(self) -> list[str]:
        return lines(self.rules)
