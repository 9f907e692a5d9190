"""Where a fact or a rule comes from."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from curriculum.models.loaded import Loaded, LoadedQuerySet


class Source(Loaded):
    """One work cited. Other rows name it by its key in their `sources`, separated by spaces."""

    class Quality(models.TextChoices):
        OFFICIAL = "O", _("Official body or hospital")
        RESEARCH = "R", _("Research")
        INSTRUCTOR = "I", _("Trained instructor or therapist")
        BLOG = "B", _("Parent blog or commercial page")

    KEY = ("key",)

    key = models.CharField(_("key"), max_length=8, unique=True)
    quality = models.CharField(_("quality"), max_length=1, choices=Quality)
    title = models.TextField(_("title"))

    objects = LoadedQuerySet.as_manager()

    class Meta:
        ordering = ["key"]
        verbose_name = _("source")
        verbose_name_plural = _("sources")

    def __str__(self) -> str:
        return f"{self.key} {self.title}"
