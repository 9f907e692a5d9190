from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from classes.models.hold import Hold
from classes.models.session import Session
from config.lib.fields import EncryptedTextField
from config.lib.refs import new_token


class WalkInQuerySet(models.QuerySet["WalkIn"]):
    def here(self) -> WalkInQuerySet:
        """Those that count: added, and not taken off the list again."""
        return self.filter(gone_at__isnull=True)

    def named_before(self, moment: datetime) -> WalkInQuerySet:
        """Those with a name whose session began before that moment."""
        return self.exclude(name="").filter(session__starts_at__lt=moment)


class WalkIn(models.Model):
    """A family at the door that nobody knows: no account, no booking, only places in the room for this one date.

    Its hold keeps the places from whoever books, for as long as the session has not ended. The database counts both:
    places and walk-ins together never exceed the room (migration 0021).
    """

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="walk_ins")
    hold = models.OneToOneField(Hold, on_delete=models.PROTECT, related_name="walk_in")
    name = EncryptedTextField(_("first name"), blank=True, default="")
    places = models.PositiveSmallIntegerField(_("babies"), default=1)
    key = models.CharField(max_length=64, unique=True, default=new_token)
    added_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    gone_at = models.DateTimeField(null=True, blank=True)

    objects = WalkInQuerySet.as_manager()

    class Meta:
        verbose_name = _("walk-in")
        verbose_name_plural = _("walk-ins")
        indexes: ClassVar = [models.Index(fields=["session", "gone_at"], name="walk_in_of_session")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(places__gte=1, places__lte=6), name="walk_in_of_a_party"),
        ]

    def __str__(self) -> str:
        return f"walk-in {self.pk}"
