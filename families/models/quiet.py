from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from config.lib.fields import EncryptedTextField
from families.models.family import Family


class QuietNote(models.Model):
    """What a family said when it asked for quiet, if it did. One person in the office reads it; then it goes."""

    family = models.OneToOneField(Family, on_delete=models.CASCADE, related_name="quiet_note")
    text = EncryptedTextField(_("what they told us"))
    written_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("quiet note")
        verbose_name_plural = _("quiet notes")

    def __str__(self) -> str:
        return f"quiet note {self.pk}"
