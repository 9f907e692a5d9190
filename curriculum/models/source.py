"""Where a fact or a rule comes from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from curriculum.models.loaded import Loaded, LoadedQuerySet


class SourceQuerySet(LoadedQuerySet):
    def with_keys(self, keys: Iterable[str]) -> dict[str, Any]:
        """Those works by their key. One query."""
        return {work.key: work for work in self.filter(key__in=list(keys))}


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

    objects = SourceQuerySet.as_manager()

    class Meta:
        ordering = ["key"]
        verbose_name = _("source")
        verbose_name_plural = _("sources")

    def __str__(self) -> str:
        return f"{self.key} {self.title}"

    @property
    def doi(self) -> str:
        """The lasting address of the work that its title ends with, without "doi:"; empty where it has none."""
        return self.title.partition(", doi:")[2]

    @property
    def citation(self) -> str:
        """Whose work, and where it stood: the title without its address."""
        return self.title.partition(", doi:")[0]
