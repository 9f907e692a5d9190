from __future__ import annotations

import hashlib
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from config.lib.fields import EncryptedTextField
from families.models import Caregiver
from instructors.models import Instructor


class CalendarFeedQuerySet(models.QuerySet["CalendarFeed"]):
    def current(self) -> CalendarFeedQuerySet:
        """Those that no newer address has replaced."""
        return self.filter(replaced_at__isnull=True)

    def of(self, owner: Caregiver | Instructor) -> CalendarFeedQuerySet:
        return self.filter(instructor=owner) if isinstance(owner, Instructor) else self.filter(caregiver=owner)

    def at(self, token: str) -> CalendarFeedQuerySet:
        """What answers at this address, as long as its owner is who they were when it was made."""
        adult = Q(
            caregiver__user__is_active=True,
            caregiver__removed_at__isnull=True,
            caregiver__family__closed_at__isnull=True,
            # Someone who left and came back asks for a new address; the old one stays dead.
            made_at__gte=F("caregiver__joined_at"),
        )
        answering = self.current().filter(adult | Q(instructor__user__is_active=True), token_hash=hash_of(token))
        return answering.select_related("caregiver__family", "caregiver__user", "instructor__user")


def hash_of(token: str) -> str:
    """What an address is looked up by. A token is 192 random bits, so nothing slower is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


class CalendarFeed(models.Model):
    """A secret address at which one adult, or one instructor, finds their dates with a calendar program.

    The address can be shown again to its owner, so it is kept as ciphertext; it is found by its hash.
    Once replaced, only the hash is left of it.
    """

    token = EncryptedTextField()
    token_hash = models.CharField(max_length=64, unique=True)
    caregiver = models.ForeignKey(Caregiver, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    instructor = models.ForeignKey(Instructor, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True, blank=True)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(caregiver__isnull=False, instructor__isnull=True)
                | Q(caregiver__isnull=True, instructor__isnull=False),
                name="calendar_feed_has_one_owner",
            ),
            models.UniqueConstraint(
                fields=["caregiver"], condition=Q(replaced_at__isnull=True), name="calendar_feed_once_an_adult"
            ),
            models.UniqueConstraint(
                fields=["instructor"], condition=Q(replaced_at__isnull=True), name="calendar_feed_once_an_instructor"
            ),
        ]

    def __str__(self) -> str:
        return f"calendar address {self.pk}"
