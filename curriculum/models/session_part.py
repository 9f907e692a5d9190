"""The running order of a session."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from curriculum.models.loaded import Loaded, LoadedQuerySet
from curriculum.models.said import SaidCharField, SaidTextField


class SessionPart(Loaded):
    """One part of a session, with its minutes in a long (45) and in a short (20) one (B3)."""

    KEY = ("key",)

    key = models.SlugField(_("key"), max_length=30, unique=True)
    position = models.PositiveSmallIntegerField(_("position"))
    name = SaidCharField(_("name"), max_length=80)
    minutes_long = models.PositiveSmallIntegerField(_("minutes of 45"))
    minutes_short = models.PositiveSmallIntegerField(_("minutes of 20"))
    what_happens = SaidTextField(_("what happens"))
    gk = models.BooleanField(_("general knowledge"), default=False)
    sources = models.CharField(_("sources"), max_length=120, blank=True)

    objects = LoadedQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        verbose_name = _("part of a session")
        verbose_name_plural = _("parts of a session")

    def __str__(self) -> str:
        return self.name
