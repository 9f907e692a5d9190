from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from config.lib.append_only import AppendOnly


class AuditEntry(AppendOnly):
    """One deed. No foreign keys: the trail outlives what it speaks of."""

    at = models.DateTimeField(_("when"))
    what = models.CharField(_("what"), max_length=80)
    by_id = models.BigIntegerField(_("account number"), null=True)
    by_name = models.CharField(_("by"), max_length=120, blank=True)
    about = models.CharField(_("about"), max_length=120)
    detail = models.JSONField(_("detail"), default=dict)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [
            models.Index(fields=["about", "at"], name="audit_about"),
            models.Index(fields=["by_id", "at"], name="audit_by"),
            models.Index(fields=["what", "at"], name="audit_what"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.what}"


class AuditSeal(AppendOnly):
    """The hash of one entry, chained to the seal before it: changing, removing or slipping in a row breaks the chain.

    Seals are written by a job and not with the entry, so that two bookings never wait for each other's audit.
    """

    entry_id = models.BigIntegerField(unique=True)
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.sha256[:12]}"
