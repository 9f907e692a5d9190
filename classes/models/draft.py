from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from classes.models.series import Series
from config.lib.fields import EncryptedTextField
from config.lib.refs import new_token


class BookingDraftQuerySet(models.QuerySet["BookingDraft"]):
    def kept(self, now: datetime) -> BookingDraftQuerySet:
        return self.filter(forget_at__gt=now)


class BookingDraft(models.Model):
    """What was typed into a booking form, kept while its reader signs in. Ciphertext, and gone after a day."""

    token = models.CharField(max_length=64, unique=True, default=new_token)
    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="+")
    typed = EncryptedTextField()
    forget_at = models.DateTimeField()

    objects = BookingDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("booking draft")
        verbose_name_plural = _("booking drafts")
        indexes: ClassVar = [models.Index(fields=["forget_at"], name="draft_forget_at")]

    def __str__(self) -> str:
        return f"draft {self.pk}"
