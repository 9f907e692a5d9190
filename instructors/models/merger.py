from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from config.accounts.models import User
from config.lib.append_only import AppendOnly


class Merger(AppendOnly):
    """That two accounts are one person. Certificates change hands along such a row, and in no other way."""

    kept = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("account that stays"))
    gone = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("account merged into it"))
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("when"))
    reason = models.TextField(_("how it is known"))
    moved = models.JSONField(_("what moved"), default=dict)

    class Meta:
        verbose_name = _("merger of two accounts")
        verbose_name_plural = _("mergers of two accounts")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(kept=F("gone")), name="merger_of_two"),
            models.CheckConstraint(condition=~Q(by=F("kept")) & ~Q(by=F("gone")), name="merger_by_another"),
        ]

    def __str__(self) -> str:
        return f"{self.gone} → {self.kept}"
